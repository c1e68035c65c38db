"""One file that holds a project: configuration, warehouse, landing, briefs and, if wanted, the archive of pages.

A zip file with ``backup.json`` as its last entry: when it was made, and size, SHA-256 and time of every other one.
Credentials are no part of a project, and of no backup.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Any

from attrs import evolve, frozen

from crawler import disk
from crawler.config import FILE_NAME, Config
from crawler.landing import utc_text
from crawler.project import Project
from crawler.whole_file import sync

_FORMAT = 1
_LEDGER = "backup.json"
_LONGEST_LEDGER = 1 << 28
_CHUNK = 1 << 20
_DAMAGES = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError)
"""What reading a broken or encrypted zip file raises."""
_STORED = {".gz", ".webp", ".zip", ".png", ".jpg"}


class BackupError(Exception):
    """A backup cannot be made or put back; one sentence. What was there before is as it was."""


@frozen(kw_only=True)
class BackupReport:
    """What a backup holds."""

    path: Path
    made_at: datetime
    file_count: int
    byte_count: int
    """Of the files, unpacked."""


def write_backup(
    project: Project,
    config: Config,
    path: Path,
    *,
    now: datetime,
    copy_warehouse: Callable[[Path], None],
    has_archive: bool = False,
    may_replace: bool = False,
) -> BackupReport:
    """Write the project to ``path``, and read it back to see that it is whole.

    ``copy_warehouse`` makes a consistent copy of the warehouse at the path that it is given. The caller holds the
    project's lock. Raises :class:`BackupError`.
    """
    path = Path(os.path.realpath(path))  # the file behind a link is replaced, not the link
    with _explained(path):
        is_there, is_file = path.exists(), path.is_file()
    if is_there and not is_file:
        raise BackupError(f"{path} is no file; name one, like {path / 'market.zip'}.")
    if is_there and not may_replace:
        raise BackupError(f"{path} exists already; name another file, or replace it with --force.")
    if path.resolve().is_relative_to(project.data.resolve()):
        raise BackupError(f"{path} lies in the project's data, which a restore replaces; name a place outside of it.")
    part = path.with_name(f"{path.name}.part")
    with _explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder:
                copy = Path(folder) / "warehouse.duckdb"
                if project.warehouse.exists():
                    copy_warehouse(copy)
                _pack(part, _members(project, config, copy, has_archive=has_archive), now)
            report = _read_through(part)
            sync(part)
            part.replace(path)
            sync(path.parent)
        finally:
            part.unlink(missing_ok=True)
    return evolve(report, path=path)


def _members(project: Project, config: Config, warehouse: Path, *, has_archive: bool) -> Iterator[tuple[str, Path]]:
    """Name in the backup and path of every file."""
    yield FILE_NAME, project.config_path
    if warehouse.exists():
        yield "data/warehouse.duckdb", warehouse
    own = [
        project.own_rules,
        project.inbox,
        project.briefs,
        project.data / "imported.jsonl",
        project.deliveries,
        project.alerts,
    ]
    own += [project.landing, project.plans, project.runs, project.usage, project.thumbnails]
    own += [project.archive] if has_archive else []
    own += [project.root / given for given in (config.brief.logo, config.brief.templates) if given]
    root, taken = project.root.resolve(), set()
    for start in own:
        for path in sorted(start.rglob("*")) if start.is_dir() else [start]:
            resolved = path.resolve()
            # what lies outside the project, or is reached by a link, is no part of it
            if path.is_symlink() or not path.is_file() or not resolved.is_relative_to(root) or resolved in taken:
                continue
            taken.add(resolved)
            yield resolved.relative_to(root).as_posix(), path


def _pack(part: Path, members: Iterator[tuple[str, Path]], now: datetime) -> None:
    entries: dict[str, dict[str, Any]] = {}
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as pack:
        for name, path in members:
            kind = zipfile.ZIP_STORED if path.suffix in _STORED else zipfile.ZIP_DEFLATED
            written = zipfile.ZipInfo(name, date_time=now.timetuple()[:6])
            written.compress_type = kind
            with path.open("rb") as source, pack.open(written, "w", force_zip64=True) as target:
                size, digest = _copied(source, target)
            entries[name] = {"size": size, "sha256": digest, "modified_at": path.stat().st_mtime}
        ledger = {"format": _FORMAT, "made_at": utc_text(now), "files": entries}
        pack.writestr(_LEDGER, json.dumps(ledger, ensure_ascii=False, indent=1))


def _copied(source: IO[bytes], target: IO[bytes] | None) -> tuple[int, str]:
    """Copy to the end; bytes and SHA-256."""
    size, digest = 0, hashlib.sha256()
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        digest.update(chunk)
        if target is not None:
            target.write(chunk)
    return size, digest.hexdigest()


def _ledger(pack: zipfile.ZipFile, path: Path) -> Mapping[str, Any]:
    """What the backup says it holds, its names and sizes checked against the file's own list."""
    try:
        if pack.getinfo(_LEDGER).file_size > _LONGEST_LEDGER:
            raise BackupError(f"{path} is no backup of Rivalscope.")
        ledger = json.loads(pack.read(_LEDGER))
        version, files = int(ledger["format"]), ledger["files"]
        datetime.fromisoformat(ledger["made_at"])
        sizes = {name: int(each["size"]) for name, each in files.items()}
        [(str(each["sha256"]), float(each["modified_at"])) for each in files.values()]
    except (KeyError, ValueError, TypeError, AttributeError):
        raise BackupError(f"{path} is no backup of Rivalscope.") from None
    if version > _FORMAT:
        raise BackupError(f"{path} was made by a newer Rivalscope: update this one.")
    packed = {each.filename: each.file_size for each in pack.infolist() if each.filename != _LEDGER}
    if packed != sizes:
        raise BackupError(f"{path} does not hold what it says: it is damaged, or was changed.")
    for name in files:
        place = PurePosixPath(name)
        if place.is_absolute() or ".." in place.parts or not place.parts or "\\" in name or "\0" in name:
            raise BackupError(f"{path} holds a file {name!r}, which belongs outside of a project; it is not restored.")
    return {"made_at": ledger["made_at"], "files": files}


def _read_through(path: Path, into: Path | None = None) -> BackupReport:
    """Read every file of a backup against its sum, and write it into a folder where one is given."""
    try:
        with zipfile.ZipFile(path) as pack:
            ledger = _ledger(pack, path)
            for name, told in ledger["files"].items():
                with pack.open(name) as source, _place(into, name) as target:
                    size, digest = _copied(source, target)
                if (size, digest) != (told["size"], told["sha256"]):
                    raise BackupError(f"{path} is damaged: {name} is not what was put in.")
                if into is not None:
                    os.utime(into / name, (told["modified_at"], told["modified_at"]))
    except _DAMAGES as error:
        raise BackupError(f"{path} is no backup, or is damaged ({error}).") from None
    return BackupReport(
        path=path,
        made_at=datetime.fromisoformat(ledger["made_at"]),
        file_count=len(ledger["files"]),
        byte_count=sum(each["size"] for each in ledger["files"].values()),
    )


@contextmanager
def _place(into: Path | None, name: str) -> Iterator[IO[bytes] | None]:
    if into is None:
        yield None
        return
    path = into / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        yield file


def restore_backup(
    path: Path, root: Path, *, now: datetime, upgrade_warehouse: Callable[[Path], None], may_replace: bool = False
) -> tuple[BackupReport, Path | None]:
    """Put a backup into the folder ``root``; what it holds, and where what was there before is now.

    Everything is unpacked, checked and brought up to date (``upgrade_warehouse``) beside its place first. With
    ``may_replace``, what stands in the way is moved to ``replaced-<time>/`` in the same folder, never deleted. Raises
    :class:`BackupError`, and what ``upgrade_warehouse`` raises; then nothing has changed.
    """
    with _explained(path):
        ledger = _ledger_of(path)
        names = sorted({PurePosixPath(name).parts[0] for name in ledger["files"]})
        in_the_way = [name for name in names if os.path.lexists(root / name)]
        if in_the_way and not may_replace:
            raise BackupError(
                f"{root} has {', '.join(in_the_way)} already; restore into an empty folder, or replace them with"
                " --force (they are kept beside)."
            )
        root.mkdir(parents=True, exist_ok=True)
        needed = sum(each["size"] for each in ledger["files"].values())
        if needed > (free := shutil.disk_usage(root).free):
            raise BackupError(
                f"{path} needs {disk.in_words(needed)}, and {disk.in_words(free)} are free on the disk of {root}."
            )
        with TemporaryDirectory(dir=root, prefix=".restoring-") as folder:
            report = _read_through(path, Path(folder))
            warehouse = Path(folder) / "data" / "warehouse.duckdb"
            if warehouse.exists():
                upgrade_warehouse(warehouse)
            kept = _moved_in(Path(folder), root, names, in_the_way, now)
    return report, kept


def _ledger_of(path: Path) -> Mapping[str, Any]:
    try:
        with zipfile.ZipFile(path) as pack:
            return _ledger(pack, path)
    except _DAMAGES as error:
        raise BackupError(f"{path} is no backup, or is damaged ({error}).") from None


def _moved_in(staged: Path, root: Path, names: list[str], in_the_way: list[str], now: datetime) -> Path | None:
    kept = root / f"replaced-{now:%Y%m%dT%H%M%SZ}" if in_the_way else None
    if kept is not None:
        kept.mkdir()
        for name in in_the_way:
            (root / name).rename(kept / name)
    for name in names:
        (staged / name).rename(root / name)
    return kept


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupError(f"{error.filename or path} could not be used: {error.strerror or error}.") from None
