"""What tables say of their columns, once in the stylesheet rather than in each cell: it was a fifth of a brief."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

Column = tuple[str, ...]
"""Heading, kind (``num``, ``num strong``, ``num wrap``, ``wide`` or nothing), and perhaps
a shorter heading for a cell of its own."""

_ON_WIDE: Final = "print, screen and (min-width: 900px)"
_ON_NARROW: Final = "screen and (max-width: 899px)"
"""As brief.css has it, where each cell of a row stands for itself and names its column."""


class Columns:
    """The sets of columns of one page, each under a class of its own."""

    def __init__(self) -> None:
        self._classes: dict[tuple[tuple[str, str], ...], str] = {}

    def named(self, columns: Sequence[Column]) -> str:
        """The class of a table with these columns, of which the first has the headings of rows."""
        told = tuple((column[-1] if len(column) > 2 else column[0], column[1]) for column in columns[1:])
        return self._classes.setdefault(told, f"c{len(self._classes)}")

    def css(self) -> str:
        """The rules of all tables that were named so far; no heading ends its rule or the stylesheet."""
        numbers, unbroken, strong, labels = [], [], [], []
        for told, name in self._classes.items():
            for place, (label, kind) in enumerate(told, start=2):
                cell = f".{name} td:nth-child({place})"
                numbers += [cell] if "num" in kind else []
                unbroken += [cell] if "num" in kind and "wrap" not in kind else []
                strong += [cell] if "strong" in kind else []
                labels.append(f"{cell}::before {{ content: {_quoted(label)}; }}\n")
        on_wide = f"{_rule(numbers, 'text-align: end;')}{_rule(unbroken, 'white-space: nowrap;')}"
        return "".join(
            [
                f"@media {_ON_WIDE} {{\n{on_wide}}}\n",
                _rule(strong, "font-weight: 700;"),
                f"@media {_ON_NARROW} {{\n{''.join(labels)}}}\n",
            ]
        )


def _rule(cells: Sequence[str], declaration: str) -> str:
    return f"{', '.join(cells)} {{ {declaration} }}\n" if cells else ""


def _quoted(text: str) -> str:
    """A string of CSS, whatever is in it (CSS Syntax 3, 4.3.7): what could end it is written by its number."""
    return (
        '"'
        + "".join(f"\\{ord(letter):x} " if letter in '"\\<>&' or ord(letter) < 32 else letter for letter in text)
        + '"'
    )
