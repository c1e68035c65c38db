"""What all pages of X's own site have in common: whose they are, and what it means when they hold nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from crawler.items import Outcome, Platform, PostList, Reason
from crawler.pages.base import PageProblem
from crawler.pages.walled import WalledPage
from crawler.reading.jsonvalue import mapping, sequence, string

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

    def refused(self, answer: Mapping[str, Any], asked: str | None = None) -> PostList:
        """What an answer without data means, by the code of its first error: that the one post which was asked for is
        gone, or raises :class:`PageProblem`. developer.x.com, response codes"""
        errors = [mapping(one) for one in sequence(answer.get("errors"))]
        words = "; ".join(string(one.get("message")) or "" for one in errors)[:200]
        said = f" (“{words}”)" if words else ""
        code = next((one["code"] for one in errors if isinstance(one.get("code"), int)), None)
        if code == 144 and asked is not None:
            return self.gone(asked, 200)
        outcome, reason, what = _REFUSALS.get(code or 0, (Outcome.LAYOUT_CHANGED, None, "the answer holds no data"))
        raise PageProblem(outcome, f"{self.asked_for}: {what}{said}.", reason)


_REFUSALS: Mapping[int, tuple[Outcome, Reason | None, str]] = {
    88: (Outcome.ERROR, Reason.RATE_LIMITED, "X's limit is reached; tried again later"),
    131: (Outcome.ERROR, Reason.HTTP_ERROR, "X has trouble of its own; tried again next time"),
    50: (Outcome.NOT_FOUND, None, "there is no such account; check the link in the list"),
    63: (Outcome.GONE, None, "the account is suspended"),
    179: (Outcome.LOGIN_WALL, Reason.PERMISSION_MISSING, "the account shows its posts to its followers only"),
} | dict.fromkeys(
    (32, 64, 89, 215, 239, 326, 353), (Outcome.LOGIN_WALL, Reason.TOKEN_MISSING, "X answers signed-in people only")
)
