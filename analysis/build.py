"""Build the models: raw → staging → intermediate → marts, checked, then published as a whole.

What files there are, and of which shape, is in :mod:`analysis.model_files`. Every test, and every
``checks/assert_*.sql`` (any row is a failure), must hold or nothing is published.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import duckdb

from analysis import earlier, patterns
from analysis.build_settings import Notice, write_run, write_wishes
from analysis.drift import keep_out_drift
from analysis.model_files import (
    LAYERS,
    BuildError,
    Check,
    CheckFailedError,
    Description,
    Model,
    described_folders,
    literal,
    ordered,
    quoted,
    read_checks,
    read_descriptions,
    read_models,
)
from analysis.own_rules import OwnRule
from analysis.publications import Publication, earlier_publications, method_sha256, write_publications
from analysis.readings import close_gaps, settle_readings
from analysis.side_by_side import build_side_by_side
from analysis.warehouse import (
    FAILURES_OF_THE_FILE,
    OnWait,
    connect_unlogged,
    copy_warehouse,
    explained,
    publish,
    transaction,
)
from analysis.workshop import workshop

SINCE_ALL = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class BuildReport:
    """What a build did."""

    snapshot: Path
    as_of: datetime
    row_counts: dict[str, int] = field(default_factory=dict)
    """``schema.table`` → rows, of the tables that were built (views are not counted)."""
    check_count: int = 0
    elapsed_seconds: float = 0.0


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
    are what claims are made of (default: all of seeds/outcomes.csv, the first always). ``lists``: only accounts in one
    of these. ``targets``: these models (``layer.name``) and what they are made of. With ``on_model``: one at a time.
    Raises ``BuildError`` or ``CheckFailedError`` (the snapshot stays as it was), and as ``open_warehouse`` does.
    """
    started = time.monotonic()
    root = _own_folder() if root is None else root
    zone = _zone(timezone)
    audience = _zone(audience_timezone).key if audience_timezone else None
    cut = _end_of(as_of, zone) or now
    method = method_sha256(root, own_rules)
    present = _publication(now, cut, timezone, method, strict, _start_of(since, zone), is_until_set=until is not None)
    asked = _asked_outcomes(root, outcomes)
    models = _wanted(ordered(read_models(root), known=_given_tables(root)), targets)
    checks = _of_tables(read_checks(root), models, is_whole=not lists)
    past = earlier_publications(snapshot, now=now) if as_of is None else []
    with _workshop(snapshot) as built:
        copy_warehouse(warehouse, built, wait_seconds=wait_seconds, on_wait=on_wait, now=now)
        with explained(built), connect_unlogged(built, threads=threads) as connection:
            write_run(connection, present, until=_end_of(until, zone), outcomes=asked, audience=audience)
            _settle(connection, lists)
            write_publications(connection, [*past, present])
            write_wishes(connection, own_rules, notices, alert_limits)
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
        with explained(built), connect_unlogged(built) as connection:
            write_run(connection, _publication(now, now, "UTC", ""))
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


def run_models(
    connection: duckdb.DuckDBPyConnection,
    models: Sequence[Model],
    root: Path,
    *,
    on_model: Callable[[str], None] | None = None,
) -> dict[str, int]:
    """Load the seeds, create the macros (they may read seeds), then the models; rows of each table by name.

    ``on_model`` hears of each model before it is built, and of one at a time. Raises ``BuildError`` with the file and
    DuckDB's own message.
    """
    counts: dict[str, int] = {}
    with transaction(connection):  # one commit, where each of some hundred macros and seeds would be one
        for schema in ("seeds", *LAYERS):
            connection.execute(f"create schema if not exists {schema}")
        for path in sorted((root / "seeds").glob("*.csv")):
            counts[f"seeds.{path.stem}"] = _load_seed(connection, path)
        for path in sorted((root / "macros").glob("*.sql")):
            _execute(connection, path.read_text(encoding="utf-8"), f"macros/{path.name}")
    if "seeds.post_type_rules" in counts and any("config.own_post_types" in model.refs for model in models):
        patterns.create_macros(connection)
    described = {
        f"{schema}.{name}": description
        for schema, folder in described_folders(root).items()
        for name, description in read_descriptions(folder / "schema.yml").items()
    }

    def build_one(used: duckdb.DuckDBPyConnection, model: Model) -> None:
        row_count = _build_model(used, model, described.get(model.table, Description(name=model.name)))
        if row_count is not None:
            counts[model.table] = row_count

    if on_model is None:
        build_side_by_side(connection, models, build_one)
        return counts
    for model in models:
        on_model(model.table)
        build_one(connection, model)
    return counts


def _build_model(connection: duckdb.DuckDBPyConnection, model: Model, description: Description) -> int | None:
    """Create the table or view; rows of a table."""
    if description.materialized == "view":
        _execute(connection, f"create or replace view {model.table} as\n{model.sql}", model.path)
        return None
    order = description.order_by or description.key if model.layer == "marts" else ()
    # Threads decide the order of unordered rows; what is stored must not depend on them.
    source = f"from (\n{model.sql}\n) order by {', '.join(map(quoted, order))}" if order else model.sql
    return _execute(connection, f"create or replace table {model.table} as\n{source}", model.path)


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
        if check.look:
            by_table.setdefault(check.table, []).append(check)
    holding = set()
    for table, seen in by_table.items():
        looks = ", ".join(check.look for check in seen)
        try:
            row = connection.execute(f"select {looks} from {table}").fetchone()  # noqa: S608  # names are our own files'
        except duckdb.Error:  # the check that cannot be run says so itself
            continue
        holding |= {check.name for check, is_broken in zip(seen, row or (), strict=True) if not is_broken}
    return [check for check in checks if check.name not in holding]


def _given_tables(root: Path) -> set[str]:
    names = ("run", "publications", "own_post_types", "notices", "alert_limits", "drift")
    given = {f"config.{name}" for name in names} | set(earlier.TABLES)
    given |= {f"seeds.{path.stem}" for path in (root / "seeds").glob("*.csv")}
    described = read_descriptions(described_folders(_own_folder())["raw"] / "schema.yml")
    return given | {f"raw.{name}" for name in described}


def _load_seed(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    described = read_descriptions(path.parent / "schema.yml").get(path.stem)
    with path.open(encoding="utf-8") as file:
        header = file.readline().strip().split(",")
    types = {column.name: column.type for column in described.columns} if described else {}
    if described and set(types) != set(header):
        odd = ", ".join(sorted(set(types) ^ set(header)))
        raise BuildError(f"seeds/{path.name} and seeds/schema.yml do not name the same columns: {odd}.")
    columns = ", ".join(f"{literal(name)}: {literal(types.get(name, 'text'))}" for name in header)
    return _execute(
        connection,
        f"create or replace table seeds.{path.stem} as select * from read_csv("  # noqa: S608  # our own file names
        f"{literal(str(path))}, auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', "
        f"columns = {{{columns}}})",
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


def _execute(connection: duckdb.DuckDBPyConnection, sql: str, shown: str) -> int:
    """Rows of the table that was created, if it was one."""
    try:
        row = connection.execute(sql).fetchone()
    except FAILURES_OF_THE_FILE:
        raise
    except duckdb.Error as error:
        raise BuildError(f"{shown}: {_flat(error)}") from error
    return int(row[0]) if row else 0


def _flat(error: duckdb.Error) -> str:
    return " ".join(str(error).split())


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
