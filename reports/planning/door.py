"""What the command line hands to a plan, in plain values, and what it hears back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from reports.errors import PlanningError
from reports.language import marked
from reports.page import formats_of
from reports.planning.evidence import Evidence, read_evidence
from reports.planning.notes import ENGLISH, Note
from reports.planning.planner import Plan, make_plan
from reports.planning.scheduler_files import SchedulerRules
from reports.planning.sheet import Edits, read_sheet
from reports.planning.slots import Campaign, Channel, Experiment, Rules, Slot
from reports.planning.writing import Written, sight_lines, write_calendar, write_plan

__all__ = ["Planned", "plan_month", "project_name", "read_edits", "write_month", "write_subscribed"]

_MOST_NAMED = 2
"""So many networks are planned for where the user has no account and names none."""


@frozen(kw_only=True)
class Planned:
    """A month, before anything of it is kept."""

    plan: Plan
    channels: Sequence[Channel]
    known_slots: Sequence[Slot]
    project: str

    @property
    def records(self) -> list[tuple[str, dict[str, Any]]]:
        """Kind and fields of the landing records that keep it."""
        return [
            *(("experiment", each.stated()) for each in self.plan.experiments),
            *(("slot", each.stated()) for each in self.plan.changes),
        ]

    @property
    def lines(self) -> list[str]:
        """What a person is told: what a test can see first, then what to know."""
        return [*sight_lines(self.plan.test, ENGLISH), *map(str, self.plan.notes)]


def plan_month(
    snapshot: Path,
    *,
    month: dt.date,
    per_week: int,
    accounts: Iterable[Mapping[str, Any]],
    platforms: Sequence[str],
    is_partial: bool,
    rules: Mapping[str, Any],
    known: tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]],
    project: str,
    spoken: Mapping[str, Any],
    now: dt.datetime,
) -> Planned:
    """Plan ``month`` from a published snapshot.

    ``accounts``: the own ones, each with ``platform, account_key, host, handle``; ``platforms``: those named by the
    user, with ``is_partial`` for this time only; ``rules``: the fields of :class:`Rules`, campaigns as mappings;
    ``known``: rows of slots and tests so far; ``spoken``: ``language``, ``locale`` and ``catalogues`` of the brief, in
    which ideas and reasons are. Raises PlanningError.
    """
    made_rules = Rules(**{**rules, "campaigns": [Campaign(**each) for each in rules.get("campaigns", ())]})
    evidence = read_evidence(snapshot, timezone=made_rules.timezone, **spoken)
    channels, notes = _channels([Channel(**each) for each in accounts], platforms, evidence)
    slots = [Slot.of(row) for row in known[0]]
    plan = make_plan(
        month,
        per_week=per_week,
        channels=channels,
        rules=made_rules,
        evidence=evidence,
        known_slots=slots,
        known_experiments=[Experiment.of(row) for row in known[1]],
        is_partial=is_partial,
        project=project,
        now=now,
    )
    dated = {each.slot_id: evolve(each, observed_at=now) for each in plan.changes}
    plan = evolve(
        plan,
        slots=[dated.get(each.slot_id, each) for each in plan.slots],
        changes=list(dated.values()),
        notes=[*notes, *plan.notes],
    )
    return Planned(plan=plan, channels=channels, known_slots=slots, project=project)


def write_month(
    planned: Planned, folder: Path, *, subscribed: Path, scheduler: Mapping[str, Any], now: dt.datetime
) -> Written:
    """Write all files of a planned month. ``scheduler``: the fields of :class:`SchedulerRules`. Raises BriefError."""
    every = {slot.slot_id: slot for slot in (*planned.known_slots, *planned.plan.slots)}
    return write_plan(
        planned.plan,
        folder,
        subscribed=subscribed,
        all_slots=list(every.values()),
        channels=planned.channels,
        scheduler=SchedulerRules(**scheduler),
        project=planned.project,
        now=now,
    )


def read_edits(content: bytes, name: str, known: Iterable[Mapping[str, Any]], *, now: dt.datetime) -> Edits:
    """What an edited sheet changes of the slots so far. Raises PlanningError."""
    edits = read_sheet(content, name, {slot.slot_id: slot for slot in map(Slot.of, known)}, now=now)
    return evolve(edits, changes=[evolve(each, observed_at=now) for each in edits.changes])


def write_subscribed(
    known: Iterable[Mapping[str, Any]],
    edits: Edits,
    subscribed: Path,
    *,
    project: str,
    spoken: Mapping[str, Any],
    now: dt.datetime,
) -> None:
    """Bring the calendar of all plans up to date. ``spoken`` as in :func:`plan_month`. Raises BriefError."""
    slots = {slot.slot_id: slot for slot in (*map(Slot.of, known), *edits.changes)}
    formats = formats_of(timezone="UTC", **spoken)
    write_calendar(list(slots.values()), subscribed, project=project, formats=formats, now=now)


def project_name(*names: str) -> str:
    """The first of ``names`` that can stand in an address, as it does."""
    plain = (re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") for name in names)
    return next((name for name in plain if name), "posts")


def _channels(own: Sequence[Channel], platforms: Sequence[str], evidence: Evidence) -> tuple[list[Channel], list[Note]]:
    """Where the plan goes: own accounts, only those on the named networks where some are named."""
    if platforms:
        found = [each for each in own if each.platform in platforms]
        without = [each for each in dict.fromkeys(platforms) if each not in {channel.platform for channel in found}]
        unlisted = marked(
            "No own account on %(platform)s is in the list: rivalscope add LINK --own, so that its posts are compared."
        )
        notes = [Note(unlisted, values={"platform": each}) for each in without]
        return [*found, *(Channel(platform=each) for each in without)], notes
    # a site of one's own is where the links lead
    found = [each for each in own if each.platform != "web"] or list(own)
    if found:
        return found, []
    named = [each for each in evidence.platforms if each != "web"][:_MOST_NAMED] or list(evidence.platforms[:1])
    if not named:
        raise PlanningError(
            "There is nothing to plan for: no account of the list is your own (own = true), and no post is known."
            " Name a network: rivalscope plan --platform instagram"
        )
    chosen = marked(
        "No account of the list is your own (own = true), so it is planned for where most posts are known:"
        " %(platforms)s. Name others with --platform."
    )
    return [Channel(platform=each) for each in named], [Note(chosen, values={"platforms": named})]
