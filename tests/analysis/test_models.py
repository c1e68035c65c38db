"""Every SQL model does what its cases say, and is described column by column.

A case is a YAML file in ``cases/``::

    model: staging.stg_posts
    about: one sentence
    given:                      # tables the model reads; the others are empty
      raw.posts:
        - {native_id: "1", …}   # columns not named are null
    expect:                     # rows in any order; only the columns named are compared
      - {native_id: "1", …}

Values are written as DuckDB reads them from text; ``id(x)`` is the md5 of x as a uuid, ``row(raw.posts, 1)`` the rowid
of the second row that was given there. Tables are filled in the order in which the case names them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

import analysis
from analysis.model_files import LAYERS, Model, described_folders, read_descriptions, read_models

PACKAGE = Path(analysis.__file__).parent
CASES = sorted(Path(__file__).parent.joinpath("cases").glob("*.yml"))
MODELS = {model.table: model for model in read_models(PACKAGE)}


def fill(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Replace a table or view by one with the same columns, without constraints, and these rows."""
    connection.execute(f"create temporary table shape as from {table} limit 0")
    kind = connection.execute(
        "select view_name from duckdb_views() where schema_name || '.' || view_name = ?", [table]
    ).fetchone()
    connection.execute(f"drop {'view' if kind else 'table'} {table} cascade")
    connection.execute(f"create table {table} as from shape")
    connection.execute("drop table shape")
    for columns, alike in groupby(rows, key=list):
        values = ", ".join(f"({', '.join(map(literal, row.values()))})" for row in alike)
        connection.execute(f"insert into {table} ({', '.join(columns)}) values {values}")


def literal(value: Any) -> str:
    """A YAML value as SQL."""
    if isinstance(value, str) and (match := re.fullmatch(r"id\((.+)\)", value)):
        return f"md5('{match[1]}')::uuid"
    if isinstance(value, str) and (match := re.fullmatch(r"row\((.+), (\d+)\)", value)):
        return f"(select min(rowid) + {match[2]} from {match[1]})"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    if isinstance(value, dict):
        return "map {" + ", ".join(f"'{key}': {literal(each)}" for key, each in value.items()) + "}"
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value)
    return "'" + str(value).replace("'", "''") + "'"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path, empty_build: duckdb.DuckDBPyConnection) -> None:
    case = yaml.safe_load(path.read_text())
    model: Model = MODELS[case["model"]]
    given = case["given"] | {table: () for table in model.refs if table not in case["given"]}
    connection = empty_build
    connection.execute("begin transaction")
    try:
        for table, rows in given.items():
            if rows or table != "config.run":
                fill(connection, table, list(rows))
        connection.execute(f"create or replace temporary table found as {model.sql}")
        columns = list(case["expect"][0]) if case["expect"] else []
        connection.execute("create temporary table expected as from found limit 0")
        for row in case["expect"]:
            assert list(row) == columns, "every expected row names the same columns"
            values = ", ".join(literal(value) for value in row.values())
            connection.execute(f"insert into expected ({', '.join(row)}) values ({values})")
        listed = ", ".join(columns) or "count(*)"
        found, expected = (
            connection.execute(f"select {listed} from {table} order by all").fetchall()
            for table in ("found", "expected")
        )
        assert found == expected
    finally:
        connection.execute("rollback")


def test_sales_add_up_to_the_same_in_any_order_of_rows(empty_build: duckdb.DuckDBPyConnection) -> None:
    sales = [
        {
            "post_id": f"id({number})", "account_id": f"id({number % 3})", "platform": "mastodon", "measure": "revenue",
            "currency": "EUR", "value": number % 7 * 30.51, "month_start_date": f"2026-{number % 2 + 9:02d}-01",
            "is_marked": False,
        }
        for number in range(60)
    ]  # fmt: skip
    traits = [
        {"post_id": f"id({number})", "dimension": "format", "level": "image" if number % 5 else "video"}
        for number in range(60)
    ]
    found = []
    for order in (1, -1):
        empty_build.execute("begin transaction")
        try:
            fill(empty_build, "intermediate.compared_sales", sales[::order])
            fill(empty_build, "intermediate.post_traits", traits[::order])
            model = MODELS["intermediate.sales_contrasts"]
            found.append(empty_build.execute(f"from ({model.sql}) order by all").fetchall())
        finally:
            empty_build.execute("rollback")
    assert found[0]
    assert found[0] == found[1]


@pytest.mark.parametrize("schema", ["raw", *LAYERS, "seeds"])
def test_every_table_is_described_column_by_column(empty_build: duckdb.DuckDBPyConnection, schema: str) -> None:
    described = read_descriptions(described_folders(PACKAGE)[schema] / "schema.yml")
    actual: dict[str, list[str]] = {}
    for table, column in empty_build.execute(
        "select table_name, column_name from duckdb_columns() where schema_name = ? order by table_name, column_index",
        [schema],
    ).fetchall():
        actual.setdefault(table, []).append(column)
    assert sorted(described) == sorted(actual)
    for name, description in described.items():
        columns = [column.name for column in description.columns]
        if schema == "intermediate":  # inner workings: what is described must exist
            assert set(columns) <= set(actual[name]), name
        else:
            assert columns == actual[name], name
        assert "One row" in description.description, f"{schema}.{name} does not say what a row is"
        assert all(column.description for column in description.columns), f"a column of {schema}.{name} has no meaning"
