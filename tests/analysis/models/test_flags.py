"""Posts that are flagged for their counts: what is found, and how often a rule is wrong."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from tests.analysis.models.conftest import Built, Lab, Seen, Written

pytestmark = pytest.mark.method
TARGETS = ("marts.claim_definitions", "marts.claims", "marts.flag_rules", "marts.posts", "marts.promoted_suspects")
LOOKS = (24, 48, 80, 160, 250)
"""Ages of the looks in hours; posts are compared at 72."""
NOISES = {"mastodon": "normal", "bluesky": "heavy", "facebook": "skewed"}
PAID_SHARE = 0.1


def curve(
    lab: Lab, random: np.random.Generator, total: float, comment_share: float, *, paid: float = 0.0
) -> list[Seen]:
    """Looks at a post that gets ``total`` by itself, and ``paid`` more from its fourth to its tenth day, hardly any of
    it comments. Half of what comes by itself is there after about 14 hours."""
    half_life = 14 * math.exp(0.5 * float(random.standard_normal()))
    likes = comments = 0
    earlier = bought_earlier = 0.0
    seen = []
    for age in LOOKS:
        reached = age**1.2 / (age**1.2 + half_life**1.2)
        bought = min(1.0, max(0.0, (age - 72) / 168))
        come, more = total * (reached - earlier), paid * (bought - bought_earlier)
        earlier, bought_earlier = reached, bought
        likes += int(random.poisson(come * (1 - comment_share) + more * 0.99))
        comments += int(random.poisson(come * comment_share + more * 0.01))
        seen.append(lab.seen(age, likes, comments, 0))
    return seen


def noise_of(random: np.random.Generator, noise: str) -> float:
    """Mean 0 and standard deviation 1."""
    match noise:
        case "heavy":
            return float(random.standard_t(4)) / math.sqrt(2)
        case "skewed":
            return (float(random.standard_gamma(2.0)) - 2) / math.sqrt(2)
        case _:
            return float(random.standard_normal())


def posts_of(lab: Lab, platform: str, *, paid_share: float, seed: int) -> tuple[list[Written], set[str]]:
    """Six accounts with 160 posts each, and the native ids of those whose reach was paid for from the fourth day on."""
    random = np.random.default_rng(seed)
    posts, paid_ids = [], set()
    for number in range(6):
        typical = math.exp(float(random.uniform(math.log(80), math.log(3000))))
        usual_share = float(random.uniform(0.02, 0.15))
        for index in range(160):
            native_id = f"{platform}-{number}-{index}"
            total = typical * math.exp(1.2 * noise_of(random, NOISES[platform]))
            is_paid = float(random.random()) < paid_share
            if is_paid:
                paid_ids.add(native_id)
            share = min(0.9, usual_share * math.exp(0.5 * float(random.standard_normal())))
            posts.append(
                lab.post(
                    f"{platform}-{number}",
                    native_id,
                    lab.now - timedelta(days=12 + 150 * float(random.random())),
                    platform=platform,
                    format="image" if index % 2 else "text",
                    text=None,
                    seen=curve(lab, random, total, share, paid=3 * typical if is_paid else 0.0),
                )
            )
    return posts, paid_ids


@pytest.fixture(scope="module")
def innocent(lab: Lab) -> Built:
    """Three markets in which nobody pays and nothing is a breakout but by chance: 2,880 posts."""
    posts = [
        post for seed, platform in enumerate(NOISES) for post in posts_of(lab, platform, paid_share=0.0, seed=seed)[0]
    ]
    return lab.build(lab.world(posts), outcomes=["engagement"])


@pytest.mark.parametrize("rule", ["late_engagement", "like_comment_jump"])
def test_hardly_any_innocent_post_is_suspected(innocent: Built, rule: str) -> None:
    """No more than the false-alarm rate that is stated."""
    (row,) = innocent.rows(f"select * from marts.flag_rules where rule = '{rule}'")
    assert row["post_count"] == 2880
    assert row["flagged_count"] / row["post_count"] <= row["false_alarm_high"]


def test_breakouts_by_chance_are_as_rare_as_stated(innocent: Built) -> None:
    """0.1 to 0.7 % of normal counts; where single posts run away, up to 4 %."""
    (rule,) = innocent.rows("select * from marts.flag_rules where rule = 'breakout'")
    rates = {
        row["platform"]: row["rate"]
        for row in innocent.rows(
            """
            with accounts as (
                select
                    platform,
                    count(*) filter (is_breakout) as breakout_count,
                    greatest(count(engagement_at_age) - 30, 0) as late_post_count,
                from marts.posts
                where role in ('original', 'quote')
                group by platform, account_id
            )
            select platform, sum(breakout_count) / sum(late_post_count) as rate
            from accounts
            group by all
            """
        )
    }
    assert rates["mastodon"] <= 0.007
    assert rates["mastodon"] < rates["facebook"] <= rule["false_alarm_high"]
    assert rates["bluesky"] <= rule["false_alarm_high"]


def test_bought_reach_that_comes_late_is_found_and_its_evidence_is_said(lab: Lab) -> None:
    posts, paid_ids = posts_of(lab, "mastodon", paid_share=PAID_SHARE, seed=3)
    built = lab.build(lab.world(posts), outcomes=["engagement"])
    rows = built.rows(
        """
        select posts.native_id, suspects.rules, suspects.evidence, suspects.is_stated
        from marts.promoted_suspects as suspects
        inner join marts.posts as posts on suspects.post_id = posts.post_id
        where list_contains(suspects.rules, 'late_engagement')
        """
    )
    found = {row["native_id"] for row in rows}
    assert len(found & paid_ids) >= 0.6 * len(paid_ids)
    assert len(found - paid_ids) <= 0.01 * (len(posts) - len(paid_ids))
    assert all("% of the engagement that it had after" in row["evidence"] for row in rows)
    assert all(
        "came after the first 3 days; with this account's posts it is usually" in row["evidence"] for row in rows
    )
    assert not any(row["is_stated"] for row in rows)


def world_of(lab: Lab, extra: Sequence[Written], **first: Any) -> list[Written]:
    """Forty even posts of one account, some more, and whatever is said of the first."""
    random = np.random.default_rng(6)
    return [
        lab.post(
            "acorn",
            f"even-{index}",
            lab.now - timedelta(days=10 + index),
            text=None,
            seen=[lab.seen(80, round(100 * float(np.exp(0.3 * random.standard_normal()))), 10 + index % 3, 1)],
            **(first if index == 0 else {}),
        )
        for index in range(40)
    ] + list(extra)


def suspects(built: Built) -> dict[str, dict[str, Any]]:
    """Native id → row of the mart."""
    rows = built.rows(
        "select posts.native_id, suspects.* from marts.promoted_suspects as suspects "
        "inner join marts.posts as posts on suspects.post_id = posts.post_id"
    )
    return {row["native_id"]: row for row in rows}


def test_many_likes_and_hardly_a_comment_on_a_great_success_are_suspicious(lab: Lab) -> None:
    at = lab.now - timedelta(days=60)
    built = lab.build(
        lab.world(
            world_of(
                lab,
                [
                    lab.post("acorn", "bought", at, text=None, seen=[lab.seen(80, 2000, 11, 1)]),
                    lab.post("acorn", "loved", at, text=None, seen=[lab.seen(80, 2000, 210, 20)]),
                    lab.post("acorn", "unloved", at, text=None, seen=[lab.seen(80, 90, 0, 0)]),
                ],
            )
        )
    )
    found = suspects(built)
    assert set(found) == {"bought"}
    assert found["bought"]["rules"] == ["like_comment_jump"]
    assert "It has 167 likes for each comment, where this account's posts usually have" in found["bought"]["evidence"]


def test_a_label_and_a_hashtag_are_evidence_without_any_count(lab: Lab) -> None:
    built = lab.build(lab.world(world_of(lab, [], is_promoted_label=True, hashtags=["Kettle", "Sponsored"])))
    (row,) = suspects(built).values()
    assert row["rules"] == ["hashtag", "label"]
    assert row["evidence"] == "It carries #Sponsored. The network marks it as paid for."
    assert row["is_stated"]
    (flagged,) = built.rows("select native_id from marts.posts where is_promoted_suspect")
    assert flagged["native_id"] == "even-0"


def test_suspects_are_left_out_of_one_definition_of_success(lab: Lab) -> None:
    """Videos are only better where they were paid for, and half of the paid ones say so."""
    random = np.random.default_rng(8)
    posts = []
    for account in ("alder", "birch", "cedar", "dogwood"):
        for index in range(100):
            is_paid = index % 5 == 0
            likes = round(200 * (6 if is_paid else 1) * float(np.exp(0.4 * random.standard_normal())))
            posts.append(
                lab.post(
                    account,
                    f"{account}-{index}",
                    lab.now - timedelta(days=8 + 0.3 * index),
                    format="video" if is_paid or index % 4 == 0 else "text",
                    text=None,
                    is_promoted_label=True if is_paid else None,
                    seen=[lab.seen(80, likes, likes // 10, 3)],
                )
            )
    built = lab.build(lab.world(posts), since=lab.now - timedelta(days=41), outcomes=["engagement"])
    assert built.claim("format", "video")["verdict"] == "works"
    (row,) = built.rows(
        "select * from marts.claim_definitions where level = 'video' and definition = 'without_promoted'"
    )
    assert 0.8 < row["lift"] < 1.25
    assert not row["is_held"]
