"""Landing files become rows once, whatever is loaded again; what is no record is kept aside and told."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

import analysis
from analysis.build import build
from analysis.load.records import RefusedLineError, read_line
from analysis.load.segments import Segment, read_portions
from analysis.warehouse import WarehouseBusyError

if TYPE_CHECKING:
    from tests.analysis.conftest import Project

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)  # the conftest's
CRAWL = "20261122T060000Z-aaaaaa"


def listed(**changes: Any) -> dict[str, Any]:
    """One entry of the list, as the configuration gives it."""
    return {
        "account_key": "https://social.example/@acorn",
        "platform": "mastodon",
        "host": "social.example",
        "handle": "Acorn",
        "url": "https://social.example/@acorn",
        "company": "Acorn Bakery",
        "is_own": False,
        "lists": ["bakeries"],
        "state": "active",
        **changes,
    }


def everything(project: Project) -> list[dict[str, Any]]:
    """One record of every kind, and a post with a changed text."""
    return [
        project.record("crawl", kind="crawl", version="1", machine="m", started_at="2026-11-22T06:00:00Z"),
        project.record("host", host="social.example", robots_state="allowed", crawl_delay_seconds=3.5, error_streak=0),
        project.record(
            "profile",
            native_account_id="77",
            handle="acorn@social.example",
            name="Acorn",
            bio="Bread",
            links=["https://acorn.example"],
            follower_count=120,
            missing={"following_count": "hidden"},
            rounded={"follower_count": 2},
        ),
        project.post(
            "1",
            media=[{"kind": "image", "url": "https://social.example/1.jpg", "width": 8, "height": 9, "alt_text": ""}],
            hashtags=["Bread", "Rye"],
            links=["https://acorn.example/rye"],
            is_pinned=True,
        ),
        project.metrics("1", 5, missing={"view_count": "not_public"}, reactions={"star": 5}),
        project.post("1", text="Post 1, corrected", minutes=60, is_edited=True),
        project.metrics("1", 9, minutes=60),
        project.record("absence", native_id="0", kind="gone", status=410),
        project.record("replies", native_id="1", comment_count=4, answered_count=1, is_complete=True),
        project.record("site", url="https://social.example/", kind="home", title="Acorn", og={"title": "Acorn"}),
        project.record("link", url="https://acorn.example/rye", outcome="not_found", status=404, hops=[]),
        project.record(
            "page",
            url="https://social.example/api",
            fetched_at="2026-11-22T06:00:00Z",
            status=200,
            etag='"x"',
            warc_file="a.warc.gz",
        ),
        project.record("visit", outcome="complete", page_count=2, post_count=1, elapsed_seconds=1.5, minutes=61),
    ]


def test_every_kind_of_record_becomes_rows(project: Project) -> None:
    project.land(*everything(project))
    report = project.load(accounts=[listed()])
    assert (report.file_count, report.record_count, report.rejected_count) == (1, 13, 0)
    assert report.failures == []
    assert {table: project.one(f"select count(*) from raw.{table}") for table in project.raw_tables} == {
        "crawls": 1,
        "accounts": 1,
        "visits": 1,
        "hosts": 1,
        "profiles": 1,
        "account_metrics": 1,
        "posts": 2,
        "post_metrics": 2,
        "absences": 1,
        "replies": 1,
        "sites": 1,
        "link_checks": 1,
        "pages": 1,
    }
    assert project.rows(
        "select text, hashtags, media[1].width, media[1].alt_text, is_pinned, mentions, loaded_at from raw.posts "
        "order by observed_at limit 1"
    ) == [("Post 1", ["Bread", "Rye"], 8, "", True, [], NOW)]
    assert project.rows(
        "select like_count, view_count, missing, reactions from raw.post_metrics order by observed_at"
    ) == [
        (5, None, {"view_count": "not_public"}, {"star": 5}),
        (9, None, None, None),
    ]
    assert project.rows("select follower_count, following_count, missing, rounded from raw.account_metrics") == [
        (120, None, {"following_count": "hidden"}, {"follower_count": 2})
    ]


def test_a_page_of_a_site_is_a_row_whenever_it_changed(project: Project) -> None:
    def seen(minutes: int, **fields: Any) -> dict[str, Any]:
        return project.record("site", minutes=minutes, **{"url": "https://social.example/", "kind": "home", **fields})

    whole = {
        "title": "Acorn",
        "og": {"title": "Acorn", "image": "/i.jpg"},
        "image_width": 1200,
        "share_networks": ["x"],
        "profile_links": ["https://x.com/acorn"],
    }
    project.land(seen(0, **whole), seen(0, url="https://social.example/p"))
    project.land(seen(60, **whole), seen(120, **{**whole, "og": {"title": "Oak"}}), name="crawl-0002.jsonl")
    project.land(seen(180, **whole), seen(240, **whole), name="crawl-0003.jsonl")
    report = project.load()
    assert report.row_counts["sites"] == 4
    assert project.rows(
        "select og['title'], image_width, share_networks, feed_urls, card from raw.sites "
        "where url = 'https://social.example/' order by observed_at"
    ) == [
        ("Acorn", 1200, ["x"], [], {}),
        ("Oak", 1200, ["x"], [], {}),
        ("Acorn", 1200, ["x"], [], {}),
    ]


def test_ids_are_the_documented_hashes(project: Project) -> None:
    project.land(project.post("1"))
    project.load(accounts=[listed()])

    def md5(*parts: str) -> UUID:
        return UUID(hashlib.md5("\x1f".join(parts).encode(), usedforsecurity=False).hexdigest())

    assert project.rows("select post_id, account_id from raw.posts") == [
        (md5("mastodon", "social.example", "1"), md5("mastodon", "social.example", "acorn"))
    ]


def test_a_host_less_network_has_the_same_kind_of_id(project: Project) -> None:
    uri = "at://did:plc:abc/app.bsky.feed.post/1"
    project.land(project.post(uri, platform="bluesky", host="", account="acorn.example"))
    project.load()
    expected = hashlib.md5(f"bluesky\x1f\x1f{uri}".encode(), usedforsecurity=False).hexdigest()
    assert project.one("select post_id from raw.posts") == UUID(expected)


def test_the_same_file_again_changes_nothing_and_is_put_away(project: Project) -> None:
    content = project.land(*everything(project)).read_bytes()
    project.load()
    before = project.content()
    path = project.land_bytes(content)
    report = project.load()
    assert (report.file_count, report.repeated_file_count) == (0, 1)
    assert project.content() == before
    assert not path.exists()
    assert (project.landing / "loaded" / CRAWL / "crawl-0001.jsonl").read_bytes() == content


def test_the_same_records_in_other_files_change_nothing(project: Project) -> None:
    records = everything(project)
    project.land(*records)
    project.load()
    before = project.content()
    project.land(*reversed(records), name="crawl-0002.jsonl")
    project.land(*records[:5], name="crawl-0003.jsonl")
    report = project.load()
    assert report.file_count == 2
    assert sum(report.row_counts.values()) == 0
    assert project.content() == before


def test_a_name_that_comes_again_with_other_content_is_another_file(project: Project) -> None:
    for number in ("1", "2"):
        project.land(project.post(number))
        project.load()
    assert project.one("select count(*) from raw.posts") == 2
    assert len(list((project.landing / "loaded" / CRAWL).iterdir())) == 2


def test_content_that_goes_back_is_a_change_too(project: Project) -> None:
    texts = ["old", "new", "new", "old"]
    project.land(*(project.post("1", text=text, minutes=n) for n, text in enumerate(texts)))
    project.load()
    assert project.rows("select text from raw.posts order by observed_at") == [("old",), ("new",), ("old",)]


def test_versions_are_told_apart_over_files(project: Project) -> None:
    for number, text in enumerate(["old", "old", "new", "new", "old"]):
        project.land(project.post("1", text=text, minutes=number), name=f"crawl-{number:04d}.jsonl")
        project.load()
    assert project.rows("select text from raw.posts order by observed_at") == [("old",), ("new",), ("old",)]


def test_where_a_value_stood_is_kept_and_makes_no_version(project: Project) -> None:
    for number, source in enumerate(["json-ld", "meta"]):
        project.land(project.post("1", minutes=number, sources={"title": source}), name=f"crawl-{number:04d}.jsonl")
        project.load()
    assert project.rows("select sources from raw.posts") == [({"title": "json-ld"},)]


def test_nothing_stated_is_null_and_zero_is_zero(project: Project) -> None:
    project.land(project.metrics("1", 0, comment_count=None))
    project.load()
    assert project.rows("select like_count, comment_count from raw.post_metrics") == [(0, None)]


def test_a_profile_without_counts_is_no_observation_of_counts(project: Project) -> None:
    project.land(project.record("profile", handle="acorn@social.example"))
    project.load()
    assert project.one("select count(*) from raw.profiles") == 1
    assert project.one("select count(*) from raw.account_metrics") == 0


HOSTILE: dict[str, bytes] = {
    "not json": b"{oops",
    "a list": b"[]",
    "a number": b"17",
    "nothing": b"null",
    "two values": b'{"record":"post"} {}',
    "nested": b'{"record":"post","text":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "not utf-8": b'{"record":"post","text":"\xff\xfe"}',
    "a raw nul": b'{"record":"post","text":"a\x00b"}',
    "a byte order mark": b"\xef\xbb\xbf{}",
}


@pytest.mark.parametrize("line", HOSTILE.values(), ids=HOSTILE)
def test_a_line_that_is_no_json_is_refused(line: bytes) -> None:
    with pytest.raises(RefusedLineError):
        read_line(line)


def test_lines_that_are_no_records_are_kept_aside_with_their_place(project: Project) -> None:
    lines = list(HOSTILE.values())
    project.land(*(each for n, line in enumerate(lines) for each in (line, project.post(str(n)))))
    report = project.load()
    assert [(each.file, each.line) for each in report.rejections] == [
        (f"{CRAWL}/crawl-0001.jsonl", 2 * number + 1) for number in range(len(lines))
    ]
    kept = (project.landing / "rejected" / CRAWL / "crawl-0001.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in kept] == [
        {"file": each.file, "line": each.line, "why": each.why, "content": line.decode("utf-8", "backslashreplace")}
        for each, line in zip(report.rejections, lines, strict=True)
    ]
    assert project.one("select count(*) from raw.posts") == len(lines)
    assert project.rows("select line_count, rejected_count from raw.loaded_files") == [(2 * len(lines), len(lines))]


ODD_FIELDS: dict[str, tuple[str, Any]] = {
    "a number as text": ("like_count", "12"),
    "a fraction": ("like_count", 1.5),
    "a truth": ("like_count", True),
    "below zero": ("like_count", -1),
    "more than the world has": ("like_count", 10**12 + 1),
    "an object": ("like_count", {"n": 1}),
    "reactions that are no counts": ("reactions", {"star": "many"}),
    "a reason that is none": ("missing", {"like_count": "forgot"}),
    "an unknown platform": ("platform", "friendster"),
    "an unknown source": ("source", "rumour"),
    "no id": ("native_id", ""),
    "an id that is a number": ("native_id", 12),
    "no account": ("account_key", None),
    "an unknown kind": ("record", "tweet"),
    "a kind that is a number": ("record", 3),
    "a date without zone": ("observed_at", "2026-11-22T06:00:00"),
    "a date that is none": ("observed_at", "yesterday"),
    "a day that is none": ("observed_at", "2026-02-30T06:00:00Z"),
    "seconds": ("observed_at", 1_700_000_000),
}


@pytest.mark.parametrize(("field", "value"), ODD_FIELDS.values(), ids=ODD_FIELDS)
def test_a_value_of_the_wrong_kind_is_refused(project: Project, field: str, value: Any) -> None:
    line = json.dumps({**project.metrics("2", 2), field: value}).encode()
    with pytest.raises(RefusedLineError, match=rf"\$\.{field}|Invalid value|too long"):
        read_line(line)


@pytest.mark.parametrize(
    "text", [b'"\\ud800"', b'"\\u0000"', b'"ends in \\\\\\u0000"'], ids=["lone surrogate", "nul", "backslash nul"]
)
def test_text_that_no_program_can_hold_is_refused(project: Project, text: bytes) -> None:
    line = json.dumps(project.post("2")).encode().replace(b'"Post 2"', text)
    with pytest.raises(RefusedLineError):
        read_line(line)


def test_a_file_of_good_and_odd_values_loses_only_the_odd(project: Project) -> None:
    odd = [{**project.metrics("2", 2), field: value} for field, value in ODD_FIELDS.values()]
    project.land(project.metrics("1", 1), *odd, project.metrics("3", 3))
    report = project.load()
    assert [each.line for each in report.rejections] == list(range(2, 2 + len(odd)))
    assert project.rows("select like_count from raw.post_metrics order by all") == [(1,), (3,)]


def test_words_that_only_look_like_nul_are_kept(project: Project) -> None:
    project.land(project.post("1", text="write \\u0000 for NUL"))
    assert project.load().rejected_count == 0
    assert project.one("select text from raw.posts") == "write \\u0000 for NUL"


def test_a_number_of_a_million_digits_costs_its_line_only(project: Project) -> None:
    line = json.dumps(project.metrics("2", 7)).encode().replace(b": 7", b": " + b"9" * 1_000_000)
    project.land(project.metrics("1", 1), line)
    report = project.load()
    assert [each.line for each in report.rejections] == [2]
    assert len(report.rejections[0].why) < 200


def test_a_line_without_end_is_refused_without_reading_it_whole(project: Project) -> None:
    project.land(project.post("1"), b'{"record":"post","text":"' + b"x" * (17 << 20) + b'"}', project.post("2"))
    report = project.load()
    assert [(each.line, each.why[:11]) for each in report.rejections] == [(2, "longer than")]
    assert project.one("select count(*) from raw.posts") == 2


def test_a_rejected_line_is_reported_once_and_not_loaded_again(project: Project) -> None:
    content = project.land(b"{oops", project.post("1")).read_bytes()
    assert project.load().rejected_count == 1
    project.land_bytes(content)
    assert project.load().rejected_count == 0


def test_empty_lines_and_empty_files_are_nothing(project: Project) -> None:
    project.land_bytes(b"", name="crawl-0001.jsonl")
    project.land_bytes(b"\n  \n\n", name="crawl-0002.jsonl")
    report = project.load()
    assert (report.file_count, report.record_count, report.rejected_count) == (2, 0, 0)


def test_fields_of_a_newer_crawler_are_ignored(project: Project) -> None:
    project.land(project.post("1", mood={"deep": [1, 2]}))
    assert project.load().rejected_count == 0


def test_the_open_segment_of_a_living_crawl_is_left_alone(project: Project) -> None:
    path = project.land(project.post("1"), name="crawl-0001.jsonl.part")
    project.land(project.post("2"), name="crawl-0002.jsonl")
    project.load(live_crawl_ids=[CRAWL])
    assert path.exists()
    assert project.rows("select native_id from raw.posts") == [("2",)]


def test_the_torn_end_of_a_dead_crawl_is_told_and_costs_no_other_line(project: Project) -> None:
    whole = json.dumps(project.post("1")).encode() + b"\n"
    project.land_bytes(whole + whole[:-40], name="crawl-0001.jsonl.part")
    report = project.load()
    assert (report.record_count, report.rejected_count) == (1, 0)
    assert report.torn_files == [f"{CRAWL}/crawl-0001.jsonl.part"]


def test_a_last_line_that_only_lacks_its_end_is_whole(project: Project) -> None:
    project.land_bytes(json.dumps(project.post("1")).encode(), name="crawl-0001.jsonl.part")
    report = project.load()
    assert (report.record_count, report.torn_files) == (1, [])


def test_a_torn_line_anywhere_else_is_rejected(project: Project) -> None:
    whole = json.dumps(project.post("1")).encode() + b"\n"
    project.land_bytes(whole + whole[:-40], name="crawl-0001.jsonl")
    project.land_bytes(whole[:-40] + b"\n" + whole, name="crawl-0002.jsonl.part")
    report = project.load()
    assert [(Path(each.file).name, each.line) for each in report.rejections] == [
        ("crawl-0001.jsonl", 2),
        ("crawl-0002.jsonl.part", 1),
    ]


def plan(project: Project, crawl: str = CRAWL, **changes: Any) -> Path:
    path = project.plans / f"{crawl}.json"
    accounts = [
        listed(),
        listed(account_key="https://social.example/@birch", handle="birch", company="Birch", **changes),
    ]
    path.write_text(json.dumps({"crawl_id": crawl, "now": "2026-11-22T06:00:00Z", "accounts": accounts}))
    return path


def test_accounts_of_a_killed_crawl_get_their_visit(project: Project) -> None:
    plan(project)
    project.land(project.record("visit", outcome="complete"))
    report = project.load(accounts=[listed()])
    assert report.interrupted_visit_count == 1
    assert project.rows(
        "select account_key, outcome, reason, visits.observed_at from raw.visits join raw.accounts using (account_id) "
        "order by all"
    ) == [
        ("https://social.example/@acorn", "complete", None, NOW),
        ("https://social.example/@birch", "error", "interrupted", NOW),
    ]
    assert project.load().interrupted_visit_count == 0


def test_accounts_of_a_living_crawl_get_none(project: Project) -> None:
    plan(project)
    assert project.load(live_crawl_ids=[CRAWL]).interrupted_visit_count == 0
    assert project.load().interrupted_visit_count == 2


@pytest.mark.parametrize("content", ["{", "[]", '{"accounts": 3}', '{"now": "x", "accounts": []}'])
def test_a_plan_that_is_none_is_told_and_stops_nothing(project: Project, content: str) -> None:
    (project.plans / "x.json").write_text(content)
    project.land(project.post("1"))
    report = project.load()
    assert report.file_count == 1
    assert len(report.failures) == 1
    assert "x.json" in report.failures[0]


def test_the_list_writes_rows_only_when_something_changed(project: Project) -> None:
    assert project.load(accounts=[listed()]).account_count == 1
    assert project.load(accounts=[listed()]).account_count == 0
    later = NOW + timedelta(days=1)
    assert project.load(accounts=[listed(company="Acorn & Sons", state="paused")], now=later).account_count == 1
    assert project.rows("select company, state, observed_at from raw.accounts order by observed_at") == [
        ("Acorn Bakery", "active", NOW),
        ("Acorn & Sons", "paused", later),
    ]


def test_who_leaves_the_list_is_removed_and_keeps_its_history(project: Project) -> None:
    project.land(project.post("1"))
    project.load(accounts=[listed()])
    project.load(accounts=[], now=NOW + timedelta(days=1))
    project.load(accounts=[], now=NOW + timedelta(days=2))
    assert project.rows("select state from raw.accounts order by observed_at") == [("active",), ("removed",)]
    assert project.one("select count(*) from raw.posts") == 1


def test_who_comes_back_has_the_same_id_even_under_another_spelling(project: Project) -> None:
    for day, accounts in enumerate([[listed()], [], [listed(handle="ACORN_2")]]):
        project.load(accounts=accounts, now=NOW + timedelta(days=day))
    assert project.one("select count(distinct account_id) from raw.accounts") == 1


def test_an_account_that_the_list_does_not_have_comes_from_its_record(project: Project) -> None:
    account = {"account_key": "https://www.instagram.com/acorn/", "platform": "instagram", "host": ""}
    project.land(
        project.post("C1", **account),
        project.record("account", company="Acorn", is_own=True, handle="acorn", url=account["account_key"], **account),
    )
    project.load(accounts=[])
    assert project.rows("select platform, handle, company, is_own, state, source from raw.accounts") == [
        ("instagram", "acorn", "Acorn", True, "active", "landing")
    ]
    assert project.load(accounts=[]).account_count == 0


def test_the_list_wins_over_an_imported_account(project: Project) -> None:
    project.land(project.record("account", company="Somebody", handle="acorn"))
    project.load(accounts=[listed()])
    assert project.rows("select company from raw.accounts") == [("Acorn Bakery",)]


def test_a_crawl_without_a_list_still_has_its_account(project: Project) -> None:
    project.land(project.metrics("1", 3), project.post("1"))
    project.load()
    assert project.rows("select handle, company, source from raw.accounts") == [
        ("acorn@social.example", "acorn@social.example", "landing")
    ]


def test_a_held_warehouse_leaves_everything_in_landing(project: Project) -> None:
    project.load()
    path = project.land(project.post("1"))
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.readline()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(project.warehouse)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(WarehouseBusyError, match=str(holder.pid)):
            project.load()
        holder.kill()
    assert path.exists()
    assert project.load().file_count == 1


def test_what_a_killed_load_left_is_swept(project: Project) -> None:
    left = project.warehouse.with_name(f".{project.warehouse.name}.loading")
    left.mkdir()
    (left / "0000-post.jsonl").write_text("{half")
    project.land(project.post("1"))
    project.load()
    assert not left.exists()
    assert project.one("select count(*) from raw.posts") == 1


def test_an_empty_crawl_folder_goes_and_a_living_one_stays(project: Project) -> None:
    project.land(project.post("1"), crawl="20261122T070000Z-bbbbbb")
    project.land(project.post("2"))
    project.land(project.post("3"), name="crawl-0002.jsonl.part")
    project.load(live_crawl_ids=[CRAWL])
    assert sorted(path.name for path in project.landing.iterdir()) == [CRAWL, "loaded"]


def test_a_landing_folder_that_is_not_there_is_an_empty_one(project: Project) -> None:
    assert project.load().file_count == 0


def test_memory_is_bounded_however_long_the_file_is(project: Project, tmp_path: Path) -> None:
    line = json.dumps(project.post("1", text="x" * 2000)).encode() + b"\n"
    path = project.land_bytes(line * 16_000)
    segment = Segment(name="a/b")
    tracemalloc.start()
    try:
        for portion in read_portions(path, segment, workshop=tmp_path, rejected=tmp_path / "rejected"):
            portion.delete()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert segment.record_count == 16_000
    assert peak < 16 << 20 < path.stat().st_size


def test_times_are_stored_in_utc(project: Project) -> None:
    project.land(project.post("1", published_at="2026-11-20T01:30:00+05:30"))
    project.load()
    published_at = project.one("select published_at from raw.posts")
    assert published_at.astimezone(UTC).isoformat() == "2026-11-19T20:00:00+00:00"


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=365 * 80)])
def test_a_clock_that_was_set_back_loses_nothing_and_breaks_no_check(project: Project, back: timedelta) -> None:
    page = {"url": "https://acorn.example/", "kind": "home", "title": "Acorn"}
    minutes = -(back // timedelta(minutes=1))
    for number, offset in enumerate((0, minutes, 5)):
        project.land(
            project.post("1", minutes=offset),
            project.metrics("1", 7, minutes=offset),
            project.record("site", **page, minutes=offset),
            name=f"crawl-{number:04d}.jsonl",
        )
        assert project.load(now=NOW + timedelta(minutes=offset)).failures == []
    assert project.one("select count(*) from raw.post_metrics") == 3
    build(project.warehouse, project.snapshot, now=NOW + timedelta(hours=1), targets=["staging.stg_repeated_posts"])
    checks = Path(analysis.__file__).parent / "checks"
    for name in ("assert_posts_change_when_noted.sql", "assert_sites_change_when_noted.sql"):
        assert project.rows((checks / name).read_text(encoding="utf-8"), project.snapshot) == []
