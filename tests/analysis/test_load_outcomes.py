"""Rows of the user's own visits and sales are loaded once, and again only when they are read otherwise."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from .conftest import NOW, Project


def outcome(project: Project, row_number: int, **fields: Any) -> dict[str, Any]:
    record = {
        "file_hash": "f1",
        "file_name": "analytics.csv",
        "kind": "ga4",
        "property_name": "",
        "is_additional": False,
        "period_start_date": "2026-11-01",
        "period_end_date": "2026-11-20",
        "row_number": row_number,
        "date": "2026-11-03",
        "traffic_source": "instagram",
        "session_count": 12,
        "key_event_count": 1.5,
        "revenue": "81.40",
        "currency": "EUR",
        **fields,
    }
    whole = project.record("outcome", **record)
    return {name: value for name, value in whole.items() if name not in ("account_key", "platform", "host")}


def test_a_row_is_kept_as_it_was_read(project: Project) -> None:
    project.land(outcome(project, 9, content="nov-07", landing_page="/shop", code="fall", order_count=2))
    report = project.load()
    assert not report.rejections
    assert report.row_counts["outcomes"] == 1
    [row] = project.rows(
        """
        select row_number, kind, date::text, source, content, code, session_count, key_event_count, order_count,
            revenue::text, currency
        from raw.outcomes
        """
    )
    assert row == (9, "ga4", "2026-11-03", "instagram", "nov-07", "fall", 12, 1.5, 2, "81.4000", "EUR")


def test_the_same_rows_again_change_nothing_and_other_words_for_them_are_another_reading(project: Project) -> None:
    project.land(outcome(project, 9), outcome(project, 10))
    project.load()
    project.land(
        outcome(project, 9, minutes=5, file_name="copy.csv"), outcome(project, 10, currency="USD"), crawl="import-2"
    )
    assert project.load(now=NOW + timedelta(hours=1)).row_counts["outcomes"] == 1
    assert project.one("select count(*) from raw.outcomes") == 3


@pytest.mark.parametrize(
    "wrong",
    [{"revenue": "1e9"}, {"kind": "guess"}, {"date": "2026-13-01"}, {"session_count": -1}, {"file_hash": ""}],
)
def test_what_is_no_such_row_is_kept_aside(wrong: dict[str, Any], project: Project) -> None:
    project.land(outcome(project, 9, **wrong), outcome(project, 10))
    report = project.load()
    assert (report.rejected_count, report.row_counts["outcomes"]) == (1, 1)
