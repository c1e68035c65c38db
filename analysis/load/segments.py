"""One landing file: read line by line, good lines sorted by kind, the others kept aside with the reason."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import file_digest
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO

from analysis.load.records import (
    KIND_OF,
    LONGEST_LINE,
    NUL_ESCAPE,
    Account,
    Post,
    Profile,
    Record,
    RefusedLineError,
    encode,
    read_clean_lines,
    read_line,
)

PIECE = 1 << 16  # stays in the cache: a third faster than a megabyte
PORTION = 32 << 20
SHOWN_REJECTIONS = 1_000  # of a file; all of them are in the rejected file


@dataclass(frozen=True, kw_only=True)
class Rejection:
    """A line that was not loaded. ``line`` counts from 1."""

    file: str
    line: int
    why: str


@dataclass(kw_only=True)
class Segment:
    """A landing file; the counts are complete when all its portions were read."""

    name: str
    """``<crawl_id>/<file>``."""
    record_count: int = 0
    rejected_count: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    is_torn: bool = False
    """The last line is unfinished, as a killed crawl leaves it."""


@dataclass(kw_only=True)
class Portion:
    """Some of the good lines of a segment."""

    by_kind: dict[str, Path] = field(default_factory=dict)
    """Record kind → file with the lines of that kind."""
    accounts: dict[str, Any] = field(default_factory=dict)
    """``account_key`` → the record that says most about that account."""

    def delete(self) -> None:
        """Remove its files."""
        for path in self.by_kind.values():
            path.unlink()


def sha256(path: Path) -> str:
    """Hex digest of a file's bytes."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def read_portions(path: Path, segment: Segment, *, workshop: Path, rejected: Path) -> Iterator[Portion]:
    """Read ``path`` strictly, ``PORTION`` bytes at a time.

    Good lines go to files in ``workshop``, the others to ``rejected`` (only written if needed). Memory is bounded by a
    portion and the longest line. In a ``.part`` file an unfinished last line is left out.
    """
    aside = rejected.with_name(rejected.name + ".writing")
    with ExitStack() as reject_file:
        pieces = _pieces(path)
        for portion_number in count():
            size = 0
            portion = Portion()
            with ExitStack() as files:
                outputs: dict[str, BinaryIO] = {}
                for piece in pieces:
                    records = read_clean_lines(piece.lines) if piece.is_clean else None
                    if records is None:
                        records = []
                        for number, line in enumerate(piece.lines, piece.first_number):
                            try:
                                records.append(read_line(line))
                            except RefusedLineError as error:
                                if not line.strip():
                                    continue
                                if not piece.is_whole and path.suffix == ".part":
                                    segment.is_torn = True
                                    continue
                                if not segment.rejected_count:
                                    aside.parent.mkdir(parents=True, exist_ok=True)
                                    refuse = reject_file.enter_context(aside.open("wb")).write
                                segment.rejected_count += 1
                                if len(segment.rejections) < SHOWN_REJECTIONS:
                                    segment.rejections.append(Rejection(file=segment.name, line=number, why=str(error)))
                                refuse(_rejected_line(segment.name, number, str(error), line))
                    segment.record_count += len(records)
                    for kind, group in _by_kind(records).items():
                        _meet(portion.accounts, group)
                        if kind not in outputs:
                            file = portion.by_kind[kind] = workshop / f"{portion_number:04d}-{kind}.jsonl"
                            outputs[kind] = files.enter_context(file.open("wb"))
                        outputs[kind].write(encode(group))
                    size += sum(map(len, piece.lines))
                    if size >= PORTION:
                        break
            if not size:
                break
            yield portion
    if segment.rejected_count:
        aside.replace(rejected)


def _by_kind(records: Iterable[Record]) -> dict[str, list[Record]]:
    groups: dict[type[Record], list[Record]] = {}
    for record in records:
        groups.setdefault(type(record), []).append(record)
    return {KIND_OF[kind]: group for kind, group in groups.items()}


def _meet(accounts: dict[str, Any], group: Iterable[Any]) -> None:
    """Keep, of each account key, the record that says most about the account."""
    for record in group:
        key = getattr(record, "account_key", None)
        if key is None:
            continue
        known = accounts.get(key)
        if known is None or (
            type(known) is not type(record) and _SAYS.get(type(record), 0) > _SAYS.get(type(known), 0)
        ):
            accounts[key] = record


_SAYS: dict[type[Record], int] = {Account: 3, Profile: 2, Post: 1}


@dataclass(frozen=True, kw_only=True)
class _Piece:
    lines: list[bytes]
    """Without their ends."""
    first_number: int
    is_clean: bool
    """No line is too long or may hold NUL."""
    is_whole: bool
    """The last line has its end."""


def _pieces(path: Path) -> Iterator[_Piece]:
    """The lines of a file, ``PIECE`` bytes at a time. Of a line that is too long only a beginning is given."""
    number = 1
    with path.open("rb") as file:
        rest = b""
        while chunk := file.read(PIECE):
            text = rest + chunk
            lines = text.split(b"\n")
            rest = lines.pop()[: LONGEST_LINE + 1]
            is_clean = len(text) <= LONGEST_LINE and NUL_ESCAPE not in text
            yield _Piece(lines=lines, first_number=number, is_clean=is_clean, is_whole=True)
            number += len(lines)
        if rest:
            yield _Piece(lines=[rest], first_number=number, is_clean=False, is_whole=False)


def _rejected_line(name: str, number: int, why: str, line: bytes) -> bytes:
    content = line.decode("utf-8", "backslashreplace")
    return json.dumps({"file": name, "line": number, "why": why, "content": content}).encode() + b"\n"
