"""When a post was published and changed: of all that a page states, the most exact; what readers see comes last."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from attrs import frozen

from crawler.items import Precision
from crawler.pages.web.facts import Facts
from crawler.reading.dateline import address_date
from crawler.reading.dates import EXACT, Moment, read_date
from crawler.reading.text import clean
from crawler.reading.visible import VisiblePost

_MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-]|\s|$)")
_APART = timedelta(days=2)
"""How far a date that readers see may be from the day in the address: zones, and drafts that were published later."""


@frozen
class StatedMoment:
    """A moment and the name of the source that states it."""

    moment: Moment
    source: str


@frozen(kw_only=True)
class Published:
    """When the post was published, and what was written where that cannot be read."""

    best: StatedMoment | None = None
    written: tuple[str, ...] = ()
    """Everything that stands in the place of a date, in order of trust."""
    is_shown: bool = False
    """Only readers see the date, and the page looks like one post all the same."""

    @property
    def text(self) -> str | None:
        """What is written, where it does not say a moment with its zone."""
        if self.best is not None:
            return None if self.best.moment.precision in EXACT else self.best.moment.text
        return " ".join(clean(self.written[0]).split())[:200] if self.written else None


def published(
    facts: Sequence[Facts], visible: VisiblePost, address: str, fetched_at: datetime, *, is_post: bool
) -> Published:
    """The best date of ``facts``; where it is not exact also the article's ``time``; without any what readers see.

    What readers see is looked for where it is known that the page is a post (``is_post``), or its heading suggests it.
    """
    stated = [(fact.source, said) for fact in facts for said in fact.published]
    best = best_moment(stated, fetched_at)
    if best is None or best.moment.precision not in EXACT or _MIDNIGHT.search(best.moment.text):
        stated += [("page", said) for said in visible.times]
        best = best_moment(stated, fetched_at)
    is_shown = best is not None and best.source == "page" and visible.is_post
    if best is None and (is_post or visible.is_headed or address_date(address)):
        best = _shown(visible, address, fetched_at)
        stated += [("page", said) for said in visible.marked_dates]
        is_shown = best is not None and (best.source == "address" or visible.is_headed)
    return Published(best=best, written=tuple(said for _, said in stated), is_shown=is_shown)


def edited(facts: Sequence[Facts], visible: VisiblePost, fetched_at: datetime, after: Published) -> StatedMoment | None:
    """When the post was changed, if that was after it was published."""
    stated = [(fact.source, said) for fact in facts for said in fact.edited]
    best = best_moment([*stated, *(("page", said) for said in visible.edit_times)], fetched_at)
    return best if best is not None and after.best is not None and best.moment.at > after.best.moment.at else None


def best_moment(
    stated: Iterable[tuple[str, str]], fetched_at: datetime, *, is_day_first: bool = False
) -> StatedMoment | None:
    """The first with a time and a zone, else the first wall clock, else the first day.

    A time of midnight sharp is how software writes a day, so any other time comes before it; it stays what it is.
    """
    moments = [
        StatedMoment(moment, source)
        for source, said in stated
        if (moment := read_date(clean(said), latest=fetched_at, is_day_first=is_day_first)) is not None
    ]
    exact = [one for one in moments if one.moment.precision in EXACT]
    best = next((one for one in exact if not _MIDNIGHT.search(one.moment.text)), None) or next(iter(exact), None)
    for precision in (Precision.LOCAL, Precision.DAY, Precision.MONTH):
        best = best or next((one for one in moments if one.moment.precision is precision), None)
    return best


def _shown(visible: VisiblePost, address: str, fetched_at: datetime) -> StatedMoment | None:
    """What readers see: marked dates, dateline and sentences that agree with the address; then the address's own."""
    said = address_date(address)
    addressed = best_moment([("address", said)] if said else [], fetched_at)
    for written in visible.shown_dates:
        one = best_moment([("page", written)], fetched_at, is_day_first=visible.is_day_first)
        if one is not None and (addressed is None or _agree(one.moment, addressed.moment)):
            return one
    return addressed


def _agree(shown: Moment, addressed: Moment) -> bool:
    if addressed.precision is Precision.MONTH:
        month = addressed.at.replace(day=1)
        return month - _APART <= shown.at <= month + timedelta(days=31) + _APART
    return abs(shown.at - addressed.at) <= _APART
