"""``demo``: the bundled example market, from the first request to the brief."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from crawler.commands.session import current_time, locked
from crawler.commands.terminal import DONE, UNEXPECTED, err, fail, many, say
from crawler.config import load_config
from crawler.project import Project
from rivalscope_commands.running import report_of_run, run_steps
from rivalscope_commands.snapshots import rows_of


def demo(
    folder: Annotated[
        Path, typer.Option("--folder", metavar="FOLDER", help="Where the demo's project goes; made anew each time.")
    ] = Path("demo"),
) -> None:
    """Crawl an example market on this machine, and write its brief.

    Six invented companies with known truths, served on loopback: nothing leaves this machine. Ends with 0 when what was
    found is what is true.

    \b
    Example:
      rivalscope demo
    """
    from crawler.market import Market, MarketServer, misses, truth, write_project

    root = folder.expanduser().resolve()
    try:
        if root.exists() and any(root.iterdir()) and not (root / _DEMO_MARK).exists():
            fail(f"{root} is not an earlier demo; name an empty folder: rivalscope demo --folder FOLDER")
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir(parents=True)
        (root / _DEMO_MARK).touch()
    except OSError as error:
        fail(f"{root} cannot be a demo ({error.strerror}); name an empty folder: rivalscope demo --folder FOLDER")
    with MarketServer(Market(current_time())) as server:
        project = Project(write_project(server, root))
        config = load_config(project.config_path)
        say(f"The example market: {many(len(config.accounts), 'account')} on this machine, project in {root}.")
        with locked(project, "demo"):
            report = report_of_run(project, config, is_anew=True)
            run_steps(project, config, report)
            report.finish(current_time(), DONE)
        told = truth(server)
    horizon_at = datetime.fromisoformat(told["now"]) - timedelta(days=config.horizon_days)
    wrong = misses(told, *_found(project, horizon_at))
    for sentence in wrong:
        say(f"Not as the truth says: {sentence}", err)
    if wrong:
        raise typer.Exit(UNEXPECTED)
    say("Everything came out as the market's truth says; the account behind a wall is part of it.")


_DEMO_MARK = ".rivalscope-demo"


def _found(project: Project, horizon_at: datetime) -> tuple[list[dict[str, Any]], dict[str, int], list[dict[str, Any]]]:
    """What the warehouse says about the example market: coverage, posts by account link, claims about formats."""
    from analysis.warehouse import open_snapshot

    connection = open_snapshot(project.snapshot)
    try:
        coverage = rows_of(connection, "select url, outcome from marts.coverage")
        posts = rows_of(
            connection,
            """
            select
                coverage.url,
                count(*) as post_count,
            from marts.posts
            inner join marts.coverage using (account_id)
            where published_at >= ?
            group by all
            """,
            horizon_at,
        )
        claims = rows_of(
            connection,
            """
            select *
            from marts.claims
            where dimension = 'format' and scope = 'general' and outcome = 'engagement'
            """,
        )
    finally:
        connection.close()
    return coverage, {row["url"]: row["post_count"] for row in posts}, claims
