"""Files as a command line names them: what is read, what is written, and ``-``, standard input or output."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import typer

from crawler.commands.terminal import fail
from crawler.whole_file import replacing

_STANDARD_INPUT = Path("/dev/stdin")
_STANDARD_OUTPUT = Path("-")


def to_read(text: str) -> Path:
    """A file to read; ``-`` is standard input."""
    return _STANDARD_INPUT if text == "-" else _named(text)


def to_write(text: str) -> Path:
    """A file to write; ``-`` is standard output, see :func:`is_printed`."""
    return _named(text)


def to_make(text: str) -> Path:
    """A file or folder that nothing else can stand for."""
    if text == "-":
        raise typer.BadParameter(f"- would be standard output, where this does not go; write ./{text} if it is a name")
    return _named(text)


def is_printed(output: Path | None) -> bool:
    """Whether what a command makes goes to standard output."""
    return output is None or output == _STANDARD_OUTPUT


def write_text(output: Path | None, write: Callable[[TextIO], object], *, encoding: str = "utf-8") -> None:
    """Let ``write`` write to ``output``: a file that is whole or as it was. Raises CommandError where it cannot be."""
    if output is None or is_printed(output):
        write(sys.stdout)
        return
    with placed(output) as part, part.open("w", encoding=encoding, newline="") as file:
        write(file)


@contextmanager
def kept_while_read(path: Path) -> Iterator[Path]:
    """A file that can be read from any place in it, and again: what comes through a pipe is kept meanwhile."""
    if not path.is_fifo():
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "standard-input"
        with path.open("rb") as source, kept.open("wb") as file:
            shutil.copyfileobj(source, file)
        yield kept


@contextmanager
def placed(output: Path) -> Iterator[Path]:
    """Where to write what takes the place of ``output`` when the block ends; raises CommandError for OSError."""
    try:
        with replacing(output) as part:
            yield part
    except OSError as error:
        fail(f"{output} cannot be written: {error.strerror}.")


def _named(text: str) -> Path:
    if not text.strip():
        raise typer.BadParameter("the name is empty; write that of a file")
    return Path(text)
