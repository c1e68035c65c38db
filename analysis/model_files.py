"""The files that a snapshot is built by: models, seeds, what describes them, and what must hold.

A model is one SQL file, ``models/<layer>/<name>.sql``: a single ``select`` whose first line is a comment that starts
with ``-- One row``; it becomes the table ``<layer>.<name>``. Tables are always named with their schema
(``staging.stg_posts``, ``seeds.platforms``, ``config.run``), so that a model pastes into a DuckDB shell on the
snapshot. The order comes from DuckDB's own parser (``json_serialize_sql``, which parses without binding).

Each folder may hold a ``schema.yml``::

    models:                       # "seeds:" in seeds/, "sources:" in schema/
      - name: stg_posts
        description: The newest content of each post. One row per post.
        materialized: view        # default: table
        order_by: [published_at]  # default: the first unique key; rows are stored in this order (marts only)
        columns:
          - name: post_id
            description: …
            type: text            # seeds only: the DuckDB type to read the column as (default text)
            tests:
              - not_null
              - unique
              - accepted_values: [original, reply]
              - relationships: {to: staging.stg_accounts, field: account_id}
        tests:
          - unique: [platform, level]
          - one_for_each: {of: staging.stg_post_keys, by: post_id, where: published_at is not null}
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, Literal

import duckdb
import yaml

LAYERS = ("staging", "intermediate", "marts")
# libyaml's loader is ten times as fast, and not in every build of the library.
_YAML: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BuildError(Exception):
    """A model, seed or check is wrong; the text is one sentence with its file."""


class CheckFailedError(BuildError):
    """The models were built, but a test or check does not hold; nothing was published."""


@dataclass(frozen=True, kw_only=True)
class Model:
    """One SQL file and what it reads."""

    layer: str
    name: str
    path: str
    """As shown in messages: ``models/<layer>/<name>.sql``."""
    sql: str
    """The select, without a trailing semicolon."""
    refs: tuple[str, ...]
    """Tables it reads, ``schema.table``, sorted."""

    @property
    def table(self) -> str:
        """``layer.name``."""
        return f"{self.layer}.{self.name}"


@dataclass(frozen=True, kw_only=True)
class Column:
    """One described column."""

    name: str
    description: str = ""
    type: str = "text"
    tests: tuple[Any, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Description:
    """What a ``schema.yml`` says about one table."""

    name: str
    description: str = ""
    materialized: Literal["table", "view"] = "table"
    order_by: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    tests: tuple[Any, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """The first unique key that is declared; empty when none is."""
        for test in self.tests:
            if isinstance(test, Mapping) and "unique" in test:
                return tuple(test["unique"])
        return next(((column.name,) for column in self.columns if "unique" in column.tests), ())


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that must hold. ``sql`` gives the rows that break it."""

    name: str
    sql: str
    table: str = ""
    refs: tuple[str, ...] = ()
    """Tables it reads, ``schema.table``."""
    look: str = ""
    """For what one pass over ``table`` shows: an aggregate of its rows that is true where one of them breaks it."""


def read_models(root: Path) -> list[Model]:
    """Every model file under ``root/models``, by layer and name.

    Raises ``BuildError`` for a file that is not one select, or has no first line that says what a row is.
    """
    return [_read_model(layer, path) for layer in LAYERS for path in sorted((root / "models" / layer).glob("*.sql"))]


def ordered(models: Iterable[Model], *, known: Iterable[str]) -> list[Model]:
    """The models, each after those it reads. ``known``: the tables that exist before any model.

    Raises ``BuildError`` that names the unknown table (and the nearest one), or the whole circle.
    """
    by_table = {model.table: model for model in models}
    existing = set(known)
    for model in by_table.values():
        for ref in model.refs:
            if ref not in by_table and ref not in existing:
                near = get_close_matches(ref, [*by_table, *existing], n=1, cutoff=0.5)
                hint = f"; the nearest is {near[0]}" if near else ""
                raise BuildError(f"{model.path} reads {ref}, which is no model, seed or raw table{hint}.")
    sorter = TopologicalSorter({name: set(model.refs) & set(by_table) for name, model in sorted(by_table.items())})
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " → ".join(reversed(error.args[1]))
        raise BuildError(f"Models read one another in a circle: {circle}.") from error
    order: list[Model] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=lambda name: (LAYERS.index(by_table[name].layer), name))
        order += [by_table[name] for name in ready]
        sorter.done(*ready)
    return order


def read_descriptions(path: Path) -> Mapping[str, Description]:
    """Table name → what a ``schema.yml`` says about it; empty where there is no such file.

    Raises ``BuildError`` for a file that is not of the shape in this module's docstring.
    """
    if not path.exists():
        return {}
    return _descriptions(path.read_text(encoding="utf-8"), f"{path.parent.name}/{path.name}")


@lru_cache(maxsize=16)  # a build asks for each of them several times
def _descriptions(text: str, shown: str) -> Mapping[str, Description]:
    try:
        content = yaml.load(text, Loader=_YAML)  # noqa: S506  # a safe loader either way
    except yaml.YAMLError as error:
        raise BuildError(f"{shown} is not YAML: {' '.join(str(error).split())}.") from error
    described: dict[str, Description] = {}
    try:
        for kind in ("models", "seeds", "sources"):
            for entry in (content or {}).get(kind, ()):
                columns = tuple(
                    Column(**{**column, "tests": tuple(column.get("tests", ()))}) for column in entry.get("columns", ())
                )
                described[entry["name"]] = Description(
                    **{
                        **entry,
                        "columns": columns,
                        "tests": tuple(entry.get("tests", ())),
                        "order_by": tuple(entry.get("order_by", ())),
                    }
                )
    except (AttributeError, KeyError, TypeError) as error:
        raise BuildError(f"{shown} is not of the shape that analysis/model_files.py describes: {error}.") from error
    return described


def read_checks(root: Path) -> Iterator[Check]:
    """The tests of every ``schema.yml`` and the ``checks/assert_*.sql`` files.

    Raises ``BuildError`` for a test of an unknown kind.
    """
    for schema, folder in described_folders(root).items():
        for name, description in read_descriptions(folder / "schema.yml").items():
            yield from _tests(f"{schema}.{name}", description)
    for path in sorted((root / "checks").glob("assert_*.sql")):
        shown, sql = f"checks/{path.name}", _statement(path)
        yield Check(name=shown, sql=sql, refs=_refs(sql, shown))


def described_folders(root: Path) -> dict[str, Path]:
    """Schema → the folder whose ``schema.yml`` describes it."""
    return {
        "raw": root / "schema",
        "seeds": root / "seeds",
        **{layer: root / "models" / layer for layer in LAYERS},
    }


def _read_model(layer: str, path: Path) -> Model:
    shown = f"models/{layer}/{path.name}"
    text = path.read_text(encoding="utf-8")
    if not text.startswith("-- One row"):
        raise BuildError(f"{shown} must begin with a comment that says what a row is: -- One row per ….")
    sql = _statement(path)
    return Model(layer=layer, name=path.stem, path=shown, sql=sql, refs=_refs(sql, shown))


@lru_cache(maxsize=512)  # the files of an installation do not change while it builds one snapshot after another
def _refs(sql: str, shown: str) -> tuple[str, ...]:
    """The tables that one select reads, sorted; raises ``BuildError`` for what is not one select."""
    written = literal(sql)  # a parameter would make DuckDB load pandas where there is one
    row = _parser().execute(f"select json_serialize_sql({written})").fetchone()  # our own files
    tree, tables, common = _names(row[0] if row else "{}")
    if tree.get("error"):
        raise BuildError(f"{shown} cannot be parsed: {tree.get('error_message')}.")
    if len(tree["statements"]) != 1:
        raise BuildError(f"{shown} must hold exactly one select.")
    refs = set()
    for schema, table in tables:
        if schema:
            refs.add(f"{schema}.{table}")
        elif table not in common:
            raise BuildError(f"{shown} reads {table} without its schema: write schema.{table}.")
    return tuple(sorted(refs))


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:")


def _names(serialized: str) -> tuple[dict[str, Any], set[tuple[str, str]], set[str]]:
    """Of a serialized statement: its outermost node, schema and name of its tables, and its common table expressions.

    Nodes are looked at as they are read, and let go: half of what reading the whole tree takes.
    """
    tables: set[tuple[str, str]] = set()
    common: set[str] = set()

    def look(node: dict[str, Any]) -> dict[str, Any] | None:
        if node.get("type") == "BASE_TABLE":
            tables.add((node["schema_name"].lower(), node["table_name"].lower()))
        common.update(entry["key"].lower() for entry in (node.get("cte_map") or {}).get("map", ()))
        is_needed_above = not node.keys().isdisjoint(("map", "key", "error"))
        return node if is_needed_above else None

    tree: dict[str, Any] = json.loads(serialized, object_hook=look)
    return tree, tables, common


def _tests(table: str, description: Description) -> Iterator[Check]:
    for column in description.columns:
        for test in column.tests:
            yield _test(table, column.name, test)
    for test in description.tests:
        match _kind(test):
            case "unique", list() as columns:
                yield _unique(table, columns)
            case "one_for_each", {"of": str() as other, "by": str() as key, **rest} if not rest.keys() - {"where"}:
                yield _one_for_each(table, other, key, str(rest.get("where", "true")))
            case _:
                raise BuildError(f"{table} has a test that is not known: {test}.")


def _test(table: str, column: str, test: Any) -> Check:
    kind, argument = _kind(test)
    name, named, look = f"{kind} of {table}.{column}", quoted(column), ""
    refs: tuple[str, ...] = (table,)
    match kind, argument:
        case "not_null", None:
            # counts come from what DuckDB keeps of a column, where it holds no null
            look = f"count(*) > count({named})"
            sql = f"select * from {table} where {named} is null limit 1"  # noqa: S608  # names are our own files'
        case "unique", None:
            return _unique(table, [column])
        case "accepted_values", list():
            values = ", ".join(literal(str(value)) for value in argument)
            is_other = f"{named}::text not in ({values})"
            look = f"coalesce(bool_or({is_other}), false)"
            sql = (
                f"select {named} as value, count(*) as row_count from {table} "  # noqa: S608  # our own files'
                f"where {is_other} group by all order by all limit 1"
            )
        case "relationships", {"to": to, "field": target}:
            refs = (table, to)
            sql = (
                f"select {named} as value from {table} as child where {named} is not null and not exists "  # noqa: S608
                f"(from {to} as parent where parent.{quoted(target)} = child.{named}) limit 1"
            )
        case _:
            raise BuildError(f"{table}.{column} has a test that is not known: {test}.")
    return Check(name=name, sql=sql, table=table, refs=refs, look=look)


def _one_for_each(table: str, other: str, key: str, where: str) -> Check:
    """The rows of ``table`` are of the keys of those of ``other``, one of each.

    As many rows whose keys' hashes add up to the same are the same keys but for a chance of 2⁻⁶⁴, and adding up takes a
    tenth of grouping.
    """
    named = quoted(key)
    keys = f"(count(*), sum(hash({named})))"
    each = f"(select {named}, count(*) as row_count from {{}} where {{}} group by all)"  # noqa: S608  # our own files'
    return Check(
        name=f"one_for_each of {table}.{key} in {other}",
        table=table,
        sql=(
            f"select {named}, rows_here.row_count as rows_here, rows_there.row_count as rows_there "  # noqa: S608
            f"from {each.format(table, 'true')} as rows_here full join {each.format(other, where)} as rows_there "
            f"using ({named}) where rows_here.row_count is distinct from rows_there.row_count limit 1"
        ),
        refs=(table, other),
        look=f"{keys} is distinct from (select {keys} from {other} where {where})",  # noqa: S608  # our own files'
    )


def _unique(table: str, columns: list[str]) -> Check:
    listed = ", ".join(map(quoted, columns))
    return Check(
        name=f"unique of {table}.{'+'.join(columns)}",
        table=table,
        sql=(
            f"select {listed}, count(*) as row_count from {table} "  # noqa: S608  # names are our own files'
            "group by all having count(*) > 1 limit 1"
        ),
        refs=(table,),
        # half of what grouping takes; two keys of one hash only make the statement above be asked
        look=f"count(*) > count(distinct hash({listed}))",
    )


def _kind(test: Any) -> tuple[str, Any]:
    if isinstance(test, Mapping) and len(test) == 1:
        return next(iter(test.items()))
    return str(test), None


def _statement(path: Path) -> str:
    return path.read_text(encoding="utf-8").rstrip().removesuffix(";").rstrip()


def quoted(name: str) -> str:
    """An identifier as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
