"""Landing files → raw tables: one transaction a file, and loading anything twice changes nothing."""

from __future__ import annotations

import json
import shutil
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from analysis.load import records
from analysis.load.accounts import Accounts
from analysis.load.segments import Portion, Rejection, Segment, read_portions, sha256
from analysis.warehouse import FAILURES_OF_THE_FILE, OnWait, explained, open_warehouse, transaction

KEPT = "loaded"
REJECTED = "rejected"
IMPORT = "import-"
"""How the ids of imports begin (docs/data-flow.md)."""
REPARSE = "reparse-"
"""How the folders begin that hold what kept pages gave when they were read again."""
_READ_AGAIN = ("posts", "profiles", "post_metrics", "account_metrics")
"""Tables in which another reading of the same page stands beside the first (``load/reparsed/``)."""

INTERRUPTED = "The crawl ended before this account was done; the next crawl asks again."

# Which raw tables a record kind feeds; "account" records are read by Accounts.
TABLES = {
    "crawl": ("crawls",),
    "host": ("hosts",),
    "visit": ("visits",),
    "profile": ("profiles", "account_metrics"),
    "post": ("posts",),
    "metrics": ("post_metrics",),
    "absence": ("absences",),
    "replies": ("replies",),
    "site": ("sites",),
    "link": ("link_checks",),
    "label": ("labels",),
    "acceptance": ("acceptances",),
    "slot": ("slots",),
    "delivery": ("deliveries",),
    "experiment": ("experiments",),
    "outcome": ("outcomes",),
    "page": ("pages",),
}


@dataclass(kw_only=True)
class LoadReport:
    """What one load did."""

    file_count: int = 0
    """Files loaded now."""
    repeated_file_count: int = 0
    """Files that had been loaded before, and were only put away."""
    record_count: int = 0
    """Good lines of the files loaded now."""
    row_counts: Counter[str] = field(default_factory=Counter)
    """Raw table → new rows."""
    imported_post_counts: dict[str, int] = field(default_factory=dict)
    """``new``, ``updated`` (words or counts differ from what was known), ``unchanged`` → posts of imports loaded now;
    empty when there were no imports."""
    account_count: int = 0
    """New and changed entries of the list."""
    rejected_count: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    """The rejected lines (of a file with very many, the first); all are in ``landing/rejected/``."""
    torn_files: list[str] = field(default_factory=list)
    """Files of killed crawls whose last line was unfinished."""
    unkept_page_count: int = 0
    """Pages whose archive is gone, and that name it no longer."""
    interrupted_visit_count: int = 0
    """Accounts of killed crawls that had no visit, and got one (``error``, ``interrupted``)."""
    failures: list[str] = field(default_factory=list)
    """One sentence for each file that could not be loaded and stays in landing."""
    elapsed_seconds: float = 0.0


def load_landing(
    warehouse: Path,
    landing_dir: Path,
    *,
    accounts: Iterable[Mapping[str, Any]] | None = None,
    plans_dir: Path | None = None,
    archive_dir: Path | None = None,
    live_crawl_ids: Collection[str] = (),
    wait_seconds: float = 0.0,
    on_wait: OnWait | None = None,
    now: datetime | None = None,
) -> LoadReport:
    """Load every whole segment (``<crawl_id>/*.jsonl``), and the ``.part`` of crawls that no longer live.

    ``accounts`` is the list as plain dictionaries (see ``Accounts.sync``); ``None`` leaves the accounts as they are.
    Accounts of a dead crawl's plan (``plans_dir/<crawl_id>.json``) without a visit get one. Files that were loaded move
    to ``landing/loaded/<crawl_id>/``; lines that are no records go to ``landing/rejected/<crawl_id>/<file>`` with file,
    line and reason. Whatever is killed can be run again: the outcome is the same. ``now`` is noted as ``loaded_at``.
    Pages whose archive is no longer in ``archive_dir`` keep only their place in it (``raw.deletions`` says so).

    Raises ``WarehouseBusyError`` (everything stays in landing) and as ``open_warehouse`` does.
    """
    started = time.monotonic()
    now = datetime.now(UTC) if now is None else now
    report = LoadReport()
    connection = open_warehouse(warehouse, wait_seconds=wait_seconds, on_wait=on_wait, now=now)
    workshop = warehouse.with_name(f".{warehouse.name}.loading")
    try:
        with explained(warehouse):
            connection.execute("set variable loaded_at = ?::timestamptz", [now])
            connection.execute("create or replace temporary table imported_posts (post_id uuid)")
            known = Accounts(connection, now=now)
            if accounts is not None:
                with transaction(connection):
                    report.account_count = known.sync(accounts)
            for path in _segments(landing_dir, live_crawl_ids):
                # The warehouse is ours alone, so what stands in the workshop was left by a load that was killed.
                _clear(workshop)
                _load_file(connection, known, path, landing_dir, workshop=workshop, now=now, report=report)
            report.imported_post_counts = _import_changes(connection)
            if plans_dir is not None:
                for plan in sorted(plans_dir.glob("*.json")):
                    if plan.stem not in live_crawl_ids:
                        _close_crawl(connection, known, plan, workshop=workshop, now=now, report=report)
            if archive_dir is not None:
                report.unkept_page_count = _note_deleted_archives(connection, archive_dir, now)
    finally:
        connection.close()
        shutil.rmtree(workshop, ignore_errors=True)
    report.elapsed_seconds = time.monotonic() - started
    return report


def load_list(
    warehouse: Path,
    accounts: Iterable[Mapping[str, Any]],
    *,
    wait_seconds: float = 0.0,
    on_wait: OnWait | None = None,
    now: datetime | None = None,
) -> int:
    """Note what changed in the list, and nothing else; how many accounts that were.

    Arguments and errors as for ``load_landing``.
    """
    connection = open_warehouse(warehouse, wait_seconds=wait_seconds, on_wait=on_wait, now=now)
    try:
        with explained(warehouse), transaction(connection):
            return Accounts(connection, now=datetime.now(UTC) if now is None else now).sync(accounts)
    finally:
        connection.close()


def _segments(landing_dir: Path, live_crawl_ids: Collection[str]) -> Iterator[Path]:
    """Whole segments, and those of dead crawls that never became whole, in the order they were written."""
    if not landing_dir.is_dir():
        return
    for folder in sorted(landing_dir.iterdir()):
        if not folder.is_dir() or folder.name in (KEPT, REJECTED):
            continue
        yield from sorted(folder.glob("*.jsonl"))
        if folder.name not in live_crawl_ids:
            yield from sorted(folder.glob("*.jsonl.part"))


def _load_file(
    connection: duckdb.DuckDBPyConnection,
    accounts: Accounts,
    path: Path,
    landing_dir: Path,
    *,
    workshop: Path,
    now: datetime,
    report: LoadReport,
) -> None:
    name = f"{path.parent.name}/{path.name}"
    digest = sha256(path)
    if _is_loaded(connection, name, digest):
        report.repeated_file_count += 1
    else:
        rejected = landing_dir / REJECTED / path.parent.name / path.name.removesuffix(".part")
        segment = Segment(name=name)
        portions = read_portions(path, segment, workshop=workshop, rejected=rejected)
        try:
            counts = _insert(connection, accounts, segment, _ahead(portions), digest, now=now)
        except FAILURES_OF_THE_FILE:
            raise
        except duckdb.Error as error:
            # One file must not keep the others out.
            accounts.read()
            report.failures.append(f"{path} was not loaded and stays where it is: {' '.join(str(error).split())}")
            return
        report.file_count += 1
        report.record_count += segment.record_count
        report.rejected_count += segment.rejected_count
        report.rejections += segment.rejections
        if segment.is_torn:
            report.torn_files.append(name)
        report.row_counts.update(counts)
    _put_away(path, landing_dir, digest)


def _insert(
    connection: duckdb.DuckDBPyConnection,
    accounts: Accounts,
    segment: Segment,
    portions: Iterable[Portion],
    digest: str,
    *,
    now: datetime,
) -> Counter[str]:
    with transaction(connection):
        counts = insert_portions(connection, accounts, segment, portions)
        connection.execute(
            "insert into raw.loaded_files values (?, ?, ?, ?, ?)",
            [segment.name, digest, segment.record_count + segment.rejected_count, segment.rejected_count, now],
        )
    return counts


def insert_portions(
    connection: duckdb.DuckDBPyConnection, accounts: Accounts, segment: Segment, portions: Iterable[Portion]
) -> Counter[str]:
    """Insert what is new of one segment, in the caller's transaction; raw table → new rows."""
    counts: Counter[str] = Counter()
    is_read_again = segment.name.startswith(REPARSE)
    for portion in portions:
        accounts.admit(portion.accounts)
        if segment.name.startswith(IMPORT) and "post" in portion.by_kind:
            _run(connection, portion.by_kind["post"], "imported_posts")
        for kind, tables in TABLES.items():
            if kind in portion.by_kind:
                for table in tables:
                    insert = _insert_again if is_read_again and table in _READ_AGAIN else _insert_kind
                    counts[table] += insert(connection, portion.by_kind[kind], table)
        portion.delete()
    return counts


def _ahead(portions: Iterator[Portion]) -> Iterator[Portion]:
    """The same portions, each read while the one before is being inserted."""
    with ThreadPoolExecutor(max_workers=1) as reader:
        coming = reader.submit(next, portions, None)
        while (portion := coming.result()) is not None:
            coming = reader.submit(next, portions, None)
            yield portion


def _insert_kind(connection: duckdb.DuckDBPyConnection, file: Path, table: str) -> int:
    row = _run(connection, file, table).fetchone()
    return int(row[0]) if row else 0


def _insert_again(connection: duckdb.DuckDBPyConnection, file: Path, table: str) -> int:
    """Insert what pages that were read again say otherwise than what stands at their moments."""
    connection.execute("set variable landing_file = ?", [str(file)])
    landed, _ = connection.extract_statements(_query(table))
    connection.execute(landed)
    row = connection.execute(_query(f"reparsed/{table}")).fetchone()
    return int(row[0]) if row else 0


def _run(connection: duckdb.DuckDBPyConnection, file: Path, query: str) -> duckdb.DuckDBPyConnection:
    connection.execute("set variable landing_file = ?", [str(file)])
    return connection.execute(_query(query))


def _import_changes(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    if connection.execute("select 1 from imported_posts limit 1").fetchone() is None:
        return {}
    answer = connection.execute(_query("import_changes"))
    names = [str(column[0]) for column in answer.description or ()]
    return dict(zip(names, answer.fetchone() or (), strict=True))


def _note_deleted_archives(connection: duckdb.DuckDBPyConnection, archive_dir: Path, now: datetime) -> int:
    """Take the names of archives that retention deleted from the pages that stood in them; how many pages."""
    named = connection.execute("select distinct warc_file from raw.pages where warc_file is not null").fetchall()
    gone = [name for (name,) in named if not (archive_dir / name).exists()]
    if not gone:
        return 0
    with transaction(connection):
        connection.execute(
            """
            insert into raw.deletions
            select 'pages', account_id, count(*), 'retention: the archive with the pages was deleted', ?
            from raw.pages
            where list_contains(?::text[], warc_file)
            group by account_id
            """,
            [now, gone],
        )
        row = connection.execute(
            "update raw.pages set warc_file = null where list_contains(?::text[], warc_file)", [gone]
        ).fetchone()
    return int(row[0]) if row else 0


def _query(table: str) -> str:
    return files("analysis").joinpath("load", f"{table}.sql").read_text(encoding="utf-8")


def _is_loaded(connection: duckdb.DuckDBPyConnection, name: str, digest: str) -> bool:
    query = "select 1 from raw.loaded_files where file_name = ? and sha256 = ?"
    return connection.execute(query, [name, digest]).fetchone() is not None


def _put_away(path: Path, landing_dir: Path, digest: str) -> None:
    """Move a loaded file; killed before this, the next load finds its mark and only moves it."""
    target = landing_dir / KEPT / path.parent.name / path.name
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists() and sha256(target) != digest:
        # A name may come again: a crawl counts its segments by what it finds in landing.
        target = target.with_name(f"{digest[:12]}-{path.name}")
    path.replace(target)
    if not any(path.parent.iterdir()):
        path.parent.rmdir()


def _close_crawl(
    connection: duckdb.DuckDBPyConnection,
    accounts: Accounts,
    plan: Path,
    *,
    workshop: Path,
    now: datetime,
    report: LoadReport,
) -> None:
    """Give every account of a crawl that ended its visit, once."""
    name = f"plans/{plan.name}"
    digest = sha256(plan)
    if _is_loaded(connection, name, digest):
        return
    try:
        planned, visits = _planned(plan)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        report.failures.append(f"{plan} is no crawl plan ({type(error).__name__}: {error}): move it away.")
        return
    _clear(workshop)
    portion = Portion(accounts=dict(planned), by_kind={"visit": workshop / "visit.jsonl"})
    portion.by_kind["visit"].write_bytes(records.encode(visits))
    segment = Segment(name=name, record_count=len(visits))
    # Who was visited keeps that visit: an account has only one in a crawl.
    report.interrupted_visit_count += _insert(connection, accounts, segment, [portion], digest, now=now)["visits"]


def _planned(plan: Path) -> tuple[dict[str, records.Account], list[records.Visit]]:
    """Every account of a plan as a record, and the visit it gets when the crawl left none."""
    values = json.loads(plan.read_bytes())
    envelope = {"crawl_id": plan.stem, "observed_at": datetime.fromisoformat(values["now"]), "source": "crawl"}
    accounts: dict[str, records.Account] = {}
    visits: list[records.Visit] = []
    for each in values["accounts"]:
        whose = {**envelope, "account_key": each["account_key"], "platform": each["platform"], "host": each["host"]}
        handle = each.get("handle") or each["account_key"]
        account = {**whose, "handle": handle, "company": each.get("company") or handle, "url": each.get("url")}
        visit = {**whose, "outcome": "error", "reason": "interrupted", "message": INTERRUPTED}
        accounts[each["account_key"]] = msgspec.convert({"record": "account", **account}, records.Account)
        visits.append(msgspec.convert({"record": "visit", **visit}, records.Visit))
    return accounts, visits


def _clear(workshop: Path) -> None:
    shutil.rmtree(workshop, ignore_errors=True)
    workshop.mkdir(parents=True)
