"""What the marts know that a plan can follow: kinds of posts, times, topics, hashtags, limits and own tests."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from attrs import field, frozen

from reports.desk import Desk
from reports.errors import BriefError, PlanningError
from reports.filters import Formats
from reports.language import marked
from reports.page import opened_desk
from reports.planning.notes import Note
from reports.planning.slots import Basis

KINDS: Final = ("format", "post_type")
"""Dimensions of which every slot has one level each."""
_WORKS: Final = frozenset({"works", "works_on_average"})
_WORKED_HERE: Final = "better_here"
_WORSE: Final = frozenset({"worse", "worse_on_average", "worse_here"})
_OWN_WINNER: Final = {"a_better": "level_a", "b_better": "level_b"}
_LEAST_POSTS: Final = 2
_SHARED_BY: Final = {"hashtag": 2, "topic": 3}
"""What fewer accounts write of is their own: a brand's hashtag, a product's name."""


@frozen(kw_only=True)
class Sales:
    """What the own posts of a level sell, against the own other posts there; only what is shown."""

    measure: str
    is_more: bool
    ratio: float
    ratio_low: float
    ratio_high: float
    post_count: int


@frozen(kw_only=True)
class Level:
    """One level of a dimension on one platform, and what is known of it."""

    platform: str
    dimension: str
    level: str
    verdict: str
    ratio: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None
    post_count: int = 0
    account_count: int = 0
    own_post_count: int = 0
    is_opening: bool = False
    is_own_result: bool = False
    """An own test said so."""
    sales: Sales | None = None
    """What it sells, where that is shown: it counts more than any attention."""
    is_outsold: bool = False
    """Another level of the dimension is shown to sell more: that this one is liked is a bet."""
    examples: tuple[tuple[str, str], ...] = ()
    """Company and address of posts of competitors that did best."""

    @property
    def basis(self) -> Basis:
        """What a slot of this kind rests on. What worked for these companies only is a bet."""
        if self.is_selling:
            return Basis.PROVEN
        if self.is_outsold and not self.is_own_result:
            return Basis.BEST_BET
        if self.is_opening and self.verdict in _WORKS:
            return Basis.OPENING
        return Basis.PROVEN if self.is_own_result or self.verdict in _WORKS else Basis.BEST_BET

    @property
    def is_worse(self) -> bool:
        """Whether it was shown to do worse."""
        if self.sales is not None:
            return not self.sales.is_more
        return self.verdict in _WORSE and not self.is_own_result

    @property
    def is_selling(self) -> bool:
        """Whether it was shown to sell more."""
        return self.sales is not None and self.sales.is_more

    @property
    def promise(self) -> float:
        """How much it may gain against how well that is known: ln(ratio) times the root of its posts."""
        if self.ratio is None or self.ratio <= 0 or self.post_count < _LEAST_POSTS:
            return 0.0
        return math.log(self.ratio) * math.sqrt(self.post_count)

    @property
    def strength(self) -> float:
        """ln of the ratio's cautious end; 0 where nothing is shown."""
        low = self.sales.ratio_low if self.sales is not None else self.ratio_low
        return math.log(low) if low and low > 0 else 0.0

    def why(self, formats: Formats) -> str:
        """One sentence in the language of the brief: what is known of it, and how sure that is."""
        words = formats.words
        said: dict[str, object] = {
            "kind": formats.gettext(
                "%(kind)s on %(platform)s",
                kind=words.level(self.level, self.dimension),
                platform=words.platform(self.platform),
            )
        }
        if self.sales is not None and self.sales.is_more:
            sold = {
                "ratio": formats.times(self.sales.ratio),
                "low": formats.times(self.sales.ratio_low),
                "high": formats.times(self.sales.ratio_high),
                "what": words.brought(self.sales.measure),
                "posts": formats.counted(self.sales.post_count, "post"),
            }
            return formats.gettext(
                "%(kind)s: %(ratio)s × (between %(low)s and %(high)s) what your other posts bring in %(what)s,"
                " %(posts)s of yours.",
                **said,
                **sold,
            )
        if self.ratio is None:
            if self.is_own_result:
                return formats.gettext("%(kind)s won in your own test.", **said)
            return formats.gettext("%(kind)s: nothing to compare with yet.", **said)
        said |= {
            "ratio": self._ratio(formats),
            "posts": formats.counted(self.post_count, "post"),
            "accounts": formats.counted(self.account_count, "account"),
        }
        if self.is_own_result:
            return formats.gettext("%(kind)s won in your own test: %(ratio)s.", **said)
        return formats.gettext(self._sentence(), **said)

    def _sentence(self) -> str:
        """What is said of a ratio by what it shows."""
        if self.verdict in _WORKS and self.is_opening:
            return marked(
                "%(kind)s: %(ratio)s the engagement of the same accounts' other posts, %(posts)s of %(accounts)s; and"
                " competitors use it rarely."
            )
        if self.verdict in _WORKS:
            return marked(
                "%(kind)s: %(ratio)s the engagement of the same accounts' other posts, %(posts)s of %(accounts)s."
            )
        if self.verdict == _WORKED_HERE:
            return marked(
                "%(kind)s: %(ratio)s the engagement of the same accounts' other posts, %(posts)s of %(accounts)s; it"
                " worked for these companies, and is not shown to carry over."
            )
        return marked(
            "%(kind)s: so far %(ratio)s the engagement of the same accounts' other posts, %(posts)s of %(accounts)s;"
            " that proves nothing yet."
        )

    def _ratio(self, formats: Formats) -> str:
        ratio = formats.times(self.ratio)
        if not (self.ratio_low and self.ratio_high):
            return f"{ratio} ×"
        return formats.gettext(
            "%(ratio)s × (between %(low)s and %(high)s)",
            ratio=ratio,
            low=formats.times(self.ratio_low),
            high=formats.times(self.ratio_high),
        )


@frozen(kw_only=True)
class Limits:
    """What a network takes."""

    hashtags: int | None = None
    """At most so many; ``None``: no cap is known."""
    hashtags_advised: int | None = None
    text: int | None = None
    since: Note | None = None
    """Of which day the caps are."""


@frozen(kw_only=True)
class Evidence:
    """All that a plan rests on."""

    levels: Mapping[tuple[str, str], Sequence[Level]]
    """Platform and dimension → its levels, those of most posts first."""
    variances: Mapping[str, float]
    limits: Mapping[str, Limits]
    platforms: tuple[str, ...]
    """On which posts are known, those with most first."""
    experiments: Sequence[Mapping[str, Any]] = ()
    """Rows of ``marts.plan_experiments``."""
    complete_pairs: frozenset[tuple[str, int]] = frozenset()
    """Test and block of pairs whose posts are both known at equal age."""
    as_of: dt.date
    formats: Formats = field(repr=False, eq=False)
    """Of what a plan says, in the language of the brief."""

    def of(self, platform: str, dimension: str) -> Sequence[Level]:
        """The levels of a dimension there."""
        return self.levels.get((platform, dimension), ())

    def effect(self, platform: str, dimension: str, level: str) -> float:
        """ln of the ratio of a time that was shown to matter; 0 of any other."""
        for each in self.of(platform, dimension):
            if each.level == level and (each.verdict in _WORKS or each.verdict in _WORSE) and each.ratio:
                return math.log(each.ratio)
        return 0.0

    def hashtags(self, platform: str) -> list[str]:
        """Those that work, then those that several companies use; never what does worse."""
        return [each.level for each in _shared(self.of(platform, "hashtag"))]

    def topics(self, platform: str) -> list[Level]:
        """What to write about: of what the own brand posts about, else the market, the most promising first."""
        shared = _shared(self.of(platform, "topic"))
        return [each for each in shared if each.own_post_count] or shared


def read_evidence(snapshot: Path, *, timezone: str | None = None, **spoken: Any) -> Evidence:
    """What a published snapshot says. ``spoken``: ``language``, ``locale`` and ``catalogues`` of the brief.

    Raises PlanningError, one sentence, when the snapshot is missing or of another version, or the language unknown.
    """
    try:
        with opened_desk(snapshot, timezone=timezone, **spoken) as (desk, _):
            return _read(desk)
    except BriefError as error:
        raise PlanningError(str(error)) from error


def _read(desk: Desk) -> Evidence:
    examples: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for row in desk.ask("plan_examples").rows:
        examples.setdefault((row["platform"], row["dimension"], row["level"]), []).append((row["company"], row["url"]))
    experiments = desk.ask("plan_experiments").rows
    won = {
        (row["platform"], row["dimension"], row[_OWN_WINNER[row["verdict"]]])
        for row in experiments
        if row["verdict"] in _OWN_WINNER
    }
    sales = {
        (row["platform"], row["dimension"], row["level"]): Sales(
            is_more=row["verdict"] == "sells_more",
            **{name: row[name] for name in ("measure", "ratio", "ratio_low", "ratio_high", "post_count")},
        )
        for row in desk.ask("plan_sales").rows
    }
    outsold = {place[:2] for place, sold in sales.items() if sold.is_more}
    levels: dict[tuple[str, str], list[Level]] = {}
    for row in desk.ask("plan_levels").rows:
        place = (row["platform"], row["dimension"], row["level"])
        found = Level(
            **row,
            is_own_result=place in won,
            sales=sales.get(place),
            is_outsold=place[:2] in outsold,
            examples=tuple(examples.get(place, ())),
        )
        levels.setdefault(place[:2], []).append(found)
    return Evidence(
        levels=levels,
        variances={row["platform"]: row["variance"] for row in desk.ask("plan_variance").rows if row["variance"]},
        limits=_limits(desk.ask("plan_limits").rows),
        platforms=tuple(row["platform"] for row in desk.ask("plan_accounts").rows),
        experiments=experiments,
        complete_pairs=frozenset((row["experiment_id"], row["block"]) for row in desk.ask("plan_complete_pairs").rows),
        as_of=desk.build["as_of"],
        formats=desk.formats,
    )


def _limits(rows: Iterable[Mapping[str, Any]]) -> dict[str, Limits]:
    found: dict[str, dict[str, Any]] = {}
    names = {"hashtags_max": "hashtags", "hashtags_advised": "hashtags_advised", "text_max": "text"}
    for row in rows:
        limits = found.setdefault(row["platform"], {})
        limits[names[row["what"]]] = row["highest"]
        if row["what"] == "hashtags_max":
            since = row["effective_from"]
            limits["since"] = (
                Note(marked("since %(day)s"), values={"day": since})
                if since
                else Note(marked("checked on %(day)s"), values={"day": row["checked_on"]})
            )
    return {platform: Limits(**limits) for platform, limits in found.items()}


def _shared(levels: Sequence[Level]) -> list[Level]:
    usable = [
        each
        for each in levels
        if not each.is_worse and (each.verdict in _WORKS or each.account_count >= _SHARED_BY[each.dimension])
    ]
    return sorted(usable, key=lambda each: (each.verdict not in _WORKS, -each.promise, each.level))
