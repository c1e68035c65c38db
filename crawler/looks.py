"""When a known post is worth another look: at set ages around the one at which posts are compared, and between them and
after as long as this account's posts still grow."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from datetime import datetime, timedelta
from math import floor, log, log2
from typing import Protocol
from zlib import crc32

from attrs import field, frozen

from crawler.items import Platform, Role

_LOOKS_BY_COMPARISON_AGE = {
    # hours: an early look, one in [T/2, T) and one in [T, 2T) around the age T at which posts are compared (with a
    # crawl a day each falls inside), one between them, and late looks for what grows slowly
    72: (12, 36, 54, 72, 168, 672),
    168: (24, 84, 126, 168, 672),
    672: (48, 168, 336, 504, 672, 1_344),
}
_COMPARISON_AGE_HOURS: Mapping[Platform, int] = {
    **dict.fromkeys(
        (Platform.FACEBOOK, Platform.X, Platform.THREADS, Platform.MASTODON, Platform.BLUESKY, Platform.TELEGRAM), 72
    ),
    **dict.fromkeys(
        (
            Platform.INSTAGRAM,
            Platform.LINKEDIN,
            Platform.TIKTOK,
            Platform.REDDIT,
            Platform.LEMMY,
            Platform.MISSKEY,
            Platform.DISCOURSE,
            Platform.FOREM,
            Platform.TUMBLR,
        ),
        168,
    ),
    **dict.fromkeys(
        (Platform.YOUTUBE, Platform.PINTEREST, Platform.PEERTUBE, Platform.SUBSTACK, Platform.MEDIUM, Platform.WEB), 672
    ),
}
_OWN_ROLES = frozenset({Role.ORIGINAL, Role.QUOTE})
_WORTH_A_SET_LOOK = log(1.15)
"""Growth expected since the last look, below which one at a set age brings little."""
_WORTH_ANOTHER_LOOK = log(1.6)
"""Growth expected since the last look, from which one is worth it at any age: between two looks that lie closer
together ln(count) runs nearly straight over ln(age) (``bench/freshness.py``)."""
_NEAR_HOURS = 24
"""No further look where the last one was hardly, or a set one will be, within this time."""
_SPREAD = 0.15
"""Late looks at posts of one day are spread over this part of their age."""


class SeenPost(Protocol):
    """What is known of one post."""

    @property
    def native_id(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def published_at(self) -> datetime | None: ...
    @property
    def observed_at(self) -> datetime: ...


@frozen
class Growth:
    """How fast an account's posts grow, as its own counts have shown."""

    slopes: Mapping[int, float] = field(factory=dict)
    """⌊log2(age in hours)⌋ → growth of ln(1 + engagement) for each step of ln(age), at that age."""

    def between(self, from_hours: float, to_hours: float) -> float | None:
        """Growth of ln(1 + engagement) to be expected; ``None`` where the account has not shown it."""
        at, total = max(from_hours, 1.0), 0.0
        oldest = max(self.slopes, default=0)
        while at < to_hours:
            step = floor(log2(at))
            # posts never grow faster again: what was seen of older ones bounds what is older still
            shown = min(step, oldest)
            if shown not in self.slopes:
                return None
            until = min(to_hours, 2.0 ** (step + 1))
            total += max(0.0, self.slopes[shown]) * log(until / at)
            at = until
        return total


UNKNOWN_GROWTH = Growth()


def look_ages(platform: Platform) -> tuple[int, ...]:
    """Ages in hours at which a post of this platform is looked at again."""
    return _LOOKS_BY_COMPARISON_AGE[comparison_age(platform)]


def comparison_age(platform: Platform) -> int:
    """Age in hours at which posts of this platform are compared."""
    return _COMPARISON_AGE_HOURS[platform]


def is_due(platform: Platform, post: SeenPost, now: datetime, growth: Growth = UNKNOWN_GROWTH) -> bool:
    """Whether another look at the post is worth a request.

    A look around the age of comparison always is; another one at a set age unless this account's posts hardly grow any
    more by then; one at any age where they have grown by more than half since the last. Replies and reposts are never
    due: their counts are nobody's engagement in the analysis.
    """
    return urgency(platform, post, now, growth) > 0


def urgency(platform: Platform, post: SeenPost, now: datetime, growth: Growth = UNKNOWN_GROWTH) -> int:
    """0 = not due; 3 = the look at the age of comparison, without which the post cannot be compared; 2 = the last
    before it; 1 = any other that is worth it."""
    if post.published_at is None or post.role not in _OWN_ROLES:
        return 0
    compared_at = comparison_age(platform)
    age = (now - post.published_at) / timedelta(hours=1)
    seen = (post.observed_at - post.published_at) / timedelta(hours=1)
    ages = [_own_age(hours, post, compared_at) for hours in look_ages(platform)]
    crossed = ages[bisect_right(ages, seen) : bisect_right(ages, age)]
    if compared_at in crossed:
        return 3
    if max(hours for hours in look_ages(platform) if hours < compared_at) in crossed:
        return 2
    gain = growth.between(seen, age)
    if gain is None:
        return int(bool(crossed))
    if crossed:
        return int(gain >= _WORTH_A_SET_LOOK)
    is_one_near = any(age < hours <= age + _NEAR_HOURS for hours in ages) or age - seen < _NEAR_HOURS / 2
    return int(gain >= _WORTH_ANOTHER_LOOK and not is_one_near)


def _own_age(hours: int, post: SeenPost, compared_at: int) -> float:
    """Late looks are spread, so that what was published on one day does not fall due in one run."""
    if hours <= compared_at:
        return hours
    return hours * (1 + _SPREAD * crc32(post.native_id.encode("utf-8", "replace")) / 2**32)
