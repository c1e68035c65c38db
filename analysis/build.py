"""Build the models: raw → staging → intermediate → marts, checked, then published as a whole.

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

Every test, and every ``checks/assert_*.sql`` (any row is a failure), must hold or nothing is published.
"""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from difflib import get_close_matches
from functools import cache, lru_cache
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import duckdb
import yaml

from analysis import earlier, patterns
from analysis.drift import keep_out_drift
from analysis.own_rules import OwnRule
from analysis.publications import Publication, earlier_publications, method_sha256, write_publications
from analysis.readings import close_gaps, settle_readings
from analysis.warehouse import OnWait, connect, copy_warehouse, explained, publish
from analysis.workshop import workshop

LAYERS = ("staging", "intermediate", "marts")
# libyaml's loader is ten times as fast, and not in every build of the library.
_YAML: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SINCE_ALL = datetime(1, 1, 1, tzinfo=UTC)


class BuildError(Exception):
    """A model, seed or check is wrong; the text is one sentence with its file."""


class CheckFailedError(BuildError):
    """The models were built, but a test or check does not hold; nothing was published."""


ALERT_LIMITS: Final = {
    "breakout_lift": "double",
    "breakout_days": "integer",
    "follower_jump_share": "double",
    "follower_jump_least": "bigint",
    "gone_visits": "integer",
    "failed_visits": "integer",
}
"""Numbers from which on ``marts.alerts`` has a row, as [alerts] in the configuration names them."""


class Notice(Protocol):
    """Something about a platform that a reader should know: a credential that ends."""

    @property
    def platform(self) -> str: ...
    @property
    def is_urgent(self) -> bool: ...
    @property
    def sentence(self) -> str: ...


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


@dataclass(frozen=True)
class BuildReport:
    """What a build did."""

    snapshot: Path
    as_of: datetime
    row_counts: dict[str, int] = field(default_factory=dict)
    """``schema.table`` → rows, of the tables that were built (views are not counted)."""
    check_count: int = 0
    elapsed_seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that must hold. ``sql`` gives the rows that break it."""

    name: str
    sql: str
    table: str = ""
    refs: tuple[str, ...] = ()
    """Tables it reads, ``schema.table``."""
    broken_by: str = ""
    """For what can be seen row by row: the condition under which a row of ``table`` breaks it."""


def build(
    warehouse: Path,
    snapshot: Path,
    *,
    now: datetime,
    as_of: date | datetime | None = None,
    since: date | datetime | Literal["all"] | None = None,
    until: date | datetime | None = None,
    strict: bool = False,
    timezone: str = "UTC",
    audience_timezone: str | None = None,
    notices: Sequence[Notice] = (),
    alert_limits: Mapping[str, float] | None = None,
    wait_seconds: float = 0.0,
    on_wait: OnWait | None = None,
    on_model: Callable[[str], None] | None = None,
    threads: int | None = None,
    own_rules: Sequence[OwnRule] = (),
    outcomes: Sequence[str] | None = None,
    lists: Sequence[str] = (),
    targets: Sequence[str] | None = None,
    root: Path | None = None,
) -> BuildReport:
    """Build all models over a copy of the warehouse and publish it as ``snapshot``.

    ``as_of`` (default ``now``) hides what was observed later, with ``strict`` also what was loaded later; ``since`` and
    ``until`` bound the window. A date means the end of that day (``since``: its start) in ``timezone``; weekdays and
    hours of posts are those of ``audience_timezone`` (default: the same). ``own_rules`` are asked before ours what a
    post is for; ``notices`` are what a reader should know beside the data; no ``alert_limits``, no alerts. ``outcomes``
    are what claims are made of (default: all of seeds/outcomes.csv, the first always). With ``lists``: only accounts
    in one of these, as if there were no others. ``targets``: these models (``layer.name``) and what they are made of.
    Raises ``BuildError`` or ``CheckFailedError`` (the snapshot stays as it was), and as ``open_warehouse`` does.
    """
    started = time.monotonic()
    root = _own_folder() if root is None else root
    zone = _zone(timezone)
    cut = _end_of(as_of, zone) or now
    method = method_sha256(root, own_rules)
    present = _publication(now, cut, timezone, method, strict, _start_of(since, zone), is_until_set=until is not None)
    asked = _asked_outcomes(root, outcomes)
    models = _wanted(ordered(read_models(root), known=_given_tables(root)), targets)
    checks = _of_tables(read_checks(root), models, is_whole=not lists)
    past = earlier_publications(snapshot, now=now) if as_of is None else []
    with _workshop(snapshot) as built:
        copy_warehouse(warehouse, built, wait_seconds=wait_seconds, on_wait=on_wait, now=now)
        with explained(built), connect(built, threads=threads) as connection:
            _write_run(connection, present, until=_end_of(until, zone), outcomes=asked, audience=audience_timezone)
            _settle(connection, lists)
            write_publications(connection, [*past, present])
            _write_wishes(connection, own_rules, notices, alert_limits)
            with earlier.lent(connection, snapshot, earlier.reading_sha256(method, present.version)):
                counts = run_models(connection, models, root, on_model=on_model)
                # where there is no row, none breaks a test
                run_checks(connection, [each for each in checks if counts.get(each.table) != 0], on_check=on_model)
            connection.execute("checkpoint")
        publish(built, snapshot)
    return BuildReport(snapshot, cut, counts, len(checks), time.monotonic() - started)


def _wanted(models: Sequence[Model], targets: Sequence[str] | None) -> list[Model]:
    """The models that ``targets`` are made of, in the same order; all of them for ``None``."""
    if targets is None:
        return list(models)
    by_table = {model.table: model for model in models}
    if unknown := sorted(set(targets) - set(by_table)):
        raise BuildError(f"There is no model {unknown[0]}.")
    wanted: set[str] = set()
    waiting = list(targets)
    while waiting:
        table = waiting.pop()
        if table in by_table and table not in wanted:
            wanted.add(table)
            waiting += by_table[table].refs
    return [model for model in models if model.table in wanted]


def _of_tables(checks: Iterable[Check], models: Sequence[Model], *, is_whole: bool) -> list[Check]:
    """The checks that read no model but these; where the list is not whole, what was loaded is more than it names."""
    built = {model.table for model in models}
    return [
        check
        for check in checks
        if all(ref in built or ref.split(".")[0] not in LAYERS for ref in check.refs)
        and (is_whole or not check.table.startswith("raw."))
    ]


@contextmanager
def _workshop(snapshot: Path) -> Iterator[Path]:
    """Where a snapshot is made: a file of the same name in a folder of its own, as a database is known by its stem."""
    with ExitStack() as stack:
        with explained(snapshot):
            snapshot.parent.mkdir(parents=True, exist_ok=True)
            folder = stack.enter_context(workshop(snapshot, "building"))
        yield folder / snapshot.name


def build_facts(
    warehouse: Path,
    path: Path,
    *,
    now: datetime,
    wait_seconds: float = 0.0,
    on_wait: OnWait | None = None,
    root: Path | None = None,
) -> None:
    """Build what :func:`analysis.facts.plan_facts` reads, and nothing else, over a copy of the warehouse.

    A crawl is planned from it where something was loaded after the last build. Errors as for ``build``.
    """
    root = _own_folder() if root is None else root
    models = [model for model in ordered(read_models(root), known=_given_tables(root)) if model.layer == "staging"]
    with _workshop(path) as built:
        copy_warehouse(warehouse, built, wait_seconds=wait_seconds, on_wait=on_wait, now=now)
        with explained(built), connect(built) as connection:
            _write_run(connection, _publication(now, now, "UTC", ""))
            _settle(connection)
            run_models(connection, models, root)
            connection.execute("checkpoint")
        publish(built, path)


def build_as_of(
    warehouse: Path,
    folder: Path,
    *,
    as_of: date | datetime,
    now: datetime,
    since: date | datetime | Literal["all"] | None = None,
    until: date | datetime | None = None,
    strict: bool = False,
    timezone: str = "UTC",
    audience_timezone: str | None = None,
    wait_seconds: float = 0.0,
    on_wait: OnWait | None = None,
    on_model: Callable[[str], None] | None = None,
    threads: int | None = None,
    own_rules: Sequence[OwnRule] = (),
    outcomes: Sequence[str] | None = None,
    root: Path | None = None,
) -> BuildReport:
    """Build ``<folder>/<as_of date>.duckdb`` with what was known then; the published snapshot is not touched.

    Arguments and errors as for ``build``.
    """
    day = as_of.astimezone(_zone(timezone)).date() if isinstance(as_of, datetime) else as_of
    return build(
        warehouse,
        folder / f"{day.isoformat()}.duckdb",
        now=now,
        as_of=as_of,
        since=since,
        until=until,
        strict=strict,
        timezone=timezone,
        audience_timezone=audience_timezone,
        wait_seconds=wait_seconds,
        on_wait=on_wait,
        on_model=on_model,
        threads=threads,
        own_rules=own_rules,
        outcomes=outcomes,
        root=root,
    )


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


def read_descriptions(path: Path) -> dict[str, Description]:
    """Table name → what a ``schema.yml`` says about it; empty where there is no such file.

    Raises ``BuildError`` for a file that is not of the shape in this module's docstring.
    """
    if not path.exists():
        return {}
    shown = f"{path.parent.name}/{path.name}"
    try:
        content = _yaml(path.read_text(encoding="utf-8"))
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
        raise BuildError(f"{shown} is not of the shape that analysis/build.py describes: {error}.") from error
    return described


@lru_cache(maxsize=16)  # a build asks for each of them several times
def _yaml(text: str) -> Any:
    return yaml.load(text, Loader=_YAML)  # noqa: S506  # a safe loader either way


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


def run_models(
    connection: duckdb.DuckDBPyConnection,
    models: Iterable[Model],
    root: Path,
    *,
    on_model: Callable[[str], None] | None = None,
) -> dict[str, int]:
    """Load the seeds, create the macros (they may read seeds), then the models; rows of each table by name.

    Raises ``BuildError`` with the file and DuckDB's own message.
    """
    counts: dict[str, int] = {}
    for schema in ("seeds", *LAYERS):
        connection.execute(f"create schema if not exists {schema}")
    for path in sorted((root / "seeds").glob("*.csv")):
        counts[f"seeds.{path.stem}"] = _load_seed(connection, path)
    for path in sorted((root / "macros").glob("*.sql")):
        _execute(connection, path.read_text(encoding="utf-8"), f"macros/{path.name}")
    if "seeds.post_type_rules" in counts and any("config.own_post_types" in model.refs for model in models):
        patterns.create_macro(connection)
    described = {
        f"{schema}.{name}": description
        for schema, folder in described_folders(root).items()
        for name, description in read_descriptions(folder / "schema.yml").items()
    }
    for model in models:
        if on_model is not None:
            on_model(model.table)
        description = described.get(model.table, Description(name=model.name))
        if description.materialized == "view":
            _execute(connection, f"create or replace view {model.table} as\n{model.sql}", model.path)
            continue
        order = description.order_by or description.key if model.layer == "marts" else ()
        # Threads decide the order of unordered rows; what is stored must not depend on them.
        source = f"from (\n{model.sql}\n) order by {', '.join(map(_quoted, order))}" if order else model.sql
        counts[model.table] = _execute(connection, f"create or replace table {model.table} as\n{source}", model.path)
    return counts


def run_checks(
    connection: duckdb.DuckDBPyConnection,
    checks: Iterable[Check],
    *,
    on_check: Callable[[str], None] | None = None,
) -> None:
    """Run all checks; raises ``CheckFailedError`` that names each one that found rows, with its first row.

    ``on_check`` hears ``checks`` before the first.
    """
    if on_check is not None:
        on_check("checks")
    failures = []
    for check in _not_seen_to_hold(connection, list(checks)):
        try:
            result = connection.execute(check.sql)
            names = [column[0] for column in result.description or ()]
            row = result.fetchone()
        except duckdb.Error as error:
            raise BuildError(f"{check.name} cannot be run: {_flat(error)}") from error
        if row is not None:
            shown = ", ".join(f"{name}={value}" for name, value in zip(names, row, strict=True))
            failures.append(f"{check.name} (first row: {shown[:300]})")
    if failures:
        raise CheckFailedError("Nothing was published, because a check does not hold: " + "; ".join(failures) + ".")


def _not_seen_to_hold(connection: duckdb.DuckDBPyConnection, checks: Sequence[Check]) -> list[Check]:
    """The checks without those that one look at their table, for all of them together, shows to hold."""
    by_table: dict[str, list[Check]] = {}
    for check in checks:
        if check.broken_by:
            by_table.setdefault(check.table, []).append(check)
    holding = set()
    for table, seen in by_table.items():
        looks = ", ".join(f"coalesce(bool_or({check.broken_by}), false)" for check in seen)
        try:
            row = connection.execute(f"select {looks} from {table}").fetchone()  # noqa: S608  # names are our own files'
        except duckdb.Error:  # the check that cannot be run says so itself
            continue
        holding |= {check.name for check, is_broken in zip(seen, row or (), strict=True) if not is_broken}
    return [check for check in checks if check.name not in holding]


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
    literal = _literal(sql)  # a parameter would make DuckDB load pandas where there is one
    row = _parser().execute(f"select json_serialize_sql({literal})").fetchone()  # our own files
    tree = json.loads(row[0]) if row else {}
    if tree.get("error"):
        raise BuildError(f"{shown} cannot be parsed: {tree.get('error_message')}.")
    if len(tree["statements"]) != 1:
        raise BuildError(f"{shown} must hold exactly one select.")
    refs = set()
    tables, common = _names(tree)
    for schema, table in tables:
        if schema:
            refs.add(f"{schema}.{table}")
        elif table not in common:
            raise BuildError(f"{shown} reads {table} without its schema: write schema.{table}.")
    return tuple(sorted(refs))


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:")


def _names(tree: Any) -> tuple[set[tuple[str, str]], set[str]]:
    """Of a parsed statement: schema and name of its tables, and the names of its common table expressions."""
    tables, common = set(), set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            if node.get("type") == "BASE_TABLE":
                tables.add((node["schema_name"].lower(), node["table_name"].lower()))
            common |= {entry["key"].lower() for entry in (node.get("cte_map") or {}).get("map", ())}
            waiting += node.values()
    return tables, common


def _given_tables(root: Path) -> set[str]:
    names = ("run", "publications", "own_post_types", "notices", "alert_limits", "drift")
    given = {f"config.{name}" for name in names} | set(earlier.TABLES)
    given |= {f"seeds.{path.stem}" for path in (root / "seeds").glob("*.csv")}
    with duckdb.connect(":memory:") as connection:
        for script in sorted(Path(str(files("analysis"))).joinpath("schema").glob("*.sql")):
            connection.execute(script.read_text(encoding="utf-8"))
        given |= {
            f"raw.{name}"
            for (name,) in connection.execute(
                "select table_name from duckdb_tables() where schema_name = 'raw'"
            ).fetchall()
        }
    return given


def _load_seed(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    described = read_descriptions(path.parent / "schema.yml").get(path.stem)
    with path.open(encoding="utf-8") as file:
        header = file.readline().strip().split(",")
    types = {column.name: column.type for column in described.columns} if described else {}
    if described and set(types) != set(header):
        odd = ", ".join(sorted(set(types) ^ set(header)))
        raise BuildError(f"seeds/{path.name} and seeds/schema.yml do not name the same columns: {odd}.")
    columns = ", ".join(f"{_literal(name)}: {_literal(types.get(name, 'text'))}" for name in header)
    return _execute(
        connection,
        f"create or replace table seeds.{path.stem} as select * from read_csv("  # noqa: S608  # our own file names
        f"{_literal(str(path))}, header = true, delim = ',', quote = '\"', escape = '\"', columns = {{{columns}}})",
        f"seeds/{path.name}",
    )


def _own_folder() -> Path:
    return Path(str(files("analysis")))


def _publication(
    now: datetime,
    as_of: datetime,
    timezone: str,
    method: str,
    is_strict: bool = False,
    since: datetime | None = None,
    *,
    is_until_set: bool = False,
) -> Publication:
    return Publication(
        as_of=as_of,
        built_at=now,
        version=_version(),
        method_sha256=method,
        timezone=timezone,
        is_strict=is_strict,
        since=since,
        is_until_set=is_until_set,
    )


def _write_wishes(
    connection: duckdb.DuckDBPyConnection,
    rules: Sequence[OwnRule],
    notices: Sequence[Notice],
    limits: Mapping[str, float] | None,
) -> None:
    _write_own_rules(connection, rules)
    _write_notices(connection, notices)
    _write_alert_limits(connection, limits)


def _write_own_rules(connection: duckdb.DuckDBPyConnection, rules: Sequence[OwnRule]) -> None:
    connection.execute(
        """
        create or replace table config.own_post_types (
            post_type text not null,
            language text,
            phrase text not null,
            weight decimal(4, 2) not null,
            is_pattern boolean not null
        )
        """
    )
    for rule in rules:
        connection.execute(
            "insert into config.own_post_types values (?, ?, ?, ?, ?)",
            [rule.post_type, rule.language, rule.phrase, rule.weight, rule.is_pattern],
        )


def _write_run(
    connection: duckdb.DuckDBPyConnection,
    present: Publication,
    *,
    until: datetime | None = None,
    outcomes: Sequence[str] = (),
    audience: str | None = None,
) -> None:
    connection.execute("create schema if not exists config")
    connection.execute(
        """
        create or replace table config.run (
            version text not null,
            timezone text not null,
            audience_timezone text not null,
            is_strict boolean not null,
            as_of timestamptz not null,
            since timestamptz,
            until timestamptz not null,
            outcomes text[] not null,
            built_at timestamptz not null
        )
        """
    )
    connection.execute(
        "insert into config.run values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            present.version,
            present.timezone,
            _zone(audience).key if audience else present.timezone,
            present.is_strict,
            present.as_of,
            present.since,
            min(until or present.as_of, present.as_of),
            list(outcomes),
            present.built_at,
        ],
    )


def _asked_outcomes(root: Path, outcomes: Sequence[str] | None) -> list[str]:
    """The outcomes to compute, in the seed's order; raises ``BuildError`` for one that is not in it."""
    seed = root / "seeds" / "outcomes.csv"
    if not seed.exists():
        return []
    with seed.open(encoding="utf-8", newline="") as file:
        known = [row["outcome"] for row in csv.DictReader(file)]
    for outcome in outcomes or ():
        if outcome not in known:
            raise BuildError(f"{outcome!r} is no outcome: write one of {', '.join(known)}.")
    return [outcome for outcome in known if outcomes is None or outcome in outcomes or outcome == known[0]]


def _write_notices(connection: duckdb.DuckDBPyConnection, notices: Sequence[Notice]) -> None:
    connection.execute(
        """
        create or replace table config.notices (
            rank bigint not null,
            platform text not null,
            is_urgent boolean not null,
            sentence text not null
        )
        """
    )
    for rank, notice in enumerate(notices, start=1):
        connection.execute(
            "insert into config.notices values (?, ?, ?, ?)", [rank, notice.platform, notice.is_urgent, notice.sentence]
        )


def _settle(connection: duckdb.DuckDBPyConnection, lists: Sequence[str] = ()) -> None:
    """Leave in the raw tables of this copy what models may count; ``config.run`` stands."""
    settle_readings(connection)
    keep_out_drift(connection)
    _keep_lists(connection, lists)
    close_gaps(connection)


def _keep_lists(connection: duckdb.DuckDBPyConnection, lists: Sequence[str]) -> None:
    """Take the accounts of other lists out of this copy, if any are named; without them nothing of theirs is read."""
    if not lists:
        return
    connection.execute(
        """
        delete from raw.accounts where account_id not in (
            select account_id
            from raw.accounts
            group by account_id
            having list_has_any(arg_max(lists, (observed_at, loaded_at)), ?)
        )
        """,
        [list(lists)],
    )


def _write_alert_limits(connection: duckdb.DuckDBPyConnection, limits: Mapping[str, float] | None) -> None:
    columns = ", ".join(f"{name} {kind} not null" for name, kind in ALERT_LIMITS.items())
    connection.execute(f"create or replace table config.alert_limits ({columns})")
    if limits is not None:
        marks = ", ".join("?" for _ in ALERT_LIMITS)
        values = [limits[name] for name in ALERT_LIMITS]
        connection.execute(f"insert into config.alert_limits values ({marks})", values)  # noqa: S608  # our own names


def _tests(table: str, description: Description) -> Iterator[Check]:
    for column in description.columns:
        for test in column.tests:
            yield _test(table, column.name, test)
    for test in description.tests:
        kind, argument = _kind(test)
        if kind != "unique" or not isinstance(argument, list):
            raise BuildError(f"{table} has a test that is not known: {test}.")
        yield _unique(table, argument)


def _test(table: str, column: str, test: Any) -> Check:
    kind, argument = _kind(test)
    name, quoted, broken_by = f"{kind} of {table}.{column}", _quoted(column), ""
    refs: tuple[str, ...] = (table,)
    match kind, argument:
        case "not_null", None:
            broken_by = f"{quoted} is null"
            sql = f"select * from {table} where {broken_by} limit 1"  # noqa: S608  # names are our own files'
        case "unique", None:
            return _unique(table, [column])
        case "accepted_values", list():
            values = ", ".join(_literal(str(value)) for value in argument)
            broken_by = f"{quoted}::text not in ({values})"
            sql = (
                f"select {quoted} as value, count(*) as row_count from {table} "  # noqa: S608  # our own files'
                f"where {broken_by} group by all order by all limit 1"
            )
        case "relationships", {"to": to, "field": target}:
            refs = (table, to)
            sql = (
                f"select {quoted} as value from {table} as child where {quoted} is not null and not exists "  # noqa: S608
                f"(from {to} as parent where parent.{_quoted(target)} = child.{quoted}) limit 1"
            )
        case _:
            raise BuildError(f"{table}.{column} has a test that is not known: {test}.")
    return Check(name=name, sql=sql, table=table, refs=refs, broken_by=broken_by)


def _unique(table: str, columns: list[str]) -> Check:
    listed = ", ".join(map(_quoted, columns))
    return Check(
        name=f"unique of {table}.{'+'.join(columns)}",
        table=table,
        sql=(
            f"select {listed}, count(*) as row_count from {table} "  # noqa: S608  # names are our own files'
            "group by all having count(*) > 1 limit 1"
        ),
        refs=(table,),
    )


def _kind(test: Any) -> tuple[str, Any]:
    if isinstance(test, Mapping) and len(test) == 1:
        return next(iter(test.items()))
    return str(test), None


def _statement(path: Path) -> str:
    return path.read_text(encoding="utf-8").rstrip().removesuffix(";").rstrip()


def _execute(connection: duckdb.DuckDBPyConnection, sql: str, shown: str) -> int:
    """Rows of the table that was created, if it was one."""
    try:
        row = connection.execute(sql).fetchone()
    except (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.FatalException):
        raise
    except duckdb.Error as error:
        raise BuildError(f"{shown}: {_flat(error)}") from error
    return int(row[0]) if row else 0


def _flat(error: duckdb.Error) -> str:
    return " ".join(str(error).split())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _version() -> str:
    try:
        return version("rivalscope")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "unknown"


def _zone(timezone: str) -> ZoneInfo:
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BuildError(f"{timezone!r} is no time zone: write one like Europe/Berlin.") from error


def _end_of(moment: date | datetime | None, zone: ZoneInfo) -> datetime | None:
    if moment is None or isinstance(moment, datetime):
        return moment
    next_day = datetime.combine(moment + timedelta(days=1), clock_time(), tzinfo=zone)
    return next_day.astimezone(UTC) - timedelta(microseconds=1)


def _start_of(moment: date | datetime | Literal["all"] | None, zone: ZoneInfo) -> datetime | None:
    if moment is None or isinstance(moment, datetime):
        return moment
    if isinstance(moment, str):
        return SINCE_ALL
    return datetime.combine(moment, clock_time(), tzinfo=zone).astimezone(UTC)
