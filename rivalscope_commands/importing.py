"""``import``: files become landed records, and what is unclear is asked."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from crawler import account_list
from crawler.commands.named_files import is_printed, to_write
from crawler.commands.session import current_time, locked, opened
from crawler.commands.terminal import NOTHING, WORSE, err, fail, say, show_table
from crawler.config import Config, nearest
from crawler.items import Platform
from crawler.platforms import platform_named
from crawler.project import Project
from crawler.reading.column_dates import DateOrder
from crawler.reading.urls import absolute
from rivalscope_commands.loading import SHOWN_PROBLEMS, load_landed

if TYPE_CHECKING:
    from crawler.importing import ImportOptions, ImportReport
    from crawler.reading.table_layouts import ColumnChoice, Unmapped


_ASKED_COUNTS = ("like_count", "comment_count", "share_count", "view_count", "save_count")


def import_files(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="PATH", help="Files, folders, archives, or patterns in quotes.")
    ] = None,
    template: Annotated[
        bool, typer.Option("--template", help="Write an empty CSV of posts (to PATH, else posts.csv), and stop.")
    ] = False,
    column_map: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="OURS=THEIRS", help="What a table's column is; said once, it is remembered."),
    ] = None,
    platform: Annotated[
        str | None, typer.Option(metavar="NAME", help="The network of a table's posts, where it does not say so.")
    ] = None,
    account: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose posts a table holds, where it does not say so.")
    ] = None,
    date_order: Annotated[
        DateOrder | None, typer.Option(help="Which comes first in a table's dates like 03/04/2026.")
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(metavar="LINK", help="Where a saved page or answer came from, when it does not say so."),
    ] = None,
    everybody: Annotated[
        bool, typer.Option("--everybody", help="From recordings, also take accounts that are not on the list.")
    ] = False,
    no_load: Annotated[bool, typer.Option("--no-load", help="Only land; load later with: rivalscope load")] = False,
) -> None:
    """Bring posts as files, and your own visits and sales.

    What a file is, is recognised by its content: HTML and MHTML pages, HAR, WARC and WACZ, Zeeschuimer captures,
    exports of Meta Business Suite, X, LinkedIn and TikTok, other tables (CSV, XLSX, XLS, ODS), and zip files of these.
    From recordings of a browser only accounts on the list are taken. Visits and sales come from exports of Google
    Analytics, Plausible, Matomo and Shopify (no customer is kept), from a sheet with date, slot_or_code and amount, or
    from any table that [import.NAME] in rivalscope.toml explains. The same file twice changes nothing.

    \b
    Examples:
      rivalscope import --template
      rivalscope import saved-pages/ session.har export.csv
      rivalscope import analytics.csv orders_export.csv
      rivalscope import sheet.csv --map published_at="Posted on" --map url=Link --account acme
      rivalscope import answer.json --url https://social.example/api/v1/accounts/1/statuses
    """
    if template:
        _write_template(paths or ["posts.csv"])
        return
    if not paths:
        fail("There is nothing to import; name files or folders, like: rivalscope import posts.csv")
    if url is not None:
        _check_origin(url, paths)
    given = _column_choice(column_map or (), platform, account, date_order)
    project, config = opened()
    with locked(project, "import"):
        report = import_given(project, config, paths, given=given, is_asked=True, is_everybody=everybody, url=url)
        if not no_load:
            load_landed(project, config)
    if code := _exit_code(report):
        raise typer.Exit(code)


def _exit_code(report: ImportReport) -> int:
    if not any(file.understood_count or file.is_repeated for file in report.files):
        return NOTHING
    return WORSE if report.problems else 0


def _check_origin(url: str, paths: Sequence[str]) -> None:
    """One file came from ``url``, not several."""
    if absolute(url) is None:
        fail(f"--url {url!r} is no address; write it whole, like https://www.instagram.com/p/ABC/")
    if len(paths) > 1 or Path(paths[0]).is_dir():
        fail("--url says where one file came from; name that one file.")


def _column_choice(
    pairs: Sequence[str], platform: str | None, account: str | None, date_order: DateOrder | None
) -> ColumnChoice | None:
    """What the command line says about tables. Raises CommandError for what cannot be meant."""
    from crawler.reading.table_layouts import MAPPABLE, ColumnChoice

    columns: dict[str, str] = {}
    for pair in pairs:
        ours, mark, theirs = pair.partition("=")
        if not mark or not theirs.strip():
            fail(f'--map {pair!r} names no column; write it like --map published_at="Posted on"')
        if ours.strip() not in MAPPABLE:
            hint = nearest(ours, MAPPABLE) or f"; write one of {', '.join(MAPPABLE)}"
            fail(f"--map {pair!r}: {ours!r} is none of our columns{hint}")
        columns[ours.strip()] = theirs.strip()
    if platform and platform_named(platform) is None:
        fail(f"{platform!r} is no platform{nearest(platform, Platform) or '; see: rivalscope platforms'}")
    if not (columns or platform or account or date_order):
        return None
    return ColumnChoice(columns=columns, platform=platform, account=account, date_order=date_order)


def _write_template(words: Sequence[str]) -> None:
    from crawler.importing import write_template

    if len(words) > 1:
        fail("One empty table is enough: name one file, like: rivalscope import --template posts.csv")
    path = to_write(words[0])
    if is_printed(path):
        write_template(sys.stdout)
        return
    try:
        with path.open("x", encoding="utf-8-sig", newline="") as file:
            write_template(file)
    except FileExistsError:
        fail(f"{path} exists already; name another file: rivalscope import --template other.csv")
    except OSError as error:
        fail(f"{path} cannot be written: {error.strerror}.")
    say(f"Wrote {path}. Needed in each row: platform, account, published_at, and native_id or url; empty is unknown.")


def import_given(
    project: Project,
    config: Config,
    paths: Sequence[str | Path],
    *,
    given: ColumnChoice | None = None,
    is_asked: bool = False,
    is_everybody: bool = False,
    url: str | None = None,
) -> ImportReport:
    """Import, and tell what came of it; ``is_asked``: a person may be asked about columns."""
    from crawler.importing import import_paths
    from crawler.importing.summary import summary_lines, write_full_report

    options = import_options(
        project,
        config,
        given=given,
        choose=_choose_columns if is_asked else lambda _name, _table: None,
        is_everybody=is_everybody,
        url=url,
        on_file=_shown_file,
    )
    report = import_paths(
        paths,
        project.landing,
        accounts=config.accounts,
        excluded=config.excluded_links,
        config=config,
        now=current_time(),
        options=options,
    )
    for problem in report.problems[:SHOWN_PROBLEMS]:
        say(str(problem), err)
    if len(report.problems) > SHOWN_PROBLEMS:
        path = write_full_report(report, project.data, current_time())
        say(f"… and {len(report.problems) - SHOWN_PROBLEMS:,} more in {path}", err)
    for line in summary_lines(report):
        say(line)
    return report


def _shown_file(name: str) -> None:
    if err.is_terminal:
        say(f"Reading {name}", err)


def _choose_columns(name: str, table: Unmapped) -> ColumnChoice | None:
    """Ask which column of ``table`` is which; ``None`` when nobody is there, or they do not want to say."""
    from crawler.reading.table_layouts import MAPPABLE, ColumnChoice

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    say(f"{name}: it is not clear which column is which. Say it once, and it is remembered in rivalscope.toml.")
    if not typer.confirm("Is it a table of posts?", default=True):
        return None
    guessed = {index: ours for ours, index in table.guesses.items() if ours in MAPPABLE}
    show_table(
        ("", "column", "holds", "looks like"),
        [
            (number, column, " · ".join(row[number - 1][:30] for row in table.samples[:3] if number <= len(row)), ours)
            for number, column in enumerate(table.header, start=1)
            for ours in (guessed.get(number - 1, ""),)
        ],
    )
    chosen = {ours: index + 1 for index, ours in guessed.items()}
    is_complete = {"published_at"} <= chosen.keys() and bool({"url", "native_id"} & chosen.keys())
    if not (is_complete and typer.confirm("Is that right?", default=True)):
        for ours in ("published_at", "url", "native_id", "text", "format", "account", "platform", *_ASKED_COUNTS):
            number = typer.prompt(f"Number of the column with {ours} (0: none)", default=chosen.get(ours, 0), type=int)
            chosen.pop(ours, None)
            if 0 < number <= len(table.header):
                chosen[ours] = number
    columns = {ours: table.header[number - 1] for ours, number in chosen.items()}
    said: dict[str, str | None] = {}
    for ours, what in (("platform", "On which network are they"), ("account", "Whose posts are they (handle)")):
        if ours not in columns:
            said[ours] = typer.prompt(f"{what}? (empty: their links say it)", default="", show_default=False) or None
    if said.get("platform") and platform_named(said["platform"] or "") is None:
        say(f"{said['platform']!r} is no platform{nearest(said['platform'] or '', Platform)}", err)
        return None
    return ColumnChoice(columns=columns, platform=said.get("platform"), account=said.get("account"))


def import_options(
    project: Project, config: Config, *, given: ColumnChoice | None = None, choose: Any = None, **more: Any
) -> ImportOptions:
    from crawler.importing import ImportOptions, TableSettings

    tables = TableSettings(
        zone=ZoneInfo(config.timezone),
        given=given,
        remembered=config.explained_tables,
        choose=choose or (lambda _name, _table: None),
        remember=lambda header, choice: account_list.remember_table(project.config_path, header, choice),
        currency=config.analysis.currency,
        mappings=config.explained_outcomes,
    )
    return ImportOptions(tables=tables, **more)
