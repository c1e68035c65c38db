"""The state in TikTok's pages, and what it means when a page holds nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from crawler.items import Outcome, Platform, PostList, Reason
from crawler.pages.base import PageProblem
from crawler.pages.walled import WalledPage
from crawler.reading.relay import json_after, json_in, scripts

_STATE = re.compile(
    r"""\bid\s*=\s*["']?
        (?:__UNIVERSAL_DATA_FOR_REHYDRATION__|SIGI_STATE|sigi-persisted-data|__FRONTITY_CONNECT_STATE__|__NEXT_DATA__)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_GONE = frozenset({10204, 10215, 10221, 10225})
_PRIVATE = frozenset({10216, 10218, 10222})
_NO_ACCOUNT = 10202
# one code has many reasons, which only its words tell
_ELSEWHERE = re.compile(r"cross.?border|region|country|geo[_ ]?(?:filter|fenc|block)", re.IGNORECASE)
_NOT_FOR_ALL = re.compile(r"self_see|friend_see|follower", re.IGNORECASE)
_CLASSIFIED = re.compile(r"classification|age[_ ]restrict", re.IGNORECASE)
_REVIEWED = re.compile(r"reviewing", re.IGNORECASE)


class TiktokPage(WalledPage):
    """One kind of page or embed of the site."""

    platform = Platform.TIKTOK
    network = "TikTok"
    hosts = re.compile(r"(?:[a-z0-9-]+\.)*tiktok\.com")
    own_words = re.compile(rb"tiktokcdn|__UNIVERSAL_DATA_FOR_REHYDRATION__|SIGI_STATE|tiktok-embed")

    def wall(self, html: str) -> PageProblem:
        """Why there is nothing to read here, judged by what is missing."""
        if "/login" in self.path:
            return PageProblem(
                Outcome.LOGIN_WALL,
                f"{self.asked_for} is shown to signed-in people only; sign in, save the page, and import it.",
            )
        if next(states(html), None) is None:
            return PageProblem(
                Outcome.BLOCKED,
                f"{self.asked_for}: TikTok sent its check for browsers in place of the page; open it in a browser, save"
                " it, and import it.",
            )
        if "webapp.app-context" in html and not re.search(r'"webapp\.(?:[\w-]+\.)*[\w-]*detail"', html):
            return PageProblem(
                Outcome.BLOCKED,
                f"{self.asked_for}: TikTok sent the page without its data; open it in a browser, save it, and import"
                " it.",
                Reason.NO_PUBLIC_PREVIEW,
            )
        return PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the page has no data where TikTok keeps it.")

    def refused(self, code: int, words: str, native_id: str | None) -> PostList:
        """What a status code in the state means. Raises :class:`PageProblem` unless it is that a post is gone."""
        said = f" (“{words[:120]}”)" if words else ""
        if _ELSEWHERE.search(words):
            raise PageProblem(Outcome.BLOCKED, f"{self.asked_for}: TikTok does not show this where we are{said}.")
        if _CLASSIFIED.search(words) or _REVIEWED.search(words):
            why = "to nobody while it is reviewed" if _REVIEWED.search(words) else "to signed-in adults only"
            raise PageProblem(
                Outcome.LOGIN_WALL, f"{self.asked_for}: TikTok shows this {why}{said}.", Reason.PERMISSION_MISSING
            )
        if code in _PRIVATE or _NOT_FOR_ALL.search(words):
            raise self.private(said)
        if code in _GONE and native_id:
            return self.gone(native_id)
        if code in _GONE or code == _NO_ACCOUNT:
            raise PageProblem(Outcome.NOT_FOUND, f"{self.asked_for} is not there{said}; check the link in the list.")
        raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: TikTok answered with code {code}{said}.")

    def private(self, said: str = "") -> PageProblem:
        return PageProblem(
            Outcome.LOGIN_WALL, f"{self.asked_for} shows this to its followers only{said}.", Reason.PERMISSION_MISSING
        )


def states(html: str) -> Iterator[Any]:
    """Every state that a page holds, of whatever year."""
    for attributes, text in scripts(html):
        if _STATE.search(attributes) and (state := json_in(text)) is not None:
            yield state
    yield from json_after(html, "window['SIGI_STATE']")
