"""What all pages of X's own site have in common: whose they are, and what it means when they hold nothing."""

from __future__ import annotations

import re

from crawler.items import Outcome, Platform, Reason
from crawler.pages.base import PageProblem
from crawler.pages.walled import WalledPage

_GONE = re.compile(r"suspend", re.IGNORECASE)
_CLOSED = re.compile(r"protect|blocked", re.IGNORECASE)


class XPage(WalledPage):
    """One kind of page, embed or answer of the site."""

    platform = Platform.X
    network = "X"
    hosts = re.compile(r"(?:[a-z0-9-]+\.)*(?:x|twitter)\.com")
    own_words = re.compile(rb"X \(formerly Twitter\)|abs\.twimg\.com|pbs\.twimg\.com|data-tweet-id")

    def unavailable(self, why: str) -> PageProblem:
        """What it means that X shows an account to nobody here, by X's own word for it (``Suspended``)."""
        said = f" (“{why[:120]}”)" if why else ""
        if _GONE.search(why):
            return PageProblem(Outcome.GONE, f"{self.asked_for} is suspended{said}.")
        if _CLOSED.search(why):
            return PageProblem(
                Outcome.LOGIN_WALL, f"{self.asked_for} shows its posts to its followers only{said}.",
                Reason.PERMISSION_MISSING,
            )  # fmt: skip
        return PageProblem(Outcome.NOT_FOUND, f"{self.asked_for} is not there{said}; check the link in the list.")
