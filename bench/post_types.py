"""How often the rules for post types are right: precision and recall by language and type, on the labelled sample.

python bench/post_types.py [FILE]

The sample (``tests/analysis/models/post_type_sample.csv``: language, part, post_type, text) is invented. Its part
``tuned`` was there while the rules were written; ``held_out`` was written afterwards, in scenes of its own, and no rule
was changed for a text of it. A file of your own with the same columns measures the rules on your market.

Every text is asked twice: once with its language stated, once without. Precision and recall of a language are those of
all its posts that have a type or were given one; ``other`` is the absence of a type.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from analysis.build import build
from analysis.warehouse import open_snapshot, open_warehouse

SAMPLE = Path(__file__).parents[1] / "tests" / "analysis" / "models" / "post_type_sample.csv"
NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
ACCOUNT = "00000000-0000-0000-0000-000000000001"

_ACCOUNT_ROW = """
    insert into raw.accounts by name
    select
        ?::uuid as account_id, 'https://social.example/@acorn' as account_key, 'mastodon' as platform,
        'social.example' as host, 'acorn' as handle, 'Acorn' as company, []::text[] as lists, 'active' as state,
        'list' as source, false as is_own, ?::timestamptz as observed_at, ?::timestamptz as loaded_at
"""
_POST_ROWS = """
    insert into raw.posts by name
    select
        md5(number::text)::uuid as post_id, ?::uuid as account_id, 'mastodon' as platform, 'social.example' as host,
        number::text as native_id, 'acorn' as account, 'original' as role, 'text' as format, text, language,
        'second' as published_precision, []::text[] as hashtags, []::text[] as mentions, []::text[] as links,
        [] as media, 'import' as source, '' as content_hash, ?::timestamptz as published_at,
        ?::timestamptz as observed_at, ?::timestamptz as loaded_at
    from said
"""


@dataclass(frozen=True, kw_only=True)
class Told:
    """A text of the sample, and what the rules said."""

    language: str
    part: str
    text: str
    truth: str
    found: str
    reason: str | None
    is_stated: bool
    """The language was."""


@dataclass(frozen=True, kw_only=True)
class Score:
    """Texts of a kind: how many have a type, were given one, and were given the right one."""

    typed: int
    given: int
    right: int

    @property
    def precision(self) -> float:
        """Of those that were given a type."""
        return self.right / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        """Of those that have one."""
        return self.right / self.typed if self.typed else 1.0


def read_sample(path: Path = SAMPLE) -> list[dict[str, str]]:
    """Rows as the file has them."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tell(sample: Iterable[dict[str, str]]) -> list[Told]:
    """What the real models say of each text."""
    rows = [(row, is_stated) for row in sample for is_stated in (True, False)]
    with tempfile.TemporaryDirectory() as folder:
        warehouse, snapshot = Path(folder) / "warehouse.duckdb", Path(folder) / "rivalscope.duckdb"
        _write(warehouse, rows)
        build(warehouse, snapshot, now=NOW)
        connection = open_snapshot(snapshot)
        try:
            found = connection.execute(
                "select post_type, post_type_reason from marts.posts order by native_id::bigint"
            ).fetchall()
        finally:
            connection.close()
    return [
        Told(
            language=row["language"],
            part=row["part"],
            text=row["text"],
            truth=row["post_type"],
            found=post_type,
            reason=reason,
            is_stated=is_stated,
        )
        for (row, is_stated), (post_type, reason) in zip(rows, found, strict=True)
    ]


def score(told: Iterable[Told]) -> Score:
    """Of all types together."""
    told = list(told)
    return Score(
        typed=sum(one.truth != "other" for one in told),
        given=sum(one.found != "other" for one in told),
        right=sum(one.truth == one.found != "other" for one in told),
    )


def score_types(told: Iterable[Told]) -> dict[str, Score]:
    """Of each type, ``other`` among them."""
    told = list(told)
    typed, given = Counter(one.truth for one in told), Counter(one.found for one in told)
    right = Counter(one.truth for one in told if one.truth == one.found)
    return {name: Score(typed=typed[name], given=given[name], right=right[name]) for name in sorted(typed | given)}


def _write(path: Path, rows: list[tuple[dict[str, str], bool]]) -> None:
    connection = open_warehouse(path, now=NOW)
    at = NOW - timedelta(days=10)
    try:
        connection.execute(_ACCOUNT_ROW, [ACCOUNT, at, at])
        connection.execute("create temp table said (number bigint, text text, language text)")
        connection.executemany(
            "insert into said values (?, ?, ?)",
            [
                (number, row["text"], row["language"] if is_stated else None)
                for number, (row, is_stated) in enumerate(rows)
            ],
        )
        connection.execute(_POST_ROWS, [ACCOUNT, at, at, at])
        connection.execute("drop table said")
    finally:
        connection.close()


def _lines(told: list[Told]) -> Iterator[str]:
    yield f"{'':28}{'texts':>7}{'precision':>11}{'recall':>8}   without its language stated"
    for part in dict.fromkeys(one.part for one in told):
        yield f"\n{part}"
        chosen = [one for one in told if one.part == part]
        for language in dict.fromkeys(one.language for one in chosen):
            stated, unstated = (
                score(one for one in chosen if one.language == language and one.is_stated is is_stated)
                for is_stated in (True, False)
            )
            count = sum(one.language == language and one.is_stated for one in chosen)
            yield (
                f"  {language:26}{count:>7}{stated.precision:>11.2f}{stated.recall:>8.2f}"
                f"{unstated.precision:>11.2f}{unstated.recall:>8.2f}"
            )
        for post_type, one_score in score_types(one for one in chosen if one.is_stated).items():
            yield f"  {post_type:26}{one_score.typed:>7}{one_score.precision:>11.2f}{one_score.recall:>8.2f}"


def main() -> None:
    """Print the tables."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE
    for line in _lines(tell(read_sample(path))):
        print(line)


if __name__ == "__main__":
    main()
