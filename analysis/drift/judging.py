"""When a visit is unlike its account's own history. Pure: measures in, judgements out.

The measures and their bounds are those of Spidermon's monitors, each against the account's (or the platform's) last
good visits. A visit that is unlike them takes no part in the history that later ones are held against.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from math import sqrt
from statistics import median

WINDOW = 4
"""Good visits that make up what is usual (the frame in ``histories.sql``, the history in ``nearby.sql``)."""
AGREEING = 4
"""Visits in a row that are unlike before and like one another: then that is what is usual from now on."""
_LEAST_HISTORY = 2
_LEAST_POSTS = 5
"""Looked at, before a share of them says anything."""
_LEAST_POOLED_POSTS = 20
_LEAST_FOUND = 10
"""Usually, before finding fewer says anything."""
_LEAST_PAGES = 4
_FOUND_SHARE = 0.7
_COVERAGE_FALL = 0.1
_CHANCE_ERRORS = 3.5
"""Standard errors of a share that a visit's differs from the usual by chance in fewer than one of a hundred visits, the
median of four visits being uncertain too. By ten points alone, a field that half of ten posts have (views of videos
among pictures) would be out at every third visit."""
_ZEROS_RISE = 0.5
_BAD_PAGES = 0.05
_IDENTICAL = 0.5


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One measure of one visit, as ``measures.sql`` has it."""

    crawl_id: str
    account_id: str | None
    """``None`` = all of the platform that were visited in the crawl, as one."""
    platform: str
    measure: str
    field: str | None
    value: float
    sample_count: int
    started_at: datetime
    observed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One measure of one visit against its history."""

    measured: Measured
    usual: float | None = None
    """Median of the last good visits; ``None`` = too few."""
    is_out: bool = False
    is_new: bool = False
    """The visit before was not already out in this."""
    accepted_by: str | None = None
    """``person`` or ``habit`` (:data:`AGREEING` visits) where it is out and right all the same."""


@dataclass
class _Series:
    """One measure (of one field) over the visits of one account."""

    good: list[float] = field(default_factory=list)
    out: list[int] = field(default_factory=list)
    """Places, in the judgements, of the visits in a row that are out now."""
    last: list[float] = field(default_factory=list)
    """What the last visits gave, good or not."""

    @property
    def is_settled(self) -> bool:
        """Whether the history is what the last visits gave."""
        return not self.out and self.good[-WINDOW:] == self.last

    def see(self, value: float) -> None:
        """Note what a visit gave."""
        self.last = [*self.last[1 - WINDOW :], value]

    def keep(self, value: float) -> None:
        """Let what a visit gave join the history."""
        self.see(value)
        self.good.append(value)

    def usual(self, measure: str) -> float | None:
        if len(self.good) < (0 if measure == "identical_pages" else _LEAST_HISTORY):
            return None
        return median(self.good[-WINDOW:]) if self.good else 0.0


_OF_VISIT: Mapping[str, Callable[[Measured, float], bool]] = {
    "posts_found": lambda one, usual: (
        one.value < _FOUND_SHARE * usual if usual >= _LEAST_FOUND else one.value == 0 and usual >= 3
    ),
    # a visit that need not go back as far finds fewer posts, but not fewer a day
    "posts_per_day": lambda _one, _usual: False,
    "unparsed_pages": lambda one, usual: one.value > max(_BAD_PAGES, usual + _BAD_PAGES),
    "errors": lambda one, usual: one.value > max(_BAD_PAGES, usual + _BAD_PAGES),
    "identical_pages": lambda one, _: one.sample_count >= _LEAST_PAGES and one.value > _IDENTICAL,
}
_OF_FIELD: Mapping[str, Callable[[Measured, float], bool]] = {
    "coverage": lambda one, usual: usual - one.value > max(_COVERAGE_FALL, _chance(usual, one.sample_count)),
    "zeros": lambda one, usual: one.value - usual > max(_ZEROS_RISE, _chance(usual, one.sample_count)),
}
_BOUNDS = {**_OF_VISIT, **_OF_FIELD}
BOUNDS: Mapping[str, float] = {
    "least_history": _LEAST_HISTORY,
    "least_posts": _LEAST_POSTS,
    "least_pooled_posts": _LEAST_POOLED_POSTS,
    "least_found": _LEAST_FOUND,
    "least_pages": _LEAST_PAGES,
    "found_share": _FOUND_SHARE,
    "coverage_fall": _COVERAGE_FALL,
    "chance_errors": _CHANCE_ERRORS,
    "zeros_rise": _ZEROS_RISE,
    "bad_pages": _BAD_PAGES,
    "identical": _IDENTICAL,
}
"""The bounds by name, for the queries that pass over whoever was always as ever."""


class UnsettledError(Exception):
    """A visit is passed over while its history is not what the visits before it gave."""


def judge(
    measures: Iterable[Measured],
    accepted_at: datetime | None = None,
    *,
    passed_over: Collection[tuple[datetime, str]] = (),
) -> list[Judged]:
    """Judge the visits of one account, or of all of a platform's accounts as one, in the order of time.

    ``passed_over``: visits (when, and of which crawl) of which it is known that nothing is out where all before is
    history (``nearby.sql``): their measures only join it. Raises ``UnsettledError`` where something before is none.

    ``accepted_at``: a person said that all was right up to then. A number of posts, or a field that is missing, becomes
    usual once :data:`AGREEING` visits agree; zeros only when a person says so, because a count that is read wrongly is
    wrong the same way every week.
    """

    def visit(one: Measured) -> tuple[datetime, str]:
        return (one.observed_at, one.crawl_id)

    series: dict[tuple[str, str | None], _Series] = defaultdict(_Series)
    judgements: list[Judged] = []
    for (observed_at, crawl_id), group in groupby(sorted(measures, key=visit), key=visit):
        if (observed_at, crawl_id) in passed_over:
            if not all(each.is_settled for each in series.values()):
                raise UnsettledError
            for one in group:
                series[one.measure, one.field].keep(one.value)
            continue
        judged = [_judged(one, series[one.measure, one.field]) for one in group]
        judged = [
            replace(each, is_out=False, is_new=False) if _went_back_less(each, judged) else each for each in judged
        ]
        is_accepted = accepted_at is not None and observed_at <= accepted_at
        _take(judged, judgements, series, is_accepted=is_accepted)
    return judgements


def _chance(share: float, count: int) -> float:
    """How far the share of ``count`` posts is from ``share`` by chance; of few posts, all or none may be chance too."""
    likely = (share * count + 1) / (count + 2)
    return _CHANCE_ERRORS * sqrt(likely * (1 - likely) / count)


def _judged(one: Measured, series: _Series) -> Judged:
    usual = series.usual(one.measure)
    is_enough = one.measure not in _OF_FIELD or one.sample_count >= _LEAST_POSTS
    is_out = usual is not None and is_enough and _BOUNDS[one.measure](one, usual)
    return Judged(measured=one, usual=usual, is_out=is_out, is_new=is_out and not series.out)


def _went_back_less(one: Judged, judged: Sequence[Judged]) -> bool:
    """Fewer posts were found, though as many as ever of the time that the visit went back."""
    if one.measured.measure != "posts_found" or not one.is_out or not one.measured.value:
        return False
    paces = [each for each in judged if each.measured.measure == "posts_per_day"]
    return any(each.usual is not None and each.measured.value >= _FOUND_SHARE * each.usual for each in paces)


def _take(
    judged: Sequence[Judged],
    judgements: list[Judged],
    series: Mapping[tuple[str, str | None], _Series],
    *,
    is_accepted: bool,
) -> None:
    """Let one visit's measures join, or not, what is usual."""
    is_visit_out = any(each.is_out and each.measured.measure in _OF_VISIT for each in judged) and not is_accepted
    for each in judged:
        one = each.measured
        mine = series[one.measure, one.field]
        judgements.append(each)
        if one.measure not in _OF_FIELD or one.sample_count >= _LEAST_POSTS:
            mine.see(one.value)
        if each.is_out and is_accepted:
            judgements[-1] = replace(each, is_out=False, is_new=False, accepted_by="person")
            mine.good, mine.out = [one.value] * WINDOW, []
        elif each.is_out:
            mine.out.append(len(judgements) - 1)
            _learn(mine, judgements)
        elif one.measure not in _OF_FIELD or one.sample_count >= _LEAST_POSTS:
            mine.out = []
            if not is_visit_out:
                mine.good.append(one.value)


def _learn(mine: _Series, judgements: list[Judged]) -> None:
    """Take what visits in a row agree on for what is usual."""
    places = mine.out[-AGREEING:]
    ones = [judgements[place].measured for place in places]
    if len(places) < AGREEING or ones[0].measure == "zeros":
        return
    values = [one.value for one in ones]
    middle = median(values)
    spreads = [
        middle * (1 - _FOUND_SHARE)
        if one.measure == "posts_found"
        else max(_COVERAGE_FALL, _chance(middle, one.sample_count) if one.measure == "coverage" else 0.0)
        for one in ones
    ]
    if all(abs(value - middle) <= spread for value, spread in zip(values, spreads, strict=True)):
        for place in mine.out:
            judgements[place] = replace(judgements[place], is_out=False, is_new=False, accepted_by="habit")
        mine.good, mine.out = values, []
