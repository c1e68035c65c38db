"""``sql``: questions to the snapshot."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.commands.named_files import is_printed, placed, to_write, write_text
from crawler.commands.session import opened
from crawler.commands.terminal import err, fail, say, show_table
from rivalscope_commands.options import AsOf, check_past
from rivalscope_commands.snapshots import snapshot_of

if TYPE_CHECKING:
    from analysis.ask import Answer


class AnswerFormat(StrEnum):
    """How rows are written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"
    PARQUET = "parquet"


def sql(
    query: Annotated[
        str | None, typer.Argument(metavar="QUERY|NAME", help="SQL in quotes, or the name of a saved question.")
    ] = None,
    tables: Annotated[bool, typer.Option("--tables", help="Say what tables and columns mean, and stop.")] = False,
    saved: Annotated[bool, typer.Option("--list", help="Name the saved questions, and stop.")] = False,
    form: Annotated[AnswerFormat, typer.Option("--format", help="How to write the rows.")] = AnswerFormat.TABLE,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", parser=to_write, metavar="FILE", help="Write them there."),
    ] = None,
    as_of: AsOf = None,
) -> None:
    """Ask the data anything, in SQL or by a saved question's name.

    \b
    Examples:
      rivalscope sql "select company, posts_per_week from marts.league where platform = 'all'"
      rivalscope sql --list
      rivalscope sql "select * from marts.posts" --format parquet -o posts.parquet
    """
    from analysis.ask import ask, ask_parquet, saved_question

    if tables or saved or query is None:
        _show_what_there_is(is_tables=tables)
        return
    project, config = opened()
    check_past(config, as_of=as_of)
    snapshot = snapshot_of(project, config, as_of)
    text = query if len(query.split()) > 1 else saved_question(query.replace("-", "_")).sql
    if form is AnswerFormat.PARQUET:
        if output is None or is_printed(output):
            fail("Parquet goes to a file; say which: -o rows.parquet")
        with placed(output) as part:
            ask_parquet(snapshot, text, part)
        say(f"Wrote {output}.", err)
        return
    answer = ask(snapshot, text)
    write_answer(answer, form, output)
    if answer.is_cut and form is not AnswerFormat.TABLE:
        say(f"There are more rows than these {len(answer.rows):,}; --format parquet takes a million.", err)


def write_answer(answer: Answer, form: AnswerFormat, output: Path | None) -> None:
    from analysis.ask import write_answer

    write_text(output, lambda file: write_answer(answer, form.value, file))  # type: ignore[arg-type]  # all but parquet
    if not is_printed(output):
        say(f"Wrote {output}.", err)


def _show_what_there_is(*, is_tables: bool) -> None:
    from analysis.ask import saved_questions
    from analysis.ask import tables as described

    if not is_tables:
        show_table(("name", "question"), [(question.name, question.question) for question in saved_questions()])
        return
    rows: list[tuple[str, str]] = []
    for table in described():
        rows.append((table.name, table.description))
        rows += [(f"  {name}", description) for name, description in table.columns]
    show_table(("table and columns", "meaning"), rows)
