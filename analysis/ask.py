"""Ask the published snapshot anything, safely: each query runs locked, in a process with limits, and is killed in time.

Also what there is to ask: the tables with their meaning, and the saved questions.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, TextIO

from analysis.model_files import LAYERS, described_folders, read_descriptions
from analysis.warehouse import open_snapshot

Form = Literal["table", "json", "csv", "markdown"]

MEMORY_BYTES = 1 << 30
SPILL_BYTES = 4 << 30
ANSWER_BYTES = 64 << 20
WIDEST_CELL = 60  # characters of a cell in a table on a terminal
FORMULA_START = ("=", "+", "-", "@", "\t", "\r", "\n")


class AskError(Exception):
    """A query could not be answered; the text says why, in DuckDB's words where it is about the SQL."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Rows of a query. Values are what JSON has; times are ISO 8601 in UTC."""

    columns: tuple[tuple[str, str], ...]
    """Name and DuckDB type."""
    rows: tuple[tuple[Any, ...], ...]
    is_cut: bool
    """There were more rows than asked for."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of the snapshot and what it means."""

    name: str
    """``schema.table``."""
    description: str
    columns: tuple[tuple[str, str], ...]
    """Name and description."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A query that is kept by name."""

    name: str
    question: str
    sql: str


def ask(snapshot: Path, sql: str, *, max_rows: int = 10_000, timeout_seconds: float = 30.0) -> Answer:
    """The answer to any SQL that only reads; at most ``max_rows`` rows.

    Raises ``AskError``, and as ``open_snapshot`` does.
    """
    answer = _run(snapshot, sql, max_rows=max_rows, timeout_seconds=timeout_seconds)
    return Answer(
        columns=tuple((name, kind) for name, kind in answer["columns"]),
        rows=tuple(tuple(row) for row in answer["rows"]),
        is_cut=answer["is_cut"],
    )


def ask_parquet(
    snapshot: Path, sql: str, target: Path, *, max_rows: int = 1_000_000, timeout_seconds: float = 30.0
) -> None:
    """The rows of one select as a Parquet file; types stay what they are.

    Raises ``AskError``, and as ``open_snapshot`` does.
    """
    _run(snapshot, sql, max_rows=max_rows, timeout_seconds=timeout_seconds, parquet=target)


def write_answer(answer: Answer, form: Form, stream: TextIO) -> None:
    """Write the answer as a table for the terminal, JSON (a list of objects), CSV or a Markdown table.

    In CSV, text that a spreadsheet would run as a formula gets a leading ``'``; numbers are left alone.
    """
    writers: dict[Form, Callable[[Answer, TextIO], None]] = {
        "table": _write_table,
        "json": _write_json,
        "csv": _write_csv,
        "markdown": _write_markdown,
    }
    writers[form](answer, stream)


def tables() -> list[Table]:
    """Every table with its meaning and that of its columns: marts first, raw tables last."""
    root = Path(str(files("analysis")))
    folders = described_folders(root)
    return [
        Table(
            name=f"{schema}.{name}",
            description=description.description,
            columns=tuple((column.name, column.description) for column in description.columns),
        )
        for schema in (*reversed(LAYERS), "seeds", "raw")
        for name, description in sorted(read_descriptions(folders[schema] / "schema.yml").items())
    ]


def saved_questions() -> list[Question]:
    """The questions of ``analysis/queries``, by name; a file's first line is the question."""
    questions = []
    for path in sorted(Path(str(files("analysis"))).joinpath("queries").glob("*.sql")):
        sql = path.read_text(encoding="utf-8")
        questions.append(Question(name=path.stem, question=sql.partition("\n")[0].removeprefix("--").strip(), sql=sql))
    return questions


def saved_question(name: str) -> Question:
    """The question of that name (``-`` is as good as ``_``). Raises ``AskError`` that tells the nearest names."""
    questions = {question.name: question for question in saved_questions()}
    if (spelled := name.replace("-", "_")) in questions:
        return questions[spelled]
    near = get_close_matches(name, questions, n=3, cutoff=0.4) or sorted(questions)
    raise AskError(f"There is no saved question {name!r}; there is {', '.join(near)}.")


def _run(
    snapshot: Path, sql: str, *, max_rows: int, timeout_seconds: float, parquet: Path | None = None
) -> dict[str, Any]:
    open_snapshot(snapshot).close()  # what is wrong with the file itself is told here, in our words
    with tempfile.TemporaryDirectory(prefix="rivalscope-") as name:
        folder = Path(name).resolve()
        written = folder / "rows.parquet"
        request = {
            "snapshot": str(snapshot),
            "sql": sql,
            "max_rows": max_rows,
            "max_bytes": ANSWER_BYTES,
            "memory_bytes": MEMORY_BYTES,
            "spill": str(folder / "spill"),
            "spill_bytes": SPILL_BYTES,
            "answer": str(folder / "answer.json"),
            "parquet": str(written) if parquet else "",
        }
        # The answer comes in a file: a query can make DuckDB write to standard output.
        try:
            ended = subprocess.run(  # noqa: S603  # our own interpreter and file, no shell
                [sys.executable, "-P", str(Path(__file__).with_name("locked_query.py"))],
                input=json.dumps(request).encode(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=timeout_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise AskError(
                f"The query was stopped after {timeout_seconds:.0f} seconds: ask for less, or filter earlier."
            ) from error
        try:
            answer: dict[str, Any] = json.loads((folder / "answer.json").read_bytes())
        except (FileNotFoundError, ValueError) as error:
            raise AskError(_died(ended.returncode, ended.stderr)) from error
        if "error" in answer:
            raise AskError(_clear(answer["error"]))
        if parquet is not None:
            try:
                with written.open("rb") as rows, parquet.open("wb") as file:
                    shutil.copyfileobj(rows, file)
            except OSError as error:
                raise AskError(f"{parquet} cannot be written: {error.strerror}.") from error
    return answer


def _died(code: int, stderr: bytes) -> str:
    if b"bad_alloc" in stderr or b"MemoryError" in stderr or b"memory" in stderr.lower():
        return f"The query needs more than {MEMORY_BYTES >> 20} MiB of memory."
    if b"No space left" in stderr or b"File too large" in stderr:
        return f"No room left on the disk of {tempfile.gettempdir()} for the answer: free some space and ask again."
    how = f"signal {-code}" if code < 0 else f"code {code}"
    return f"The query ended the process that ran it ({how}); nothing else was touched."


def _clear(message: str) -> str:
    """DuckDB's message; where it names a table that is not there, with the nearest of ours."""
    if "attached in read-only mode" in message:
        return "What is published is read-only: ask it with select, with or from."
    if (match := re.search(r"Table with name (\S+) does not exist", message)) is not None:
        names = {table.name.partition(".")[2]: table.name for table in reversed(tables())}
        near = get_close_matches(match[1].strip('"').rpartition(".")[2], names, n=3, cutoff=0.5)
        if near and not any(names[each] in message for each in near):
            return f"{message}\nThe nearest tables: {', '.join(names[each] for each in near)}."
    return message


def _write_json(answer: Answer, stream: TextIO) -> None:
    names = _distinct([name for name, _ in answer.columns])
    json.dump([dict(zip(names, row, strict=True)) for row in answer.rows], stream, ensure_ascii=True, indent=1)
    stream.write("\n")


def _write_csv(answer: Answer, stream: TextIO) -> None:
    writer = csv.writer(stream)  # RFC 4180; with a bare line feed as line end, CPython < 3.13 leaves CR unquoted
    writer.writerow([_neutral(name) for name, _ in answer.columns])
    for row in answer.rows:
        writer.writerow(["" if cell is None else _neutral(cell) for cell in row])


def _write_markdown(answer: Answer, stream: TextIO) -> None:
    def line(cells: list[str]) -> str:
        return "| " + " | ".join(cell.replace("\\", "\\\\").replace("|", "\\|") for cell in cells) + " |\n"

    stream.write(line([_shown(name) for name, _ in answer.columns]))
    stream.write("|" + "".join(" ---: |" if _is_number(kind) else " --- |" for _, kind in answer.columns) + "\n")
    stream.writelines(line([_shown(cell) for cell in row]) for row in answer.rows)


def _write_table(answer: Answer, stream: TextIO) -> None:
    names = [_shown(name) for name, _ in answer.columns]
    rows = [[_short(_shown(cell)) for cell in row] for row in answer.rows]
    widths = [max([_width(name), *(_width(row[i]) for row in rows)]) for i, name in enumerate(names)]
    for cells in (names, ["─" * width for width in widths], *rows):
        padded = [
            " " * (width - _width(cell)) + cell if _is_number(kind) else cell + " " * (width - _width(cell))
            for cell, width, (_, kind) in zip(cells, widths, answer.columns, strict=True)
        ]
        stream.write("  ".join(padded).rstrip() + "\n")
    count = len(answer.rows)
    rest = "; there are more" if answer.is_cut else ""
    stream.write(f"({count} row{'' if count == 1 else 's'}{rest})\n")


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, list | dict):
        return json.dumps(cell, ensure_ascii=False)
    return str(cell)


def _neutral(cell: Any) -> Any:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell
    text = _text(cell)
    return "'" + text if text.startswith(FORMULA_START) else text


def _shown(cell: Any) -> str:
    """On one line, and without characters that steer a terminal (C0, C1, bidirectional overrides)."""
    text = "" if cell is None else re.sub(r"\s+", " ", _text(cell))
    return "".join(
        char if unicodedata.category(char) not in ("Cc", "Cf", "Cs") or char == "\u200d" else "�" for char in text
    )


def _short(text: str) -> str:
    return text if len(text) <= WIDEST_CELL else text[: WIDEST_CELL - 1] + "…"


def _width(text: str) -> int:
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def _is_number(kind: str) -> bool:
    return kind.split("(")[0] in {
        "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
        "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "NUMBER",
    }  # fmt: skip


def _distinct(names: list[str]) -> list[str]:
    """Column names made distinct, as an object cannot have one twice."""
    seen: dict[str, int] = {}
    distinct = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        distinct.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return distinct
