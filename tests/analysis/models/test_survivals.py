"""What removed and edited posts do to the claims, on invented markets in which somebody takes down what fails."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from tests.analysis.models.conftest import Built, Lab, World, Written

pytestmark = pytest.mark.method
TARGETS = ("marts.claim_definitions", "marts.claim_survivals", "marts.claims", "marts.posts")
ACCOUNTS = ("alder", "birch", "cedar", "dogwood", "elm")


def growth(age_hours: float) -> float:
    """How much of its engagement at 72 hours a post has."""
    return age_hours / (age_hours + 24) * (72 + 24) / 72


def world_of(lab: Lab, *, taken_down: Mapping[str, float], seed: int = 3) -> World:
    """Videos get nothing more than texts; of posts below their account's usual, a share by format is removed at 30
    hours, after one look at 20. What stays is looked at at 20 and at 80 hours."""
    random = np.random.default_rng(seed)
    posts: list[Written] = []
    absences = []
    for account in ACCOUNTS:
        for index in range(90):
            form = "video" if index % 3 == 0 else "text"
            noise = 0.9 * float(random.standard_normal())
            published_at = lab.now - timedelta(days=8 + 30 * float(random.random()))
            is_gone = noise < 0 and float(random.random()) < taken_down.get(form, 0.0)
            ages = (20.0,) if is_gone else (20.0, 80.0)
            post = lab.post(
                account,
                f"{account}-{index}",
                published_at,
                format=form,
                text=None,
                seen=[lab.seen(age, round(400 * math.exp(noise) * growth(age)), 3, 2) for age in ages],
            )
            posts.append(post)
            if is_gone:
                absences.append(
                    {
                        "post_id": post.post_id,
                        "account_id": lab.world().account_id("mastodon", account),
                        "kind": "gone",
                        "status": 404,
                        "observed_at": published_at + timedelta(hours=44),
                    }
                )
    return lab.world(posts, absences=absences)


def survival(built: Built, level: str) -> dict[str, Any]:
    """One row of the mart."""
    (row,) = built.rows(f"select * from marts.claim_survivals where level = '{level}'")
    return row


@pytest.fixture(scope="module")
def embellished(lab: Lab) -> Built:
    """Seven in ten videos that fail are taken down, and no text."""
    world = world_of(lab, taken_down={"video": 0.7})
    return lab.build(world, since=lab.now - timedelta(days=41), outcomes=["engagement"])


def test_removed_posts_are_counted_beside_the_others(embellished: Built) -> None:
    row = survival(embellished, "video")
    (counted,) = embellished.rows(
        "select count(*) filter (format = 'video') as videos, count(*) filter (format = 'text') as texts "
        "from marts.posts where removed_at is not null"
    )
    assert (row["post_count"], row["other_count"]) == (150, 300)
    assert (row["removed_count"], row["other_removed_count"]) == (counted["videos"], counted["texts"])
    assert counted["videos"] > 30
    assert counted["texts"] == 0


def test_what_was_removed_early_comes_back_as_it_was_last_seen(embellished: Built) -> None:
    """Without them videos look better; grown from 20 to 72 hours as other posts grow, nothing is left of that."""
    row = survival(embellished, "video")
    assert row["lift"] > 1.25
    assert row["verdict"] in ("works", "works_on_average")
    assert 0.85 < row["lift_as_last_seen"] < 1.15
    assert row["lift_as_last_seen_low"] < 1 < row["lift_as_last_seen_high"]
    assert row["is_verdict_changed"]
    # nothing that was measured is among the removed, so that leaving those out changes nothing
    assert row["lift_without_removed"] is None


def assert_grown(built: Built) -> None:
    """Every removed post grew from its last look as those of ``world_of`` do."""
    rows = built.rows("select last_engagement, log_as_last_seen::double as grown from intermediate.removed_posts")
    assert rows
    for row in rows:
        assert row["grown"] - math.log1p(row["last_engagement"]) == pytest.approx(
            math.log(growth(72) / growth(20)), abs=0.05
        )


def test_a_last_look_is_grown_to_the_age_of_comparison(embellished: Built) -> None:
    assert_grown(embellished)


def test_how_posts_grew_outside_the_windows_tells_nothing(lab: Lab) -> None:
    """More posts of a year ago, which got all they ever got at once, than there are inside the windows."""
    world = world_of(lab, taken_down={"video": 0.7})
    long_ago = lab.now - timedelta(days=300)
    world.posts += [
        lab.post(
            account,
            f"old-{account}-{index}",
            long_ago + timedelta(hours=index),
            format="text",
            text=None,
            seen=[lab.seen(20.0, 400, 3, 2), lab.seen(80.0, 400, 3, 2)],
        )
        for account in ACCOUNTS
        for index in range(120)
    ]
    built = lab.build(world, since=lab.now - timedelta(days=41), outcomes=["engagement"])
    assert_grown(built)


def test_the_claim_says_what_the_removed_posts_do_to_it(embellished: Built) -> None:
    row = survival(embellished, "video")
    sentence = embellished.claim("format", "video")["sentence"]
    assert (
        f"Removed: {row['removed_count']} of 150 such posts, and 0 of 300 others; "
        "with the removed ones as they were last seen, it would be " in sentence
    )
    assert row["sentence"] in sentence


def test_both_ways_are_definitions_that_were_tried(embellished: Built) -> None:
    rows = embellished.rows("select * from marts.claim_definitions where level = 'video'")
    (kept,) = [row for row in rows if row["definition"] == "removed_as_last_seen"]
    assert not kept["is_held"]
    assert kept["label"] == "with removed posts as they were last seen"


def test_posts_that_were_measured_before_they_went_are_in_the_claim(lab: Lab) -> None:
    """The best videos are taken down after a month: the claim has them, and says what it would be without."""
    world = world_of(lab, taken_down={})
    best = sorted(
        (post for post in world.posts if post.format == "video"), key=lambda post: post.seen[1].like_count or 0
    )[-60:]
    world.absences = [
        {
            "post_id": post.post_id,
            "account_id": world.account_id("mastodon", post.account),
            "kind": "gone",
            "status": 404,
            "observed_at": lab.now - timedelta(hours=1),
        }
        for post in best
    ]
    built = lab.build(world, since=lab.now - timedelta(days=41), outcomes=["engagement"])
    row = survival(built, "video")
    assert row["removed_count"] == 60
    assert row["lift_as_last_seen"] is None
    assert row["lift_without_removed"] < 0.8 < row["lift"]
    assert row["is_verdict_changed"]
    assert "Removed: 60 of 150 such posts, and 0 of 300 others; without the removed ones it would be" in str(
        row["sentence"]
    )


def test_where_nothing_was_removed_nothing_is_said(lab: Lab) -> None:
    built = lab.build(world_of(lab, taken_down={}), since=lab.now - timedelta(days=41), outcomes=["engagement"])
    rows = built.rows("select * from marts.claim_survivals")
    assert {row["level"] for row in rows} >= {"video", "text"}
    assert all(row["removed_count"] == 0 and row["sentence"] is None for row in rows)
    assert not any(row["is_verdict_changed"] for row in rows)
    tried = built.rows("select distinct definition from marts.claim_definitions where definition like '%removed%'")
    assert tried == []
