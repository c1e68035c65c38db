"""Own visits and sales on the command line: brought, brought again, mended, and asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import rivalscope
from analysis.warehouse import connect

Cli = Callable[..., Any]
GA4 = """\
# Property: kettle.example
# Start date: 20261101
# End date: 20261103

Date,Session source / medium,Session manual ad content,Sessions,Ecommerce purchases,Total revenue
20261101,instagram / social,nov-01,12,2,40.5
20261102,google / organic,(not set),30,1,12
2026110X,google / organic,(not set),30,1,12
"""


def raw(project: Path) -> list[tuple[Any, ...]]:
    with connect(project / "data" / "warehouse.duckdb", read_only=True) as connection:
        return connection.execute(
            "select row_number, date::text, content, revenue::double, currency from raw.outcomes order by all"
        ).fetchall()


def test_an_export_is_brought_once_and_says_what_is_wrong_with_it(cli: Cli, project: Path) -> None:
    (project / "analytics.csv").write_text(GA4, encoding="utf-8")
    first = cli("import", "analytics.csv")
    assert first.exit_code == rivalscope.WORSE
    assert first.err.splitlines() == ["analytics.csv:8: “2026110X” is no date"]
    assert "2 of 3 rows understood; 2 rows of visits and sales." in first.out
    assert "Your own visits and sales: 2 new or changed rows." in first.out
    assert 'like [analysis] currency = "EUR"' in first.out
    again = cli("import", "analytics.csv")
    assert again.exit_code == 0
    assert "imported before" in again.out
    assert raw(project) == [(6, "2026-11-01", "nov-01", 40.5, None), (7, "2026-11-02", None, 12.0, None)]


def test_a_currency_that_is_said_later_is_read_into_the_same_rows(cli: Cli, project: Path) -> None:
    (project / "analytics.csv").write_text(GA4.replace("2026110X", "20261103"), encoding="utf-8")
    assert cli("import", "analytics.csv").exit_code == 0
    config = project / "rivalscope.toml"
    config.write_text(f'{config.read_text(encoding="utf-8")}\n[analysis]\ncurrency = "EUR"\n', encoding="utf-8")
    assert cli("import", "analytics.csv").exit_code == 0
    assert cli("analyze").exit_code == 0
    asked = cli(
        "sql", "select measure, currency, total::double as total from marts.sales_totals order by 1", "--format", "json"
    )
    assert json.loads(asked.out) == [
        {"measure": "orders", "currency": "", "total": 4.0},
        {"measure": "revenue", "currency": "EUR", "total": 64.5},
        {"measure": "sessions", "currency": "", "total": 72.0},
    ]
    files = cli("sql", "which_sales_files_count", "--format", "json")
    assert [(row["status"], row["counted_row_count"]) for row in json.loads(files.out)] == [("counts", 3)]
    assert "imported before" in cli("import", "analytics.csv").out
