"""The items of one array inside a large JSON file, one at a time, within limits of size and depth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO, Any

import ijson

MAX_DEPTH = 500
"""Containers in one another; recorders write a few dozen, and a deeper file only means harm."""


class JsonStreamError(ValueError):
    """The file is broken, or nothing that was meant; one sentence. Items before were good."""


def array_items(file: IO[bytes], path: Sequence[str], *, max_item_bytes: int) -> Iterator[Any]:
    """Each item of the array that stands under ``path`` in the file's object.

    Raises OSError, and :class:`JsonStreamError` for JSON that is broken, too deep, has an item of more than
    ``max_item_bytes``, or has no such array.
    """
    source = _Bounded(file, max_item_bytes)
    keys: list[str | None] = []
    is_found = False
    item: _Item | None = None
    try:
        for event, value in ijson.basic_parse(source, use_float=True):
            if item is not None:
                if item.take(event, value):
                    yield item.value
                    item = None
                    source.unread = 0
            elif event == "map_key":
                keys[-1] = value
            elif keys == [*path, None] and event not in ("end_array", "end_map"):
                item = _Item()
                if item.take(event, value):
                    yield item.value
                    item = None
            elif event in ("start_map", "start_array"):
                is_found = is_found or (event == "start_array" and keys == list(path))
                keys.append(None)
                if len(keys) > MAX_DEPTH:
                    raise JsonStreamError("broken JSON (it is nested too deeply)")
            elif event in ("end_map", "end_array"):
                keys.pop()
    except ijson.JSONError as error:
        said = str(error).split("\n", 1)[0][:120] or type(error).__name__
        raise JsonStreamError(f"broken JSON ({said})") from None
    if not is_found:
        raise JsonStreamError("")


class _Bounded:
    """A file that gives up when more than ``limit`` bytes were handed on for one item."""

    def __init__(self, file: IO[bytes], limit: int) -> None:
        self._file = file
        self._limit = limit
        self._is_start = True
        self.unread = 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.unread += len(data)
        if self.unread > self._limit:
            raise JsonStreamError(f"an entry is larger than {self._limit // 1024 // 1024} MiB")
        if self._is_start and data:
            self._is_start = False
            data = data.removeprefix(b"\xef\xbb\xbf") or self._file.read(size)
        return data


class _Item:
    """One item, put together from a parser's events."""

    def __init__(self) -> None:
        self.value: Any = None
        self._open: list[Any] = []
        self._keys: list[str] = []

    def take(self, event: str, value: Any) -> bool:
        """Take one event; whether the item is whole now."""
        if event == "map_key":
            self._keys[-1] = value
            return False
        if event in ("end_map", "end_array"):
            if isinstance(self._open.pop(), dict):
                self._keys.pop()
            return not self._open
        made: Any = {} if event == "start_map" else [] if event == "start_array" else value
        if not self._open:
            self.value = made
        elif isinstance(self._open[-1], dict):
            self._open[-1][self._keys[-1]] = made
        else:
            self._open[-1].append(made)
        if event in ("start_map", "start_array"):
            self._open.append(made)
            if event == "start_map":
                self._keys.append("")
            if len(self._open) > MAX_DEPTH:
                raise JsonStreamError("broken JSON (it is nested too deeply)")
        return not self._open
