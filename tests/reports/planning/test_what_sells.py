"""A plan follows what sells before it follows what is liked."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

from analysis.build import build
from analysis.load import load_landing
from reports.filters import Formats
from reports.planning.evidence import Sales, read_evidence
from reports.planning.slots import Basis
from tests.analysis.simulated_shop import Kind, Shop, write_landing

from .conftest import MASTODON, Make, evidence, known, level, works

SELLS = Sales(measure="revenue", is_more=True, ratio=3.2, ratio_low=2.2, ratio_high=4.5, post_count=82)
SELLS_LESS = Sales(measure="revenue", is_more=False, ratio=0.3, ratio_low=0.2, ratio_high=0.5, post_count=70)


def test_what_sells_is_shown_and_what_only_is_liked_becomes_a_bet() -> None:
    video = level("mastodon", "format", "video", "worse", sales=SELLS, is_outsold=True)
    carousel = works("mastodon", "format", "carousel", is_outsold=True)
    dud = works("mastodon", "format", "image", sales=SELLS_LESS, is_outsold=True)
    assert (video.basis, video.is_worse) == (Basis.PROVEN, False)
    assert (carousel.basis, carousel.is_worse) == (Basis.BEST_BET, False)
    assert dud.is_worse
    assert video.why(Formats(locale="en", timezone="UTC")) == (
        "Videos on Mastodon: 3.2 × (between 2.2 and 4.5) what your other posts bring in sales, 82 posts of yours."
    )


def test_most_slots_move_to_what_sells(make: Make) -> None:
    market = [each for each in known("mastodon") if each.level not in ("video", "carousel")]
    before = evidence(*known("mastodon"))
    after = evidence(
        *market,
        works("mastodon", "format", "carousel", sales=SELLS_LESS, is_outsold=True),
        level("mastodon", "format", "video", "worse", sales=SELLS, is_outsold=True),
    )
    formats = [
        Counter(slot.format for slot in make(what, channels=[MASTODON], per_week=7).slots) for what in (before, after)
    ]
    assert formats[0]["carousel"] > formats[0]["video"]
    assert formats[1]["video"] > sum(formats[1].values()) / 3
    assert formats[1]["carousel"] == 0


def test_half_a_year_of_sales_turns_the_plan_to_the_format_that_sells(tmp_path: Path, make: Make) -> None:
    now = dt.datetime(2026, 11, 22, 6, tzinfo=dt.UTC)
    kinds = {
        "carousel": Kind(share=0.3, likes=150, orders=0.2),
        "image": Kind(share=0.4, likes=60, orders=0.6),
        "video": Kind(share=0.3, likes=20, orders=2.4),
    }
    write_landing(Shop(kinds=kinds, now=now, posts_per_week=6, weeks=26), tmp_path / "landing")
    assert not load_landing(tmp_path / "warehouse.duckdb", tmp_path / "landing", now=now).rejections
    build(tmp_path / "warehouse.duckdb", tmp_path / "rivalscope.duckdb", now=now)
    found = read_evidence(tmp_path / "rivalscope.duckdb")
    levels = {each.level: each for each in found.of("mastodon", "format")}
    assert levels["video"].basis is Basis.PROVEN
    assert levels["carousel"].is_worse
    assert levels["image"].basis is Basis.BEST_BET
    formats = Counter(slot.format for slot in make(found, channels=[MASTODON], per_week=7).slots)
    assert formats["video"] > formats.total() / 2, "a third of the posts so far"
    assert formats["carousel"] == 0, "the most liked format"
