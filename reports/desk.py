"""What a section is made from: the snapshot's queries, the drawing hand, the formats."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import resources
from typing import Any

import duckdb
from attrs import field, frozen

from reports.charts import Draw
from reports.errors import BriefError
from reports.filters import Formats
from reports.narrowing import WHOLE, Narrowing
from reports.words import Words

Row = dict[str, Any]


@frozen(kw_only=True)
class Answer:
    """One query as it was run, and what it gave."""

    name: str
    sql: str
    rows: Sequence[Row]

    @property
    def title(self) -> str:
        """The first comment of the query: what one row is."""
        return self.sql.splitlines()[0].removeprefix("-- ").rstrip(".")


@frozen(kw_only=True)
class Section:
    """One part of the brief; ``is_empty`` sections show ``empty``, the sentence of when they will fill."""

    key: str
    title: str
    answers: Sequence[Answer]
    is_empty: bool
    empty: str = ""
    content: Mapping[str, Any] = field(factory=dict)
    is_hidden: bool = False
    """The user's settings leave it out of what is read; its numbers are in the JSON form all the same."""

    @property
    def template(self) -> str:
        return f"sections/{self.key}.html"


class Asker:
    """Runs the queries of ``queries/`` against one snapshot, each once."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, *, narrow: Callable[[str], str] = lambda sql: sql
    ) -> None:
        """``narrow`` makes of a query the one that is run and shown."""
        self._connection = connection
        self._narrow = narrow
        self._answers: dict[str, Answer] = {}

    def __call__(self, name: str) -> Answer:
        """The answer to ``queries/NAME.sql``.

        Raises BriefError when the snapshot lacks a table or column that the query needs.
        """
        if name not in self._answers:
            sql = resources.files("reports").joinpath("queries", f"{name}.sql").read_text(encoding="utf-8").strip()
            sql = self._narrow(sql)
            try:
                result = self._connection.execute(sql)
                columns = [str(column[0]) for column in result.description or []]
                rows = [dict(zip(columns, values, strict=True)) for values in result.fetchall()]
            except (duckdb.CatalogException, duckdb.BinderException) as error:
                first_line = str(error).splitlines()[0]
                raise BriefError(
                    f"The snapshot does not fit this brief (in {name}: {first_line}). "
                    "It was built by another version: run `rivalscope analyze`, then `rivalscope brief` again."
                ) from error
            self._answers[name] = Answer(name=name, sql=sql, rows=rows)
        return self._answers[name]


@frozen(kw_only=True)
class Desk:
    """What every section is made from."""

    ask: Asker
    draw: Draw
    formats: Formats
    narrowed: Narrowing = WHOLE

    @property
    def words(self) -> Words:
        """The vocabulary in the language of the brief."""
        return self.formats.words

    def gettext(self, message: str, **values: object) -> str:
        """A message in the language of the brief; see :meth:`reports.language.Language.gettext`."""
        return self.formats.gettext(message, **values)

    @property
    def build(self) -> Row:
        """The one row of ``marts.build``."""
        rows = self.ask("build").rows
        if not rows:
            raise BriefError("The snapshot is empty: run `rivalscope analyze` first.")
        return rows[0]


def grouped(rows: Iterable[Row], key: str) -> list[tuple[Any, list[Row]]]:
    """Neighbouring rows with the same ``key``; queries order by it."""
    return [(value, list(group)) for value, group in itertools.groupby(rows, key=lambda row: row[key])]
