"""Talking to whoever runs a command: lines for a person, tab-separated ones for a program, and exit codes."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Sequence
from typing import IO, NoReturn, Protocol

from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler.reading.text import clean

DONE, UNEXPECTED, USAGE, CONFIGURATION, WORSE, UNDELIVERED, NOTHING, LOCKED, STOPPED = 0, 1, 2, 4, 20, 21, 30, 75, 130
"""Exit codes; docs/commands.md says to users what they mean."""

out = Console(highlight=False, markup=False, emoji=False)

err = Console(stderr=True, highlight=False, markup=False, emoji=False)


class Listener(Protocol):
    """Hears every line that a person is told."""

    def __call__(self, text: str, *, is_warning: bool) -> None: ...


listeners: list[Listener] = []


class CommandError(Exception):
    """A command cannot do what was asked: one sentence, and the exit code."""

    def __init__(self, message: str, exit_code: int = USAGE) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def fail(message: str, exit_code: int = USAGE) -> NoReturn:
    raise CommandError(message, exit_code)


def say(text: str, console: Console | None = None) -> None:
    """One line for a person; control bytes of whatever was crawled never reach the terminal."""
    console = console or out
    for listener in listeners:
        listener(clean(text), is_warning=console is err)
    if console.is_terminal:
        console.print(Text(clean(text)), soft_wrap=True)
        return
    try:
        print(clean(text), file=console.file)
    except BrokenPipeError:
        unheard(console.file)


def unheard(stream: IO[str]) -> None:
    """Whoever read this has seen enough: what is left to say goes nowhere, and what is left to do is done."""
    with contextlib.suppress(OSError, ValueError):  # a stream without a descriptor needs none
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def prepare_streams() -> None:
    """A terminal that does not know a letter shows its number, and where there is no output, nothing is shown."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - as long as we live
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def show_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Rows for a person on a terminal, tab-separated lines for a program."""
    cells = [["" if cell is None else clean(str(cell)).replace("\n", " ") for cell in row] for row in rows]
    if not out.is_terminal:
        for line in (list(columns), *cells):
            say("\t".join(cell.replace("\t", " ") for cell in line))
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for line in cells:
        table.add_row(*(Text(cell) for cell in line))
    out.print(table)


def many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
