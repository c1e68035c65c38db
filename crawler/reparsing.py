"""Reads kept answers again: of crawls from their archive, of imports from the files that are still in the inbox.

What comes out is a folder of landing files with the source ``reparse``; which of their records are news is for the
warehouse to say, and :func:`land` hands over those.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from attrs import define, field

from crawler.extraction import Reader, read_page
from crawler.importing import ImportOptions, import_paths
from crawler.importing.account_book import ListedAccount
from crawler.importing.importer import LEDGER
from crawler.landing import LandingWriter
from crawler.links import Addresses, Link
from crawler.plan import new_crawl_id
from crawler.project import Project
from crawler.replay import SOURCE, Replayed, Wanted, replay

_OF_POSTS = frozenset({"post", "metrics", "absence"})
_OF_ACCOUNTS = frozenset({"profile"})

Moments = Collection[tuple[str, datetime]]


@define(kw_only=True)
class ReadAgain:
    """What was read again."""

    name: str
    """Of the folder in landing: ``reparse-<moment>-<6 hex>``."""
    folder: Path
    crawls: Replayed
    import_count: int = 0
    """Imported files that are still in the inbox."""
    lost_imports: list[str] = field(factory=list)
    """Names of imported files that are not."""

    @property
    def segments(self) -> list[Path]:
        return sorted(self.folder.glob("*.jsonl"))


def read_again(
    project: Project,
    wanted: Wanted,
    *,
    now: datetime,
    accounts: Iterable[ListedAccount] = (),
    excluded: Iterable[Link] = (),
    config: Addresses | None = None,
    options: ImportOptions | None = None,
    reader: Reader = read_page,
    on_crawl: Callable[[str], None] = lambda _: None,
) -> ReadAgain:
    """Read every kept answer of ``wanted`` again into ``data/reparsing``; raises :class:`LandingError`."""
    name = f"{SOURCE}-{new_crawl_id(now)}"
    aside = project.reparsing
    shutil.rmtree(aside, ignore_errors=True)
    with LandingWriter(aside, name, SOURCE) as writer:
        replayed = replay(project.plans, project.archive, writer, wanted, reader=reader, on_crawl=on_crawl)
        found = ReadAgain(name=name, folder=aside / name, crawls=replayed)
        _imports_again(
            project,
            wanted,
            writer,
            found,
            now=now,
            accounts=accounts,
            excluded=excluded,
            config=config,
            options=options,
        )
    return found


def _imports_again(
    project: Project, wanted: Wanted, writer: LandingWriter, found: ReadAgain, *, now: datetime, **given: Any
) -> None:
    done = _imported(project.data / LEDGER)
    if not done:
        return
    there: set[str] = set()
    if project.inbox.is_dir() and any(project.inbox.iterdir()):
        with tempfile.TemporaryDirectory(prefix="rivalscope-") as folder:
            landing = Path(folder) / "landing"
            import_paths([project.inbox], landing, now=now, **given)
            for crawl_id in sorted(done):
                if (landing / crawl_id).is_dir():
                    there.add(crawl_id)
                    for line in _records(sorted((landing / crawl_id).glob("*.jsonl"))):
                        if _is_wanted(line, wanted):
                            writer.write(_line({**line, "source": SOURCE}))
    found.import_count = len(there)
    found.lost_imports = sorted({name for crawl_id, name in done.items() if crawl_id not in there})


def _imported(ledger: Path) -> dict[str, str]:
    """Id of an imported file → its name."""
    if not ledger.exists():
        return {}
    return {each["crawl_id"]: each.get("name") or each["crawl_id"] for each in _records([ledger]) if "crawl_id" in each}


def _is_wanted(record: Mapping[str, Any], wanted: Wanted) -> bool:
    return (
        record["record"] in _OF_POSTS | _OF_ACCOUNTS
        and record["platform"] == wanted.platform
        and (wanted.account_keys is None or record["account_key"] in wanted.account_keys)
        and (wanted.since is None or datetime.fromisoformat(record["observed_at"]) >= wanted.since)
    )


def land(found: ReadAgain, landing: Path, *, posts: Moments, accounts: Moments) -> int:
    """Hand over to landing the records of these posts (``post_id``) and accounts (``account_key``) at these moments,
    and the pages they stand on; how many records. Raises :class:`LandingError`."""
    moments = {moment for _, moment in (*posts, *accounts)}
    count = 0
    with LandingWriter(landing, found.name, SOURCE) as writer:
        for record in _records(found.segments):
            moment = datetime.fromisoformat(record["observed_at"])
            kind = record["record"]
            is_news = (
                (kind in _OF_POSTS and (_post_id(record), moment) in posts)
                or (kind in _OF_ACCOUNTS and (record["account_key"], moment) in accounts)
                or (kind == "page" and moment in moments)
            )
            if is_news:
                writer.write(_line(record))
                count += kind != "page"
    return count


def _post_id(record: Mapping[str, Any]) -> str:
    """As the loader computes it."""
    key = "\x1f".join((record["platform"], record["host"], record["native_id"]))
    return str(UUID(hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()))


def _records(paths: Iterable[Path]) -> Iterator[dict[str, Any]]:
    for path in paths:
        with path.open("rb") as file:
            for line in file:
                try:
                    record = json.loads(line)
                except ValueError:  # a line that was being written when the power went
                    continue
                if isinstance(record, dict):
                    yield record


def _line(record: Mapping[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
