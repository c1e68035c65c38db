"""The user's own rules for post types: a CSV beside the configuration, read before ours.

Columns: ``post_type`` (one of ours, or a new name), ``phrase`` (words as they stand in a post, or ``/a regular
expression/``), and if wanted ``weight`` (default 1: decides alone) and ``language`` (default: any).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from string import digits

import duckdb

from analysis.labels import LabelError, plain_type
from analysis.sheets import has_cells_too_many, sheet_rows

MOST_RULES = 2_000
_COLUMNS = {"post_type", "phrase", "weight", "language"}


class RulesError(ValueError):
    """The file of rules is wrong; one sentence with its line."""


@dataclass(frozen=True, kw_only=True)
class OwnRule:
    """One line of the file."""

    post_type: str
    phrase: str
    """Words, or the regular expression without its slashes."""
    is_pattern: bool
    weight: float
    language: str | None


def read_rules(path: Path) -> list[OwnRule]:
    """The rules in ``path``; none when there is no such file. Raises ``RulesError``."""
    if not path.exists():
        return []
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise RulesError(f"{path.name} is not UTF-8; save it again with that encoding.") from None
    except OSError as error:
        raise RulesError(f"{path} cannot be read: {error.strerror}; make it a CSV file, or move it away.") from None
    reader = sheet_rows(text)
    try:
        rules = _rules(reader, path.name)
    except csv.Error as error:
        raise RulesError(
            f"{path.name}: what follows line {reader.line_num} is no row of a CSV file: {error}."
        ) from None
    if len(rules) > MOST_RULES:
        raise RulesError(f"{path.name} has {len(rules):,} rules; {MOST_RULES:,} are read.")
    return rules


def _rules(reader: csv.DictReader[str], name: str) -> list[OwnRule]:
    columns = {(column or "").strip().lower() for column in reader.fieldnames or ()}
    if not {"post_type", "phrase"} <= columns or not columns <= _COLUMNS:
        raise RulesError(f"{name}:1: the columns are post_type, phrase, and if wanted weight and language.")
    rules = []
    with duckdb.connect(":memory:") as connection:
        for row in reader:
            where = f"{name}:{reader.line_num}"
            if has_cells_too_many(row):
                raise RulesError(
                    f"{where}: has more cells than there are columns; put phrases with commas into quotes."
                )
            cells = {column.strip().lower(): (value or "").strip() for column, value in row.items() if column}
            if any(cells.values()):
                rules.append(_rule(cells, where, connection))
    return rules


def _rule(cells: dict[str, str], where: str, connection: duckdb.DuckDBPyConnection) -> OwnRule:
    phrase = cells["phrase"]
    is_pattern = len(phrase) > 2 and phrase.startswith("/") and phrase.endswith("/")
    if is_pattern:
        phrase = phrase[1:-1]
        try:
            (fits_nothing,) = connection.execute("select regexp_matches('', ?)", [phrase]).fetchone() or (False,)
        except duckdb.Error as error:
            why = str(error).splitlines()[0].partition(": ")[2]
            raise RulesError(f"{where}: /{phrase}/ is no regular expression ({why}).") from None
        if fits_nothing:
            raise RulesError(f"{where}: /{phrase}/ fits every post, as it also fits a text without a sign.")
    elif not any(char.isalpha() or char in digits for char in phrase):
        raise RulesError(f"{where}: the phrase {phrase!r} holds no word.")
    try:
        weight = float(cells.get("weight") or 1)
    except ValueError:
        raise RulesError(f"{where}: the weight {cells['weight']!r} is no number; 1 decides alone.") from None
    if not -10 <= weight <= 10:
        raise RulesError(f"{where}: the weight {weight:g} is not between -10 and 10.")
    try:
        post_type = plain_type(cells["post_type"])
    except LabelError as error:
        raise RulesError(f"{where}: {error}") from None
    return OwnRule(
        post_type=post_type,
        phrase=phrase,
        is_pattern=is_pattern,
        weight=weight,
        language=(cells.get("language") or "").lower().split("-")[0] or None,
    )
