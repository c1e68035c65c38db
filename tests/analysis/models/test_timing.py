"""The map of the week, whether time matters at all, and what the networks allow."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

if TYPE_CHECKING:
    from tests.analysis.models.conftest import Built, Lab

pytestmark = pytest.mark.method
TARGETS = ("marts.hashtags", "marts.limits", "marts.posts", "marts.timing", "marts.trait_weights")
ACCOUNTS = ("alder", "birch", "cedar", "dogwood")
MONDAY = datetime(2026, 10, 5, tzinfo=UTC)
HOURS = (9, 17)
TAGS = {"alder": ("Kaffee",), "birch": ("kaffee", "beans"), "cedar": ("kaffee",), "dogwood": ()}


@pytest.fixture(scope="module")
def market(lab: Lab) -> Built:
    """Four accounts, five weeks, two posts a day: videos get twice as much, Tuesday mornings three times."""
    noise = np.random.default_rng(3).normal(0, 0.25, len(ACCOUNTS) * 70)
    posts = []
    for number, (account, day, hour) in enumerate(product(ACCOUNTS, range(35), HOURS)):
        kind = ("text", "image", "video")[(day * 2 + hour + number) % 3]
        boost = (2 if kind == "video" else 1) * (3 if day % 7 == 1 and hour == 9 else 1)
        count = round(60 * (1 + ACCOUNTS.index(account)) * boost * float(np.exp(noise[number])))
        posts.append(
            lab.post(
                account,
                f"{account}-{day}-{hour}",
                MONDAY + timedelta(days=day, hours=hour),
                format=kind,
                hashtags=TAGS[account] if day % 2 else (),
                seen=[lab.seen(80, count, 0, 0)],
            )
        )
    return lab.build(lab.world(posts))


def test_each_cell_of_the_week_has_its_posts_and_its_ratio(market: Built) -> None:
    cells = market.rows("from marts.timing order by weekday_number, hour_block")
    assert len(cells) == 42
    assert sum(cell["measured_post_count"] for cell in cells) == len(ACCOUNTS) * 70
    posted = [cell for cell in cells if cell["used_post_count"]]
    assert {cell["hour_block"] for cell in posted} == {"08-12", "16-20"}
    assert {(cell["used_post_count"], cell["account_count"], cell["is_enough"]) for cell in posted} == {(20, 4, True)}
    assert all(cell["lift"] is None and not cell["is_enough"] for cell in cells if cell not in posted)
    best = max(posted, key=lambda cell: cell["lift"])
    assert (best["weekday"], best["hour_block"]) == ("tuesday", "08-12")
    assert best["lift_low"] < 3 < best["lift_high"]
    assert best["shown_verdict"] in ("works", "works_on_average")
    assert [cell["weekday"] for cell in cells if cell["shown_verdict"] in ("works", "works_on_average")] == ["tuesday"]


def test_cells_are_those_of_the_readers_clocks(lab: Lab) -> None:
    late = datetime(2026, 11, 12, 3, 30, tzinfo=UTC)  # still Wednesday evening in New York
    world = lab.world([lab.post("acme", "late", late, seen=[lab.seen(80, 1)])])
    built = lab.build(world, timezone="Europe/Berlin", audience_timezone="America/New_York")
    assert built.rows("select weekday, hour_block, timezone from marts.timing where used_post_count > 0") == [
        {"weekday": "wednesday", "hour_block": "20-24", "timezone": "America/New_York"}
    ]


def test_what_goes_with_a_trait_is_its_omega_squared(market: Built) -> None:
    posts = pd.DataFrame(
        market.rows("""
            select
                account, format, month(published_at) as month, ln(1 + engagement_at_age) as y,
                concat(dayname(published_at), hour(published_at) // 4) as day_and_hour,
            from marts.posts
        """)
    )
    found = {row["dimension"]: row for row in market.rows("from marts.trait_weights")}
    for dimension in ("format", "day_and_hour"):
        between = inside = between_df = inside_df = 0.0
        for _, own in posts.groupby(["account", "month"]):
            means = own.groupby(dimension)["y"].transform("mean")
            between += ((means - own["y"].mean()) ** 2).sum()
            inside += ((own["y"] - means) ** 2).sum()
            between_df += own[dimension].nunique() - 1
            inside_df += len(own) - own[dimension].nunique()
        mean_square = inside / inside_df
        expected = (between - between_df * mean_square) / (between + inside + mean_square)
        assert found[dimension]["explained_share"] == pytest.approx(expected, abs=1e-6)
        assert (found[dimension]["post_count"], found[dimension]["account_count"]) == (280, 4)
    assert found["weekday"]["explained_share"] > 0.05


def test_what_luck_explains_counts_as_nothing(lab: Lab) -> None:
    noise = np.random.default_rng(11).normal(0, 1, 400)
    posts = [
        lab.post(
            ACCOUNTS[number % 4],
            str(number),
            MONDAY + timedelta(hours=2 * number),
            seen=[lab.seen(80, round(float(np.exp(5 + noise[number]))), 0, 0)],
        )
        for number in range(400)
    ]
    shares = {
        row["dimension"]: row["explained_share"] for row in lab.build(lab.world(posts)).rows("from marts.trait_weights")
    }
    assert shares["hour_block"] < 0.03
    assert shares["weekday"] < 0.03
    assert all(0 <= share <= 1 for share in shares.values())


def test_hashtags_are_counted_whatever_their_case(market: Built) -> None:
    rows = market.rows("select hashtag, used_post_count, company_count from marts.hashtags order by hashtag")
    per_account = len([day for day in range(35) if day % 2]) * len(HOURS)
    assert rows == [
        {"hashtag": "beans", "used_post_count": per_account, "company_count": 1},
        {"hashtag": "kaffee", "used_post_count": 3 * per_account, "company_count": 3},
    ]


def test_the_limit_that_began_last_holds(lab: Lab, market: Built) -> None:
    query = "select value, is_confirmed from marts.limits where platform = 'instagram' and what = 'hashtags_max'"
    assert market.rows(query) == [{"value": "5", "is_confirmed": True}]
    assert market.rows(
        "select is_confirmed from marts.limits where platform = 'pinterest' and what = 'hashtags_max'"
    ) == [{"is_confirmed": False}]
    world = lab.world([lab.post("acme", "1", datetime(2025, 11, 1, tzinfo=UTC), seen=[lab.seen(80, 1)])])
    before = lab.build(world, now=datetime(2025, 12, 1, tzinfo=UTC))
    assert before.rows(query) == [{"value": "30", "is_confirmed": True}]
    later = lab.build(world, now=datetime(2028, 1, 1, tzinfo=UTC), until=date(2027, 12, 1))
    assert later.rows(query) == [{"value": "5", "is_confirmed": False}]
