"""The sentences in the head of Instagram's pages, in whatever language they were asked for.

A post: ``298K likes, 553 comments - acme on May 29, 2021: "caption". `` or, until about 2022,
``298K Likes, 553 Comments - Acme Bakery (@acme) on Instagram: “caption”``. The first count is the likes, the one that
its words call comments the comments. Hidden likes are left out; so is the quotation of a post without caption.
An account: ``2,362 Followers, 136 Following, 224 Posts - …``, always in this order.
"""

from __future__ import annotations

import re
from typing import Any

from attrs import frozen

from crawler.items import Metrics, MissingReason
from crawler.reading import count_words
from crawler.reading.counted import Counted, counted
from crawler.reading.counts import Count
from crawler.reading.dates import Moment, read_date

_DASH = re.compile(r"\s[-–—]\s")
_WRITER = re.compile(r"@?([A-Za-z0-9_](?:[A-Za-z0-9_.]{0,28}[A-Za-z0-9_])?)")
_IN_BRACKETS = re.compile(r"[(（]@([A-Za-z0-9_.]{1,30})[)）]")
_OPENING_QUOTE = re.compile(r"[:：]\s*[\"“„«”'「『]")
_CLOSING_QUOTE = re.compile(r"\s*[\"”“»'」』]\s*\.?$")
_ACCOUNT_COUNTS = ("follower_count", "following_count", "post_count")
_MAX_WORDS_BEFORE_DATE = 5


@frozen(kw_only=True)
class PostSentence:
    """What the sentence of a post says."""

    likes: Count | None
    comments: Count | None
    author: str | None
    caption: str | None
    """``None``: the sentence quotes nothing."""
    date: Moment | None

    def metrics(self, *, is_video: bool) -> Metrics:
        """The counts. A sentence that leaves out the likes is about a post whose likes are hidden."""
        values: dict[str, Any] = {}
        rounded: dict[str, int] = {}
        missing = dict.fromkeys(("share_count", "save_count"), MissingReason.NOT_PUBLIC)
        missing["view_count"] = MissingReason.NOT_OBSERVED if is_video else MissingReason.NOT_PUBLIC
        for column, count, why in (
            ("like_count", self.likes, MissingReason.HIDDEN),
            ("comment_count", self.comments, MissingReason.NOT_OBSERVED),
        ):
            if count is None:
                missing[column] = why
                continue
            values[column] = count.value
            if count.rounded is not None:
                rounded[column] = count.rounded
        return Metrics(**values, missing=missing, rounded=rounded)


def read_post(said: str) -> PostSentence | None:
    """The sentence of a post; ``None`` when ``said`` is another one."""
    head, caption = _split(said)
    numbers, _, rest = head.partition(dash.group()) if (dash := _DASH.search(head)) else ("", "", head)
    found = counted(numbers)
    if len(found) > 2:
        return None
    if not found:
        rest = head.strip()
    author, behind = _author(rest)
    date = _date(behind)
    if not found and (author is None or date is None):
        return None
    likes, comments = _likes_and_comments(found)
    return PostSentence(likes=likes, comments=comments, author=author, caption=caption, date=date)


def handle_in(said: str | None) -> str | None:
    """The handle that a title gives in brackets: "Acme Bakery (@acme) • Instagram photos and videos"."""
    found = _IN_BRACKETS.search(said or "")
    return found.group(1) if found else None


def read_account(said: str) -> dict[str, Count] | None:
    """The counts of an account by column; ``None`` when ``said`` is another sentence."""
    found = counted(_DASH.split(said)[0])
    return dict(zip(_ACCOUNT_COUNTS, (one.count for one in found), strict=False)) if len(found) >= 3 else None


def quoted(said: str) -> str | None:
    """What a sentence quotes behind its colon."""
    return _split(said)[1]


def _split(said: str) -> tuple[str, str | None]:
    opening = _OPENING_QUOTE.search(said)
    if opening is None:
        return said, None
    return said[: opening.start()], _CLOSING_QUOTE.sub("", said[opening.end() :].rstrip()).strip()


def _likes_and_comments(found: list[Counted]) -> tuple[Count | None, Count | None]:
    is_comments = [count_words.COMMENTS.search(one.words) is not None for one in found]
    if is_comments == [True]:
        return None, found[0].count
    if is_comments == [True, False]:
        return found[1].count, found[0].count
    counts = [one.count for one in found]
    return (counts[0] if counts else None), (counts[1] if len(counts) > 1 else None)


def _author(said: str) -> tuple[str | None, str]:
    """The handle, and what follows it."""
    if in_brackets := _IN_BRACKETS.search(said):
        return in_brackets.group(1), said[in_brackets.end() :]
    writer = _WRITER.match(said.strip())
    return (writer.group(1), said.strip()[writer.end() :]) if writer else (None, said)


def _date(said: str) -> Moment | None:
    """The day behind a preposition of any language ("on May 29, 2021", "am 5. Mai 2024")."""
    words = said.split()
    for start in range(min(len(words), _MAX_WORDS_BEFORE_DATE)):
        if date := read_date(" ".join(words[start:]).strip(" .")):
            return date
    return None
