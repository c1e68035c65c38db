"""In which definitions of success a verdict holds, and which of them fail."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.analysis.models.conftest import Seen

if TYPE_CHECKING:
    from tests.analysis.models.conftest import Built, Lab, Written

pytestmark = pytest.mark.method
TARGETS = ("intermediate.median_contrasts", "marts.claim_definitions", "marts.claims")
ACCOUNTS = ("alder", "birch", "cedar", "dogwood", "elm")


@pytest.fixture(scope="module")
def written(lab: Lab) -> list[Written]:
    """Pictures are liked 2.5 times as often and commented half as often; one account stands alone with ten times."""
    random = np.random.default_rng(9)
    posts = []
    for account in ACCOUNTS:
        for index in range(80):
            is_image = index % 2 == 0
            noise = float(np.exp(0.4 * random.standard_normal()))
            more = (10.0 if account == "elm" else 2.5) if is_image else 1.0
            likes, comments = round(300 * more * noise), round((15 if is_image else 30) * noise)
            shares = round(5 * noise)
            published_at = lab.now - timedelta(days=8 + 160 * float(random.random()))
            seen = [Seen(age_hours=90, like_count=likes, comment_count=comments, share_count=shares)]
            if index % 10 == 1:
                # an earlier look: between the two the count at the age of comparison is interpolated
                early = Seen(age_hours=50, like_count=likes // 2, comment_count=comments // 2, share_count=shares)
                seen.insert(0, early)
            posts.append(
                lab.post(
                    account,
                    f"{account}-{index}",
                    published_at,
                    format="image" if is_image else "text",
                    text=None,
                    is_promoted_label=True if index % 16 == 2 else None,
                    seen=seen,
                )
            )
    return posts


@pytest.fixture(scope="module")
def market(lab: Lab, written: list[Written]) -> Built:
    """Half a year of five accounts; claims about engagement alone, which is what a specification check is about."""
    followers = [
        ("mastodon", account, lab.now - timedelta(days=400), 1000 * (number + 1))
        for number, account in enumerate(ACCOUNTS)
    ]
    return lab.build(lab.world(written, followers=followers), outcomes=["engagement"])


def tried(built: Built) -> dict[str, dict[str, Any]]:
    """Definition, or company left out → its row about pictures."""
    rows = built.rows("select * from marts.claim_definitions where level = 'image'")
    return {row["label"] if row["left_out_account_id"] else row["definition"]: row for row in rows}


def test_all_that_can_be_tried_is_tried(market: Built) -> None:
    assert set(tried(market)) == {
        "engagement", "engagement_per_follower", "likes", "comments", "shares", "weighted", "medians",
        "without_promoted", "mature_only", *(f"without {account.title()}" for account in ACCOUNTS),
    }  # fmt: skip


def test_the_claim_counts_what_the_rows_say(market: Built) -> None:
    rows, claim = tried(market), market.claim("format", "image")
    assert claim["definitions_tried"] == len(rows)
    assert claim["definitions_held"] == sum(row["is_held"] for row in rows.values())


def test_it_is_seen_which_definitions_fail(market: Built) -> None:
    rows = tried(market)
    assert rows["engagement"]["verdict"] == "works_on_average"
    assert {name for name, row in rows.items() if not row["is_held"]} == {"comments", "shares"}
    assert rows["comments"]["lift_high"] < 1
    assert not rows["comments"]["is_direction_held"]
    assert all(row["lift_low"] < row["lift"] < row["lift_high"] for row in rows.values())


def test_without_the_one_that_stands_alone_the_verdict_is_stronger_and_still_holds(market: Built) -> None:
    row = tried(market)["without Elm"]
    assert (row["account_count"], row["verdict"], row["is_held"]) == (4, "works", True)
    assert row["lift"] < tried(market)["engagement"]["lift"]


def test_interpolated_posts_and_paid_ones_are_left_out(market: Built, written: list[Written]) -> None:
    rows = tried(market)
    images = [post for post in written if post.format == "image"]
    assert rows["mature_only"]["post_count"] == rows["engagement"]["post_count"] == len(images)
    assert rows["without_promoted"]["post_count"] == sum(post.is_promoted_label is None for post in images)
    assert rows["mature_only"]["lift"] != rows["engagement"]["lift"]


def test_medians_are_medians_inside_the_same_month(market: Built, written: list[Written]) -> None:
    """Each account's contrast recomputed from what was counted, and the mean over accounts beside it."""
    differences: dict[Any, list[float]] = {}
    for row in market.rows(
        """
        select account_id, month_start_date, list(log_engagement::double) filter (format = 'image') as level,
            list(log_engagement::double) filter (format = 'text') as rest
        from intermediate.counted_posts
        where is_current and log_engagement is not null
        group by all
        having len(level) > 0 and len(rest) > 0
        """
    ):
        weight = len(row["level"]) * len(row["rest"]) / (len(row["level"]) + len(row["rest"]))
        sums = differences.setdefault(row["account_id"], [0.0, 0.0])
        sums[0] += weight * float(np.median(row["level"]) - np.median(row["rest"]))
        sums[1] += weight
    found = market.rows(
        """
        select account_id, difference, variance
        from intermediate.account_effects
        inner join intermediate.contrast_kinds using (kind_number)
        inner join intermediate.traits using (trait_number)
        inner join intermediate.compared_accounts using (account_number)
        where definition = 'medians' and level = 'image'
        """
    )
    assert len(found) == len(ACCOUNTS)
    for row in found:
        total, weight = differences[row["account_id"]]
        assert row["difference"] == pytest.approx(total / weight, rel=1e-9)
    means = market.rows(
        """
        select account_id, variance
        from intermediate.account_effects
        inner join intermediate.contrast_kinds using (kind_number)
        inner join intermediate.traits using (trait_number)
        inner join intermediate.compared_accounts using (account_number)
        where definition = 'engagement' and basis = 'stratified' and level = 'image' and is_current
        """
    )
    variance_of = {row["account_id"]: row["variance"] for row in means}
    for row in found:
        assert row["variance"] == pytest.approx(math.pi / 2 * variance_of[row["account_id"]], rel=1e-9)


def test_a_month_with_very_many_posts_is_represented_by_some_of_them(lab: Lab) -> None:
    """Two accounts with 900 posts a month: the medians rest on about 300, and come out as those of all."""
    random = np.random.default_rng(4)
    posts = [
        lab.post(
            account,
            f"{account}-{index}",
            lab.now - timedelta(days=8 + 20 * float(random.random())),
            format="image" if index % 2 else "text",
            text=None,
            seen=[lab.seen(80, round(500 * (1 + index % 2) * float(np.exp(0.4 * random.standard_normal()))), 1, 1)],
        )
        for account in ACCOUNTS[:2]
        for index in range(900)
    ]
    built = lab.build(lab.world(posts), since=lab.now - timedelta(days=41), outcomes=["engagement"])
    rows = built.rows(
        "select difference, level_share from intermediate.median_contrasts "
        "inner join intermediate.traits using (trait_number) where level = 'image'"
    )
    assert len(rows) == 2
    for row in rows:
        assert row["difference"] == pytest.approx(math.log(2), abs=0.15)
        assert 100 < math.pi / 2 / row["level_share"] < 200


def test_claims_below_four_accounts_leave_nobody_out(lab: Lab, written: list[Written]) -> None:
    built = lab.build(lab.world([post for post in written if post.account in ACCOUNTS[:3]]), outcomes=["engagement"])
    assert not built.rows("select * from marts.claim_definitions where definition = 'without_account'")


def test_up_to_sixty_accounts_are_left_out_one_by_one(lab: Lab) -> None:
    posts = [
        lab.post(
            f"{platform}-{account}",
            f"{platform}-{account}-{index}",
            lab.now - timedelta(days=8 + index),
            platform=platform,
            format="image" if index % 2 else "text",
            text=None,
            seen=[lab.seen(80, 100 + 100 * (index % 2) + (account * 7 + index * 13) % 40, 1, 1)],
        )
        for platform, account_count in (("mastodon", 60), ("bluesky", 61))
        for account in range(account_count)
        for index in range(6)
    ]
    built = lab.build(lab.world(posts), since=lab.now - timedelta(days=41), outcomes=["engagement"])
    rows = built.rows(
        """
        select platform, count(*) as n from marts.claim_definitions
        where definition = 'without_account' and level = 'image'
        group by all
        """
    )
    assert rows == [{"platform": "mastodon", "n": 60}]
