"""Which files were imported before: one line a file in ``data/imported.jsonl``, found again by the file's hash.

A file that was understood as a whole is never read again. One that left something out is read again when that could
change: when the list, the columns that the user explained, or this program have changed since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec

from crawler.importing.outcome import ImportedFile
from crawler.landing import LandingError, encode_line, utc_text


class _Entry(msgspec.Struct, omit_defaults=True):
    crawl_id: str
    context: str
    is_whole: bool = False


class Ledger:
    """The ledger of one project."""

    def __init__(self, path: Path, context: Iterable[str]) -> None:
        self._path = path
        self._context = hashlib.sha256("\n".join(context).encode()).hexdigest()[:16]
        self._entries: dict[str, _Entry] = {}
        try:
            content = path.read_bytes() if path.exists() else b""
        except OSError as error:
            raise LandingError(f"{path} cannot be read: {error.strerror}.") from error
        self._is_torn = content != b"" and not content.endswith(b"\n")
        for line in content.splitlines():
            try:
                entry = msgspec.json.decode(line, type=_Entry)
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue  # a line that was being written when the power went
            self._entries[entry.crawl_id] = entry

    def is_done(self, crawl_id: str) -> bool:
        """Whether importing this file again could bring nothing."""
        entry = self._entries.get(crawl_id)
        return entry is not None and (entry.is_whole or entry.context == self._context)

    def note(self, file: ImportedFile, at: datetime) -> None:
        """Remember a file whose records have landed. Raises LandingError when the disk does not take it."""
        entry = _Entry(crawl_id=file.crawl_id, context=self._context, is_whole=file.is_whole)
        self._entries[file.crawl_id] = entry
        record = {
            "crawl_id": file.crawl_id,
            "context": entry.context,
            "is_whole": entry.is_whole,
            "name": file.name,
            "kind": file.kind.value,
            "posts": file.post_count,
            "outcomes": file.outcome_count,
            "at": utc_text(at),
        }
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab") as ledger:
                ledger.write((b"\n" if self._is_torn else b"") + encode_line(record))
                self._is_torn = False
        except OSError as error:
            raise LandingError(f"{self._path} cannot be written: {error.strerror}.") from error
