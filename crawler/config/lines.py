"""The line on which a table or key of a TOML text stands, which TOML readers do not say."""

from __future__ import annotations

import re


class Lines:
    """Where each table and key of a TOML text stands, found by reading its lines; the values were parsed elsewhere."""

    _HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?")
    _KEY = re.compile(r"\s*([A-Za-z0-9_.\"'-]+(?:\s*\.\s*[A-Za-z0-9_\"'-]+)*)\s*=")

    def __init__(self, text: str) -> None:
        self._line_of: dict[tuple[str | int, ...], int] = {}
        counts: dict[str, int] = {}
        table: tuple[str | int, ...] = ()
        for number, line in enumerate(text.splitlines(), start=1):
            if header := self._HEADER.fullmatch(line):
                path = self._path(header.group(2))
                if header.group(1) == "[[":
                    joined = ".".join(path)
                    table = (*path, counts.setdefault(joined, 0))
                    counts[joined] += 1
                else:
                    table = path
                self._line_of.setdefault(table, number)
            elif key := self._KEY.match(line):
                self._line_of.setdefault((*table, *self._path(key.group(1))), number)

    def of(self, location: tuple[str | int, ...]) -> int:
        """The line of the longest part of ``location`` that stands in the file."""
        for length in range(len(location), 0, -1):
            wanted = location[:length]
            for path, line in self._line_of.items():
                if path[:length] == wanted:
                    return line
        return 1

    @staticmethod
    def _path(dotted: str) -> tuple[str, ...]:
        return tuple(part.strip().strip("\"'") for part in dotted.split("."))
