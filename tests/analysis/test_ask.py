"""Anything may be asked, nothing may be touched, and it ends in time."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analysis
from analysis.ask import (
    Answer,
    AskError,
    Form,
    ask,
    ask_parquet,
    saved_question,
    saved_questions,
    tables,
    write_answer,
)
from analysis.build import build
from analysis.load import load_landing
from analysis.warehouse import SnapshotMissingError, WarehouseDamagedError

if TYPE_CHECKING:
    pass

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)


def listed(name: str, *, is_own: bool = False) -> dict[str, Any]:
    """An entry of the list."""
    return {
        "account_key": f"https://social.example/@{name}",
        "platform": "mastodon",
        "host": "social.example",
        "handle": name,
        "url": f"https://social.example/@{name}",
        "company": name.title(),
        "is_own": is_own,
        "lists": [],
        "state": "active",
    }


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built snapshot of three companies: two share a hashtag, one post is gone, one account fell silent."""
    folder = tmp_path_factory.mktemp("asked")
    envelope = {"crawl_id": "20261122T060000Z-aaaaaa", "source": "crawl"}
    records: list[dict[str, Any]] = []

    def add(kind: str, name: str, days_ago: float = 0, /, **fields: Any) -> None:
        whose = {"account_key": f"https://social.example/@{name}", "platform": "mastodon", "host": "social.example"}
        observed_at = (NOW - timedelta(days=days_ago)).isoformat()
        records.append({"record": kind, **envelope, **whose, "observed_at": observed_at, **fields})

    for name, count, tag in (("acorn", 12, "Rye"), ("birch", 8, "rye"), ("us", 6, "Wheat")):
        add("profile", name, 30, handle=f"{name}@social.example", bio="Old bio", follower_count=1000)
        add("profile", name, 1, handle=f"{name}@social.example", bio=f"Bio of {name}", follower_count=1100)
        for n in range(count):
            published_at = NOW - timedelta(days=(20 if name == "birch" else 4) + n * 2)
            content = {
                "native_id": f"{name}-{n}",
                "account": f"{name}@social.example",
                "url": f"https://social.example/@{name}/{n}",
                "role": "original",
                "format": ["image", "text"][n % 2],
                "text": f"=Post {n}",
                "hashtags": [tag],
                "published_at": published_at.isoformat(),
                "published_precision": "second",
            }
            counts = {"like_count": 10 + n, "comment_count": 1, "share_count": 2}
            for age in (50, 80):
                days_ago = (NOW - published_at).days - age / 24
                if age == 50:
                    add("post", name, days_ago, **content)
                add("metrics", name, days_ago, native_id=content["native_id"], **counts)
        add("visit", name, 0, outcome="complete", page_count=1, post_count=count)
    add("absence", "acorn", 0, native_id="acorn-11", kind="gone", status=404)
    add("replies", "birch", 0, native_id="birch-0", comment_count=2, answered_count=1, is_complete=True)
    add("site", "us", 1, url="https://us.example/", kind="home", title="Us")
    days = [(NOW - timedelta(days=back)).date().isoformat() for back in range(20)]
    table = {"kind": "ga4", "property_name": "", "is_additional": False, "file_hash": "f", "file_name": "ga4.csv",
             "period_start_date": days[-1], "period_end_date": days[0], "traffic_source": "mastodon"}  # fmt: skip
    records += [
        {
            "record": "outcome",
            **envelope,
            "observed_at": NOW.isoformat(),
            **table,
            "row_number": n,
            "date": day,
            "order_count": 1,
        }
        for n, day in enumerate(days)
    ]
    segment = folder / "landing" / "20261122T060000Z-aaaaaa" / "crawl-0001.jsonl"
    segment.parent.mkdir(parents=True)
    segment.write_text("".join(json.dumps(record) + "\n" for record in records))
    accounts = [listed("acorn"), listed("birch"), listed("us", is_own=True)]
    report = load_landing(folder / "warehouse.duckdb", folder / "landing", accounts=accounts, now=NOW)
    assert report.rejections == []
    build(folder / "warehouse.duckdb", folder / "rivalscope.duckdb", now=NOW)
    return folder / "rivalscope.duckdb"


def text_of(answer: Answer, form: Form) -> str:
    """The answer as written."""
    stream = io.StringIO(newline="")
    write_answer(answer, form, stream)
    return stream.getvalue()


def simple(rows: Sequence[Sequence[Any]], *columns: tuple[str, str], is_cut: bool = False) -> Answer:
    return Answer(columns=columns, rows=tuple(map(tuple, rows)), is_cut=is_cut)


def test_values_of_every_kind_come_back_as_json_has_them(snapshot: Path) -> None:
    answer = ask(
        snapshot,
        """select 1::hugeint as number, 1.50::decimal(9, 2) as decimal, 0.1 + 0.2 as double, 'nan'::double as nan,
        null as nothing, true as truth, 'é' as text, timestamptz '2026-11-22 07:00:00+01' as moment,
        date '2026-11-22' as day, [1, null] as list, {'a': [date '2026-01-01']} as struct, map {'k': 2} as map,
        'a'::blob as bytes, uuid '00000000-0000-0000-0000-000000000001' as id, interval 90 seconds as span""",
    )
    assert dict(zip([name for name, _ in answer.columns], answer.rows[0], strict=True)) == {
        "number": 1,
        "decimal": 1.5,
        "double": pytest.approx(0.3),
        "nan": "nan",
        "nothing": None,
        "truth": True,
        "text": "é",
        "moment": "2026-11-22T06:00:00Z",
        "day": "2026-11-22",
        "list": [1, None],
        "struct": {"a": ["2026-01-01"]},
        "map": {"k": 2},
        "bytes": "61",
        "id": "00000000-0000-0000-0000-000000000001",
        "span": 90.0,
    }


def test_rows_are_bounded_and_that_is_said(snapshot: Path) -> None:
    whole, cut = (ask(snapshot, "from range(5)", max_rows=most) for most in (5, 4))
    assert (len(whole.rows), whole.is_cut) == (5, False)
    assert (len(cut.rows), cut.is_cut) == (4, True)
    assert text_of(cut, "table").endswith("(4 rows; there are more)\n")


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("selec 1", "syntax error"),
        ("", "no question"),
        ("select * from marts.leage", "marts.league"),
        ("select * from leage", "marts.league"),
        ("select compny from marts.league", "company"),
        ("select * from '/etc/passwd'", "does not exist"),
        ("select * from read_text('/etc/passwd')", "disabled by configuration"),
        ("copy (select 1) to 'stolen.csv'", "disabled by configuration"),
        ("attach 'other.duckdb'", "disabled by configuration"),
        ("install httpfs", "disabled by configuration"),
        ("load httpfs", "disabled"),
        ("set enable_external_access = true", "locked"),
        ("set memory_limit = '100GB'", "locked"),
        ("create persistent secret s (type s3)", ""),
        ("create table marts.more as select 1", "read-only"),
        ("delete from marts.league", "read-only"),
        ("select * from request", "does not exist"),
        ("select repeat('x', 4000000000)", "memory"),
    ],
)
def test_what_is_wrong_or_forbidden_is_said(snapshot: Path, sql: str, said: str) -> None:
    with pytest.raises(AskError, match=f"(?s).*{said}"):
        ask(snapshot, sql)


def test_logging_to_a_file_ends_nothing_but_the_query(snapshot: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with pytest.raises(AskError):
        ask(snapshot, f"call enable_logging(storage = 'file', storage_path = '{log}'); select 1")
    assert not log.exists()


def test_an_answer_that_is_too_large_is_refused(snapshot: Path) -> None:
    with pytest.raises(AskError, match="larger than 64 MiB"):
        ask(snapshot, "select repeat('x', 1000000) from range(100)")


def test_a_query_without_end_is_stopped(snapshot: Path) -> None:
    with pytest.raises(AskError, match="stopped after 1 second"):
        ask(snapshot, "select count(*) from range(100000000000) a, range(1000) b", timeout_seconds=1)


def test_there_must_be_a_snapshot(tmp_path: Path) -> None:
    with pytest.raises(SnapshotMissingError):
        ask(tmp_path / "none.duckdb", "select 1")


def test_a_snapshot_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "odd.duckdb").write_text("words " * 5000)
    with pytest.raises(WarehouseDamagedError, match=r"odd\.duckdb"):
        ask(tmp_path / "odd.duckdb", "select 1")


def test_parquet_keeps_types(snapshot: Path, tmp_path: Path) -> None:
    target = tmp_path / "it's.parquet"
    ask_parquet(snapshot, "select timestamptz '2026-01-01 00:00:00+00' as at, [1] as list;", target)
    with duckdb.connect() as connection:
        described = connection.execute("describe from read_parquet(?)", [str(target)]).fetchall()
    assert [(name, kind) for name, kind, *_ in described] == [("at", "TIMESTAMP WITH TIME ZONE"), ("list", "INTEGER[]")]


@pytest.mark.parametrize("sql", ["select 1; select 2", "set threads = 1", "selec"])
def test_parquet_takes_one_select(snapshot: Path, tmp_path: Path, sql: str) -> None:
    with pytest.raises(AskError):
        ask_parquet(snapshot, sql, tmp_path / "a.parquet")
    assert not (tmp_path / "a.parquet").exists()


def test_a_parquet_file_that_cannot_be_written_is_named(snapshot: Path, tmp_path: Path) -> None:
    with pytest.raises(AskError, match=r"a\.parquet cannot be written"):
        ask_parquet(snapshot, "select 1", tmp_path / "none" / "a.parquet")


def test_csv_text_that_a_spreadsheet_would_run_is_neutralised() -> None:
    columns = (("@name", "VARCHAR"), ("n", "BIGINT"), ("d", "DOUBLE"))
    answer = simple([["=1+1", -3, -0.5], ["\tx", None, 7], ["plain", True, 0]], *columns)
    assert list(csv.reader(io.StringIO(text_of(answer, "csv"), newline=""))) == [
        ["'@name", "n", "d"],
        ["'=1+1", "-3", "-0.5"],
        ["'\tx", "", "7"],
        ["plain", "true", "0"],
    ]


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_no_csv_cell_begins_a_formula_and_every_text_survives(texts: list[str]) -> None:
    answer = simple([[text] for text in texts], ("text", "VARCHAR"))
    stream = io.StringIO(text_of(answer, "csv"), newline="")
    cells = [row[0] if row else "" for row in csv.reader(stream)][1:]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in cells)
    for cell, text in zip(cells, texts, strict=True):
        assert cell in (text, "'" + text)


@given(st.text())
def test_no_control_character_reaches_a_terminal(text: str) -> None:
    for form in ("table", "markdown"):
        written = text_of(simple([[text]], ("x", "VARCHAR")), form)
        assert not {char for char in written if ord(char) < 32 or 127 <= ord(char) < 160} - {"\n"}
        assert not set(written) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
        assert written.count("\n") == (4 if form == "table" else 3)


def test_the_table_lines_numbers_up_right() -> None:
    answer = simple([["Acorn", 7], ["Ørsted 日本", 12345]], ("company", "VARCHAR"), ("posts", "BIGINT"))
    assert text_of(answer, "table") == (
        "company      posts\n───────────  ─────\nAcorn            7\nØrsted 日本  12345\n(2 rows)\n"
    )


def test_markdown_escapes_what_would_end_a_cell() -> None:
    answer = simple([["a|b\nc", 1]], ("x|y", "VARCHAR"), ("n", "DECIMAL(5,2)"))
    assert text_of(answer, "markdown") == "| x\\|y | n |\n| --- | ---: |\n| a\\|b c | 1 |\n"


def test_json_is_a_list_of_objects_with_distinct_names() -> None:
    answer = simple([[1, "é\u202e"]], ("a", "INTEGER"), ("a", "VARCHAR"))
    assert json.loads(text_of(answer, "json")) == [{"a": 1, "a_2": "é\u202e"}]
    assert text_of(answer, "json").isascii()


def test_tables_tell_what_they_are_marts_first() -> None:
    described = tables()
    assert described[0].name.startswith("marts.")
    names = [table.name for table in described]
    assert {"marts.posts", "marts.claims", "marts.league", "staging.stg_posts", "raw.posts"} <= set(names)
    assert all(table.description and "\n" not in table.description.strip() for table in described)


def test_every_saved_file_is_a_question() -> None:
    questions = saved_questions()
    assert {question.name for question in questions} == {
        path.stem for path in (Path(analysis.__file__).parent / "queries").glob("*.sql")
    }
    assert len(questions) >= 12
    assert all(question.question.endswith("?") for question in questions)


@pytest.mark.parametrize("question", saved_questions(), ids=lambda question: question.name)
def test_saved_questions_have_an_answer(snapshot: Path, question: Any) -> None:
    answer = ask(snapshot, question.sql)
    assert answer.columns
    if question.name != "what_works":  # so few posts prove nothing
        assert answer.rows


def test_shared_hashtags_are_those_we_lack(snapshot: Path) -> None:
    answer = ask(snapshot, saved_question("shared_hashtags").sql)
    assert [row[:2] for row in answer.rows] == [("#rye", 2)]


def test_removed_and_quiet_are_found(snapshot: Path) -> None:
    removed = ask(snapshot, saved_question("removed_posts").sql)
    assert [row[-1] for row in removed.rows] == ["https://social.example/@acorn/11"]
    quiet = ask(snapshot, saved_question("gone_quiet").sql)
    assert [row[0] for row in quiet.rows] == ["Birch"]


def test_a_mistyped_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(AskError, match="who_posts_most"):
        saved_question("who_post_most")
    assert saved_question("who-posts-most").name == "who_posts_most"
