"""``reparse``: kept pages are read again."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from crawler.commands.session import WAIT_SECONDS, current_time, locked, opened
from crawler.commands.terminal import NOTHING, fail, say, show_table
from rivalscope_commands.importing import import_options
from rivalscope_commands.loading import load_landed
from rivalscope_commands.options import parse_day


def reparse(
    platform: Annotated[str, typer.Option(metavar="NAME", help="Whose pages to read again.")],
    account: Annotated[
        list[str] | None, typer.Option(metavar="LINK", help="Only this account, by its link or company; repeat.")
    ] = None,
    since: Annotated[
        date | None,
        typer.Option(parser=parse_day, metavar="DATE", help="Only what was collected on this day or later."),
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Take over what is shown; without it nothing changes.")
    ] = False,
) -> None:
    """Read kept pages again, and show what differs from before.

    For the time after an update that reads pages better: no request is made. What a page said keeps the time at which
    it was fetched, and your labels stay. Imported files are read again while they lie in the inbox.

    \b
    Examples:
      rivalscope reparse --platform mastodon
      rivalscope reparse --platform web --account https://acme.example/blog --since 2026-11-01 --apply
    """
    from crawler.commands.reparsing import read_kept, say_what_is_gone, wanted_pages
    from crawler.reparsing import land

    project, config = opened()
    wanted = wanted_pages(config, platform, account or (), since)
    if not project.warehouse.exists():
        fail("Nothing was loaded yet: run `rivalscope crawl` or `rivalscope import` first.", NOTHING)
    with locked(project, "reparse"):
        from analysis.reparsed import differences, unkept

        now = current_time()
        load_landed(project, config)
        found = read_kept(project, config, wanted, now, import_options(project, config))
        archives = [path.name for path in project.archive.glob("*.warc.gz")]
        gone = unkept(
            project.warehouse, archives, platform=wanted.platform, account_keys=wanted.account_keys,
            since=wanted.since, now=now, wait_seconds=WAIT_SECONDS,
        )  # fmt: skip
        say_what_is_gone(found, gone.count, gone.newest_at)
        found_now = differences(project.warehouse, found.segments, now=now, wait_seconds=WAIT_SECONDS)
        if found_now.is_empty:
            say("Nothing would change: the pages say what is known already.")
            return
        show_table(("field", "changes for", "from → to, for example"), found_now.rows)
        if not apply:
            say("Nothing was changed. Take it over with the same command and --apply.")
            return
        land(found, project.landing, posts=found_now.post_moments, accounts=found_now.account_moments)
        load_landed(project, config)
        say("Taken over; the next `rivalscope analyze`, `brief` or `run` counts it.")
