"""``brief``, ``serve`` and ``todo``: what the snapshot says, for a person."""

from __future__ import annotations

import contextlib
import re
import webbrowser
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypedDict
from zoneinfo import ZoneInfo

import typer

from crawler.commands.named_files import to_make
from crawler.commands.session import current_time, opened
from crawler.commands.terminal import USAGE, err, fail, many, say
from crawler.config import Config
from crawler.project import Project
from reports.file_names import brief_stem, shortened
from rivalscope_commands.lists import check_lists
from rivalscope_commands.options import AsOf, ListName, Since, Until, check_past, check_window, parse_week
from rivalscope_commands.snapshots import current_snapshot, snapshot_of


class BriefForm(StrEnum):
    """What a brief can be written as besides its page."""

    JSON = "json"
    MD = "md"
    MAIL = "mail"
    PDF = "pdf"


Output = Annotated[
    Path | None, typer.Option("--output", "-o", parser=to_make, metavar="FILE", help="Where to write it.")
]


Also = Annotated[
    list[BriefForm] | None,
    typer.Option(
        "--also",
        metavar="FORM",
        help="Write it beside the page as json (all numbers), md (the main points), mail (the first screen for a mail "
        "program) or pdf (printed by Chromium, Chrome or Edge); repeat.",
    ),
]


def brief(
    as_of: AsOf = None,
    week: Annotated[
        Any,
        typer.Option(parser=parse_week, metavar="WEEK", help="What was known at the end of that week, like 2026-W47."),
    ] = None,
    since: Since = None,
    until: Until = None,
    platforms: Annotated[
        list[str] | None, typer.Option("--platform", metavar="PLATFORM", help="Only this one; repeat.")
    ] = None,
    companies: Annotated[
        list[str] | None, typer.Option("--company", metavar="COMPANY", help="Only this one; repeat.")
    ] = None,
    list_name: ListName = "",
    output: Output = None,
    also: Also = None,
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Write the brief: one HTML file that needs nothing but itself.

    How it looks is set under [brief] in rivalscope.toml: name, logo, accent, hide, templates, language, locale.

    \b
    Examples:
      rivalscope brief --open
      rivalscope brief --week 2026-W47
      rivalscope brief --since 2026-09-01 --platform mastodon
      rivalscope brief --list coffee
      rivalscope brief --also json --also pdf
    """
    project, config = opened()
    if as_of is not None and week is not None:
        fail("--week and --as-of both name a day: give one of them.", USAGE)
    today = current_time().astimezone(ZoneInfo(config.timezone)).date()
    check_past(config, since=since, as_of=as_of)
    if week is not None and week - timedelta(days=6) > today:
        fail(f"--week {week:%G-W%V} has not begun yet; name a week until {today:%G-W%V}.", USAGE)
    day = as_of or (week if week is not None and week < today else None)
    check_window(since, until, day)
    check_lists(config, [list_name] if list_name else [])
    snapshot = snapshot_of(project, config, day, since=since, until=until, list_name=list_name)
    if output is None:
        stem = brief_stem(f"{as_of}" if as_of else f"{week or today:%G-W%V}", list_name)
        output = project.briefs / _page_name(stem, since, until, (*(platforms or ()), *(companies or ())))
    link = tell_brief(
        project,
        config,
        snapshot,
        output,
        list_name=list_name,
        also=also or (),
        platforms=platforms or (),
        companies=companies or (),
    )
    if show:
        webbrowser.open(link)


def _page_name(stem: str, since: object, until: object, chosen: Sequence[str]) -> str:
    """What a brief's page is called that is limited to a window, platforms or companies."""
    bounds = [*([f"since-{since}"] if since else []), *([f"until-{until}"] if until else [])]
    names = (re.sub(r"\W+", "-", name.casefold()).strip("-") for name in chosen)
    return f"{'_'.join([stem, *bounds, *filter(None, [shortened('_'.join(names))])])}.html"


def tell_brief(
    project: Project,
    config: Config,
    snapshot: Path,
    path: Path,
    *,
    list_name: str = "",
    also: Sequence[BriefForm] = (),
    platforms: Sequence[str] = (),
    companies: Sequence[str] = (),
) -> str:
    from reports.brief import write_brief
    from reports.look import Look

    settings = config.brief
    title = f"{settings.name or 'Rivalscope brief'}: {list_name}" if list_name else None
    path.parent.mkdir(parents=True, exist_ok=True)
    report = write_brief(
        snapshot,
        path,
        title=title,
        timezone=config.timezone,
        **spoken_language(project, config),
        thumbnails=project.thumbnails,
        also=[form.value for form in also],
        look=Look(
            name=settings.name,
            logo=project.root / settings.logo if settings.logo else None,
            accent=settings.accent,
            hidden=settings.hide,
            templates=project.root / settings.templates if settings.templates else None,
        ),
        platforms=platforms,
        companies=companies,
    )
    for warning in report.warnings:
        say(warning, err)
    for other in report.others:
        say(f"Wrote {other}")
    say(f"Wrote {report.path}")
    say(report.url)
    return report.url


class _Spoken(TypedDict):
    """What a page of ours is written in."""

    language: str
    locale: str
    catalogues: Path | None


def spoken_language(project: Project, config: Config) -> _Spoken:
    settings = config.brief
    return {
        "language": settings.language,
        "locale": settings.locale or "",
        "catalogues": project.root / settings.catalogues if settings.catalogues else None,
    }


def serve(
    port: Annotated[
        int, typer.Option(metavar="PORT", help="Where to listen; 0 takes a free one.", min=0, max=65535)
    ] = 8787,
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Show past briefs, and any two of them side by side.

    It answers this machine only, changes nothing, and ends with Ctrl-C.

    \b
    Examples:
      rivalscope serve --open
      rivalscope serve --port 0
    """
    from reports.page import formats_of
    from reports.serve import server

    project, config = opened()
    project.briefs.mkdir(parents=True, exist_ok=True)
    try:
        room = server(
            project.briefs, port=port, formats=formats_of(timezone=config.timezone, **spoken_language(project, config))
        )
    except OSError as error:
        fail(f"Port {port} cannot be used ({error.strerror or error}): name another, or 0 for a free one.", USAGE)
    address = f"http://127.0.0.1:{room.server_address[1]}/"
    say(f"Briefs at {address} until Ctrl-C.")
    if show:
        webbrowser.open(address)
    with room, contextlib.suppress(KeyboardInterrupt):
        room.serve_forever()


def todo(
    output: Output = None,
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Write a page of what to save by hand this week.

    For accounts behind walls: ten minutes of work at most, the account with the oldest data first, with a link to open,
    what to press, and what came of the last imports.

    \b
    Examples:
      rivalscope todo --open
      rivalscope todo --output todo.html
    """
    from reports.todo import write_todo

    project, config = opened()
    snapshot = current_snapshot(project, config)
    path = output or project.briefs / "todo.html"
    report = write_todo(
        snapshot, path, inbox=str(project.inbox), timezone=config.timezone, **spoken_language(project, config)
    )
    if report.account_count:
        say(f"{many(report.account_count, 'account')} to save this week, about {many(report.minutes, 'minute')}.")
    else:
        say("Nothing to save this week.")
    say(f"Wrote {report.path}")
    say(report.url)
    if show:
        webbrowser.open(report.url)
