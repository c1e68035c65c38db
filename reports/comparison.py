"""Two briefs side by side: which verdicts differ, and how each company moved, read from their JSON forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from reports.filters import excerpt
from reports.words import Words

Row = Mapping[str, Any]
Export = Mapping[str, Any]
"""What ``as_json`` wrote."""


@frozen(kw_only=True)
class Comparison:
    """What is different in ``later``; rows of a brief that lacks a thing are ``None``."""

    verdicts: Sequence[tuple[Row | None, Row | None]]
    """Formats and post types whose verdict is another, or that only one brief knows."""
    kept_count: int
    """Formats and post types with the same verdict in both."""
    companies: Sequence[tuple[Row | None, Row | None]]
    """Every company of the league, by the later brief's order."""


def compared(earlier: Export, later: Export, *, words: Words) -> Comparison:
    """The comparison of two briefs. Rows carry ``label`` (in ``words``) and ``platform`` besides what queries gave."""
    claims = [_by_key(rows_of(one, "claims"), "platform", "dimension", "level") for one in (earlier, later)]
    pairs = _paired(*claims)
    verdicts = [
        (_named(then, words), _named(now, words))
        for then, now in pairs
        if not (then and now) or words.verdict(then["shown_verdict"]) != words.verdict(now["shown_verdict"])
    ]
    leagues = [_by_key(rows_of(one, "league"), "company") for one in (earlier, later)]
    return Comparison(
        verdicts=verdicts,
        kept_count=len(pairs) - len(verdicts),
        companies=_paired(*leagues),
    )


def rows_of(export: Export, name: str) -> Sequence[Row]:
    """The rows of one query of a brief; empty where it had none of that name."""
    for section in export.get("sections", ()):
        for query in section.get("queries", ()):
            if query.get("name") == name:
                rows: Sequence[Row] = query.get("rows", ())
                return rows
    return ()


def _by_key(rows: Sequence[Row], *names: str) -> dict[tuple[Any, ...], Row]:
    return {tuple(row.get(name) for name in names): row for row in rows}


def _paired(then: Mapping[Any, Row], now: Mapping[Any, Row]) -> list[tuple[Row | None, Row | None]]:
    return [(then.get(key), now.get(key)) for key in dict.fromkeys([*now, *then])]


def _named(row: Row | None, words: Words) -> Row | None:
    return row and {**row, "label": excerpt(words.level(str(row["level"]), str(row["dimension"])), 60)}
