"""Invented evidence to plan from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from reports.filters import Formats
from reports.planning.evidence import Evidence, Level, Limits
from reports.planning.planner import Plan, make_plan
from reports.planning.slots import Channel, Experiment, Rules, Slot

NOW = dt.datetime(2026, 11, 28, 20, tzinfo=dt.UTC)
DECEMBER = dt.date(2026, 12, 1)
MASTODON = Channel(
    platform="mastodon", account_key="https://social.example/@larch", host="social.example", handle="larch"
)
BLUESKY = Channel(platform="bluesky", account_key="https://bsky.example/larch", host="", handle="larch.example")
LINK = "https://larch.example/shop?ref=a"


def level(platform: str, dimension: str, name: str, verdict: str = "not_enough", **fields: Any) -> Level:
    """A level with two examples of competitors."""
    ratios = {"ratio": 1.2, "ratio_low": 0.8, "ratio_high": 1.8, "post_count": 30, "account_count": 5}
    examples = tuple(
        (company, f"https://{company}.example/{dimension}/{name}") for company in ("birch", "cedar", "elm")
    )
    return Level(
        **{
            "platform": platform,
            "dimension": dimension,
            "level": name,
            "verdict": verdict,
            "examples": examples,
            **ratios,
            **fields,
        }
    )


def works(platform: str, dimension: str, name: str, **fields: Any) -> Level:
    return level(platform, dimension, name, "works", **{"ratio": 2.0, "ratio_low": 1.5, "ratio_high": 2.8, **fields})


def evidence(*levels: Level, variance: float = 0.5, **fields: Any) -> Evidence:
    """All that is known: these levels."""
    by_place: dict[tuple[str, str], list[Level]] = {}
    for each in levels:
        by_place.setdefault((each.platform, each.dimension), []).append(each)
    platforms = tuple(dict.fromkeys(each.platform for each in levels))
    return Evidence(
        **{
            "levels": by_place,
            "variances": dict.fromkeys(platforms, variance),
            "limits": {"mastodon": Limits(text=500), "bluesky": Limits(text=300, hashtags_advised=3)},
            "platforms": platforms,
            "as_of": dt.date(2026, 11, 28),
            "formats": Formats(locale="en", timezone="UTC"),
            **fields,
        }
    )


def thin(platform: str) -> list[Level]:
    """A market of which nothing can be told yet."""
    return [
        *(
            level(platform, "format", name, own_post_count=own)
            for name, own in (("image", 9), ("text", 5), ("link", 2))
        ),
        level(platform, "format", "video", ratio=1.6),
        *(level(platform, "post_type", name) for name in ("how_to", "promotion", "question", "announcement")),
    ]


def known(platform: str) -> list[Level]:
    """A market where carousels work, stories are an opening, and plain text does worse."""
    return [
        works(platform, "format", "carousel"),
        works(platform, "post_type", "behind_the_scenes", is_opening=True),
        level(platform, "format", "text", "worse", ratio=0.6),
        level(platform, "format", "image", own_post_count=9),
        level(platform, "format", "video", ratio=1.6),
        *(level(platform, "post_type", name) for name in ("how_to", "promotion", "question", "announcement")),
    ]


Make = Callable[..., Plan]


@pytest.fixture
def make() -> Make:
    """A plan of December 2026 from a market that is known, unless said otherwise."""

    def made(
        what: Evidence | None = None,
        *,
        per_week: int = 4,
        month: dt.date = DECEMBER,
        channels: Sequence[Channel] = (MASTODON, BLUESKY),
        rules: Mapping[str, Any] | None = None,
        before: Sequence[Slot] = (),
        experiments: Sequence[Experiment] = (),
        is_partial: bool = False,
        now: dt.datetime = NOW,
    ) -> Plan:
        return make_plan(
            month,
            per_week=per_week,
            channels=channels,
            rules=Rules(**{"timezone": "Europe/Berlin", "link": LINK, **(rules or {})}),
            evidence=what if what is not None else evidence(*known("mastodon"), *known("bluesky")),
            known_slots=before,
            known_experiments=experiments,
            is_partial=is_partial,
            project="larch",
            now=now,
        )

    return made
