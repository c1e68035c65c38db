"""The plan as a page to read, in the language of the brief."""

from __future__ import annotations

import datetime as dt
import re

from attrs import evolve

from reports.page import formats_of
from reports.planning.notes import ENGLISH, Note
from reports.planning.scheduler_files import SchedulerRules, buffer_files
from reports.planning.writing import plan_page, sight_lines
from tests.reports.planning.conftest import MASTODON, NOW, Make, evidence, known, thin

GERMAN = formats_of(timezone="Europe/Berlin", language="de")
ENGLISH_WORDS = re.compile(r"\b(?:the|is|of|at|a week|pairs|posts|slots|Week|Why|About|draft)\b")


def test_a_german_plan_reads_german_from_its_title_to_its_last_line(make: Make) -> None:
    for market in (thin("mastodon"), known("mastodon")):
        plan = make(evidence(*market, formats=GERMAN), channels=[MASTODON], per_week=10, rules={"link": None})
        left_out = buffer_files(
            [evolve(slot, planned_at=NOW) for slot in plan.slots[:1]],
            rules=SchedulerRules(), limits={}, channels={}, now=NOW,
        ).left_out  # fmt: skip
        page = plan_page(plan, left_out)
        headings = re.findall(r"^##? (.+)$", page, re.MULTILINE)
        assert headings[:3] == ["Beiträge im Dezember 2026", "Was ausprobiert wird", "Was die Netzwerke erlauben"]
        assert {"Gut zu wissen", "Woche 49, 2026", "Nicht in den Dateien zum Hochladen"} <= set(headings)
        assert re.search(r"^### \w\w\., \d+\. Dez\., \d\d:\d\d: Mastodon \(p2612-\w+, Entwurf\)$", page, re.MULTILINE)
        assert ENGLISH_WORDS.findall(page) == []


def test_an_english_plan_reads_english(make: Make) -> None:
    page = plan_page(make())
    assert page.startswith("# Posts in December 2026\n")
    assert re.search(r"^### \w{3} \d+ Dec, \d\d:\d\d: \w+ \(p2612-\w+, draft\)$", page, re.MULTILINE)


def test_the_same_test_is_told_in_each_language(make: Make) -> None:
    plan = make(evidence(*thin("mastodon"), formats=GERMAN), channels=[MASTODON], per_week=10)
    assert sight_lines(plan.test, ENGLISH)[0].startswith(
        "A test of Videos against Single pictures on Mastodon would get"
    )
    assert sight_lines(plan.test, GERMAN)[0].startswith("Ein Versuch auf Mastodon, „Videos“ gegen „Einzelne Bilder“,")


def test_a_note_is_said_when_its_language_is_known() -> None:
    missing = Note(
        "%(number)s slot found no free day and hour: look at days, quiet_hours, country and most_a_day under [plan].",
        several="%(number)s slots found no free day and hour: look at days, quiet_hours, country and most_a_day under"
        " [plan].",
        values={"number": 1},
    )
    assert str(missing).startswith("1 slot found")
    assert str(evolve(missing, values={"number": 1200})).startswith("1,200 slots found")
    assert missing.said(GERMAN).startswith("Für 1 Termin war")
    since = Note("since %(day)s", values={"day": dt.date(2026, 4, 1)})
    assert (str(since), since.said(GERMAN)) == ("since 1 Apr 2026", "seit 1. Apr. 2026")
    assert str(Note("%(platforms)s: %(why)s", values={"platforms": ["web", "x"], "why": since})) == (
        "Blogs and sites, X: since 1 Apr 2026"
    )
