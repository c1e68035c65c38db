"""By which ways an account's posts can be had, found out with a handful of requests before anything is collected.

A survey asks for the first page of each way and for no post. What it says is an estimate: how many posts lie before the
horizon is known where the first page reaches back to it, and otherwise worked out from how often was posted.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from attrs import define, field, frozen

from crawler.extraction import PageReading
from crawler.items import NextRequest, RequestKind, Way

MAX_REQUESTS = 6
"""Requests of one survey, robots.txt not counted."""
WAY_NAMES = {
    Way.API: "its interface",
    Way.FEED: "its feed",
    Way.SITEMAP: "its sitemap",
    Way.LINKS: "the links on its pages",
}
_DAY = timedelta(days=1)


@frozen(kw_only=True)
class WaySeen:
    """One way, as its first page shows it."""

    way: Way
    post_count: int
    """Posts since the horizon, as far as can be told."""
    is_complete: bool
    """It reaches back to the horizon by itself."""
    page_size: int
    """Posts, or pages that may be posts, on its first page."""
    has_own_pages: bool
    """Each post's own page is asked for, too."""

    @property
    def request_count(self) -> int:
        """Requests that reading it will take, the home page not counted."""
        pages = max(ceil(self.post_count / max(self.page_size, 1)), 1)
        if self.way is Way.API:
            return pages * 2  # posts, and the comments of these posts
        return 1 + self.post_count if self.has_own_pages else pages


@define
class Survey:
    """What was seen so far; the visit asks and tells."""

    now: datetime
    horizon_at: datetime
    seen: list[WaySeen] = field(factory=list, init=False)
    named: dict[Way, None] = field(factory=dict, init=False)
    """Ways that the site itself names."""
    request_count: int = field(default=0, init=False)
    linked_count: int = field(default=0, init=False)
    """Pages that may be posts, linked on the account's own page."""

    def is_worth_asking(self, request: NextRequest) -> bool:
        """Whether the request would show something that is not known yet: a way that is not complete needs another."""
        if self.request_count >= MAX_REQUESTS or request.kind not in (RequestKind.PROFILE, RequestKind.LISTING):
            return False
        if request.way is None:
            return True
        if not request.is_guess and request.way is not Way.LINKS:
            self.named.setdefault(request.way)
        if any(each.way is request.way or each.is_complete for each in self.seen):
            return False
        return request.way is not Way.LINKS or not self.seen

    def saw(self, request: NextRequest, reading: PageReading) -> None:
        """Take note of a page of a way."""
        named = [each.way for each in reading.next_requests if each.kind == RequestKind.CANDIDATE]
        # a page that was asked to name a way may be the first page of the way by links itself
        self.linked_count = max(self.linked_count, named.count(Way.LINKS))
        candidates = named.count(request.way) if request.way is not None else 0
        size = len(reading.posts) or candidates
        if request.way is None or not size:
            return
        dates = sorted(post.published_at for post in reading.posts if post.published_at is not None)
        is_back = bool(dates) and dates[0] < self.horizon_at
        goes_on = any(each.kind == RequestKind.LISTING and each.way is request.way for each in reading.next_requests)
        is_all = reading.is_whole and not goes_on and not is_back
        self.seen.append(
            WaySeen(
                way=request.way,
                post_count=size if is_all else self._expected(dates, reading.expected_count or size, size),
                is_complete=is_back or goes_on or is_all,
                page_size=size,
                has_own_pages=any(each.kind == RequestKind.POST for each in reading.next_requests) or candidates > 0,
            )
        )

    def _expected(self, dates: list[datetime], stated: int, size: int) -> int:
        if not dates:
            return size
        if dates[0] < self.horizon_at:
            return sum(date >= self.horizon_at for date in dates)
        days = max((dates[-1] - dates[0]) / _DAY, 1.0)
        at_this_pace = round(len(dates) / days * ((self.now - self.horizon_at) / _DAY))
        return max(min(at_this_pace, stated), len(dates)) if stated > size else max(at_this_pace, len(dates))

    def sentence(self) -> str:
        """For a person: the ways, the one that will be walked, what to expect. Empty when none was found."""
        if not self.seen and self.linked_count:
            return (
                f"Posts are found by {WAY_NAMES[Way.LINKS]} only: this one links to {self.linked_count} that may be"
                f" posts. It names neither feed nor sitemap: about {self.linked_count} requests or more."
            )
        if not self.seen:
            return ""
        chosen = next((each for each in self.seen if each.is_complete), self.seen[0])
        ways = _listed([WAY_NAMES[each.way] for each in self.seen])
        spare = [WAY_NAMES[way] for way in self.named if all(each.way is not way for each in self.seen)]
        also = f" (there is also {_listed(spare)})" if spare else ""
        judged = (
            f"The cheapest complete way is {ways}" if chosen.is_complete else "No complete way is known; these give"
        )
        return (
            f"Posts are found by {_listed([_named(each) for each in self.seen])}{also}. {judged}:"
            f" about {chosen.post_count} posts in {len(self.seen) + chosen.request_count} requests."
        )


def _listed(names: list[str]) -> str:
    return " and ".join(names)


def _named(seen: WaySeen) -> str:
    unit = "pages" if seen.way is Way.SITEMAP else "posts"
    return f"{WAY_NAMES[seen.way]} ({seen.page_size} {unit}{'' if seen.is_complete else ', the newest only'})"
