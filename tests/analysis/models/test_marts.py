"""The marts that a brief reads: their columns are what the documents promise, and their rows what was given."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.analysis.models.conftest import Built, Lab, World, Written

# what single tests ask for; the others look at all models over their world
TARGETS = (
    *(
        "intermediate.post_traits",
        "marts.claims",
        "marts.comparisons",
        "marts.examples",
        "marts.findings",
        "marts.fresh_posts",
    ),
    *("marts.myth", "marts.posts", "marts.claim_adjustments", "marts.opportunities"),
)
ROOT = Path(__file__).parents[3]
CLAIM_COLUMNS = """
platform outcome dimension level scope post_count account_count accounts_up share_of_posts lift lift_low lift_high
lift_shrunk lift_shrunk_low lift_shrunk_high next_low next_high tau p_value q_value top_decile_odds top_decile_low
top_decile_high stratified_lift stratified_low stratified_high definitions_held definitions_tried accounts_needed
posts_needed left_out_young left_out_unknown verdict shown_verdict sentence window_start window_end as_of
"""
VALUES = {"all", "format", "post_type", "platform", "general", "here", "engagement"}
"""Values stand in the same kind of quotes as columns."""


@pytest.fixture(scope="module")
def empty(lab: Lab) -> Built:
    """A warehouse in which nothing was ever loaded."""
    return lab.build(lab.world(), is_whole=True)


def promised() -> dict[str, list[str]]:
    """Mart → columns, as docs/data-flow.md has them."""
    text = (ROOT / "docs" / "data-flow.md").read_text(encoding="utf-8").split("## Marts that a brief reads", 1)[1]
    found = {}
    for name, body in re.findall(r"^- `marts\.(\w+)`:(.*?)(?=^- |\Z)", text, re.MULTILINE | re.DOTALL):
        columns = []
        for code in re.findall(r"`([^`]+)`", body):
            listed = re.sub(r"\([^)]*\)", "", code).split(",")
            columns += [word for part in listed if re.fullmatch(r"[a-z0-9_]+", word := part.strip())]
        found[name] = columns
    return found


def test_every_promised_column_is_there(empty: Built) -> None:
    contract = promised()
    assert {"posts", "claims", "league", "findings", "coverage"} <= set(contract)
    for mart, columns in contract.items():
        there = {row["column_name"] for row in empty.rows(f"describe marts.{mart}")}
        missing = [column for column in columns if column not in there and column not in VALUES]
        assert not missing, f"marts.{mart} lacks {missing}"


def test_claims_have_the_columns_of_the_method(empty: Built) -> None:
    columns = [row["column_name"] for row in empty.rows("describe marts.claims")]
    beyond = ("stratified_account", "stratified_post", "phrases")
    assert [column for column in columns if not column.startswith(beyond)] == CLAIM_COLUMNS.split()


def test_an_empty_warehouse_gives_every_mart_without_rows(empty: Built) -> None:
    settled = {
        "build": 1,
        "outcomes": 7,
        "flag_rules": 3,
        "limits": len(empty.rows("select distinct platform, what from seeds.limits")),
    }
    marts = [
        row["table_name"] for row in empty.rows("select table_name from duckdb_tables() where schema_name = 'marts'")
    ]
    assert len(marts) >= 15
    for mart in marts:
        assert len(empty.rows(f"from marts.{mart}")) == settled.get(mart, 0), mart
    (row,) = empty.rows("from marts.build")
    assert (row["company_count"], row["post_count"], row["is_first_crawl"]) == (0, 0, True)


def test_a_single_post(lab: Lab) -> None:
    post = lab.post("acorn", "1", lab.now - timedelta(days=9), seen=[lab.seen(80, 5, 1, 0)])
    built = lab.build(lab.world([post]), is_whole=True)
    (row,) = built.rows("from marts.posts")
    assert (row["engagement_at_age"], row["baseline"], row["lift"], row["is_counted"]) == (6, None, None, True)
    assert built.claim("format", "text")["verdict"] == "not_enough"
    assert built.rows("from marts.myth") == []
    assert built.rows("from marts.findings") == []


def test_a_look_that_shows_no_count_takes_back_none(lab: Lab) -> None:
    looks = [lab.seen(80, None, 3, None), lab.seen(120, None, None, None)]
    built = lab.build(lab.world([lab.post("acorn", "1", lab.now - timedelta(days=9), seen=looks)]))
    (row,) = built.rows("from marts.posts")
    assert (row["comment_count"], row["like_count"], round(row["age_hours"])) == (3, None, 80)
    assert row["observed_at"] == row["published_at"] + timedelta(hours=120)


def test_counts_that_nobody_looked_at_are_missing_for_that_reason(lab: Lab) -> None:
    built = lab.build(lab.world([lab.post("acorn", "1", lab.now - timedelta(days=9))]))
    (row,) = built.rows("from marts.posts")
    counts = [name for name in row if re.fullmatch("(?:like|comment|share|view|save|quote)_count", name)]
    assert len(counts) == 6
    assert [row[name] for name in counts] == [None] * 6
    assert row["missing"] == dict.fromkeys(counts, "not_observed")
    assert row["engagement"] is None


@pytest.mark.parametrize("count", [0, 10**12, None])
def test_counts_that_say_nothing_claim_nothing(lab: Lab, count: int | None) -> None:
    posts = [
        lab.post(
            account,
            f"{account}-{n}",
            lab.now - timedelta(days=5 + n),
            format=("image", "text")[n % 2],
            seen=[lab.seen(80, count, count, count)],
        )
        for account in ("acorn", "beech", "cherry")
        for n in range(30)
    ]
    built = lab.build(lab.world(posts), is_whole=True)
    claim = built.claim("format", "image")
    assert (claim["verdict"], claim["lift_low"]) == ("not_enough", None)
    assert claim["left_out_unknown"] == (45 if count is None else 0)
    (row,) = built.rows("from marts.league where company = 'Acorn' and platform = 'mastodon'")
    assert (row["engagement"], row["measured_post_count"]) == ((None, 0) if count is None else (90 * count, 30))
    assert built.rows("from marts.findings") == []


def shelf_posts(lab: Lab, monday: datetime) -> list[Written]:
    """Two posts a day for two weeks, and one of each kind that counts otherwise."""
    daily = [
        lab.post(account, f"{account}-{day}", monday + timedelta(days=day), seen=[lab.seen(80, likes, 0, 0)])
        for day in range(14)
        for account, likes in (("acorn", 10), ("beech", 30))
    ]
    return [
        *daily,
        lab.post("acorn", "reply", monday, role="reply", seen=[lab.seen(80, 500, 0, 0)]),
        lab.post("acorn", "repost", monday, role="repost", seen=[lab.seen(80, 500, 0, 0)]),
        lab.post("acorn", "quote", monday, role="quote", seen=[lab.seen(80, 10, 0, 0)]),
        lab.post("acorn", "long-ago", lab.now - timedelta(days=400), seen=[lab.seen(80, 900, 0, 0)]),
        lab.post("beech", "gone", monday, seen=[lab.seen(80, 30, 0, 0)]),
        lab.post("beech", "ad", monday, hashtags=["Ad"], seen=[lab.seen(80, 30, 0, 0)]),
        lab.post(
            "acorn.example", "note", monday, platform="web", format="article", seen=[lab.seen(400, None, 4, None)]
        ),
        lab.post("gone-account", "kept", monday, seen=[lab.seen(80, 30, 0, 0)]),
    ]


def absences(lab: Lab, world: World, monday: datetime) -> list[dict[str, Any]]:
    """A post that is gone since it was seen, and one that was missing before."""
    ids = {post.native_id: post.post_id for post in world.posts}
    return [
        {
            "post_id": ids["gone"],
            "account_id": world.account_id("mastodon", "beech"),
            "kind": "gone",
            "status": 404,
            "observed_at": lab.now - timedelta(days=2),
        },
        {
            "post_id": ids["acorn-0"],
            "account_id": world.account_id("mastodon", "acorn"),
            "kind": "unlisted",
            "observed_at": monday + timedelta(hours=5),
        },
    ]


def visits(lab: Lab, world: World) -> list[dict[str, Any]]:
    """An account that was read whole and then gave no answer, and one behind a wall."""
    before, now = lab.now - timedelta(days=8), lab.now - timedelta(hours=3)
    return [
        {
            "page_count": 3,
            "elapsed_seconds": 1.5,
            "is_cut": False,
            "message": "Seen.",
            "crawl_id": crawl,
            "account_id": world.account_id(platform, account),
            "outcome": outcome,
            "reason": reason,
            "post_count": 2,
            "started_at": at,
            "observed_at": at + timedelta(minutes=1),
        }
        for crawl, at, platform, account, outcome, reason in (
            ("one", before, "mastodon", "acorn", "complete", None),
            ("two", now, "mastodon", "acorn", "error", "timeout"),
            ("two", now, "instagram", "acorn.bakes", "login_wall", "token_missing"),
        )
    ]


@pytest.fixture(scope="module")
def shelf(lab: Lab) -> Built:
    """Two companies on Mastodon, one of them on a blog as well and behind a wall on Instagram."""
    monday = lab.now.replace(hour=12) - timedelta(days=20)
    assert monday.strftime("%A") == "Monday"
    world = lab.world(
        shelf_posts(lab, monday),
        companies={"acorn": "Acorn", "acorn.example": "Acorn", "acorn.bakes": "Acorn"},
        own={"beech"},
        removed={"gone-account"},
        watched=[("instagram", "acorn.bakes")],
        followers=[
            ("mastodon", "acorn", monday - timedelta(days=20), 90),
            ("mastodon", "acorn", monday + timedelta(days=3), 100),
            ("mastodon", "acorn", lab.now - timedelta(hours=2), 140),
            ("mastodon", "beech", lab.now - timedelta(hours=2), 300),
        ],
    )
    world.absences = absences(lab, world, monday)
    world.visits = visits(lab, world)
    world.profiles = [
        {
            "account_id": world.account_id("mastodon", "acorn"),
            "handle": "acorn",
            "name": "Acorn",
            "bio": "Bread",
            "links": ["https://www.youtube.com/@acornbakes", "https://www.instagram.com/acorn.bakes"],
            "content_hash": "1",
            "observed_at": lab.now - timedelta(days=8),
        }
    ]
    return lab.build(world, is_whole=True)


def by_native_id(built: Built) -> dict[str, dict[str, Any]]:
    """Rows of marts.posts."""
    return {row["native_id"]: row for row in built.rows("from marts.posts")}


def test_only_own_posts_inside_the_window_count(shelf: Built) -> None:
    posts = by_native_id(shelf)
    assert "kept" not in posts
    assert {name for name, row in posts.items() if not row["is_counted"]} == {"reply", "repost", "long-ago"}
    assert posts["quote"]["is_counted"]
    assert posts["long-ago"]["post_type"] == "other"


def test_lift_is_against_the_account_itself(shelf: Built) -> None:
    posts = by_native_id(shelf)
    assert (posts["acorn-3"]["baseline"], posts["acorn-3"]["lift"]) == (pytest.approx(10), pytest.approx(1))
    assert posts["long-ago"]["lift"] is None


def test_followers_are_those_when_it_was_published(shelf: Built) -> None:
    posts = by_native_id(shelf)
    assert posts["acorn-0"]["follower_count"] == 90
    assert posts["acorn-5"]["follower_count"] == 100
    assert posts["beech-0"]["follower_count"] == 300


def test_a_post_is_removed_when_it_is_missing_after_it_was_last_seen(shelf: Built, lab: Lab) -> None:
    posts = by_native_id(shelf)
    assert posts["gone"]["removed_at"] == lab.now - timedelta(days=2)
    assert posts["acorn-0"]["removed_at"] is None


def test_a_paid_post_says_so(shelf: Built) -> None:
    posts = by_native_id(shelf)
    assert posts["ad"]["is_promoted_suspect"] is True
    assert posts["gone"]["is_promoted_suspect"] is False


def test_league(shelf: Built) -> None:
    rows = {(row["company"], row["platform"]): row for row in shelf.rows("from marts.league")}
    acorn = rows["Acorn", "mastodon"]
    assert (acorn["post_count"], acorn["engagement"], acorn["engagement_per_post"]) == (15, 150, 10)
    assert (acorn["follower_count"], acorn["follower_change_4w"]) == (140, 50)
    assert acorn["engagement_share"] == pytest.approx(150 / (150 + 16 * 30))
    assert acorn["engagement_rate"] == pytest.approx((4 * 10 / 90 + 11 * 10 / 100) / 15)
    assert acorn["posts_per_week"] == pytest.approx(15 * 168 / (24 * 20 - 6))
    assert rows["Beech", "mastodon"]["follower_change_4w"] is None
    assert rows["Beech", "mastodon"]["is_own"] is True
    assert rows["Acorn", "all"]["account_count"] == 3
    assert rows["Acorn", "all"]["engagement"] == 154
    assert rows["Acorn", "instagram"]["engagement"] is None
    assert rows["Acorn", "instagram"]["post_count"] == 0


def test_share_of_voice_and_trends_are_by_iso_week(shelf: Built) -> None:
    week = date(2026, 11, 2)
    rows = shelf.rows(f"from marts.share_of_voice where platform = 'mastodon' and week_start_date = '{week}'")
    assert {row["company"]: row["engagement"] for row in rows} == {"Acorn": 80, "Beech": 270}
    assert sum(row["engagement_share"] for row in rows) == pytest.approx(1)
    assert all(row["is_comparable"] for row in rows)
    (trend,) = shelf.rows(
        f"from marts.weekly_trends where platform = 'mastodon' and dimension = 'all' and week_start_date = '{week}'"
    )
    assert (trend["post_count"], trend["account_count"], trend["is_complete"]) == (17, 2, True)
    assert trend["engagement_median"] == pytest.approx(30)
    formats = shelf.rows("from marts.weekly_trends where dimension = 'format' and platform = 'web'")
    assert [row["level"] for row in formats] == ["article"]
    assert not formats[0]["is_complete"]


def test_coverage_says_what_was_not_seen(shelf: Built) -> None:
    rows = {(row["platform"], row["account"]): row for row in shelf.rows("from marts.coverage")}
    acorn = next(row for (platform, _), row in rows.items() if platform == "mastodon" and row["company"] == "Acorn")
    assert (acorn["outcome"], acorn["reason"], acorn["visit_count"]) == ("error", "timeout", 2)
    assert acorn["last_good_at"] is not None
    assert not acorn["is_walled"]
    walled = rows["instagram", "acorn.bakes"]
    assert (walled["is_walled"], walled["has_any_data"], walled["last_good_at"]) == (True, False, None)
    assert not any("gone-account" in account for _, account in rows)


def test_a_wall_has_a_way_in_with_effort_and_limits(shelf: Built) -> None:
    doors = shelf.rows("from marts.doors")
    assert {row["platform"] for row in doors} == {"instagram"}
    by_effort = sorted(doors, key=lambda row: row["rank"])
    assert [row["way"] for row in by_effort] == ["recording", "saved_page", "csv", "token"]
    assert 0 < by_effort[0]["effort_minutes"] < by_effort[-1]["effort_minutes"]
    assert all("reach" in row["hides"] or row["way"] == "token" for row in doors)
    assert "rivalscope import" in by_effort[2]["sentence"]


def test_open_doors_are_those_that_the_list_lacks(shelf: Built) -> None:
    rows = {(row["company"], row["platform"]): row for row in shelf.rows("from marts.open_doors")}
    assert ("Acorn", "web") not in rows
    assert ("Acorn", "mastodon") not in rows
    youtube = rows["Acorn", "youtube"]
    assert (youtube["candidate_url"], youtube["source"]) == ("https://www.youtube.com/@acornbakes", "linked")
    assert youtube["rank"] == 1
    assert rows["Beech", "web"]["source"] == "guess"
    assert not any("instagram" in (row["candidate_url"] or "") for row in rows.values())


def test_the_first_list_with_walls_only_still_has_doors(lab: Lab) -> None:
    world = lab.world(watched=[("instagram", "acorn"), ("x", "acorn"), ("facebook", "acorn")])
    built = lab.build(world, is_whole=True)
    assert {row["platform"] for row in built.rows("from marts.doors")} == {"instagram", "x", "facebook"}
    assert [row["platform"] for row in built.rows("from marts.open_doors order by rank")] == [
        "web",
        "bluesky",
        "youtube",
    ]


def test_a_breakout_stands_far_above_the_previous_posts(lab: Lab) -> None:
    posts = [
        lab.post(
            "acorn",
            str(n),
            lab.now - timedelta(days=60) + timedelta(hours=10 * n),
            seen=[lab.seen(80, 100 + (n * 37) % 60 + (5000 if n in (10, 50) else 0), 0, 0)],
        )
        for n in range(60)
    ]
    found = by_native_id(lab.build(lab.world(posts)))
    assert [name for name, row in found.items() if row["is_breakout"]] == ["50"]
    assert found["10"]["breakout_score"] is None
    history = sorted(math.log(1 + post.seen[0].like_count) for post in posts[:50] if post.seen[0].like_count)
    middle = (history[24] + history[25]) / 2
    spread = sorted(abs(value - middle) for value in history)
    mad = (spread[24] + spread[25]) / 2
    value = math.log(1 + (posts[50].seen[0].like_count or 0))
    assert found["50"]["breakout_score"] == pytest.approx((value - middle) / max(1.4826 * mad, 0.25))


def test_breakouts_are_those_of_the_whole_rule_however_they_are_found(lab: Lab) -> None:
    """Every score of 3.5 or more by the rule itself, and no other, over heavy-tailed posts of two formats."""
    chance = Random(7)
    counts = [
        round(100 * math.exp(chance.choice((0.1, 0.5)) * chance.gauss(0, 1) / chance.uniform(0.15, 1)))
        for _ in range(180)
    ]
    formats = [chance.choice(("image", "image", "video")) for _ in counts]
    posts = [
        lab.post(
            "acorn",
            str(n),
            lab.now - timedelta(days=90) + timedelta(hours=10 * n),
            format=formats[n],
            seen=[lab.seen(80, likes, 0, 0)],
        )
        for n, likes in enumerate(counts)
    ]
    found = by_native_id(lab.build(lab.world(posts)))
    logs = [math.log(1 + likes) for likes in counts]
    expected = {}
    for n in range(len(counts)):
        same = [logs[i] for i in range(n) if formats[i] == formats[n]][-100:]
        history = same if len(same) >= 30 else logs[:n][-100:]
        if len(history) >= 30:
            middle = median(history)
            score = (logs[n] - middle) / max(1.4826 * median(abs(value - middle) for value in history), 0.25)
            if score >= 3.5:
                expected[str(n)] = pytest.approx(score)
    assert len(expected) >= 5
    assert {name: row["breakout_score"] for name, row in found.items() if row["is_breakout"]} == expected


def test_the_myth_is_one_big_account(lab: Lab) -> None:
    """One big page posts links; a plain table crowns links, though they are worse inside every account."""
    posts = []
    for account, likes, formats in (
        ("giant", 10_000, ["link"] * 40 + ["text"] * 10),
        ("birch", 100, ["link"] * 5 + ["text"] * 40),
        ("cedar", 90, ["link"] * 5 + ["text"] * 40),
    ):
        posts += [
            lab.post(
                account,
                f"{account}-{n}",
                lab.now - timedelta(days=5 + n),
                format=form,
                seen=[lab.seen(80, round(likes * (0.6 if form == "link" else 1) * (0.8 + (n * 7 % 10) / 25)), 0, 0)],
            )
            for n, form in enumerate(formats)
        ]
    built = lab.build(lab.world(posts))
    (myth,) = built.rows("from marts.myth")
    assert (myth["level"], myth["runner_up_level"], myth["top_account"]) == ("link", "text", "giant")
    assert myth["top_account_share"] == pytest.approx(0.8)
    assert myth["plain_mean"] > myth["runner_up_mean"]
    assert myth["lift"] < 0.8
    assert "80% of these posts come from Giant" in myth["sentence"]


def test_of_two_companies_the_first_screen_claims_what_the_comparisons_do(lab: Lab) -> None:
    """Two are no sample of others: a myth has the ratio and range of the two, and no number of posts proves a bet."""
    noise = Random(7)
    ratios = {"text": 1, "carousel": 2, "image": 1.1}
    posts = [
        lab.post(
            account,
            f"{account}-{n}",
            lab.now - timedelta(days=5 + n),
            format=form,
            seen=[lab.seen(80, round(likes * ratio[form] * noise.lognormvariate(0, 0.5)), 0, 0)],
        )
        for account, likes, formats, ratio in (
            ("birch", 4_000, ["link"] * 20 + ["text"] * 20 + ["carousel"] * 9 + ["image"] * 4, ratios | {"link": 1.3}),
            ("cedar", 90, ["link"] * 4 + ["text"] * 40 + ["carousel"] * 20 + ["image"] * 9, ratios | {"link": 0.3}),
        )
        for n, form in enumerate(noise.sample(formats, len(formats)))
    ]
    built = lab.build(lab.world(posts))
    compared = {row["level"]: row for row in built.rows("from marts.comparisons where dimension = 'format'")}
    (myth,) = built.rows("from marts.myth")
    shown = compared[myth["level"]]
    for name in ("lift", "lift_low", "lift_high"):
        assert myth[name] == pytest.approx(shown[name]), name
    assert math.log(myth["lift"]) == pytest.approx((math.log(myth["lift_low"]) + math.log(myth["lift_high"])) / 2)
    plan = {row["level"]: row for row in built.rows((ROOT / "reports" / "queries" / "plan_levels.sql").read_text())}
    for level, row in compared.items():
        assert [plan[level][name] for name in ("ratio", "ratio_low", "ratio_high", "post_count", "account_count")] == [
            row[name] for name in ("lift", "lift_low", "lift_high", "post_count", "account_count")
        ]
    (bet,) = built.rows("from marts.findings where kind = 'best_bet'")
    assert (bet["level"], bet["verdict"]) == ("carousel", "better_here")
    assert bet["sentence"].endswith("Not shown to carry over to other companies.")


def test_a_comparison_counts_the_posts_that_its_sentence_counts(lab: Lab) -> None:
    """Of a window of several months these are the posts that have others beside them in their month."""
    noise = Random(11)
    posts = [
        lab.post(
            account,
            f"{account}-{n}",
            lab.now - timedelta(days=5 + n),
            # carousels all over; in the oldest weeks nothing else
            format="carousel" if n > 60 or n % 3 == 0 else "text",
            seen=[lab.seen(80, round(100 * (2 if n % 3 == 0 else 1) * noise.lognormvariate(0, 0.3)), 0, 0)],
        )
        for account in ("acorn", "beech", "cherry", "damson")
        for n in range(80)
    ]
    built = lab.build(lab.world(posts))
    general = {(row["dimension"], row["level"]): row for row in built.rows("from marts.claims where scope = 'general'")}
    told = 0
    for row in built.rows("from marts.comparisons where shown_verdict != 'not_enough'"):
        (said,) = re.findall(r"(\d+) posts\)", row["sentence"])
        assert row["post_count"] == int(said)
        claim = general[row["dimension"], row["level"]]
        assert row["post_count"] == claim["stratified_post_count"] <= claim["post_count"]
        told += claim["stratified_post_count"] < claim["post_count"]
    assert told
    for finding in built.rows("from marts.findings"):
        (shown,) = built.rows(
            "from marts.comparisons where (platform, dimension, level) = "
            f"('{finding['platform']}', '{finding['dimension']}', '{finding['level']}')"
        )
        assert shown["post_count"] == finding["post_count"]


def test_examples_are_real_posts_of_different_companies_first(lab: Lab) -> None:
    posts = [
        lab.post(account, f"{account}-{n}", lab.now - timedelta(days=5 + n), seen=[lab.seen(80, 10 * (n + 1), 0, 0)])
        for account in ("acorn", "beech", "cherry", "damson")
        for n in range(8)
    ]
    rows = lab.build(lab.world(posts)).rows("from marts.examples where dimension = 'format' order by rank")
    assert [row["rank"] for row in rows] == [1, 2, 3]
    assert len({row["company"] for row in rows}) == 3
    assert all(row["url"] and row["lift"] > 1.5 for row in rows)


def test_hours_and_weeks_are_those_of_the_configured_zone(lab: Lab) -> None:
    """23:30 UTC on a Sunday is Monday 8:30 in Tokyo; a wall clock without zone keeps its day and has no hour."""
    sunday = lab.now.replace(hour=23, minute=30) - timedelta(days=7)
    posts = [
        lab.post("acorn", "known", sunday, seen=[lab.seen(80, 1, 1, 1)]),
        lab.post("acorn", "wall-clock", sunday, precision="local", seen=[lab.seen(80, 1, 1, 1)]),
    ]
    built = lab.build(lab.world(posts), timezone="Asia/Tokyo")
    traits = {
        (row["native_id"], row["dimension"]): row["level"]
        for row in built.rows(
            "select native_id, dimension, level from intermediate.post_traits inner join marts.posts using (post_id)"
        )
    }
    assert traits["known", "weekday"] == "monday"
    assert traits["known", "hour_block"] == "08-12"
    assert traits["wall-clock", "weekday"] == "sunday"
    assert ("wall-clock", "hour_block") not in traits


def test_a_fresh_post_is_compared_with_what_the_account_had_at_that_age(lab: Lab) -> None:
    def post(name: str, age_hours: float, *seen: tuple[float, int]) -> Written:
        counts = [lab.seen(age, like=likes, comment=0, share=0) for age, likes in seen]
        return lab.post("acme", name, lab.now - timedelta(hours=age_hours), seen=counts)

    earlier = [post(f"old{n}", 200 + 30 * n, (24.0, 10 * n), (100.0, 1000)) for n in range(1, 7)]
    fresh = [post("loud", 24.5, (24.5, 200)), post("plain", 24.5, (24.5, 35)), post("quiet", 24.5, (24.5, 3))]
    strange = [post("hour", 1.2, (1.2, 3)), post("unseen", 20)]
    built = lab.build(lab.world([*earlier, *fresh, *strange]))
    found = {
        row.pop("name"): row
        for row in built.rows(
            "select posts.native_id as name, pace, usual_engagement, usual_low, usual_high, usual_post_count "
            "from marts.fresh_posts inner join marts.posts using (post_id)"
        )
    }
    usual = {"usual_engagement": 35.0, "usual_low": 15.0, "usual_high": 55.0, "usual_post_count": 6}
    unknown = {"usual_engagement": None, "usual_low": None, "usual_high": None, "usual_post_count": 0}
    assert found == {
        "loud": {"pace": "ahead"} | usual,
        "plain": {"pace": "usual"} | usual,
        "quiet": {"pace": "behind"} | usual,
        "hour": {"pace": None} | unknown,
        "unseen": {"pace": None} | unknown,
    }
