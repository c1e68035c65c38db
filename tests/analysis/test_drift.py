"""A visit that is unlike its account's history is marked, its values stay out, and what becomes a habit is no news."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.build import build
from analysis.drift import keep_out_drift, measure
from analysis.drift.judging import AGREEING, Judged, Measured, judge
from analysis.warehouse import connect, migrations
from reports.filters import Formats
from reports.sentences import Sentences

START = datetime(2026, 1, 4, 6, tzinfo=UTC)
FIELDS = tuple(Measured.__dataclass_fields__)
ASKED = ("marts.coverage", "marts.drift", "marts.notices", "marts.posts", "staging.stg_post_metrics")
# a build learns from the claims before it what was published
ASKED_AND_FOLLOWED = ("marts.claims", *ASKED)


def visits(
    *values: float, measure: str = "posts_found", account: str = "a", sample: int = 50, field: str | None = None,
    days: float = 7.0,
) -> list[Measured]:  # fmt: skip
    """One measure of weekly visits."""
    return [
        Measured(
            crawl_id=f"c{number:03d}", account_id=account, platform="mastodon", measure=measure, field=field,
            value=value, sample_count=sample, started_at=START + timedelta(days=number * days),
            observed_at=START + timedelta(days=number * days, minutes=1),
        )
        for number, value in enumerate(values)
    ]  # fmt: skip


def out(judged: list[Judged]) -> list[int]:
    """Which visits are out."""
    return [int(each.measured.crawl_id[1:]) for each in judged if each.is_out]


@pytest.mark.parametrize(
    ("measure", "values", "expected"),
    [
        ("posts_found", [50, 52, 51, 36, 50], []),
        ("posts_found", [50, 52, 51, 35, 50], [3]),
        ("posts_found", [4, 4, 4, 1, 4], []),
        ("posts_found", [4, 4, 4, 0, 4], [3]),
        ("coverage", [1.0, 1.0, 0.9, 0.89, 1.0], [3]),
        ("coverage", [0.0, 0.0, 0.0, 0.0], []),
        ("zeros", [0.1, 0.1, 0.6, 0.61], [3]),
        ("unparsed_pages", [0.0, 0.0, 0.05, 0.051], [3]),
        ("errors", [0.3, 0.3, 0.3, 0.36], [3]),
        ("identical_pages", [0.5, 0.51, 0.5], [1]),
    ],
)
def test_each_measure_has_its_bound(measure: str, values: list[float], expected: list[int]) -> None:
    assert out(judge(visits(*values, measure=measure))) == expected


def test_few_posts_and_a_short_history_say_nothing() -> None:
    assert out(judge(visits(1, 1, 0, measure="coverage", sample=4))) == []
    assert out(judge(visits(1, 0, measure="coverage"))) == []


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.98])
@pytest.mark.parametrize("count", [5, 12, 40])
def test_a_field_that_some_posts_have_is_out_in_hardly_one_of_a_hundred_visits(share: float, count: int) -> None:
    chance = Random(f"{share} {count}")
    values = [sum(chance.random() < share for _ in range(count)) / count for _ in range(2000)]
    assert len(out(judge(visits(*values, measure="coverage", field="view_count", sample=count)))) <= 30


@pytest.mark.parametrize(("count", "values"), [(5, [1, 1, 1, 1, 0]), (8, [0.9] * 4 + [0]), (50, [0.5] * 4 + [0.1])])
def test_a_field_that_goes_is_out_however_few_posts_there_are(count: int, values: list[float]) -> None:
    assert out(judge(visits(*values, measure="coverage", sample=count))) == [4]


def test_a_visit_that_goes_back_less_far_finds_fewer_and_is_as_ever() -> None:
    found = visits(160, 160, 160, 160, 80, 80)
    paces = visits(4, 4, 4, 4, 4.1, 1.9, measure="posts_per_day")
    judged = [each for each in judge([*found, *paces]) if each.is_out]
    assert [(each.measured.measure, each.measured.crawl_id) for each in judged] == [("posts_found", "c005")]


def test_what_is_unlike_is_no_history_and_is_new_once() -> None:
    judged = judge(visits(1, 1, 1, 0, 0, 0, 1, measure="coverage"))
    assert out(judged) == [3, 4, 5]
    assert [each.measured.crawl_id for each in judged if each.is_new] == ["c003"]
    assert judged[-1].usual == 1


def test_a_suspect_visit_teaches_no_other_measure() -> None:
    pages = visits(0, 0, 0, 0.9, measure="identical_pages", sample=10)
    found = visits(1, 1, 1, 0.95, 0.86, measure="coverage", field="like_count")
    usual = [each.usual for each in judge([*pages, *found]) if each.measured.measure == "coverage"]
    assert usual[-1] == 1


@pytest.mark.parametrize(("measure", "before", "after"), [("posts_found", 50, 20), ("coverage", 1.0, 0.0)])
def test_visits_that_agree_become_what_is_usual(measure: str, before: float, after: float) -> None:
    values = [before] * 4 + [after] * AGREEING + [after, after]
    assert out(judge(visits(*values[:-3], measure=measure))) == [4, 5, 6]
    judged = judge(visits(*values, measure=measure))
    assert out(judged) == []
    assert {each.accepted_by for each in judged} == {None, "habit"}


def test_visits_that_do_not_agree_do_not() -> None:
    assert out(judge(visits(50, 50, 50, 3, 30, 4, 33, 2))) == [3, 4, 5, 6, 7]


def test_zeros_are_right_only_when_a_person_says_so() -> None:
    zeros = visits(*[0.1] * 4, *[1.0] * 8, measure="zeros")
    assert out(judge(zeros)) == list(range(4, 12))
    accepted = judge(zeros, zeros[5].observed_at)
    assert out(accepted) == []
    assert [each.accepted_by for each in accepted[4:7]] == ["person", None, None]


@given(st.lists(st.floats(0, 1), max_size=30), st.sampled_from(["coverage", "zeros", "errors", "posts_found"]))
def test_any_history_is_judged_once_each(values: list[float], measure: str) -> None:
    judged = judge(visits(*values, measure=measure))
    assert len(judged) <= len(values)
    assert all(not (each.is_new and not each.is_out) for each in judged)


# --- over raw tables ---


@contextmanager
def looked(*accounts: Sequence[tuple[float, int, int | None, int]]) -> Iterator[duckdb.DuckDBPyConnection]:
    """Raw tables of accounts, each of a platform of its own: per visit the days since the one before, how many of six
    posts were found, the likes of those (``None`` = not stated), and how many days it went back."""
    with connect(Path(":memory:"), threads=1) as connection:
        for _, (_, script) in sorted(migrations().items()):
            connection.execute(script)
        connection.execute("create schema config")
        connection.execute("create table config.run as select timestamptz '2100-01-01' as as_of, false as is_strict")
        for number, theirs in enumerate(accounts):
            account = UUID(int=number)
            values = {"account_id": account, "platform": f"platform {number}", "url": "", "account_key": "", "host": ""}
            insert(connection, "accounts", {**values, "company": "Acme", "observed_at": START, "loaded_at": START})
            moment = START
            for place, (days, count, likes, days_back) in enumerate(theirs):
                moment += timedelta(days=days)
                visit = {
                    "crawl_id": f"c{place:03d}", "account_id": account, "outcome": "complete", "post_count": count,
                    "started_at": moment, "observed_at": moment + timedelta(minutes=9),
                    "oldest_at": moment - timedelta(days=days_back), "loaded_at": moment,
                }  # fmt: skip
                insert(connection, "visits", visit)
                for post in range(count):
                    seen = {"post_id": UUID(int=1000 * number + post), "observed_at": moment, "loaded_at": moment}
                    insert(connection, "posts", {**seen, "account_id": account, "role": "original", "source": "crawl"})
                    insert(connection, "post_metrics", {**seen, "like_count": likes, "source": "crawl"})
        yield connection


def insert(connection: duckdb.DuckDBPyConnection, table: str, values: dict[str, Any]) -> None:
    """A row of raw.``table``; what is not named and must not be null is empty."""
    fillers = {"VARCHAR": "''", "BIGINT": "0", "BOOLEAN": "false"}
    columns = connection.execute(f"describe raw.{table}").fetchall()
    needed = {name: fillers.get(kind, "[]") for name, kind, null, *_ in columns if null == "NO" and name not in values}
    names, given = ", ".join([*values, *needed]), ", ".join(["?"] * len(values) + list(needed.values()))
    connection.execute(f"insert into raw.{table} ({names}) values ({given})", list(values.values()))


def found(connection: duckdb.DuckDBPyConnection, measure: str) -> list[tuple[str, float | None]]:
    """Crawl and what was usual, of a measure that was told."""
    query = "select crawl_id, usual from config.drift where measure = ? order by all"
    return connection.execute(query, [measure]).fetchall()


def test_the_first_visit_and_one_soon_after_another_say_nothing_of_how_much_there_is() -> None:
    weekly = [(7.0, 6, 1, 7)] * 4
    with looked([*weekly, (7.0, 0, 1, 7)]) as connection:
        keep_out_drift(connection)
        assert found(connection, "posts_found") == [("c004", 6.0)]
        assert connection.execute("select outcome from raw.visits where crawl_id = 'c004'").fetchone() == ("suspect",)
    with looked([*weekly, (0.1, 0, 1, 7)]) as connection:
        keep_out_drift(connection)
        assert found(connection, "posts_found") == []
        assert found(connection, "posts_per_day")
    with looked(weekly[:3]) as connection:
        keep_out_drift(connection)
        assert found(connection, "posts_found") == [("c002", None)]


def test_a_platform_is_seen_where_no_account_has_enough_posts() -> None:
    accounts = [[(7.0, 4, likes, 7) for likes in (1, 1, 1, None)]] * 6
    with looked(*accounts) as connection:
        connection.execute("update raw.accounts set platform = 'mastodon'")
        keep_out_drift(connection)
        query = "select distinct crawl_id, measure, field, value, usual from config.drift where is_out"
        assert connection.execute(query).fetchall() == [("c003", "coverage", "like_count", 0.0, 1.0)]
        [(count,)] = connection.execute("select count(*) from config.drift where is_out").fetchall()
        assert count == len(accounts)


visit = st.tuples(
    st.sampled_from([0.5, 7.0, 7.0, 8.0]), st.sampled_from([0, 4, 5, 6, 6, 6]),
    st.sampled_from([None, 0, 3, 3, 3]), st.sampled_from([3, 7, 7, 30]),
)  # fmt: skip


def long_history(chance: Random) -> list[tuple[float, int, int | None, int]]:
    """As ever for weeks, then for some visits not, and again."""
    history: list[tuple[float, int, int | None, int]] = []
    for _ in range(chance.randint(1, 3)):
        history += [(7.0, 6, 3, 7)] * chance.randint(1, 16)
        history += [
            (chance.choice([0.5, 7.0, 8.0]), chance.choice([0, 4, 5, 6, 6]), chance.choice([None, 0, 3]), 7)
        ] * chance.randint(1, 6)
    return history + [(7.0, 6, 3, 7)] * chance.choice([0, 0, 2, 14])


def test_only_visits_near_one_that_is_unlike_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of forty visits: five years of them took half a minute where each account had one."""
    usual, none = (7.0, 6, 3, 7), (7.0, 6, None, 7)
    fetched: list[tuple[int, int]] = []

    def counted(measures: Sequence[Measured], *args: Any, **options: Any) -> list[Judged]:
        judged = judge(measures, *args, **options)
        fetched.append((len({one.crawl_id for one in measures}), len({each.measured.crawl_id for each in judged})))
        return judged

    monkeypatch.setattr("analysis.drift.judge", counted)
    with looked([*[usual] * 20, none, *[usual] * 19]) as connection:
        keep_out_drift(connection)
        assert connection.execute("select distinct crawl_id from config.drift where is_out").fetchall() == [("c020",)]
    # what is unlike and the eight after it, the newest, and the four before each
    assert fetched == [(18, 10)]


def assert_told_as_if_judged_whole(accounts: Sequence[Sequence[tuple[float, int, int | None, int]]]) -> None:
    """What is told is what came of judging every visit of every account."""
    with looked(*accounts) as connection:
        measure(connection)
        query = """
            select crawl_id, account_id::text, platform, measure, field, value, sample_count, started_at, observed_at
            from visit_measures where account_id is not null
        """
        measured = [Measured(**dict(zip(FIELDS, row, strict=True))) for row in connection.execute(query).fetchall()]
        expected = []
        for account in {one.account_id for one in measured}:
            judged = judge([one for one in measured if one.account_id == account])
            newest = max(each.measured.crawl_id for each in judged)
            told = [each for each in judged if each.is_out or each.accepted_by or each.measured.crawl_id == newest]
            expected += [
                (account, each.measured.crawl_id, each.measured.measure, each.measured.field, each.usual, each.is_out)
                for each in told
            ]
        keep_out_drift(connection)
        query = "select account_id::text, crawl_id, measure, field, usual, is_out from config.drift"
        assert sorted(connection.execute(query).fetchall(), key=str) == sorted(expected, key=str)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.lists(visit, min_size=1, max_size=9), min_size=1, max_size=4))
def test_whoever_is_passed_over_has_nothing_to_judge(accounts: list[list[Any]]) -> None:
    assert_told_as_if_judged_whole(accounts)


@pytest.mark.parametrize("seed", range(3))
def test_visits_between_those_that_are_unlike_change_no_judgement(seed: int) -> None:
    chance = Random(seed)
    assert_told_as_if_judged_whole([long_history(chance) for _ in range(6)])


def test_who_is_unlike_for_longer_than_its_history_tells_is_judged_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Zeros become usual to the last four visits, but to no person."""
    passed_over: list[bool] = []

    def counted(*args: Any, **options: Any) -> list[Judged]:
        passed_over.append(bool(options.get("passed_over")))
        return judge(*args, **options)

    monkeypatch.setattr("analysis.drift.judge", counted)
    assert_told_as_if_judged_whole([[*[(7.0, 6, 3, 7)] * 4, *[(7.0, 6, 0, 7)] * 20, *[(7.0, 6, 3, 7)] * 12]])
    assert passed_over == [True, False]


# --- over a warehouse ---


def land_week(
    project: Any, week: float, *, likes: int | None = 7, texts: bool = True, count: int = 12, hidden: int = 0
) -> None:
    """One weekly visit that looks at the same posts again; of the first ``hidden`` of them it is told no likes."""
    minutes = round(week * 7 * 24 * 60)
    crawl_id = f"{project.now + timedelta(minutes=minutes):%Y%m%dT%H%M%SZ}-aaaaaa"
    records = []
    for number in range(count):
        text = f"Post {number}" if texts else None
        records.append(project.post(f"{number}", text=text, minutes=minutes + 1, crawl_id=crawl_id))
        counts = project.metrics(f"{number}", likes, minutes=minutes + 1, crawl_id=crawl_id)
        if number < hidden:
            counts |= {"like_count": None, "missing": {"like_count": "hidden"}}
        records.append({name: value for name, value in counts.items() if value is not None})
    started = project.record("crawl", minutes=minutes)["observed_at"]
    visit = project.record(
        "visit", minutes=minutes + 2, crawl_id=crawl_id, outcome="complete", post_count=count, page_count=3,
        started_at=started, message="Saw 12 posts.",
    )  # fmt: skip
    project.land(*records, visit, crawl=crawl_id)
    project.load(now=project.now + timedelta(minutes=minutes + 5))


def land_pages(project: Any, week: int, pages: list[dict[str, Any]], *, count: int = 12) -> None:
    """One weekly visit that read ``pages`` and saw ``count`` posts."""
    minutes = week * 7 * 24 * 60
    crawl_id = f"{project.now + timedelta(minutes=minutes):%Y%m%dT%H%M%SZ}-aaaaaa"
    moment = project.record("crawl", minutes=minutes)["observed_at"]
    records = [
        project.record(
            "page",
            **{
                "minutes": minutes + 1, "crawl_id": crawl_id, "url": f"https://social.example/{number}", "status": 200,
                "fetched_at": moment, "sha256": f"{week}-{number}", "outcome": "complete", "warc_file": "a.warc.gz",
                "warc_offset": number, **page,
            },
        )
        for number, page in enumerate(pages)
    ]  # fmt: skip
    visit = project.record(
        "visit", minutes=minutes + 2, crawl_id=crawl_id, outcome="complete", post_count=count, page_count=len(pages),
        started_at=moment, message="Saw posts.",
    )  # fmt: skip
    project.land(*records, visit, crawl=crawl_id)


@pytest.mark.parametrize(
    ("odd", "count", "measure", "said"),
    [
        ([{"outcome": "layout_changed"}] * 2, 12, "unparsed_pages", "10% of 20 pages could not be read, usually 0%"),
        ([{"outcome": "suspect"}], 12, None, None),
        ([{"status": 500, "warc_offset": None}] * 2, 12, "errors", "10% of 20 requests were answered with errors"),
        ([{"status": 404, "warc_offset": None}] * 5, 12, None, None),
        ([{"sha256": "same"}] * 12, 12, "identical_pages", "55% of 20 pages were the same page"),
        ([{"sha256": "same"}] * 11, 12, None, None),
        ([], 8, "posts_found", "Only 8 posts were found, usually 12"),
        ([], 9, None, None),
        ([], 0, "posts_found", "Only 0 posts were found, usually 12"),
    ],
)
def test_each_measure_of_a_visit_is_taken_from_what_was_landed(
    project: Any, odd: list[dict[str, Any]], count: int, measure: str | None, said: str | None
) -> None:
    for week in range(3):
        land_pages(project, week, [{}] * 20)
    land_pages(project, 3, [*odd, *[{}] * (20 - len(odd))], count=count)
    project.load(now=project.now + timedelta(weeks=4))
    built(project, 4, ["marts.coverage", "marts.drift"])
    out = project.rows("select measure, sentence from marts.drift where is_out", project.snapshot)
    assert [each for each, _ in out] == ([measure] if measure else [])
    assert said is None or said in out[0][1]
    outcome = project.one("select outcome from marts.coverage", project.snapshot)
    assert outcome == {"unparsed_pages": "layout_changed", None: "complete"}.get(measure, "suspect")


def built(project: Any, week: int, targets: Sequence[str] = ASKED) -> None:
    now = project.now + timedelta(weeks=week, days=1)
    build(project.warehouse, project.snapshot, now=now, threads=1, targets=targets)


def test_likes_that_turn_zero_are_kept_out_and_said_once(project: Any) -> None:
    for week in range(5):
        land_week(project, week, likes=0 if week >= 3 else 7)
    built(project, 3, ASKED_AND_FOLLOWED)
    ((outcome, message),) = project.rows("select outcome, message from marts.coverage", project.snapshot)
    assert outcome == "layout_changed"
    assert "likes are zero on 100% of 12 posts, usually on 0%" in message
    assert "rivalscope reparse --platform mastodon" in message
    assert "pipx upgrade" in message
    assert project.rows("select distinct like_count from marts.posts", project.snapshot) == [(7,)]
    newest = "select like_count, missing['like_count'] from staging.stg_post_metrics order by observed_at desc limit 1"
    assert project.rows(newest, project.snapshot) == [(None, "not_parsed")]
    told = "select sentence, phrases, is_urgent from marts.notices"
    ((notice, phrases, urgent),) = project.rows(told, project.snapshot)
    assert urgent
    assert "likes are zero" in notice
    assert Sentences(Formats(locale="en", timezone="UTC")).said(phrases) == notice
    built(project, 4)
    assert project.rows("select sentence from marts.notices", project.snapshot) == []
    assert project.one("select outcome from marts.coverage", project.snapshot) == "layout_changed"
    # the warehouse keeps what pages said
    assert project.one("select count(*) from raw.post_metrics where like_count = 0") == 24


# 7: an account that hides about half is not out whenever it hides one more
@pytest.mark.parametrize(("hidden", "outcome"), [(6, "complete"), (7, "complete"), (12, "layout_changed")])
def test_counts_that_some_posts_hide_are_no_changed_page(project: Any, hidden: int, outcome: str) -> None:
    for week in range(4):
        land_week(project, week, hidden=hidden if week == 3 else 0)
    built(project, 3)
    assert project.one("select outcome from marts.coverage", project.snapshot) == outcome
    newest = "select count(like_count) from staging.stg_post_metrics group by observed_at order by observed_at desc"
    assert project.rows(newest, project.snapshot)[0] == (12 - hidden if outcome == "complete" else 0,)


def test_what_began_between_two_briefs_is_said_in_the_next_however_often_accounts_are_visited(project: Any) -> None:
    notices = "select sentence from marts.notices"
    for week in range(4):
        land_week(project, week)
    built(project, 3, ASKED_AND_FOLLOWED)
    assert project.rows(notices, project.snapshot) == []
    for later in (3.3, 3.6, 3.9):
        land_week(project, later, likes=0)
    built(project, 4, ASKED_AND_FOLLOWED)
    ((said,),) = project.rows(notices, project.snapshot)
    assert "likes are zero" in said
    begun_at = project.one("select max(begun_at) from marts.drift where is_newest", project.snapshot)
    assert begun_at < project.now + timedelta(weeks=3.4)
    land_week(project, 4.5, likes=0)
    built(project, 5)
    assert project.rows(notices, project.snapshot) == []


def land_visits(project: Any, *visits: tuple[str, str | None]) -> None:
    """Daily visits: outcome and reason."""
    for day, (outcome, reason) in enumerate(visits):
        project.land(
            project.record(
                "visit", minutes=day * 24 * 60, crawl_id=f"c{day}", outcome=outcome, reason=reason,
                message=f"Saw nothing new on day {day}.",
            ),
            crawl=f"c{day}",
        )  # fmt: skip
    project.load(now=project.now + timedelta(days=len(visits)))


@pytest.mark.parametrize(
    ("visits", "said"),
    [
        ([("complete", None), ("complete", "moved"), ("unchanged", "moved")], "day 2"),
        ([("complete", "moved"), ("error", "timeout"), ("robots_denied", "robots_unreachable")], "day 0"),
        ([("complete", None), ("robots_denied", "off_host")], "day 1"),
        ([("complete", "moved"), ("complete", None)], None),
        ([("complete", None), ("error", "timeout")], None),
    ],
)
def test_where_an_account_went_is_said_in_one_brief(
    project: Any, visits: list[tuple[str, str | None]], said: str | None
) -> None:
    land_visits(project, *visits)
    built(project, 1, ["marts.claims", "marts.notices"])
    notices = project.rows("select sentence from marts.notices", project.snapshot)
    assert len(notices) == (said is not None)
    assert said is None or said in notices[0][0]
    built(project, 2, ["marts.notices"])
    assert project.rows("select sentence from marts.notices", project.snapshot) == []


def test_a_visit_that_says_no_more_than_that_an_account_went_is_told_and_refuses_no_build(project: Any) -> None:
    project.land(project.record("visit", outcome="complete", reason="moved"))
    project.load(now=project.now + timedelta(days=1))
    built(project, 1)
    ((said, phrases),) = project.rows("select sentence, phrases from marts.notices", project.snapshot)
    assert said.endswith("is elsewhere now.")
    assert Sentences(Formats(locale="en", timezone="UTC")).said(phrases) == said


def test_what_a_person_accepts_counts(project: Any) -> None:
    for week in range(4):
        land_week(project, week, likes=0 if week >= 3 else 7)
    project.land(
        project.record("acceptance", minutes=4 * 7 * 24 * 60, source="import"),
        crawl="accept-1",
        name="accept-0001.jsonl",
    )
    project.load(now=project.now + timedelta(weeks=4))
    built(project, 5)
    assert project.one("select outcome from marts.coverage", project.snapshot) == "complete"
    assert project.rows("select distinct like_count from marts.posts", project.snapshot) == [(0,)]
    query = "select distinct accepted_by from marts.drift where accepted_by is not null"
    assert project.rows(query, project.snapshot) == [("person",)]
    built(project, 3)
    assert project.one("select outcome from marts.coverage", project.snapshot) == "layout_changed"


def test_a_mended_reading_is_no_drift(project: Any) -> None:
    for week in range(4):
        land_week(project, week, likes=0 if week >= 3 else 7)
    minutes = 3 * 7 * 24 * 60 + 1
    project.land(
        *({**project.metrics(f"{number}", 8, minutes=minutes), "source": "reparse"} for number in range(12)),
        crawl="reparse-20261220T060000Z-aaaaaa", name="reparse-0001.jsonl",
    )  # fmt: skip
    project.load(now=project.now + timedelta(weeks=4))
    built(project, 5)
    assert project.one("select outcome from marts.coverage", project.snapshot) == "complete"
    assert project.rows("select distinct like_count from marts.posts", project.snapshot) == [(8,)]


def test_an_account_that_is_as_ever_has_its_measures_and_no_notice(project: Any) -> None:
    for week in range(4):
        land_week(project, week)
    built(project, 4)
    assert project.rows("select sentence from marts.notices", project.snapshot) == []
    found = dict(project.rows("select measure || coalesce(' ' || field, ''), value from marts.drift", project.snapshot))
    assert found["posts_found"] == 12
    assert found["coverage like_count"] == 1
    assert found["zeros comment_count"] == 1
    assert project.rows("select * from marts.drift where is_out", project.snapshot) == []
