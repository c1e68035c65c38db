"""``plan`` and ``plan import``: next month's posts, out to calendars and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from crawler.commands.named_files import to_make, to_read
from crawler.commands.session import WAIT_SECONDS, current_time, locked, opened
from crawler.commands.terminal import err, fail, many, say
from crawler.config import Config, nearest
from crawler.items import Platform
from crawler.platforms import platform_named
from crawler.project import Project
from rivalscope_commands.crawling import known_facts
from rivalscope_commands.loading import load_landed, load_waiting
from rivalscope_commands.options import parse_month
from rivalscope_commands.snapshots import snapshot_of
from rivalscope_commands.telling import spoken_language

_LARGEST_SHEET = 10_000_000
_LANDED = "plan-"
"""What folders of landed slots are called first."""


plan_app = typer.Typer(invoke_without_command=True)


@plan_app.callback()
def plan(
    context: typer.Context,
    month: Annotated[
        date | None, typer.Option(parser=parse_month, metavar="MONTH", help="Like 2026-12; else the next one.")
    ] = None,
    per_week: Annotated[
        int, typer.Option(metavar="POSTS", min=1, max=100, help="Posts a week, on all networks together.")
    ] = 4,
    platforms: Annotated[
        list[str] | None,
        typer.Option("--platform", metavar="PLATFORM", help="Only for this one, the others stay; repeat."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", parser=to_make, metavar="DIR", help="Where the files go; else plans/MONTH."),
    ] = None,
) -> None:
    """Plan a month of posts: most on what works, some to learn.

    Writes a calendar, upload files for Buffer and Hootsuite, a sheet to edit, and a page to read. Planned again, a
    month keeps what was approved. Days, quiet hours, holidays, campaigns and capacity stand under [plan] in
    rivalscope.toml. Calendars can subscribe to plans/calendar.ics, which holds every month.

    \b
    Examples:
      rivalscope plan import plan.csv
      rivalscope plan --month 2026-12 --per-week 4 -o december
    """
    if context.invoked_subcommand is not None:
        return
    project, config = opened()
    now = current_time()
    today = now.astimezone(ZoneInfo(config.timezone)).date()
    month = month or (today.replace(day=1) + timedelta(days=31)).replace(day=1)
    if month < today.replace(day=1):
        fail(f"{month:%Y-%m} is over; name this month or a later one: rivalscope plan --month {today:%Y-%m}")
    if month.year > today.year + 1:
        fail(f"{month:%Y-%m} is too far away to know anything of it; name a month of this year or the next.")
    named = [_platform_or_fail(name) for name in platforms or ()]
    folder = output or project.content_plans / f"{month:%Y-%m}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(f"The plan cannot be written to {folder}: {error.strerror}. Name a folder: rivalscope plan -o FOLDER")
    _plan_month(project, config, month, per_week, named, folder, now)


def _plan_month(
    project: Project,
    config: Config,
    month: date,
    per_week: int,
    named: Sequence[str],
    folder: Path,
    now: datetime,
) -> None:
    """Plan a month, keep it, and write its files; ``named`` networks only, where there are any."""
    from reports.planning.door import plan_month, write_month

    with locked(project, "plan"):
        load_waiting(project, config, _LANDED)
        made = plan_month(
            snapshot_of(project, config, None),
            month=month,
            per_week=per_week,
            accounts=[
                {
                    "platform": link.platform.value,
                    "account_key": link.account_key,
                    "host": link.host,
                    "handle": link.handle,
                }
                for link in (account.link for account in config.active_accounts if account.own)
            ],
            platforms=named or [each.value for each in config.plan.platforms],
            is_partial=bool(named),
            rules=_plan_rules(config),
            known=_planned(project),
            project=_plan_name(project, config),
            spoken=spoken_language(project, config),
            now=now,
        )
        _land_plan(project, config, made.records, now)
    scheduler = config.plan.model_dump(include={"buffer_rows", "hootsuite_dates", "pinterest_board"})
    written = write_month(made, folder, subscribed=_subscribed(project), scheduler=scheduler, now=now)
    for line in (*made.lines, *map(str, written.left_out)):
        say(line)
    for path in written.paths:
        say(f"Wrote {path}")
    address = written.subscribed.resolve().as_uri()
    say(f"A calendar program can subscribe to all months at {address}, or where you publish that file.")
    say("The brief shows it from the next analysis on: rivalscope analyze")


@plan_app.command(name="import")
def import_plan(
    file: Annotated[
        Path, typer.Argument(parser=to_read, metavar="FILE", help="The plan.csv that `rivalscope plan` wrote, edited.")
    ],
) -> None:
    """Take over what was edited in a plan's sheet.

    Dates, times, captions, hashtags, links, the status (draft, approved, dropped) and post_url, the address of what was
    posted, count; a sheet with a mistake changes nothing. Any spreadsheet's CSV will do.

    \b
    Example:
      rivalscope plan import plans/2026-12/plan.csv
    """
    from reports.planning.door import read_edits, write_subscribed

    project, config = opened()
    now = current_time()
    try:
        if file.stat().st_size > _LARGEST_SHEET:
            fail(f"{file} is too large for a plan's sheet; name the plan.csv that `rivalscope plan` wrote.")
        content = file.read_bytes()
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}.")
    with locked(project, "plan import"):
        load_waiting(project, config, _LANDED)
        known, _ = _planned(project)
        edits = read_edits(content, file.name, known, now=now)
        _land_plan(project, config, [("slot", slot.stated()) for slot in edits.changes], now)
    write_subscribed(
        known,
        edits,
        _subscribed(project),
        project=_plan_name(project, config),
        spoken=spoken_language(project, config),
        now=now,
    )
    for warning in edits.warnings:
        say(warning, err)
    say(f"Took over {many(len(edits.changes), 'changed slot')}.")
    for name in sorted({slot.plan.removeprefix("plan-") for slot in edits.changes}):
        say(f"Its other files follow with: rivalscope plan --month {name}")


def _plan_rules(config: Config) -> dict[str, Any]:
    """What a plan keeps to, in plain values."""
    settings = config.plan
    own_sites = [each.link.url for each in config.active_accounts if each.own and each.link.platform is Platform.WEB]
    return {
        "timezone": config.timezone,
        "audience_timezone": config.analysis.audience_timezone,
        "days": settings.weekdays,
        "quiet": settings.quiet,
        "campaigns": [each.model_dump() for each in settings.campaigns],
        "link": settings.link or next(iter(own_sites), None),
        **settings.model_dump(include={"country", "subdivision", "most_a_day", "most_a_week", "hashtags"}),
    }


def _plan_name(project: Project, config: Config) -> str:
    """What calendar entries of the project are called by: as long as it stays, they are the same entries."""
    from reports.planning.door import project_name

    own = [account.company for account in config.accounts if account.own]
    return project_name(config.plan.name, *own[:1], project.root.name)


def _subscribed(project: Project) -> Path:
    return project.content_plans / "calendar.ics"


def _planned(project: Project) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Slots and tests as they are now. Raises WarehouseBusyError: an older state would be planned over."""
    from analysis.build import build_facts
    from analysis.planned import planned

    path = known_facts(project)
    if project.warehouse.exists() and path.stat().st_mtime < project.warehouse.stat().st_mtime:
        build_facts(project.warehouse, project.known, now=current_time(), wait_seconds=WAIT_SECONDS)
        path = project.known
    return planned(path)


def _land_plan(project: Project, config: Config, records: Sequence[tuple[str, dict[str, Any]]], now: datetime) -> None:
    from crawler.landing import LandingWriter, own_line
    from crawler.plan import new_crawl_id

    if not records:
        return
    crawl_id = f"{_LANDED}{new_crawl_id(now)}"
    with LandingWriter(project.landing, crawl_id, "plan") as writer:
        for kind, stated in records:
            writer.write(own_line(kind, stated, crawl_id=crawl_id, observed_at=now))
    load_landed(project, config)


def _platform_or_fail(name: str) -> str:
    found = platform_named(name)
    if found is None:
        fail(f"{name!r} is no platform{nearest(name, Platform) or '; see: rivalscope platforms'}")
    return found.value
