"""What a run writes down as it goes is enough to go on where it was stopped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.items import Platform
from crawler.plan import CrawlPlan, PlannedAccount
from crawler.run_report import (
    CONTINUED_FOR,
    AccountLine,
    ReportFile,
    RunReport,
    latest_start,
    newest_reports,
    read_report,
    summary_line,
    to_continue,
)

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)


def plan_of(*keys: str) -> CrawlPlan:
    return CrawlPlan(
        crawl_id="20261123T070000Z-aaaaaa",
        now=NOW,
        accounts=tuple(
            PlannedAccount(
                account_key=key,
                platform=Platform.MASTODON,
                handle=key,
                url=f"https://social.example/@{key}",
                company=key.title(),
                horizon_at=NOW - timedelta(days=84),
            )
            for key in keys
        ),
    )


def visit_of(key: str, **more: Any) -> dict[str, Any]:
    event = {
        "event": "visit",
        "account_key": key,
        "outcome": "complete",
        "reason": None,
        "message": "",
        "is_cut": False,
    }
    return {**event, "page_count": 2, "post_count": 12, **more}


def stopped(folder: Path, *, started_at: datetime = NOW) -> ReportFile:
    file = ReportFile(folder, RunReport(command="run", started_at=started_at))
    file.report.expect(plan_of("acme", "beta", "coda"))
    file.report.take(visit_of("acme"))
    file.report.take(visit_of("beta", outcome="error", reason="interrupted", post_count=3))
    file.write()
    return file


def test_a_report_comes_back_as_it_was_written(tmp_path: Path) -> None:
    file = stopped(tmp_path)
    file.step("import")
    file.finish(NOW + timedelta(minutes=5), 130)
    assert read_report(file.path) == file.report
    assert newest_reports(tmp_path, NOW) == [file.report]


def test_a_stopped_run_goes_on_with_those_it_did_not_visit(tmp_path: Path) -> None:
    stopped(tmp_path)
    found = to_continue(tmp_path, NOW + timedelta(hours=1))
    assert found is not None
    assert [line.account_key for line in found.report.accounts if line.is_done] == ["acme"]
    found.report.expect(plan_of("beta", "coda"))
    assert found.report.visits.keys() == {"acme"}
    for key in ("beta", "coda"):
        found.report.take(visit_of(key))
    found.finish(NOW + timedelta(hours=2), 0)
    assert to_continue(tmp_path, NOW + timedelta(hours=3)) is None


@pytest.mark.parametrize(
    ("after", "is_continued"), [(CONTINUED_FOR, True), (CONTINUED_FOR * 1.1, False), (timedelta(hours=-1), False)]
)
def test_only_a_recent_run_is_continued(tmp_path: Path, after: timedelta, is_continued: bool) -> None:
    stopped(tmp_path)
    assert (to_continue(tmp_path, NOW + after) is not None) is is_continued


def test_a_later_run_that_was_finished_ends_the_matter_and_a_crawl_does_not(tmp_path: Path) -> None:
    stopped(tmp_path)
    ReportFile(tmp_path, RunReport(command="crawl", started_at=NOW + timedelta(minutes=10))).finish(NOW, 0)
    assert to_continue(tmp_path, NOW + timedelta(hours=1)) is not None
    ReportFile(tmp_path, RunReport(command="run", started_at=NOW + timedelta(minutes=20))).finish(NOW, 0)
    assert to_continue(tmp_path, NOW + timedelta(hours=1)) is None


def test_a_run_of_a_time_to_come_hides_none_that_was_stopped(tmp_path: Path) -> None:
    stopped(tmp_path)
    ReportFile(tmp_path, RunReport(command="run", started_at=NOW + timedelta(days=900))).finish(NOW, 0)
    assert to_continue(tmp_path, NOW + timedelta(hours=1)) is not None
    assert latest_start(tmp_path) == NOW + timedelta(days=900)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"command": "run"}', '{"started_at": 5}', "\x00"])
def test_a_broken_report_is_passed_over(tmp_path: Path, text: str) -> None:
    (tmp_path / "20991231T000000Z-run.json").write_text(text)
    file = stopped(tmp_path)
    assert newest_reports(tmp_path, NOW) == [file.report]


def test_expected_against_got_in_one_sentence() -> None:
    report = RunReport(command="run", started_at=NOW, request_count=30)
    report.accounts = [
        AccountLine(account_key="a", expected_count=10, visit=visit_of("a", post_count=9)),
        AccountLine(account_key="b", visit=visit_of("b", post_count=40)),
        AccountLine(account_key="c", expected_count=3),
    ]
    assert summary_line(report) == (
        "This run visited 2 of 3 accounts, 30 requests; about 10 posts new or due were expected, and 9 posts were seen;"
        " 40 posts came from first visits."
    )
