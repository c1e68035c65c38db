"""Running by itself: setting up, showing and removing the timers, and what the rhythm can reach."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from crawler.commands.session import current_time, held_credentials, opened
from crawler.commands.terminal import fail, many, say
from crawler.config import Config
from crawler.findings import Finding
from crawler.items import Platform
from crawler.looks import comparison_age
from crawler.platforms import FACTS, is_collected
from crawler.project import Project
from crawler.receivers import find_secrets
from crawler.rhythm import WEEKDAYS, Rhythm, longest_gap, reach, without_hours_off
from crawler.run_report import RunReport, newest_reports, summary_line
from crawler.timers import SPREAD_MINUTES, Job, Keeper, Timetable, cron, launchd, systemd

_WORTH_A_WARNING = 0.05


def schedule(
    keeper: Annotated[
        Keeper | None,
        typer.Option("--with", metavar="systemd|cron|launchd", help="Who keeps the time; else what is here."),
    ] = None,
    system: Annotated[
        bool, typer.Option("--system", help="With systemd: units of the machine, not of your user; needs root.")
    ] = False,
    show: Annotated[bool, typer.Option("--show", help="Show what is set up and when it runs next, and stop.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Take it away again, and stop.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would be written, and stop.")] = False,
    foreground: Annotated[
        bool, typer.Option("--foreground", help="Keep the time in this process until it is stopped, for a container.")
    ] = False,
) -> None:
    """Let it run by itself: collect daily, write the brief weekly.

    When, stands under [schedule] in rivalscope.toml: collect = ["05:00"] every day, tell = "monday 07:00", by the clock
    of `timezone`. After a change there, run it again. The brief's run collects first; whoever comes second waits.

    \b
    Examples:
      rivalscope schedule --dry-run
      rivalscope schedule
      rivalscope schedule --show
      rivalscope schedule --remove
      rivalscope schedule --with cron
      rivalscope schedule --foreground
    """
    if sum((show, remove, dry_run, foreground)) > 1:
        fail("--show, --remove, --dry-run and --foreground are four different things; give one of them.")
    project, config = opened()
    timetable = _timetable(project, config)
    if foreground:
        _keep_time(project, timetable)
        return
    if show:
        for line in standing(timetable, current_time()):
            say(line)
        return
    if remove:
        _remove(timetable, keeper)
        return
    chosen = keeper or _available_keeper()
    if chosen is None:
        fail("There is no systemd, launchd or cron here; keep the time in a process: rivalscope schedule --foreground")
    if system and chosen is not Keeper.SYSTEMD:
        fail("--system goes with systemd only; run this as the user who owns the project, without --system.")
    if dry_run:
        for line in _planned(timetable, chosen, current_time(), is_system=system):
            say(line)
        return
    _install(timetable, chosen, is_system=system)
    for line in (*standing(timetable, current_time()), *_advice(project, timetable, config, chosen, is_system=system)):
        say(line)


def _timetable(project: Project, config: Config) -> Timetable:
    return Timetable(config_path=project.config_path.resolve(), rhythm=config.rhythm)


def _available_keeper() -> Keeper | None:
    """What this machine has."""
    if systemd.is_available():
        return Keeper.SYSTEMD
    if launchd.is_available():
        return Keeper.LAUNCHD
    if cron.is_available():
        return Keeper.CRON
    return None


def _planned(timetable: Timetable, keeper: Keeper, now: datetime, *, is_system: bool) -> Iterator[str]:
    if keeper is Keeper.CRON:
        yield "Into the crontab, whose other lines stay:"
        yield cron.planned(timetable).rstrip("\n")
        return
    files: Mapping[Path, str] = (
        systemd.planned(timetable, is_system=is_system) if keeper is Keeper.SYSTEMD else launchd.planned(timetable, now)
    )
    for path, text in files.items():
        yield f"{path}:"
        yield text


def _install(timetable: Timetable, keeper: Keeper, *, is_system: bool) -> None:
    """Set it up with one keeper, and then take it away from the others, so that nothing runs twice, nor not at all."""
    found = _found(timetable)
    if keeper is Keeper.SYSTEMD:
        systemd.install(timetable, is_system=is_system)
    elif keeper is Keeper.CRON:
        cron.install(timetable)
    else:
        launchd.install(timetable, current_time())
    for other, is_machine, _ in found:
        if (other, is_machine) != (keeper, is_system):
            _take_away(timetable, other, is_system=is_machine)
            say(f"Removed what was set up with {other} before.")


def _remove(timetable: Timetable, keeper: Keeper | None) -> None:
    found = [each for each in _found(timetable) if keeper in (None, each[0])]
    for each, is_system, _ in found:
        _take_away(timetable, each, is_system=is_system)
        say(f"Removed what was set up with {each}.")
    if not found:
        say("Nothing was set up.")


def _take_away(timetable: Timetable, keeper: Keeper, *, is_system: bool) -> None:
    if keeper is Keeper.SYSTEMD:
        systemd.remove(timetable, is_system=is_system)
    elif keeper is Keeper.CRON:
        cron.remove(timetable)
    else:
        launchd.remove(timetable)


def _found(timetable: Timetable) -> Sequence[tuple[Keeper, bool, Mapping[str, str]]]:
    """What is set up for the project: keeper, whether for the whole machine, and texts by where they stand."""
    units = {is_system: systemd.installed(timetable, is_system=is_system) for is_system in (False, True)}
    found: list[tuple[Keeper, bool, Mapping[str, str]]] = [
        (Keeper.SYSTEMD, is_system, {str(path): text for path, text in each.items()})
        for is_system, each in units.items()
        if each
    ]
    if block := cron.installed(timetable):
        found.append((Keeper.CRON, False, {"crontab": block}))
    if agents := launchd.installed(timetable):
        found.append((Keeper.LAUNCHD, False, {str(path): text for path, text in agents.items()}))
    return found


def standing(timetable: Timetable, now: datetime) -> Iterator[str]:
    """What is set up for the project, when it runs next, and whether that is still what the configuration says."""
    found = _found(timetable)
    if not found:
        yield "Nothing is set up to run by itself: rivalscope schedule"
        return
    rhythm = timetable.rhythm
    for keeper, is_system, texts in found:
        whose = " of the machine" if is_system else ""
        yield f"Set up with {keeper}{whose}: {', '.join(texts)}"
        if not _is_current(timetable, keeper, texts, now, is_system=is_system):
            yield "That is not what rivalscope.toml or this version says now; set it up again: rivalscope schedule"
    if (collect := rhythm.next_collect(now)) is not None:
        yield f"Next collecting: {collect:%A %Y-%m-%d %H:%M} ({rhythm.zone}), or up to {SPREAD_MINUTES} minutes later."
    yield f"Next brief: {rhythm.next_tell(now):%A %Y-%m-%d %H:%M} ({rhythm.zone})."
    for name, at in rhythm.next_list_tells(now).items():
        yield f"Next brief of {name}: {at:%A %Y-%m-%d %H:%M} ({rhythm.zone})."


def _is_current(
    timetable: Timetable, keeper: Keeper, texts: Mapping[str, str], now: datetime, *, is_system: bool
) -> bool:
    if keeper is Keeper.CRON:
        return cron.planned(timetable) == texts["crontab"]
    files = (
        systemd.planned(timetable, is_system=is_system) if keeper is Keeper.SYSTEMD else launchd.planned(timetable, now)
    )
    return {str(path): text for path, text in files.items()} == dict(texts)


def _advice(
    project: Project, timetable: Timetable, config: Config, keeper: Keeper, *, is_system: bool
) -> Iterator[str]:
    """What whoever sets it up should know."""
    if keeper is Keeper.SYSTEMD:
        yield from systemd.warnings(is_system=is_system)
    elif keeper is Keeper.CRON:
        yield "cron makes up nothing that was missed while this machine was off; choose hours when it is on."
    else:
        yield from launchd.warnings(timetable)
    for platform, credential in held_credentials(config).items():
        if credential.origin.startswith("the environment"):
            yield (
                f"The token for {FACTS[platform].label} stands in this shell's environment, which a timer does not see:"
                f" store it with rivalscope connect {platform}."
            )
    for name, receiver in config.deliver.to.items():
        if find_secrets(name, receiver.ways[0]).origin.startswith("the environment"):
            yield (
                f"The address of {name} stands in this shell's environment, which a timer does not see: store it"
                f" with rivalscope deliver --connect {name}."
            )
    yield from rhythm_lines(project, config, off=None)


def _say_at_once(text: str) -> None:
    """Also where the output is a pipe: a container's log is read while it runs."""
    say(text)
    sys.stdout.flush()


def _keep_time(project: Project, timetable: Timetable) -> None:
    from crawler.timers.foreground import Foreground

    last_starts: dict[str, datetime] = {}
    jobs = timetable.jobs
    for report in newest_reports(project.runs, current_time()):
        for job in jobs:
            if _was_start_of(report, job):
                last_starts.setdefault(job.name, report.started_at)
    _say_at_once(f"Keeping the time for {project.root}, until it is stopped.")
    Foreground(timetable, _say_at_once).run(last_starts, current_time())
    say("Stopped.")


def _was_start_of(report: RunReport, job: Job) -> bool:
    """Whether the run did what the job does: a run without lists visits every account, and tells of all."""
    is_run = report.command == "run"
    if list(job.lists) == report.lists and (is_run or not job.is_telling):
        return True
    return is_run and not report.lists and not job.is_telling


# ---------------------------------------------------------------- how things stand


def status_lines(project: Project, config: Config) -> Iterator[str]:
    """The last runs, what was missed, and what comes next."""
    now = current_time()
    reports = newest_reports(project.runs, now)
    for command, what in (("run", "run"), ("crawl", "collecting")):
        if report := next((each for each in reports if each.command == command), None):
            yield f"Last {what}: {_ended(report)}"
            yield from (f"  {problem}" for problem in report.problems)
    yield from standing(_timetable(project, config), now)
    yield from (f"{finding.sentence} {finding.mend}" for finding in _missed(project, config, reports, now))


def _ended(report: RunReport) -> str:
    started = f"{report.started_at:%Y-%m-%d %H:%M} UTC"
    if report.finished_at is None:
        return f"{started}, not finished. {summary_line(report)}"
    minutes = round((report.finished_at - report.started_at) / timedelta(minutes=1))
    return f"{started}, {many(minutes, 'minute')}, exit code {report.exit_code}. {summary_line(report)}"


def timer_findings(project: Project, config: Config) -> Iterator[Finding]:
    """What is wrong with the timers, for `doctor`."""
    now = current_time()
    timetable = _timetable(project, config)
    found = _found(timetable)
    if not found:
        yield Finding("Nothing is set up to run by itself.", "Set it up: rivalscope schedule", is_hint=True)
    for keeper, is_system, texts in found:
        if not _is_current(timetable, keeper, texts, now, is_system=is_system):
            yield Finding(
                f"What is set up with {keeper} is not what rivalscope.toml or this version says.",
                "Set it up again: rivalscope schedule",
            )
    yield from _missed(project, config, newest_reports(project.runs, now), now)


def _missed(project: Project, config: Config, reports: Sequence[RunReport], now: datetime) -> Iterator[Finding]:
    """A brief that was due and was not begun, where something is set up to begin it."""
    if not _found(_timetable(project, config)):
        return
    for tell in (job for job in _timetable(project, config).jobs if job.is_telling):
        last = next((report.started_at for report in reports if _was_start_of(report, tell)), None)
        if not tell.is_missed(last, now):
            continue
        whose = f" of {', '.join(tell.lists)}" if tell.lists else ""
        yield Finding(
            f"A brief{whose} was due since the last run ({last:%Y-%m-%d %H:%M} UTC), and no run was begun.",
            "See what the timer says: systemctl --user list-timers, crontab -l or launchctl list; now: rivalscope run",
        )


# ---------------------------------------------------------------- what the rhythm reaches


def hours_off(text: str) -> tuple[time, time]:
    """``22:00-08:00`` as two times."""
    found = re.fullmatch(r"(\d{1,2}:\d{2})-(\d{1,2}:\d{2})", text.strip(), re.ASCII)
    try:
        begins, ends = (time.fromisoformat(part.zfill(5)) for part in (found.groups() if found else ()))
    except ValueError:
        raise typer.BadParameter(f"{text!r} are no hours; write them like 22:00-08:00") from None
    return begins, ends


def rhythm_lines(project: Project, config: Config, *, off: tuple[time, time] | None) -> Iterator[str]:
    """How well the rhythm reads posts at the ages at which they are compared; one sentence an age.

    ``off``: hours at which the machine is off every day.
    """
    yield f"Rhythm: {_in_words(config.rhythm)}."
    yield from config.empty_schedules
    is_made_up = True
    if off is not None:
        found = _found(_timetable(project, config))
        is_made_up = Keeper.CRON not in [each for each, _, _ in found] if found else _available_keeper() != Keeper.CRON
        missed = "is made up when it is on again" if is_made_up else "is not made up by cron"
        yield f"What falls into {off[0]:%H:%M}-{off[1]:%H:%M}, when this machine is off, {missed}."
    is_well = True
    for lists, age, platforms in _by_visits_and_age(config):
        visits = config.rhythm.visits(lists)
        if off is not None:
            visits = without_hours_off(visits, off, is_made_up=is_made_up)
        if (sentence := _shortfall(visits, age, platforms, config.horizon_days)) is not None:
            is_well = False
            prefix = f"List {', '.join(lists)}: " if lists else ""
            yield f"{prefix}{sentence}"
    if is_well:
        yield "It reads posts around the ages at which they are compared."


def _in_words(rhythm: Rhythm) -> str:
    when = f"the brief on {WEEKDAYS[rhythm.tell_weekday].title()} at {rhythm.tell:%H:%M} ({rhythm.zone})"
    if not rhythm.collect and not rhythm.lists:
        return f"{when}, and collecting only then"
    own = [f"{name} {_at(times)}{_told(rhythm, name)}" for name, times in sorted(rhythm.lists.items())]
    return ", ".join([f"collecting every day {_at(rhythm.collect)}", *own, when])


def _told(rhythm: Rhythm, name: str) -> str:
    if name not in rhythm.list_tells:
        return ""
    weekday, at = rhythm.list_tells[name]
    return f" with a brief of its own on {WEEKDAYS[weekday].title()} at {at:%H:%M}"


def _at(times: Sequence[time]) -> str:
    return f"at {' and '.join(f'{at:%H:%M}' for at in times)}" if times else "at no time of its own"


def _by_visits_and_age(config: Config) -> Iterator[tuple[tuple[str, ...], int, Sequence[Platform]]]:
    """Platforms of the list that are collected, by what their accounts have in common: the lists with times of their
    own, and the age in hours at which their posts are compared."""
    access = {*held_credentials(config), *config.switched_on}
    found: dict[tuple[tuple[str, ...], int], set[Platform]] = {}
    for account in config.active_accounts:
        platform = account.link.platform
        if is_collected(platform, has_access=platform in access):
            lists = tuple(sorted(set(account.lists) & config.rhythm.lists.keys()))
            found.setdefault((lists, comparison_age(platform)), set()).add(platform)
    for (lists, age), platforms in sorted(found.items()):
        yield lists, age, sorted(platforms)


def _shortfall(visits: Sequence[int], age: int, platforms: Sequence[Platform], horizon_days: int) -> str | None:
    """One sentence where more than a twentieth of the posts is not read around the age of comparison."""
    names = ", ".join(FACTS[platform].label for platform in platforms)
    found = reach(visits, age, horizon_days)
    if found.later + found.left_out <= _WORTH_A_WARNING:
        return None
    set_age = f"{age} hours" if age < 168 else f"{age // 24} days"
    parts = []
    if found.later:
        parts.append(
            f"{found.later:.0%} of the posts would be left out of the comparison at {set_age}, and stand as they were"
            f" read later (half of them {found.hours_late:.0f} hours later or more)"
        )
    if found.left_out:
        parts.append(f"{found.left_out:.0%} would be left out for good")
    mend = []
    if found.later:
        gap = f"{longest_gap(visits):.0f} hours lie between two visits" if visits else "there is no visit"
        mend.append(f'{gap}, at most {age // 2} should: add times to collect = ["05:00"] under [schedule]')
    if found.left_out:
        mend.append(
            f"raise horizon_days to {age // 24 + 28}" if visits else "choose hours when the machine is on, or systemd"
        )
    return f"{names}: {', and '.join(parts)}. {'; '.join(mend).capitalize()}."
