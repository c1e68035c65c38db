"""Take an account out of the files of a project for good: landing, archive, pictures, plans, reports, logs, briefs.

What the user put there (inbox, own folders) is not touched: it is named. Everything is written beside and put in place
whole, so that forgetting can be stopped at any moment and done again.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import uuid
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from attrs import frozen

from crawler.project import Project
from crawler.whole_file import replacing, write_whole

_WINDOW_BITS = zlib.MAX_WBITS | 16
_CHUNK = 1 << 16
_ADDRESS = re.compile(r"https?://[^\s\"'<>()\\]+")
_LEAST_CHARACTERS = 8
"""Shorter ids than that stand in other texts by chance."""
_SLOT = b'"record":"slot"'
_TEXTS = {".html", ".json", ".jsonl", ".md", ".txt", ".csv", ".log", ".ics", ".eml", ".ndjson", ".har", ".toml"}


@frozen(kw_only=True)
class Traces:
    """What tells that something is of an account that is to be forgotten."""

    account_keys: frozenset[str]
    names: frozenset[str]
    """Links of the account and of its posts, ids that its network gave it."""
    post_ids: frozenset[str] = frozenset()
    pages: Mapping[str, frozenset[int]] = {}
    """Archive file → offsets of its responses."""

    def is_in(self, text: str) -> bool:
        """Whether a text holds one of its links, as a whole, or an id of it."""
        if any(key in text for key in self._ids):
            return True
        return any(each.rstrip("/.,;:") in self._links for each in _ADDRESS.findall(html.unescape(text)))

    @cached_property
    def _ids(self) -> tuple[str, ...]:
        return tuple(name for name in self.names if "://" not in name and len(name) >= _LEAST_CHARACTERS)

    @cached_property
    def _links(self) -> frozenset[str]:
        return frozenset(name.rstrip("/") for name in (*self.names, *self.account_keys) if "://" in name)


@frozen(kw_only=True)
class Erased:
    """What one kind of files lost."""

    what: str
    count: int


def briefs_naming(project: Project, traces: Traces) -> list[Path]:
    """Briefs that show the account, in every form in which they were written."""
    files = [path for path in sorted(project.briefs.rglob("*")) if path.is_file()]
    named = {path.name.partition(".")[0] for path in files if path.suffix in _TEXTS and _names(path, traces)}
    return [path for path in files if path.name.partition(".")[0] in named]


def erase(project: Project, traces: Traces) -> Iterator[Erased]:
    """Erase all of it but the warehouse and what is built from it; one entry for each kind of which something went.

    The caller holds the project's lock. Raises OSError.
    """
    kinds = (
        ("brief", _delete(briefs_naming(project, traces))),
        ("file of a month's plan", _delete(_plans_naming(project, traces))),
        ("line of landing files", _cut_lines(_landed(project), _line_test(traces))),
        ("kept page", _erase_pages(project.archive, traces.pages)),
        ("picture", _delete(project.thumbnails / f"{post_id}.webp" for post_id in sorted(traces.post_ids))),
        ("report", _cut_entries(_documents(project), traces)),
        ("line of logs", _cut_lines(_logs(project), lambda line: traces.is_in(line.decode(errors="replace")))),
        ("snapshot of past days", _delete([*project.asof.glob("*.duckdb"), project.known])),
    )
    yield from (Erased(what=what, count=count) for what, count in kinds if count)


def _plans_naming(project: Project, traces: Traces) -> list[Path]:
    """Files of planned months, which `plan` writes anew: all where one points to its posts (calendars break links)."""
    files = [path for path in sorted(project.content_plans.rglob("*")) if path.is_file()]
    return files if any(_names(path, traces) for path in files) else []


def still_naming(project: Project, traces: Traces) -> list[Path]:
    """Files of the project that still name the account: what the user brought, as far as it can be read as text."""
    # the folder of a project may be somebody's whole desk: what Rivalscope does not read there is not searched
    folders = (project.inbox, project.briefs, project.data, project.content_plans)
    files = [*project.root.glob("*"), *(path for folder in folders for path in folder.rglob("*"))]
    texts = {path for path in files if path.suffix.lower() in _TEXTS and path.is_file()} - {project.config_path}
    return sorted(path for path in texts if _names(path, traces))


def _names(path: Path, traces: Traces) -> bool:
    return traces.is_in(path.read_text(encoding="utf-8", errors="replace"))


def _landed(project: Project) -> Iterator[Path]:
    for folder in (project.landing, project.reparsing):
        for pattern in ("*.jsonl", "*.jsonl.part"):
            yield from sorted(folder.rglob(pattern))


def _logs(project: Project) -> Iterator[Path]:
    yield from sorted(project.data.rglob("*.log"))
    yield from sorted((project.data / "logs").glob("*.jsonl*"))


def _documents(project: Project) -> Iterator[Path]:
    for folder in (project.plans, project.runs, project.thumbnails, project.link_checks):
        yield from sorted(folder.glob("*.json"))


def _line_test(traces: Traces) -> Callable[[bytes], bool]:
    keys = tuple(key.encode() for key in traces.account_keys)

    def is_of_account(line: bytes) -> bool:
        if _SLOT in line and traces.is_in(line.decode(errors="replace")):
            return True  # an own slot that points to its posts; the warehouse keeps it without them
        if not any(key in line for key in keys):
            return False
        try:
            record = json.loads(line)
        except ValueError:
            return True  # a rejected or torn line that names it
        return not isinstance(record, dict) or record.get("account_key") in (None, *traces.account_keys)

    return is_of_account


def _cut_lines(paths: Iterable[Path], is_cut: Callable[[bytes], bool]) -> int:
    """Write each file again without those lines; how many they were."""
    count = 0
    for path in paths:
        lines = path.read_bytes().splitlines(keepends=True)
        kept = [line for line in lines if not is_cut(line)]
        if len(kept) < len(lines):
            count += len(lines) - len(kept)
            write_whole(path, b"".join(kept))
    return count


def _cut_entries(paths: Iterable[Path], traces: Traces) -> int:
    """Write each JSON document again without what is about the account; how many documents that were."""
    count = 0
    for path in paths:
        try:
            document = json.loads(path.read_bytes())
        except ValueError:
            continue  # cut off when its writer was killed; who reads it leaves it out, too
        kept = _without(document, traces)
        if kept != document:
            count += 1
            write_whole(path, json.dumps(kept, ensure_ascii=False, indent=1).encode())
    return count


def _without(value: Any, traces: Traces) -> Any:
    if isinstance(value, dict):
        gone = traces.account_keys | traces.post_ids
        return {name: _without(each, traces) for name, each in value.items() if name not in gone}
    if isinstance(value, list):
        return [_without(each, traces) for each in value if not _is_about(each, traces)]
    return value


def _is_about(value: Any, traces: Traces) -> bool:
    if isinstance(value, dict):
        return value.get("account_key") in traces.account_keys
    return isinstance(value, str) and (value in traces.post_ids or traces.is_in(value))


def _delete(paths: Iterable[Path]) -> int:
    count = 0
    for path in paths:
        if path.exists():
            path.unlink()
            count += 1
    return count


def _erase_pages(archive: Path, pages: Mapping[str, Collection[int]]) -> int:
    """Overwrite responses in place of their bytes: the offsets of all others stay true."""
    count = 0
    for name, offsets in sorted(pages.items()):
        path = archive / Path(name).name
        if not path.exists():
            continue  # retention was faster
        with replacing(path) as part:
            shutil.copyfile(path, part)
            with part.open("r+b") as file:
                for offset in sorted(offsets):
                    length = _member_length(file, offset)
                    if length:
                        file.seek(offset)
                        file.write(_filler(length))
                        count += 1
    return count


def _member_length(file: IO[bytes], offset: int) -> int:
    """Bytes of the gzip member there; 0 when none begins there."""
    file.seek(offset)
    decompressor = zlib.decompressobj(_WINDOW_BITS)
    length = 0
    try:
        while not decompressor.eof and (chunk := file.read(_CHUNK)):
            decompressor.decompress(chunk)
            length += len(chunk)
    except zlib.error:
        return 0
    return length - len(decompressor.unused_data) if decompressor.eof else 0


def _filler(length: int) -> bytes:
    """A gzip member of exactly that length which holds a WARC record that says nothing (ISO 28500, ``metadata``)."""
    head = (
        f"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:{uuid.uuid4()}>\r\n"
        "WARC-Date: 1970-01-01T00:00:00Z\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n"
    )
    size = 0
    while True:
        packed = _deflated(head.format(size).encode() + b" " * size + b"\r\n\r\n", is_stored=size > 0)
        # 10 bytes before it, 2 and up to 65,535 in the header's extra field (RFC 1952), 8 behind
        room = length - 20 - len(packed[0])
        if room < 0:
            raise ValueError(f"a record of {length} bytes is too short to be erased")
        if room <= 0xFFFF:
            break
        size += room - 0xFFFF // 2
    extra = room.to_bytes(2, "little") + bytes(room)
    body, plain = packed
    tail = zlib.crc32(plain).to_bytes(4, "little") + (len(plain) & 0xFFFFFFFF).to_bytes(4, "little")
    return b"\x1f\x8b\x08\x04\x00\x00\x00\x00\x00\xff" + extra + body + tail


def _deflated(plain: bytes, *, is_stored: bool) -> tuple[bytes, bytes]:
    compressor = zlib.compressobj(0 if is_stored else 9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(plain) + compressor.flush(), plain
