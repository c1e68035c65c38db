"""Claims about every definition of success, recomputed by hand from invented counts."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import analysis
from analysis.model_files import BuildError
from crawler.config.values import OUTCOMES
from tests.analysis.models.conftest import Seen, Written

if TYPE_CHECKING:
    from tests.analysis.models.conftest import Built, Lab

TARGETS = ("marts.build", "marts.claims", "marts.outcomes")
ACCOUNTS = ("alder", "birch", "cedar", "dogwood")
FOLLOWERS = {"alder": 1000, "birch": 4000, "cedar": 9000, "dogwood": 30000}


def posts_of(lab: Lab, platform: str) -> Iterator[Written]:
    """Pictures are liked twice as often, hardly commented, shared alike and seen four times as often."""
    random = np.random.default_rng(7)
    for account in ACCOUNTS:
        for index in range(60):
            is_image = index % 2 == 0
            noise = float(np.exp(0.3 * random.standard_normal()))
            yield lab.post(
                account,
                f"{platform}-{account}-{index}",
                lab.now - timedelta(days=8 + index % 30, hours=index % 7),
                platform=platform,
                format="image" if is_image else "text",
                text=None,
                seen=[
                    Seen(
                        age_hours=100,
                        like_count=round((400 if is_image else 200) * noise),
                        comment_count=round((20 if is_image else 80) * noise),
                        share_count=round(30 * noise),
                        view_count=round((40000 if is_image else 10000) * noise),
                    )
                ],
            )


@pytest.fixture(scope="module")
def world_posts(lab: Lab) -> list[Written]:
    """The posts of ``market``."""
    return list(posts_of(lab, "mastodon"))


@pytest.fixture(scope="module")
def market(lab: Lab, world_posts: list[Written]) -> Built:
    """Four weeks of four accounts on Mastodon; so short a window has no strata."""
    world = lab.world(
        [*world_posts, *posts_of(lab, "telegram")],
        followers=[("mastodon", account, lab.now - timedelta(days=400), count) for account, count in FOLLOWERS.items()],
    )
    return lab.build(world, since=lab.now - timedelta(days=41))


def counts(post: Written) -> tuple[int, int, int, int]:
    """Likes, comments, shares and views."""
    (seen,) = post.seen
    assert seen.like_count is not None
    assert seen.comment_count is not None
    assert seen.share_count is not None
    assert seen.view_count is not None
    return seen.like_count, seen.comment_count, seen.share_count, seen.view_count


def sum_of(post: Written) -> int:
    """Engagement."""
    return sum(counts(post)[:3])


DEFINITIONS: Mapping[str, Callable[[Written], float]] = {
    "engagement": lambda post: math.log1p(sum_of(post)),
    "engagement_per_follower": lambda post: math.log1p(sum_of(post)) - math.log1p(FOLLOWERS[post.account]),
    "engagement_per_view": lambda post: math.log1p(sum_of(post)) - math.log1p(counts(post)[3]),
    "likes": lambda post: math.log1p(counts(post)[0]),
    "comments": lambda post: math.log1p(counts(post)[1]),
    "shares": lambda post: math.log1p(counts(post)[2]),
    "weighted": lambda post: math.log1p(counts(post)[0] + 3 * counts(post)[1] + 5 * counts(post)[2]),
}


@pytest.mark.parametrize("outcome", DEFINITIONS)
def test_an_outcome_is_what_its_definition_says(market: Built, world_posts: list[Written], outcome: str) -> None:
    value = DEFINITIONS[outcome]
    differences = [
        float(
            np.mean([value(post) for post in world_posts if post.account == account and post.format == "image"])
            - np.mean([value(post) for post in world_posts if post.account == account and post.format == "text"])
        )
        for account in ACCOUNTS
    ]
    here = market.claim("format", "image", scope="here", platform="mastodon", outcome=outcome)
    assert here["lift"] == pytest.approx(math.exp(np.mean(differences)), rel=1e-9)
    assert here["accounts_up"] == sum(difference > 0 for difference in differences)


def test_every_outcome_has_its_own_verdict_and_its_sentence_names_it(market: Built) -> None:
    found = {outcome: market.claim("format", "image", platform="mastodon", outcome=outcome) for outcome in DEFINITIONS}
    assert found["likes"]["verdict"] == "works"
    assert "times the likes of the same accounts' other posts" in found["likes"]["sentence"]
    assert found["comments"]["verdict"] == found["engagement_per_view"]["verdict"] == "worse"
    assert "times the comments of" in found["comments"]["sentence"]
    assert "times the engagement per view of" in found["engagement_per_view"]["sentence"]
    assert found["shares"]["verdict"] == "no_difference"
    assert found["engagement"]["definitions_tried"] is not None
    assert {claim["definitions_tried"] for name, claim in found.items() if name != "engagement"} == {None}


def test_every_outcome_has_its_own_best_tenth(market: Built) -> None:
    assert market.claim("format", "image", platform="mastodon", outcome="likes")["top_decile_odds"] > 1
    assert market.claim("format", "image", platform="mastodon", outcome="comments")["top_decile_odds"] < 1


def test_outcomes_speak_of_every_trait(market: Built) -> None:
    rows = market.rows(
        """
        select outcome, count(distinct dimension) as n from marts.claims
        where platform = 'mastodon' and scope = 'general'
        group by all
        """
    )
    assert len(rows) == 7
    assert len({row["n"] for row in rows}) == 1
    assert rows[0]["n"] > 2


def test_what_a_platform_does_not_show_is_no_outcome_there(market: Built) -> None:
    """Telegram's comments and forwards are not public, and nobody counted its followers here."""
    rows = market.rows("select distinct outcome from marts.claims where platform = 'telegram' order by outcome")
    assert [row["outcome"] for row in rows] == ["engagement", "engagement_per_view", "likes", "weighted"]


def test_posts_without_the_count_are_left_out_and_counted(lab: Lab, world_posts: list[Written]) -> None:
    posts = [
        lab.post(
            post.account,
            post.native_id,
            post.published_at,
            format=post.format,
            text=None,
            seen=[
                Seen(
                    age_hours=100,
                    like_count=1,
                    comment_count=2,
                    share_count=3,
                    view_count=counts(post)[3] if number % 3 else None,
                )
            ],
        )
        for number, post in enumerate(world_posts)
    ]
    built = lab.build(lab.world(posts), since=lab.now - timedelta(days=41), outcomes=["engagement_per_view"])
    per_view = built.claim("format", "image", outcome="engagement_per_view")
    assert (per_view["post_count"], per_view["left_out_unknown"]) == (80, 40)
    assert built.claim("format", "image")["left_out_unknown"] == 0
    assert "do not differ in engagement at all" in built.claim("format", "image")["sentence"]


def test_the_default_alone_is_the_same_as_among_all(lab: Lab, market: Built) -> None:
    alone = lab.build(market.warehouse, since=lab.now - timedelta(days=41), outcomes=["engagement"])
    assert [row["outcome"] for row in alone.rows("select distinct outcome from marts.claims")] == ["engagement"]
    claims = "select * from marts.claims where outcome = 'engagement' order by all"
    assert alone.rows(claims) == market.rows(claims)
    assert alone.rows("select outcomes from marts.build") == [{"outcomes": ["engagement"]}]
    cells = "from intermediate.definition_cells inner join intermediate.traits using (trait_number)"
    assert {row["dimension"] for row in alone.rows(f"select distinct dimension {cells}")} == {"format", "post_type"}
    assert "weekday" in {row["dimension"] for row in market.rows(f"select distinct dimension {cells}")}


def test_outcomes_are_described_with_their_weights(market: Built) -> None:
    rows = market.rows("select outcome, definition, is_default from marts.outcomes order by position")
    assert [row["outcome"] for row in rows] == list(DEFINITIONS)
    assert [row["outcome"] for row in rows if row["is_default"]] == ["engagement"]
    assert rows[-1]["definition"].endswith("likes × 1 + comments × 3 + shares × 5")


def test_an_outcome_that_is_none_is_said(lab: Lab, market: Built) -> None:
    with pytest.raises(BuildError, match="'like' is no outcome: write one of engagement, engagement_per_follower"):
        lab.build(market.warehouse, outcomes=["like"])


def test_the_configuration_knows_the_same_outcomes() -> None:
    with (Path(analysis.__file__).parent / "seeds" / "outcomes.csv").open(encoding="utf-8", newline="") as file:
        assert tuple(row["outcome"] for row in csv.DictReader(file)) == OUTCOMES
