"""The way of an import: words → files → kinds → records in landing."""

from __future__ import annotations

import csv
import hashlib
import platform as machine
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TextIO

from attrs import define, field, frozen

from crawler.extraction import WHAT_READS, software_version, start_reading
from crawler.importing.account_book import AccountBook, ListedAccount
from crawler.importing.answers import import_answers
from crawler.importing.bundles import unpack
from crawler.importing.given import Given
from crawler.importing.landing_file import LandingFile
from crawler.importing.ledger import Ledger
from crawler.importing.outcome import ImportedFile, ImportProblem, ImportReport, Kind
from crawler.importing.recognising import kind_of
from crawler.importing.tables import TableSettings, import_table
from crawler.landing import CrawlRecord, LandingError, LandingWriter
from crawler.links import Addresses, Link
from crawler.reading.captured import CaptureError
from crawler.reading.table_layouts import COLUMNS
from crawler.reading.text_tables import TableError
from crawler.reading.warc import Archives
from crawler.reading_processes import ReadingProcesses

LEDGER = "imported.jsonl"
"""In the folder that landing is in."""
_MEMORY_BYTES = 400 * 1024 * 1024
"""What one file may make the process take that reads it."""
_LABELS = {
    Kind.TABLE: "table of posts",
    Kind.WORKBOOK: "spreadsheet",
    Kind.PAGE: "saved page",
    Kind.ANSWER: "saved answer",
    Kind.HAR: "HAR recording",
    Kind.WARC: "web archive",
    Kind.ZEESCHUIMER: "Zeeschuimer capture",
}


@frozen(kw_only=True)
class ImportOptions:
    """What a user may say about an import."""

    tables: TableSettings = field(factory=TableSettings)
    is_everybody: bool = False
    """Take from recordings also those who are not on the list."""
    url: str | None = None
    """Where saved pages and answers came from, which overrules what they say themselves."""
    on_file: Callable[[str], None] = lambda _name: None
    """Called with each file's name before it is read."""


def write_template(file: TextIO) -> None:
    """Write an empty table of posts."""
    csv.writer(file).writerow(COLUMNS)


def import_paths(
    paths: Sequence[str | Path],
    landing_dir: Path,
    *,
    accounts: Iterable[ListedAccount] = (),
    excluded: Iterable[Link] = (),
    config: Addresses | None = None,
    now: datetime,
    options: ImportOptions | None = None,
) -> ImportReport:
    """Import files, folders, archives and patterns into ``landing_dir``; what cannot be read is a problem, and the
    others go on.

    Posts of accounts on the list are attached to them; for others an ``account`` record is written where a file was
    brought on purpose, and nothing is taken of those that are ``excluded``. Raises
    :class:`crawler.landing.LandingError` when the disk does not take it.
    """
    options = options or ImportOptions()
    book = AccountBook(accounts, config, excluded)
    given = Given(paths)
    files = list(given)
    # a page takes a few milliseconds: starting a second process costs more than it brings
    with closing(ReadingProcesses(1, start_reading, _MEMORY_BYTES, preload=WHAT_READS)) as processes:
        job = _Import(
            landing_dir=landing_dir,
            book=book,
            processes=processes,
            base_urls=config.base_urls if config else {},
            ledger=Ledger(landing_dir.parent / LEDGER, _context(book, options)),
            archives=Archives([path for path in files if _is_web_archive(path)]),
            now=now,
            options=options,
        )
        for path in files:
            job.take(path, path.name)
    problems = (*given.problems, *job.problems)
    return ImportReport(files=tuple(job.files), problems=problems, side_file_count=given.side_file_count)


def _is_web_archive(path: Path) -> bool:
    try:
        return kind_of(path) == Kind.WARC
    except (CaptureError, OSError):
        return False


def _context(book: AccountBook, options: ImportOptions) -> Iterable[str]:
    """All that decides what a file gives, besides the file."""
    yield software_version()
    yield from book.keys
    yield f"{options.is_everybody} {options.tables.given} {options.tables.zone} {options.url}"
    yield from sorted(f"{sorted(names)} {choice}" for names, choice in options.tables.remembered.items())
    yield f"{options.tables.currency} {options.tables.mappings}"


@define
class _Import:
    landing_dir: Path
    book: AccountBook
    processes: ReadingProcesses
    base_urls: Mapping[str, str]
    ledger: Ledger
    archives: Archives
    now: datetime
    options: ImportOptions
    files: list[ImportedFile] = field(factory=list)
    problems: list[ImportProblem] = field(factory=list)

    def take(self, path: Path, name: str) -> None:
        """Import one file, or all that is in an archive; whatever is wrong with it is noted, not raised."""
        self.options.on_file(name)
        try:
            kind = kind_of(path)
            if kind is None:
                self._take_archive(path, name)
            else:
                self._take_file(path, name, kind)
        except CaptureError as error:
            self._say(f"{name} {error.where}".strip(), error.message)
        except TableError as error:
            self._say(name, str(error))
        except OSError as error:
            self._say(name, f"cannot be read: {error.strerror or error}")
        except (LandingError, MemoryError):
            raise
        except Exception as error:  # one file that nobody thought of must not keep the others out
            self._say(name, f"could not be read ({type(error).__name__}: {error})")

    def _take_archive(self, path: Path, name: str) -> None:
        entry = None
        for entry in unpack(path):
            if isinstance(entry, CaptureError):
                self._say(f"{name} › {entry.where}" if entry.where else name, entry.message)
            else:
                self.take(entry.path, f"{name} › {entry.name}" if entry.name else name)
        if entry is None:
            self._say(name, "is an archive with nothing in it to import")

    def _take_file(self, path: Path, name: str, kind: Kind) -> None:
        with path.open("rb") as file:
            crawl_id = f"import-{hashlib.file_digest(file, 'sha256').hexdigest()[:16]}"
        result = ImportedFile(path=path, name=name, kind=kind, label=_LABELS[kind], crawl_id=crawl_id)
        if self.ledger.is_done(crawl_id):
            result.is_repeated = True
            self.files.append(result)
            return
        # Written aside and moved as a whole: an import that is killed leaves nothing half done behind.
        aside = self.landing_dir.parent / "importing"
        shutil.rmtree(aside / crawl_id, ignore_errors=True)
        try:
            with LandingWriter(aside, crawl_id, "import") as writer:
                writer.write(_crawl_record(crawl_id, self.now))
                self._read(path, LandingFile(
                    writer=writer, result=result, book=self.book, now=self.now, problems=self.problems
                ))  # fmt: skip
                writer.write(_crawl_record(crawl_id, self.now, result.entry_count))
            self.files.append(result)
            if result.understood_count:
                self._hand_over(aside / crawl_id)
                if not result.wants_more_files:
                    self.ledger.note(result, self.now)
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def _read(self, path: Path, landing: LandingFile) -> None:
        if landing.result.kind in (Kind.TABLE, Kind.WORKBOOK):
            import_table(path, landing, self.processes, self.options.tables)
        else:
            import_answers(
                path,
                landing,
                self.processes,
                self.base_urls,
                self.archives,
                is_everybody=self.options.is_everybody,
                url=self.options.url,
            )

    def _hand_over(self, folder: Path) -> None:
        """Move the records of one file to landing; those of an earlier try that are not loaded yet give way."""
        target = self.landing_dir / folder.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(target, ignore_errors=True)
        folder.rename(target)

    def _say(self, where: str, message: str) -> None:
        self.problems.append(ImportProblem(where=where, message=message))


def _crawl_record(crawl_id: str, now: datetime, request_count: int = 0) -> bytes:
    return CrawlRecord(
        crawl_id=crawl_id,
        observed_at=now,
        kind="import",
        source="import",
        version=software_version(),
        machine=machine.node(),
        request_count=request_count,
        started_at=now,
        finished_at=now,
    ).line()
