"""What stands behind a format: its post type, its weekday or money; on invented markets whose truth is known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from tests.analysis.models.conftest import Built, Lab, Written

pytestmark = pytest.mark.method
TARGETS = (
    "intermediate.account_contrasts",
    "marts.claim_adjustments",
    "marts.claims",
    "marts.findings",
    "marts.opportunities",
)
ACCOUNTS = ("alder", "birch", "cedar", "dogwood", "elm", "fir")


def adjusted(built: Built, level: str, adjusted_for: str) -> dict[str, Any]:
    """One row of the mart."""
    (row,) = built.rows(
        f"select * from marts.claim_adjustments where level = '{level}' and adjusted_for = '{adjusted_for}'"
    )
    return row


@pytest.fixture(scope="module")
def confounded(lab: Lab) -> list[Written]:
    """Giveaways get 3.3 times as much and are mostly videos; a video as such gets nothing more."""
    random = np.random.default_rng(5)
    posts = []
    for number, account in enumerate(ACCOUNTS):
        for index in range(120):
            is_giveaway = index % 3 == 0
            is_video = random.random() < (0.7 if is_giveaway else 0.15)
            middle = math.log(200 * 2**number) + 1.2 * is_giveaway + 0.4 * float(random.standard_normal())
            posts.append(
                lab.post(
                    account,
                    f"{account}-{index}",
                    lab.now - timedelta(days=8 + 30 * float(random.random())),
                    format="video" if is_video else "image",
                    text=None,
                    stated_post_type="giveaway" if is_giveaway else "news",
                    seen=[lab.seen(80, round(math.exp(middle)), 3, 2)],
                )
            )
    return posts


@pytest.fixture(scope="module")
def market(lab: Lab, confounded: list[Written]) -> Built:
    """Six weeks: no months, so that nothing but the adjustments differs from the plain comparison."""
    return lab.build(lab.world(confounded), since=lab.now - timedelta(days=41))


def test_a_format_that_is_only_its_post_type_is_found_out(market: Built) -> None:
    row = adjusted(market, "video", "post_type")
    assert row["plain_lift"] > 1.8
    assert row["plain_verdict"] == "works"
    assert 0.9 < row["lift"] < 1.12
    assert row["verdict"] == "no_difference"
    assert row["is_verdict_changed"]


def test_the_claim_says_so_in_words(market: Built) -> None:
    claim = market.claim("format", "video")
    assert claim["verdict"] == "works"
    assert (
        "The post type may play a part: among posts of the same type it is 1.0 times (between 0.91 and 1.1): "
        "no difference that matters." in claim["sentence"]
    )
    giveaway = market.claim("post_type", "giveaway")
    assert "may play a part" not in giveaway["sentence"].lower()


def test_what_something_else_explains_is_not_recommended(market: Built) -> None:
    kinds = {row["level"]: row["kind"] for row in market.rows("select level, kind from marts.findings")}
    assert kinds["giveaway"] == "do_more"
    assert kinds["news"] == "do_less"
    assert kinds["video"] == kinds["image"] == "watch"
    assert [row["level"] for row in market.rows("select level from marts.opportunities")] == ["giveaway"]


def test_a_post_type_stays_what_it_is_inside_the_same_format(market: Built) -> None:
    row = adjusted(market, "giveaway", "format")
    assert row["lift"] == pytest.approx(math.exp(1.2), rel=0.1)
    assert (row["verdict"], row["is_verdict_changed"], row["sentence"]) == ("works", False, None)


def test_the_adjusted_ratio_is_the_formula_of_the_method(market: Built, confounded: list[Written]) -> None:
    """One account's contrast inside post types: weights n·m/(n + m), recomputed."""
    cells: dict[tuple[str, bool], list[float]] = {}
    for post in confounded:
        if post.account == "alder":
            key = (str(post.stated_post_type), post.format == "video")
            cells.setdefault(key, []).append(math.log1p((post.seen[0].like_count or 0) + 5))
    total, weights = 0.0, 0.0
    for kind in ("giveaway", "news"):
        level, rest = cells[kind, True], cells[kind, False]
        weight = len(level) * len(rest) / (len(level) + len(rest))
        total += weight * float(np.mean(level) - np.mean(rest))
        weights += weight
    (row,) = market.rows(
        """
        select difference
        from intermediate.account_contrasts
        inner join intermediate.contrast_kinds using (kind_number)
        inner join intermediate.traits using (trait_number)
        inner join intermediate.compared_accounts using (account_number)
        where company = 'Alder' and basis = 'within_counterpart' and level = 'video'
        """
    )
    assert row["difference"] == pytest.approx(total / weights, rel=1e-9)


def market_of(lab: Lab, kind: str) -> Built:
    """Carousels appear on Sundays only by chance more often, or are paid for; the day, or the money, does the rest."""
    random = np.random.default_rng(11)
    posts = []
    for account in ACCOUNTS:
        for index in range(140):
            is_special = index % 7 == 0 if kind == "weekday" else index % 4 == 0
            is_carousel = random.random() < (0.8 if is_special else 0.1)
            middle = math.log(300) + 1.5 * is_special + 0.4 * float(random.standard_normal())
            posts.append(
                lab.post(
                    account,
                    f"{account}-{index}",
                    # every account posts at noon, day after day: each seventh post is on the same weekday
                    lab.now - timedelta(days=8 + index),
                    format="carousel" if is_carousel else "text",
                    text=None,
                    is_promoted_label=True if kind == "promoted" and is_special else None,
                    seen=[lab.seen(80, round(math.exp(middle)), 3, 2)],
                )
            )
    return lab.build(lab.world(posts))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("weekday", "The weekday may play a part: among posts of the same weekday it is"),
        ("promoted", "Paid reach may play a part: among paid posts, and among the others, it is"),
    ],
)
def test_the_weekday_and_money_are_found_out_too(lab: Lab, kind: str, words: str) -> None:
    built = market_of(lab, kind)
    row = adjusted(built, "carousel", kind)
    assert row["plain_lift"] > 1.8
    assert 0.85 < row["lift"] < 1.15
    assert row["verdict"] in ("no_difference", "not_enough")
    assert words in built.claim("format", "carousel")["sentence"]


def test_where_nobody_pays_there_is_nothing_to_adjust_for(market: Built) -> None:
    assert market.rows("select * from marts.claim_adjustments where adjusted_for = 'promoted'") == []


def test_a_direction_that_turns_is_said(lab: Lab) -> None:
    """Videos are worse than pictures of the same type, but nearly all of them belong to the type that gets most."""
    posts = []
    shares: Mapping[str, tuple[int, int, float]] = {"giveaway": (30, 6, 2.0), "news": (6, 60, 0.0)}
    random = np.random.default_rng(2)
    for account in ACCOUNTS:
        for kind, (videos, images, effect) in shares.items():
            for index, form in enumerate(["video"] * videos + ["image"] * images):
                middle = math.log(300) + effect - 0.5 * (form == "video") + 0.3 * float(random.standard_normal())
                posts.append(
                    lab.post(
                        account,
                        f"{account}-{kind}-{index}",
                        lab.now - timedelta(days=8 + 30 * float(random.random())),
                        format=form,
                        text=None,
                        stated_post_type=kind,
                        seen=[lab.seen(80, round(math.exp(middle)), 3, 2)],
                    )
                )
    built = lab.build(lab.world(posts), since=lab.now - timedelta(days=41))
    row = adjusted(built, "video", "post_type")
    assert row["plain_lift"] > 1.5
    assert row["lift"] == pytest.approx(math.exp(-0.5), rel=0.15)
    assert row["is_sign_changed"]
    assert (
        "The post type may play a part: among posts of the same type it turns round, to 0.6"
        in built.claim("format", "video")["sentence"]
    )


def test_what_never_varies_apart_cannot_be_told_apart(lab: Lab) -> None:
    random = np.random.default_rng(3)
    posts = [
        lab.post(
            account,
            f"{account}-{index}",
            lab.now - timedelta(days=8 + 30 * float(random.random())),
            format="video" if index % 2 else "image",
            text=None,
            stated_post_type="giveaway" if index % 2 else "news",
            seen=[lab.seen(80, round(300 * (1 + index % 2) * float(np.exp(0.3 * random.standard_normal()))), 3, 2)],
        )
        for account in ACCOUNTS
        for index in range(60)
    ]
    built = lab.build(lab.world(posts), since=lab.now - timedelta(days=41))
    row = adjusted(built, "video", "post_type")
    assert (row["lift"], row["account_count"], row["verdict"]) == (None, 0, "not_enough")
    sentence = built.claim("format", "video")["sentence"]
    assert "Whether it is this or the post type cannot be told: the two hardly vary apart." in sentence
