"""A brief of some platforms or companies only: the same queries, over fewer rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Final

import duckdb
from attrs import frozen

from reports.errors import UnknownNameError

_MART: Final = re.compile(r"\b(from|join)(\s+)marts\.(\w+)(?:(\s+)as\s+(\w+))?", re.IGNORECASE)


@frozen(kw_only=True)
class Narrowing:
    """What a brief is limited to; empty means all."""

    platforms: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    columns: Mapping[str, frozenset[str]] = {}
    """Mart → those of ``platform`` and ``company`` that it has."""

    def __bool__(self) -> bool:
        return bool(self.platforms or self.companies)

    def applied(self, sql: str) -> str:
        """The query with every mart that tells platform or company limited to the chosen ones."""
        return _MART.sub(self._limited, sql) if self else sql

    def _limited(self, match: re.Match[str]) -> str:
        keyword, gap, mart, _, alias = match.groups()
        columns = self.columns.get(mart, frozenset())
        conditions = [
            f"{column} in ({', '.join(map(_quoted, chosen))})"
            for column, chosen in (("platform", self.platforms), ("company", self.companies))
            if chosen and column in columns
        ]
        if not conditions:
            return match[0]
        rows = f"(select * from marts.{mart} where {' and '.join(conditions)})"  # noqa: S608 (quoted, and shown)
        return f"{keyword}{gap}{rows} as {alias or mart}"


WHOLE: Final = Narrowing()


def narrowing(
    connection: duckdb.DuckDBPyConnection, platforms: Sequence[str] = (), companies: Sequence[str] = ()
) -> Narrowing:
    """The narrowing to these platforms and companies of the list, by name; companies in any case.

    Raises UnknownNameError that names the nearest one when the list has none of that name.
    """
    columns: dict[str, set[str]] = {}
    for mart, column in connection.execute(
        "select table_name, column_name from duckdb_columns() "
        "where schema_name = 'marts' and column_name in ('platform', 'company')"
    ).fetchall():
        columns.setdefault(mart, set()).add(column)
    known = connection.execute("select distinct platform, company from marts.coverage order by all").fetchall()
    return Narrowing(
        platforms=_chosen("platform", platforms, [platform for platform, _ in known]),
        companies=_chosen("company", companies, [company for _, company in known]),
        columns={mart: frozenset(names) for mart, names in columns.items()},
    )


def _chosen(what: str, asked: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    by_folded = {name.casefold(): name for name in known}
    found = []
    for name in asked:
        folded = " ".join(name.split()).casefold()
        if folded not in by_folded:
            near = get_close_matches(folded, by_folded, n=1, cutoff=0.4)
            hint = f"; did you mean {by_folded[near[0]]}?" if near else f"; it has {', '.join(dict.fromkeys(known))}."
            raise UnknownNameError(f"The list has no {what} {name!r}{hint}")
        found.append(by_folded[folded])
    return tuple(dict.fromkeys(found))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
