"""A plan as files: a calendar, upload files for two schedulers, a sheet, and a page to read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

from attrs import frozen

from reports.exports import markdown_text
from reports.filters import Formats, safe_url
from reports.page import write_whole
from reports.planning.calendar import calendar_file
from reports.planning.experiments import Test
from reports.planning.planner import Plan
from reports.planning.power import LARGEST_RATIO, MOST_WEEKS
from reports.planning.scheduler_files import SchedulerRules, buffer_files, channel_names, hootsuite_files
from reports.planning.sheet import sheet_text
from reports.planning.slots import Channel, Slot, Status
from reports.words import PLATFORMS, Words

_UPLOADED = re.compile(rf"(?:buffer|hootsuite)-(?:{'|'.join(PLATFORMS)})(?:-[a-z0-9-]+)?\.csv")
"""What a plan before this one may have written, for a network or account that is no longer planned for."""


@frozen(kw_only=True)
class Written:
    """What was written."""

    paths: Sequence[Path]
    subscribed: Path
    """The calendar of all plans, always at this path."""
    left_out: Sequence[str]
    """One sentence for each slot that an upload file could not take."""


def write_plan(
    plan: Plan,
    folder: Path,
    *,
    subscribed: Path,
    all_slots: Sequence[Slot],
    channels: Sequence[Channel],
    scheduler: SchedulerRules,
    project: str,
    now: dt.datetime,
) -> Written:
    """Write ``calendar.ics``, ``buffer-*.csv``, ``hootsuite-*.csv``, ``plan.csv`` and ``plan.md`` to ``folder``.

    The calendar of ``all_slots``, of every plan, goes to ``subscribed``. Upload files that were there are replaced.

    Raises BriefError when something cannot be written.
    """
    words = plan.evidence.words
    names = channel_names([(each.platform, each.account_key, each.handle) for each in channels])
    limits = plan.evidence.limits
    prepared = [
        make(plan.slots, rules=scheduler, limits=limits, channels=names, words=words, now=now)
        for make in (buffer_files, hootsuite_files)
    ]
    left_out = [sentence for each in prepared for sentence in each.left_out]
    title = f"{plan.month:%B %Y}"
    contents: dict[str, bytes] = {
        "calendar.ics": calendar_file(
            plan.slots, name=f"Posts {title}", project=project, formats=plan.evidence.formats, written_at=now
        ),
        "plan.csv": sheet_text(plan.slots).encode(),
        "plan.md": plan_page(plan, left_out).encode(),
    }
    contents |= {name: text.encode() for each in prepared for name, text in each.files.items()}
    for old in folder.glob("*.csv"):
        if _UPLOADED.fullmatch(old.name) and old.name not in contents:
            old.unlink()
    for name, content in contents.items():
        write_whole(folder / name, content)
    write_calendar(all_slots, subscribed, project=project, formats=plan.evidence.formats, now=now)
    return Written(paths=[folder / name for name in sorted(contents)], subscribed=subscribed, left_out=left_out)


def write_calendar(slots: Sequence[Slot], path: Path, *, project: str, formats: Formats, now: dt.datetime) -> None:
    """Write the calendar of every plan, to which programs subscribe, in the language of the brief.

    Raises BriefError.
    """
    ordered = sorted(slots, key=lambda slot: (slot.planned_at, slot.slot_id))
    name = f"Posts of {project}"
    write_whole(path, calendar_file(ordered, name=name, project=project, formats=formats, written_at=now))


def sight_lines(test: Test, words: Words) -> list[str]:
    """What a test of own posts can see, said before one is planned."""
    if test.sight is None or test.platform is None or test.arms is None:
        return ["No test is planned: there are no two kinds of posts to compare."]
    sight, where = test.sight, words.platform(test.platform)
    spread = "as posts there differ" if sight.is_measured else "if posts there differ as they usually do"
    seen = ", ".join(f"{weeks} weeks {_ratio(smallest)}" for weeks, smallest in sight.by_weeks)
    lines = [
        f"A test of {test.arms[0]} against {test.arms[1]} on {where} would get {sight.pairs_a_week:.1f} pairs a week at"
        f" this rhythm. Smallest effect it can see, {spread}: {seen}."
    ]
    if test.experiment is None:
        lines.append(
            f"Even {LARGEST_RATIO:.0f} × is out of reach in {MOST_WEEKS} weeks, so no test is planned: the plan follows"
            " the best bets, and promises nothing it could not see. More posts a week, or fewer networks, would help."
        )
        return lines
    planned = test.experiment
    begun = f"goes on since {planned.plan}" if test.is_carried else "begins"
    left = f", {test.pairs_left} still to draw" if test.is_carried else ""
    lines.append(
        f"The test {begun}: {planned.pairs_planned} pairs{left}, enough to see {planned.target_ratio:g} ×. Nothing is"
        f" said before they are complete. ({planned.experiment_id}, drawn from the seed {planned.seed})"
    )
    return lines


def plan_page(plan: Plan, left_out: Sequence[str] = ()) -> str:
    """The plan as Markdown."""
    words = plan.evidence.words
    active = [slot for slot in plan.slots if slot.status is not Status.DROPPED]
    lines = [f"# Posts in {plan.month:%B %Y}", ""]
    lines += [
        f"{len(active)} posts, from what was known on {plan.evidence.as_of}. Times are those of"
        f" {active[0].timezone if active else 'your zone'}. Seed: {markdown_text(plan.seed)}.",
        "",
    ]
    counts: dict[str, int] = {}
    for slot in active:
        counts[slot.basis.value] = counts.get(slot.basis.value, 0) + 1
    lines += [f"- {_BASES[basis]}: {count}" for basis in _BASES if (count := counts.get(basis))]
    lines += ["", "## What is tested", "", *sight_lines(plan.test, words), ""]
    if caps := _caps(plan):
        lines += ["## Caps that were kept", "", *caps, ""]
    if plan.notes:
        lines += ["## Good to know", "", *(f"- {markdown_text(note)}" for note in plan.notes), ""]
    for week, slots in groupby(active, key=lambda slot: f"{slot.local:%G-W%V}"):
        lines += [f"## {week}", ""]
        for slot in slots:
            lines += [*_slot_lines(slot, words), ""]
    if left_out:
        lines += ["## Not in the upload files", "", *(f"- {markdown_text(sentence)}" for sentence in left_out), ""]
    return "\n".join(lines)


_BASES: Mapping[str, str] = {
    "proven": "On what is shown to work",
    "opening": "On openings: works, and competitors use it rarely",
    "test": "To learn, drawn by lot",
    "best_bet": "Best bets: promising, nothing is shown",
}


def _caps(plan: Plan) -> list[str]:
    """What the networks of the plan take, and since when."""
    lines = []
    for platform in dict.fromkeys(slot.platform for slot in plan.slots):
        if (limits := plan.evidence.limits.get(platform)) is None:
            continue
        said = [f"{limits.hashtags} hashtags at most ({limits.since})"] if limits.hashtags is not None else []
        said += [f"{limits.hashtags_advised} advised"] if limits.hashtags_advised is not None else []
        said += [f"text of {limits.text:,} as it counts"] if limits.text is not None else []
        lines += [f"- {plan.evidence.words.platform(platform)}: {', '.join(said)}"] if said else []
    return lines


def _slot_lines(slot: Slot, words: Words) -> list[str]:
    kind = f"{words.level(slot.format or 'other', 'format')}, {words.level(slot.post_type or 'other', 'post_type')}"
    lines = [
        f"### {slot.local:%a %d %b, %H:%M}: {words.platform(slot.platform)} ({slot.slot_id}, {slot.status})",
        "",
        f"{markdown_text(kind)}. {markdown_text(slot.caption or slot.hook or '')}",
        "",
    ]
    lines += [f"- About: {markdown_text(slot.topic)}"] if slot.topic else []
    lines += [f"- Why: {markdown_text(slot.why)}"] if slot.why else []
    lines += [f"- See: <{address}>" for each in slot.evidence if (address := safe_url(each))]
    lines += [f"- Hashtags: {markdown_text(' '.join('#' + tag for tag in slot.hashtags))}"] if slot.hashtags else []
    lines += [f"- Link: <{address}>"] if slot.link and (address := safe_url(slot.link)) else []
    return lines


def _ratio(ratio: float | None) -> str:
    return "none yet" if ratio is None else f"{ratio:.1f} ×" if ratio < 20 else "over 20 ×"
