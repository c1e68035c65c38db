"""A month's plan: a function of evidence, rules, what was planned before, and a seed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from attrs import define, evolve, field, frozen

from reports.language import marked, marked_plural
from reports.planning.draw import shuffled
from reports.planning.evidence import Evidence, Level
from reports.planning.experiments import Situation, Test, chosen_test
from reports.planning.hooks import hook_ideas
from reports.planning.links import tracked_link
from reports.planning.mix import SHARES, Choices, Rotation, in_turns, kind_of, quotas
from reports.planning.moments import weeks_of
from reports.planning.notes import Note
from reports.planning.slots import Basis, Channel, Experiment, Rules, Slot, Status
from reports.planning.timetable import Place, places

SUPERSEDED: Final = "Left out when the month was planned again."
_USUAL_HASHTAGS: Final = 3
_EXAMPLES: Final = 2
_MOST_TOPICS: Final = 8


@frozen(kw_only=True)
class Plan:
    """A month."""

    name: str
    """``plan-2026-12``."""
    month: dt.date
    seed: str
    slots: Sequence[Slot]
    """All of it by time, dropped ones included."""
    changes: Sequence[Slot]
    """The new versions among them."""
    test: Test
    experiments: Sequence[Experiment]
    """Designs that are new or changed."""
    evidence: Evidence
    notes: Sequence[Note]
    """What a person should know."""


def plan_name(month: dt.date) -> str:
    """What a month's plan is called, in links, too."""
    return f"plan-{month:%Y-%m}"


def make_plan(
    month: dt.date,
    *,
    per_week: int,
    channels: Sequence[Channel],
    rules: Rules,
    evidence: Evidence,
    known_slots: Sequence[Slot] = (),
    known_experiments: Sequence[Experiment] = (),
    is_partial: bool = False,
    project: str,
    now: dt.datetime,
) -> Plan:
    """The plan of the month that ``month`` lies in, the same for the same arguments.

    ``per_week``: posts on all ``channels`` together. Of ``known_slots`` those of this month that a person decided about
    or whose time has come stay as they are; the rest of the month is planned anew under the same ids. With
    ``is_partial`` slots and tests of other networks than those of ``channels`` are left alone. ``project`` names the
    project in seeds. Raises PlanningError for a country without a calendar.
    """
    name, seed = plan_name(month), f"{project}/{plan_name(month)}"
    there = {channel.platform for channel in channels}
    if is_partial:
        seed = f"{seed}/{'+'.join(sorted(there))}"
    before = [slot for slot in known_slots if slot.plan == name]
    subject = [slot for slot in before if slot.platform in there] if is_partial else before
    kept = [slot for slot in subject if slot.is_kept(now) and slot.why != SUPERSEDED]
    open_places, missing = places(
        weeks_of(month, rules, after=now), month=month, per_week=per_week, channels=channels, kept=kept, rules=rules,
        evidence=evidence, seed=seed, after=now,
    )  # fmt: skip
    left_out = {format_ for format_, most in rules.most_a_week.items() if most == 0}
    choices = {each: Choices.of(evidence, each, left_out) for each in sorted(there)}
    test = chosen_test(
        Situation(
            choices=choices, rates=_rates(channels, per_week), most_a_week=rules.most_a_week, evidence=evidence,
            known=known_experiments, is_partial=is_partial, plan=name, month=month, seed=seed, now=now,
            known_slots=[slot for slot in known_slots if slot not in subject or slot in kept],
        )
    )  # fmt: skip
    filler = _Filler(
        name=name, seed=seed, rules=rules, evidence=evidence, choices=choices, test=test, kept=kept,
        earlier=[slot for slot in known_slots if slot.plan != name and slot.status is not Status.DROPPED],
    )  # fmt: skip
    made = filler.filled(open_places)
    changes = _changes(made, subject, kept)
    current = {slot.slot_id: slot for slot in (*before, *changes)}
    return Plan(
        name=name,
        month=month.replace(day=1),
        seed=seed,
        slots=sorted(current.values(), key=lambda slot: (slot.planned_at, slot.slot_id)),
        changes=changes,
        test=test,
        experiments=test.changed,
        evidence=evidence,
        notes=[*_notes(choices, rules), *_shortage(len(open_places), missing, kept)],
    )


def _rates(channels: Sequence[Channel], per_week: int) -> dict[str, float]:
    """Platform → slots a week, every channel having its equal part."""
    counts = Counter(channel.platform for channel in channels)
    return {platform: per_week * count / len(channels) for platform, count in counts.items()}


def _changes(made: Sequence[Slot], subject: Sequence[Slot], kept: Sequence[Slot]) -> list[Slot]:
    """New versions: of what was planned, and of drafts that are no more."""
    by_id = {slot.slot_id: slot for slot in subject}
    stay = {slot.slot_id for slot in (*made, *kept)}
    gone = [evolve(slot, status=Status.DROPPED, why=SUPERSEDED) for slot in subject if slot.slot_id not in stay]
    return [new for slot in (*made, *gone) if (new := slot.after(by_id.get(slot.slot_id))) is not None]


def _shortage(count: int, missing: int, kept: Sequence[Slot]) -> list[Note]:
    if missing:
        one, several = marked_plural(
            "%(number)s slot found no free day and hour: look at days, quiet_hours, country and most_a_day under"
            " [plan].",
            "%(number)s slots found no free day and hour: look at days, quiet_hours, country and most_a_day under"
            " [plan].",
        )
        return [Note(one, several=several, values={"number": missing})]
    if not count and kept:
        decided = marked("Nothing was planned anew: every slot of the month was decided about, or its time has come.")
        return [Note(decided)]
    return [] if count else [Note(marked("Nothing is left of the month to plan for."))]


def _notes(choices: Mapping[str, Choices], rules: Rules) -> list[Note]:
    notes = []
    for platform, each in choices.items():
        where = {"platform": platform}
        if not any(level.post_count for levels in each.usable.values() for level in levels):
            unknown = marked(
                "No post on %(platform)s is known yet: its slots are what is usual there, and prove nothing."
            )
            notes.append(Note(unknown, values=where))
        elif not each.works:
            unshown = marked("Nothing is shown to work on %(platform)s yet: its slots are best bets.")
            notes.append(Note(unshown, values=where))
    if rules.link is None:
        without = marked('Slots have no link: name the page they should lead to as link = "https://…" under [plan].')
        notes.append(Note(without))
    return notes


@define(kw_only=True)
class _Filler:
    """Says what is in each slot."""

    name: str
    seed: str
    rules: Rules
    evidence: Evidence
    choices: Mapping[str, Choices]
    test: Test
    kept: Sequence[Slot]
    earlier: Sequence[Slot]
    _hooks: dict[str, dict[str, int]] = field(factory=dict)
    """Platform → idea → when it was last used, counted up."""
    _made: Counter[tuple[str, str]] = field(factory=Counter)
    """Week and format → slots."""

    def filled(self, open_places: Sequence[Place]) -> list[Slot]:
        """A slot for every place, platform by platform."""
        for slot in self.kept:
            self._hooks.setdefault(slot.platform, {})[slot.hook or ""] = 1
            if slot.format and slot.status is not Status.DROPPED:
                self._made[f"{slot.local:%G-W%V}", slot.format] += 1
        platforms = dict.fromkeys(place.channel.platform for place in open_places)
        # the test first: what was drawn for it must find room
        ordered = sorted(platforms, key=lambda each: (each != self.test.platform, each))
        made = [slot for each in ordered for slot in self._of_platform(each, open_places)]
        return sorted(made, key=lambda slot: (slot.planned_at, slot.slot_id))

    def _of_platform(self, platform: str, open_places: Sequence[Place]) -> list[Slot]:
        own = [place for place in open_places if place.channel.platform == platform]
        choices = self.choices[platform]
        is_tested = self.test.platform == platform and self.test.experiment is not None
        is_learning = self.test.experiment is None or is_tested
        tests = self.test.slots_of(len(own)) if is_tested else 0
        bets = round(len(own) * SHARES[Basis.TEST]) if is_learning and not is_tested else 0
        wanted = quotas(len(own), choices, tests=tests, bets=bets)
        order = in_turns(wanted, f"{self.seed}/{platform}", half_pairs=len(self.test.half_pairs) if is_tested else 0)
        rotation = Rotation(
            choices=choices, seed=f"{self.seed}/{platform}", most_a_week=self.rules.most_a_week, made=self._made
        )
        topics = [each.level for each in self.evidence.topics(platform)[:_MOST_TOPICS]]
        done: list[Slot] = []
        fixed = sorted(
            (slot for slot in (*self.earlier, *self.kept) if slot.platform == platform),
            key=lambda each: each.planned_at,
        )
        pairs = self.test.pairs() if is_tested else iter(())
        pair: list[tuple[str, int]] = []
        companion: Level | None = None
        for number, (place, basis) in enumerate(zip(own, order, strict=True)):
            around = _neighbours(place, [*fixed, *done])
            topic = _next_topic(topics, {each.topic for each in around})
            arm = block = None
            if basis is Basis.TEST:
                if not pair:
                    pair, companion = list(next(pairs)), None
                arm, block = pair.pop(0)
                level = self.test.level_of(arm, choices)
                if companion is None:
                    near = {each.post_type if level.dimension == "format" else each.format for each in around}
                    weeks = [each.week for each in own[number : number + 1 + len(pair)]]
                    companion = rotation.companion(level, weeks, near=near)
                rotation.note(level, place.week)
                rotation.note(companion, place.week)
                other = companion
            else:
                focus = choices.with_basis(basis) or [each for levels in choices.usable.values() for each in levels]
                level, other = rotation.take(focus, place.week, near={each.kind for each in around})
            done.append(self._slot(place, level, other, topic, arm=arm, block=block))
        return done

    def _slot(
        self,
        place: Place,
        level: Level,
        other: Level,
        topic: str | None,
        *,
        arm: str | None,
        block: int | None,
    ) -> Slot:
        platform = place.channel.platform
        format_, post_type = kind_of(level, other)
        campaign = next((each for each in self.rules.campaigns if each.covers(place.moment.date(), platform)), None)
        address = campaign.link if campaign and campaign.link else self.rules.link
        formats = self.evidence.formats
        why = self.test.why(block, formats) if block is not None else level.why(formats)
        return Slot(
            slot_id=place.slot_id,
            plan=self.name,
            platform=platform,
            account_key=place.channel.account_key,
            host=place.channel.host,
            format=format_,
            post_type=post_type,
            topic=campaign.name if campaign else topic,
            hook=self._hook(place, post_type, topic, campaign.name if campaign else None),
            hashtags=self._hashtags(platform, place.slot_id),
            link=tracked_link(address, platform=platform, plan=self.name, slot_id=place.slot_id) if address else None,
            campaign=campaign.name if campaign else None,
            basis=Basis.TEST if block is not None else level.basis,
            why=why,
            evidence=self._examples(level, other, place.slot_id),
            experiment_id=self.test.experiment.experiment_id if block is not None and self.test.experiment else None,
            arm=arm,
            block=block,
            timezone=self.rules.timezone,
            planned_at=place.moment.astimezone(dt.UTC),
        )

    def _hook(self, place: Place, post_type: str, topic: str | None, campaign: str | None) -> str:
        """An idea that was not used on the platform, else the one that was used longest ago."""
        language = self.evidence.formats.language
        ideas = hook_ideas(post_type, topic, campaign, f"{self.seed}/{place.slot_id}", language)
        used = self._hooks.setdefault(place.channel.platform, {})
        hook = min(ideas, key=lambda idea: used.get(idea, 0))
        used[hook] = 1 + max(used.values(), default=0)
        return hook

    def _hashtags(self, platform: str, slot_id: str) -> tuple[str, ...]:
        """Own ones first, then what others there use, within what the network takes and advises."""
        limits = self.evidence.limits.get(platform)
        of_market = self.evidence.hashtags(platform)
        cap = limits.hashtags if limits else None
        advised = limits.hashtags_advised if limits else None
        if not of_market and cap is None and advised is None:
            return ()
        room = min(
            each for each in (cap, advised or max(_USUAL_HASHTAGS, len(self.rules.hashtags))) if each is not None
        )
        top = shuffled(of_market[: 2 * _USUAL_HASHTAGS], f"{self.seed}/{slot_id}")
        return tuple(dict.fromkeys([*self.rules.hashtags, *top]))[:room]

    def _examples(self, level: Level, other: Level, slot_id: str) -> tuple[str, ...]:
        """Two posts of competitors, one of each of the slot's levels and of two companies where there are such."""
        place = f"{self.seed}/{slot_id}"
        first = shuffled(level.examples, place)[:1]
        companies = {company for company, _ in first}
        rest = [*shuffled(other.examples, place), *shuffled(level.examples, place)]
        rest.sort(key=lambda each: each[0] in companies)
        return tuple(dict.fromkeys(address for _, address in [*first, *rest]))[:_EXAMPLES]


def _next_topic(topics: list[str], near: Collection[str | None]) -> str | None:
    """The topic whose turn it is, and not that of the posts just before and after; it goes to the end of the row."""
    chosen = next((each for each in topics if each not in near), topics[0] if topics else None)
    if chosen is not None:
        topics.remove(chosen)
        topics.append(chosen)
    return chosen


def _neighbours(place: Place, slots: Sequence[Slot]) -> list[Slot]:
    """What is planned just before and just after, on the same platform."""
    at = place.moment.astimezone(dt.UTC)
    before = [slot for slot in slots if slot.planned_at <= at]
    after = [slot for slot in slots if slot.planned_at > at]
    return [
        *([max(before, key=lambda slot: slot.planned_at)] if before else []),
        *([min(after, key=lambda slot: slot.planned_at)] if after else []),
    ]
