"""What may be said about a trait, on invented markets whose truth is known."""

from __future__ import annotations

import math
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import analysis
from analysis.warehouse import open_warehouse

if TYPE_CHECKING:
    from tests.analysis.models.conftest import Built, Lab, Written

TARGETS = ("marts.claims",)
JARGON = ("significan", "confidence", "p-value", "p <", "tau", "log ", "regression", "random effects", "null hypo")


def posts_of(
    lab: Lab,
    accounts: Sequence[str],
    counts: Mapping[str, int],
    *,
    effects: Mapping[str, float] | None = None,
    per_account: Callable[[int, str], float] | None = None,
    noise: float = 0.6,
    typical: float = 200.0,
    weeks: float = 20.0,
    seed: int = 1,
    platform: str = "mastodon",
    shuffle: bool = False,
) -> list[Written]:
    """Posts of each account over the last ``weeks`` (but the last), with effects in logarithms."""
    random = np.random.default_rng(seed)
    posts = []
    for number, account in enumerate(accounts):
        levels = [level for level, count in counts.items() for _ in range(count)]
        shown = list(random.permutation(levels)) if shuffle else levels
        for index, (level, form) in enumerate(zip(levels, shown, strict=True)):
            age = timedelta(days=7) + timedelta(days=7 * (weeks - 1)) * float(random.random())
            middle = math.log(typical * 3**number) + (effects or {}).get(level, 0.0)
            if per_account is not None:
                middle += per_account(number, level)
            likes = max(0, round(math.exp(middle + noise * float(random.standard_normal()))))
            posts.append(
                lab.post(
                    account,
                    f"{platform}-{account}-{index}",
                    lab.now - age,
                    platform=platform,
                    format=str(form),
                    text=None,
                    seen=[lab.seen(100, likes, 0, 0)],
                )
            )
    return posts


ACCOUNTS = ("alder", "birch", "cedar", "dogwood", "elm", "fir")


@pytest.fixture(scope="module")
def market(lab: Lab) -> Built:
    """Carousels are better for everybody, links for nobody, video depends on who, and there are a few good polls."""
    posts = posts_of(
        lab,
        ACCOUNTS,
        {"text": 60, "carousel": 40, "link": 30, "video": 30, "image": 60, "audio": 1},
        effects={"carousel": 0.9, "link": -0.8},
        per_account=lambda number, level: (1.0 if number % 2 else -1.0) if level == "video" else 0.0,
    )
    posts += [
        lab.post(
            "alder",
            f"poll-{n}",
            lab.now - timedelta(days=30 + n),
            format="poll",
            text=None,
            seen=[lab.seen(100, 1500 + n, 0, 0)],
        )
        for n in range(7)
    ]
    return lab.build(lab.world(posts, own={"alder"}), is_whole=True)


def test_what_is_better_everywhere_works(market: Built) -> None:
    claim = market.claim("format", "carousel")
    assert claim["verdict"] == "works"
    assert claim["next_low"] > 1
    assert claim["lift_low"] < math.exp(0.9) * 1.1 < claim["lift_high"] * 1.1
    assert (claim["account_count"], claim["accounts_up"], claim["post_count"]) == (6, 6, 240)
    assert "6 of 6 companies" in claim["sentence"]
    assert "should carry over" in claim["sentence"]


def test_what_is_worse_everywhere_does_worse(market: Built) -> None:
    claim = market.claim("format", "link")
    assert claim["verdict"] == "worse"
    assert claim["next_high"] < 1
    assert claim["accounts_up"] == 0


def test_what_depends_on_who_is_mixed_and_names_them(market: Built) -> None:
    claim = market.claim("format", "video")
    assert claim["verdict"] == "mixed"
    assert "better for Birch, Dogwood, Fir" in claim["sentence"]
    assert "worse for Alder, Cedar, Elm" in claim["sentence"]


def test_few_posts_are_promising_never_a_verdict(market: Built) -> None:
    claim = market.claim("format", "poll")
    assert claim["verdict"] == "not_enough"
    assert "promising, 7 posts" in claim["sentence"]
    assert (claim["lift_low"], claim["lift_high"], claim["q_value"]) == (None, None, None)


def test_a_format_that_nobody_used_twice_has_no_ratio(market: Built) -> None:
    claim = market.claim("format", "audio")
    assert (claim["account_count"], claim["lift"], claim["verdict"]) == (0, None, "not_enough")
    assert claim["post_count"] == 6


def test_general_rows_alone_carry_the_verdict(market: Built) -> None:
    rows = market.rows("select scope, verdict, sentence from marts.claims")
    assert all((row["verdict"] is not None) == (row["scope"] == "general") for row in rows)


def test_sentences_are_plain(market: Built) -> None:
    sentences = [row["sentence"] for row in market.rows("select sentence from marts.claims where scope = 'general'")]
    assert sentences
    for sentence in sentences:
        assert sentence.endswith(".")
        assert not any(word in sentence.lower() for word in JARGON), sentence


def test_account_rows_are_shrunken_towards_the_others(market: Built) -> None:
    """Morris's formula, recomputed from the published columns."""
    general = market.claim("format", "carousel")
    rows = market.rows(
        "select * from marts.claims where outcome = 'engagement' and dimension = 'format' and level = 'carousel' "
        "and account_count = 1"
    )
    assert len(rows) == 6
    mu, tau = math.log(general["lift"]), general["tau"]
    for row in rows:
        d = math.log(row["lift"])
        t = market.rows(f"select t_quantile({row['post_count'] - 1 + 8}) as t")[0]["t"]
        v = (math.log(row["lift_high"] / row["lift_low"]) / 2 / t) ** 2
        shrinkage = 3 / 5 * v / (v + tau**2)
        assert math.log(row["lift_shrunk"]) == pytest.approx(shrinkage * mu + (1 - shrinkage) * d, rel=1e-6)
        assert row["lift_shrunk_low"] < row["lift_shrunk"] < row["lift_shrunk_high"]


def test_definitions_are_tried_and_the_clear_ones_hold(market: Built) -> None:
    claim = market.claim("format", "carousel")
    # engagement, likes and each of six accounts left out; comments and shares are all zero
    assert claim["definitions_tried"] >= 7
    assert claim["definitions_held"] >= claim["definitions_tried"] - 2


def test_the_ceiling_agrees_with_the_middle(market: Built) -> None:
    assert market.claim("format", "carousel")["top_decile_low"] > 1
    assert market.claim("format", "link")["top_decile_high"] < 1


def test_findings_put_the_strongest_first_and_the_best_bet_is_never_called_proven(market: Built) -> None:
    findings = market.rows("select * from marts.findings order by rank")
    assert [row["rank"] for row in findings] == list(range(1, len(findings) + 1))
    assert (findings[0]["kind"], findings[0]["level"]) == ("do_more", "carousel")
    (bet,) = [row for row in findings if row["kind"] == "best_bet"]
    assert bet["level"] == "poll"
    assert bet["posts_missing"] >= 3
    assert "works" not in bet["sentence"]
    assert bet["shown_as"] == "Best bet to test"
    assert {"do_less", "open"} <= {row["kind"] for row in findings}
    assert findings[0]["share_of_posts_own"] == pytest.approx(40 / 228)


@pytest.mark.method
def test_two_accounts_say_nothing_in_general(lab: Lab) -> None:
    built = lab.build(lab.world(posts_of(lab, ACCOUNTS[:2], {"text": 40, "image": 40}, effects={"image": 1.0})))
    claim, here = built.claim("format", "image"), built.claim("format", "image", scope="here")
    assert (claim["lift_low"], claim["next_low"], claim["q_value"]) == (None, None, None)
    assert claim["verdict"] == "better_here"
    assert here["lift_low"] > 1.1
    assert "not shown to carry over" in claim["sentence"]


@pytest.mark.method
def test_much_evidence_of_nothing_says_that_it_does_not_matter(lab: Lab) -> None:
    built = lab.build(lab.world(posts_of(lab, ACCOUNTS, {"text": 150, "image": 150}, noise=0.4)))
    assert built.claim("format", "image")["verdict"] == "no_difference"


@pytest.mark.method
def test_shuffled_formats_are_hardly_ever_called_a_winner(lab: Lab) -> None:
    """Twenty markets without any truth, each on a platform of its own: at most one in twenty families claims one."""
    platforms = [
        "mastodon", "bluesky", "youtube", "reddit", "peertube", "lemmy", "misskey", "discourse", "forem", "substack",
        "medium", "instagram", "facebook", "x", "linkedin", "tiktok", "threads", "pinterest", "telegram", "tumblr",
    ]  # fmt: skip
    posts = []
    for number, platform in enumerate(platforms):
        accounts = [f"{platform}-{name}" for name in ACCOUNTS[:5]]
        posts += posts_of(
            lab,
            accounts,
            {"text": 25, "image": 15, "video": 10, "link": 10},
            effects={"text": 0.3, "image": -0.2, "video": 0.5},
            shuffle=True,
            platform=platform,
            seed=number,
        )
    # the compare age of some platforms is 28 days: observed at 700 hours, all are old enough
    posts = [
        lab.post(
            post.account,
            post.native_id,
            post.published_at,
            platform=post.platform,
            format=post.format,
            text=None,
            seen=[lab.seen(700, post.seen[0].like_count, 0, 0)],
        )
        for post in posts
    ]
    built = lab.build(lab.world(posts), now=lab.now + timedelta(days=24), since="all")
    claimed = built.rows(
        """
        select distinct platform from marts.claims
        where
            outcome = 'engagement' and scope = 'general' and dimension = 'format'
            and verdict in ('works', 'works_on_average', 'worse', 'worse_on_average')
        """
    )
    assert len(built.rows("select distinct platform from marts.claims where account_count = 5")) == 20
    assert len(claimed) <= 2


@pytest.mark.method
def test_drift_does_not_make_a_winner(lab: Lab) -> None:
    """Accounts that grow tenfold while they post more and more video: plain says better, months say no difference."""
    random = np.random.default_rng(3)
    posts = []
    for account in ACCOUNTS:
        for index in range(160):
            part = index / 160
            is_video = random.random() < 0.1 + 0.7 * part
            middle = math.log(100) + 2.3 * part + 0.25 * float(random.standard_normal())
            posts.append(
                lab.post(
                    account,
                    f"{account}-{index}",
                    lab.now - timedelta(days=170 * (1 - part) + 5),
                    format="video" if is_video else "text",
                    text=None,
                    seen=[lab.seen(80, round(math.exp(middle)), 0, 0)],
                )
            )
    built = lab.build(lab.world(posts))
    claim = built.claim("format", "video")
    assert claim["lift_low"] > 1.25
    assert 0.9 < claim["stratified_lift"] < 1.15
    assert claim["verdict"] == "no_difference"
    assert "without that it would look different" in claim["sentence"]


@pytest.mark.method
def test_a_disagreement_names_both_ratios_only_where_they_differ_in_print(lab: Lab) -> None:
    """In several small markets without much truth, plain and by month come to different verdicts here and there."""
    posts = []
    for seed, platform in enumerate(("mastodon", "bluesky", "facebook", "x", "threads", "telegram")):
        posts += posts_of(
            lab,
            [f"{platform}-{account}" for account in ACCOUNTS[:4]],
            {"text": 30, "carousel": 12, "video": 8, "image": 20, "link": 10},
            effects={"carousel": 0.4, "link": -0.3, "video": 0.3},
            seed=seed,
            platform=platform,
            weeks=9,
        )
    built = lab.build(lab.world(posts), outcomes=["engagement"])
    alike = different = 0
    for row in built.rows("select sentence from marts.claims where scope = 'general'"):
        said = re.search(r"(?: got| get) ([\d.]+ times) the .*; without that (.*?)\.(?: [A-Z]|$)", row["sentence"])
        if said is None:
            continue
        if "the ratio would be the same, but the verdict another: " in said[2]:
            alike += 1
        else:
            different += 1
            assert said[2].startswith("it would look different: ")
            assert f" {said[1]}," not in said[2]
    assert alike > 0
    assert different > 0


@pytest.mark.method
def test_a_weaker_verdict_is_shown_a_week_later(lab: Lab) -> None:
    """Proven until last week; then four posts each of half of the accounts go wrong."""
    posts = posts_of(lab, ACCOUNTS, {"text": 12, "image": 12}, effects={"image": 1.2}, noise=0.3, weeks=5)
    posts = [
        lab.post(
            post.account,
            post.native_id,
            (post.published_at or lab.now) - timedelta(days=7),
            format=post.format,
            text=None,
            seen=post.seen,
        )
        for post in posts
    ]
    posts += [
        lab.post(
            account,
            f"{account}-late-{n}",
            lab.now - timedelta(days=6, hours=n),
            format="image",
            text=None,
            seen=[lab.seen(80, 1, 0, 0)],
        )
        for account in ACCOUNTS[:3]
        for n in range(4)
    ]
    built = lab.build(lab.world(posts), since=lab.now - timedelta(days=41))
    claim = built.claim("format", "image")
    assert claim["verdict"] not in ("works", "works_on_average")
    assert claim["shown_verdict"] == "works"
    assert "shown for one more week" in claim["sentence"]
    later = lab.build(built.warehouse, now=lab.now + timedelta(days=8), since=lab.now - timedelta(days=41))
    assert later.claim("format", "image")["shown_verdict"] == later.claim("format", "image")["verdict"]


@pytest.mark.method
def test_weekdays_that_were_left_out_unevenly_are_not_compared(lab: Lab) -> None:
    """On one weekday the shares are never known, so that these posts drop out."""
    posts = [
        lab.post(
            account,
            f"{account}-{day}-{n}",
            datetime(2026, 11, 1, 12, tzinfo=lab.now.tzinfo) - timedelta(days=day, minutes=n),
            text=None,
            seen=[lab.seen(100, 50 + 40 * (day % 7 == 3) + n, 1, None if day % 7 == 1 and n else 2)],
        )
        for account in ACCOUNTS
        for day in range(56)
        for n in range(3)
    ]
    built = lab.build(lab.world(posts))
    rows = built.rows(
        "select * from marts.claims where outcome = 'engagement' and dimension = 'weekday' and scope = 'general'"
    )
    assert len(rows) == 7
    assert {row["verdict"] for row in rows} == {"not_enough"}
    assert all("weekdays cannot be compared" in row["sentence"] for row in rows if row["account_count"])


def test_a_new_trait_changes_no_primary_claim(lab: Lab, market: Built, tmp_path: Path) -> None:
    root = tmp_path / "analysis"
    shutil.copytree(Path(analysis.__file__).parent, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    traits = root / "models" / "intermediate" / "trait_levels.sql"
    sql = traits.read_text(encoding="utf-8")
    last = "trait_levels as (\n    select\n        post_id,\n"
    assert last in sql
    column = "        (hash(post_id) % 2)::text as parity,\n"
    traits.write_text(sql.replace(last, last + column, 1), encoding="utf-8")
    dimensions = root / "seeds" / "dimensions.csv"
    with dimensions.open("a", encoding="utf-8") as file:
        file.write("parity,exploratory,month,3,false,parity\n")
    other = lab.build(market.warehouse, root=root, is_whole=True)
    assert other.rows("select count(*) as n from marts.claims where dimension = 'parity'")[0]["n"] > 0
    primary = "select * from marts.claims where dimension in ('format', 'post_type') order by all"
    assert other.rows(primary) == market.rows(primary)
    for mart in ("claim_definitions", "claim_adjustments", "claim_survivals"):
        assert other.rows(f"from marts.{mart}") == market.rows(f"from marts.{mart}"), mart


def test_one_thread_and_two_give_the_same_rows(lab: Lab) -> None:
    """More rows than one row group holds, so that two threads really share the work."""
    warehouse = lab.folder / "large.duckdb"
    connection = open_warehouse(warehouse, now=lab.now)
    connection.execute(
        """
        insert into raw.accounts by name
        select
            md5(number::text)::uuid as account_id, number::text as account_key, 'mastodon' as platform, '' as host,
            'a' || number as handle, 'C' || number as company, [] as lists, 'active' as state, 'list' as source,
            number = 0 as is_own, timestamptz '2020-01-01' as observed_at, timestamptz '2020-01-01' as loaded_at,
        from range(12) as numbers (number)
        """
    )
    connection.execute(
        """
        insert into raw.posts by name
        select
            md5('p' || number)::uuid as post_id, md5((number % 12)::text)::uuid as account_id, 'mastodon' as platform,
            '' as host, number::text as native_id, 'a' || (number % 12) as account,
            case when hash(number + 2) % 8 = 0 then 'original' else 'reply' end as role,
            ['text', 'image', 'video'][1 + (hash(number) % 3)::integer] as format, 'second' as published_precision,
            [] as media, if(number % 2 = 0, ['Rye'], []) as hashtags, [] as mentions, [] as links,
            'crawl' as source, '' as content_hash,
            timestamptz '2026-11-17' - to_seconds((hash(number + 1) % (170 * 86400))::bigint) as published_at,
            timestamptz '2026-11-21' as observed_at, timestamptz '2026-11-21' as loaded_at,
        from range(125000) as numbers (number)
        """
    )
    connection.execute(
        """
        insert into raw.post_metrics by name
        select
            post_id, exp(4 + (hash(post_id) % 997) / 400 + (format = 'image')::integer * 0.2)::bigint as like_count,
            hash(post_id) % 5 as comment_count, hash(post_id) % 3 as share_count, 'crawl' as source,
            published_at + interval 90 hours as observed_at, published_at + interval 90 hours as loaded_at,
        from raw.posts
        """
    )
    connection.close()
    one, two = (lab.build(warehouse, threads=threads, is_whole=True) for threads in (1, 2))
    tables = {
        row["name"] for row in one.rows("select table_name as name from duckdb_tables() where schema_name = 'marts'")
    }
    assert {"claims", "claim_definitions", "claim_adjustments", "claim_survivals", "promoted_suspects"} <= tables
    for table in tables - {"posts", "build"}:
        assert one.rows(f"from marts.{table}") == two.rows(f"from marts.{table}"), table
    sums = "select md5(string_agg(posts::text, '' order by post_id)) as sum from marts.posts as posts"
    assert one.rows(sums) == two.rows(sums)
