"""A plan as files: a calendar, upload files for two schedulers, a sheet, and a page to read."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from attrs import frozen

from reports.exports import markdown_text
from reports.filters import Formats, first_large, safe_url
from reports.language import marked
from reports.page import write_whole
from reports.planning.calendar import STATUS_WORDS, calendar_file
from reports.planning.experiments import Test
from reports.planning.notes import Note
from reports.planning.planner import Plan
from reports.planning.power import LARGEST_RATIO, MOST_WEEKS
from reports.planning.scheduler_files import SchedulerRules, buffer_files, channel_names, hootsuite_files
from reports.planning.sheet import sheet_text
from reports.planning.slots import Channel, Slot, Status
from reports.words import PLATFORMS

_UPLOADED = re.compile(rf"(?:buffer|hootsuite)-(?:{'|'.join(PLATFORMS)})(?:-[a-z0-9-]+)?\.csv")
"""What a plan before this one may have written, for a network or account that is no longer planned for."""


@frozen(kw_only=True)
class Written:
    """What was written."""

    paths: Sequence[Path]
    subscribed: Path
    """The calendar of all plans, always at this path."""
    left_out: Sequence[Note]
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
    names = channel_names([(each.platform, each.account_key, each.handle) for each in channels])
    limits = plan.evidence.limits
    prepared = [
        make(plan.slots, rules=scheduler, limits=limits, channels=names, now=now)
        for make in (buffer_files, hootsuite_files)
    ]
    left_out = [sentence for each in prepared for sentence in each.left_out]
    formats = plan.evidence.formats
    contents: dict[str, bytes] = {
        "calendar.ics": calendar_file(plan.slots, name=_title(plan), project=project, formats=formats, written_at=now),
        "plan.csv": sheet_text(plan.slots).encode(),
        "plan.md": plan_page(plan, left_out).encode(),
    }
    contents |= {name: text.encode() for each in prepared for name, text in each.files.items()}
    for old in folder.glob("*.csv"):
        if _UPLOADED.fullmatch(old.name) and old.name not in contents:
            old.unlink()
    for name, content in contents.items():
        write_whole(folder / name, content)
    write_calendar(all_slots, subscribed, project=project, formats=formats, now=now)
    return Written(paths=[folder / name for name in sorted(contents)], subscribed=subscribed, left_out=left_out)


def write_calendar(slots: Sequence[Slot], path: Path, *, project: str, formats: Formats, now: dt.datetime) -> None:
    """Write the calendar of every plan, to which programs subscribe, in the language of the brief.

    Raises BriefError.
    """
    ordered = sorted(slots, key=lambda slot: (slot.planned_at, slot.slot_id))
    name = formats.gettext("Posts of %(project)s", project=project)
    write_whole(path, calendar_file(ordered, name=name, project=project, formats=formats, written_at=now))


def sight_lines(test: Test, formats: Formats) -> list[str]:
    """What a test of own posts can see, said before one is planned, in the language of ``formats``."""
    if test.sight is None or test.platform is None or test.dimension is None or test.arms is None:
        return [formats.gettext("No test is planned: there are no two kinds of posts to compare.")]
    words, sight = formats.words, test.sight
    compared = {
        "tried": words.level(test.arms[0], test.dimension),
        "usual": words.level(test.arms[1], test.dimension),
        "platform": words.platform(test.platform),
        "pairs": formats.rate(sight.pairs_a_week),
        "seen": ", ".join(_seen(weeks, smallest, formats) for weeks, smallest in sight.by_weeks),
    }
    measured = marked(
        "A test of %(tried)s against %(usual)s on %(platform)s would get %(pairs)s pairs a week at this rhythm."
        " Smallest effect it can see, as posts there differ: %(seen)s."
    )
    supposed = marked(
        "A test of %(tried)s against %(usual)s on %(platform)s would get %(pairs)s pairs a week at this rhythm."
        " Smallest effect it can see, if posts there differ as they usually do: %(seen)s."
    )
    lines = [formats.gettext(measured if sight.is_measured else supposed, **compared)]
    if test.experiment is None:
        out_of_reach = formats.gettext(
            "Even %(ratio)s × is out of reach in %(weeks)s weeks, so no test is planned: the plan follows the best"
            " bets, and promises nothing it could not see. More posts a week, or fewer networks, would help.",
            ratio=formats.count(LARGEST_RATIO),
            weeks=formats.count(MOST_WEEKS),
        )
        return [*lines, out_of_reach]
    planned = test.experiment
    design: dict[str, str] = {
        "pairs": formats.count(planned.pairs_planned),
        "ratio": formats.times(planned.target_ratio),
        "test": planned.experiment_id,
        "seed": planned.seed,
    }
    if test.is_carried:
        carried = formats.gettext(
            "The test goes on since %(plan)s: %(pairs)s pairs, %(left)s still to draw, enough to see %(ratio)s ×."
            " Nothing is said before they are complete. (%(test)s, drawn from the seed %(seed)s)",
            plan=planned.plan,
            left=formats.count(test.pairs_left),
            **design,
        )
        return [*lines, carried]
    begun = formats.gettext(
        "The test begins: %(pairs)s pairs, enough to see %(ratio)s ×. Nothing is said before they are complete."
        " (%(test)s, drawn from the seed %(seed)s)",
        **design,
    )
    return [*lines, begun]


def plan_page(plan: Plan, left_out: Sequence[Note] = ()) -> str:
    """The plan as Markdown, in the language of the brief."""
    formats = plan.evidence.formats
    active = [slot for slot in plan.slots if slot.status is not Status.DROPPED]
    posts = formats.counted(len(active), "post")
    known = formats.day(plan.evidence.as_of)
    seed = markdown_text(plan.seed)
    lines = [f"# {_title(plan)}", ""]
    lines += [
        formats.gettext(
            "%(posts)s, from what was known on %(day)s. Times are those of %(timezone)s. Seed: %(seed)s.",
            posts=posts,
            day=known,
            timezone=active[0].timezone,
            seed=seed,
        )
        if active
        else formats.gettext(
            "%(posts)s, from what was known on %(day)s. Seed: %(seed)s.", posts=posts, day=known, seed=seed
        ),
        "",
    ]
    counts = Counter(slot.basis.value for slot in active)
    lines += [f"- {formats.gettext(said)}: {counts[basis]}" for basis, said in _BASES.items() if counts[basis]]
    lines += ["", _heading(marked("What is tested"), formats), "", *sight_lines(plan.test, formats), ""]
    if caps := _caps(plan):
        lines += [_heading(marked("What the networks allow"), formats), "", *caps, ""]
    if plan.notes:
        lines += [_heading(marked("Good to know"), formats), "", *_listed(plan.notes, formats), ""]
    for (year, number), slots in groupby(active, key=lambda slot: slot.local.isocalendar()[:2]):
        week = formats.gettext("week %(number)s, %(year)s", number=number, year=year)
        lines += [f"## {first_large(week)}", ""]
        for slot in slots:
            lines += [*_slot_lines(slot, formats), ""]
    if left_out:
        lines += [_heading(marked("Not in the upload files"), formats), "", *_listed(left_out, formats), ""]
    return "\n".join(lines)


_BASES: Mapping[str, str] = {
    "proven": marked("On what is shown to work"),
    "opening": marked("On openings: works, and competitors use it rarely"),
    "test": marked("To learn, drawn by lot"),
    "best_bet": marked("Best bets: promising, nothing is shown"),
}


def _title(plan: Plan) -> str:
    formats = plan.evidence.formats
    return formats.gettext("Posts in %(month)s", month=formats.month(plan.month))


def _heading(message: str, formats: Formats) -> str:
    return f"## {formats.gettext(message)}"


def _listed(notes: Sequence[Note], formats: Formats) -> list[str]:
    return [f"- {markdown_text(note.said(formats))}" for note in notes]


def _caps(plan: Plan) -> list[str]:
    """What the networks of the plan take, and since when."""
    formats = plan.evidence.formats
    lines = []
    for platform in dict.fromkeys(slot.platform for slot in plan.slots):
        if (limits := plan.evidence.limits.get(platform)) is None:
            continue
        said = []
        if limits.hashtags is not None:
            most = formats.count(limits.hashtags)
            said.append(
                formats.gettext(
                    "%(number)s hashtags at most (%(since)s)", number=most, since=limits.since.said(formats)
                )
                if limits.since
                else formats.gettext("%(number)s hashtags at most", number=most)
            )
        if limits.hashtags_advised is not None:
            said.append(formats.gettext("%(number)s advised", number=formats.count(limits.hashtags_advised)))
        if limits.text is not None:
            said.append(
                formats.gettext("a text of %(number)s characters as it counts", number=formats.count(limits.text))
            )
        lines += [f"- {formats.words.platform(platform)}: {', '.join(said)}"] if said else []
    return lines


def _slot_lines(slot: Slot, formats: Formats) -> list[str]:
    words = formats.words
    kind = f"{words.level(slot.format or 'other', 'format')}, {words.level(slot.post_type or 'other', 'post_type')}"
    at = f"{formats.weekday_and_day(slot.local.date())}, {slot.local:%H:%M}"
    status = formats.gettext(STATUS_WORDS[slot.status])
    told = [
        (marked("About: %(topic)s"), "topic", markdown_text(slot.topic or "")),
        (marked("Why: %(why)s"), "why", markdown_text(slot.why or "")),
        *((marked("See: %(address)s"), "address", _address(each)) for each in slot.evidence),
        (marked("Hashtags: %(hashtags)s"), "hashtags", markdown_text(" ".join(f"#{tag}" for tag in slot.hashtags))),
        (marked("Link: %(link)s"), "link", _address(slot.link)),
    ]
    return [
        f"### {at}: {words.platform(slot.platform)} ({slot.slot_id}, {status})",
        "",
        f"{markdown_text(kind)}. {markdown_text(slot.caption or slot.hook or '')}",
        "",
        *(f"- {formats.gettext(message, **{name: value})}" for message, name, value in told if value),
    ]


def _address(url: str | None) -> str:
    return f"<{address}>" if (address := safe_url(url)) else ""


def _seen(weeks: int, smallest: float | None, formats: Formats) -> str:
    if smallest is None:
        return formats.gettext("in %(weeks)s weeks none yet", weeks=weeks)
    ratio = formats.times(smallest) if smallest < _MOST_SAID else formats.gettext("over %(number)s", number=_MOST_SAID)
    return formats.gettext("in %(weeks)s weeks %(ratio)s ×", weeks=weeks, ratio=ratio)


_MOST_SAID: Final = 20
"""A larger ratio is none that anybody would see."""
