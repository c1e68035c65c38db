"""The calendar file, read by two other programs' libraries, over changes of the clocks, and imported twice."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import vobject
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream

from reports.filters import Formats
from reports.language import read_language
from reports.planning.calendar import calendar_file
from reports.planning.slots import Basis, Slot, Status
from tests.reports.planning.conftest import NOW, Make
from tests.reports.planning.rfc5545 import problems_of

ZONES = {
    "Europe/Berlin": (dt.date(2027, 3, 28), dt.date(2027, 10, 31)),
    "America/New_York": (dt.date(2027, 3, 14), dt.date(2027, 11, 7)),
    "Australia/Sydney": (dt.date(2027, 4, 4), dt.date(2027, 10, 3)),
}


def slot(moment: dt.datetime, **fields: object) -> Slot:
    return Slot(
        **{  # type: ignore[arg-type]  # what a test says
            "slot_id": "p2703-k7f3",
            "plan": "plan-2027-03",
            "platform": "mastodon",
            "format": "image",
            "post_type": "how_to",
            "hook": "Three steps",
            "hashtags": ("tea",),
            "link": "https://larch.example/?utm_content=p2703-k7f3",
            "basis": Basis.PROVEN,
            "timezone": str(moment.tzinfo),
            "planned_at": moment.astimezone(dt.UTC),
            "observed_at": NOW,
            **fields,
        }
    )


ENGLISH = Formats(locale="en", timezone="UTC")


def written(*slots: Slot, name: str = "Posts March 2027", formats: Formats = ENGLISH) -> bytes:
    return calendar_file(slots, name=name, project="larch", formats=formats, written_at=NOW)


def test_an_entry_says_what_to_post_in_the_language_of_the_brief() -> None:
    german = Formats(locale="de", timezone="UTC", language=read_language("de"))
    planned = slot(
        NOW, timezone="UTC", hook="Drei Schritte", topic="Tee", why="Gut.", evidence=("https://a.example/1",)
    )
    [event] = vobject.readOne(written(planned, formats=german).decode()).vevent_list
    assert event.description.value.splitlines() == [
        "Idee: Drei Schritte",
        "Art: Anleitungen, Einzelne Bilder, auf Mastodon",
        "Thema: Tee",
        "Hashtags: #tea",
        "Link: https://larch.example/?utm_content=p2703-k7f3",
        "Warum: Gut.",
        "Siehe: https://a.example/1",
        "Termin p2703-k7f3, Entwurf",
    ]


def taken_in(calendar: dict[str, tuple[int, str, str]], content: bytes) -> dict[str, tuple[int, str, str]]:
    """What a program that follows RFC 5546 has after importing: a UID once, of two the higher SEQUENCE."""
    for event in vobject.readOne(content.decode()).vevent_list:
        uid, sequence = event.uid.value, int(event.sequence.value)
        if uid not in calendar or sequence >= calendar[uid][0]:
            calendar[uid] = (sequence, event.summary.value, event.status.value)
    return calendar


@pytest.mark.parametrize("zone", ZONES)
def test_both_readers_see_every_slot_at_its_moment_over_a_change_of_the_clocks(zone: str) -> None:
    moments = [
        dt.datetime.combine(day + dt.timedelta(days=shift), dt.time(hour), tzinfo=ZoneInfo(zone))
        for day in ZONES[zone]
        for shift in (-1, 0, 1)
        for hour in (0, 5, 9, 23)
    ]
    slots = [slot(moment, slot_id=f"p2703-{number:04d}") for number, moment in enumerate(moments)]
    content = written(*slots)
    expected = {f"{each.slot_id}@larch": each.planned_at for each in slots}
    by_vobject = {
        event.uid.value: event.dtstart.value.astimezone(dt.UTC)
        for event in vobject.readOne(content.decode()).vevent_list
    }
    assert by_vobject == expected
    by_ical = {
        event.uid: event.dtstart.astimezone(dt.UTC)  # type: ignore[union-attr]  # with a time of day
        for event in IcsCalendarStream.calendar_from_ics(content.decode()).events
    }
    assert by_ical == expected
    assert list(problems_of(content)) == []


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ("UID:p2703-k7f3@larch\r\n", "", "VEVENT has 0 UID"),
        ("SEQUENCE:0", "SEQUENCE:0\r\nSEQUENCE:1", "VEVENT has 2 SEQUENCE"),
        ("VERSION:2.0", "VERSION:2.0\r\nMETHOD:PUBLISH", "METHOD does not belong to VCALENDAR"),
        ("DURATION:PT15M", "DURATION:15 minutes", "'15 minutes' is no DURATION"),
        ("END:VTIMEZONE", "END:VEVENT", "VTIMEZONE ends with END:VEVENT"),
        (
            "DTSTART;TZID=Europe/Berlin",
            "DTSTART;TZID=Europe/Paris",
            "no rule says what 20270305T090000 in Europe/Paris is",
        ),
        ("DTSTART;TZID=Europe/Berlin:2", "DTSTART:2", "DTSTART 20270305T090000 is either UTC or by a zone"),
        ("SUMMARY:[mastodon · image] Three steps", "SUMMARY:one; two", "'one; two' is no SUMMARY"),
        ("TRANSP:TRANSPARENT\r\n", "TRANSP:TRANSPARENT\n", "holds a bare line break"),
    ],
)
def test_the_check_of_the_standard_finds_what_is_wrong(right: str, wrong: str, problem: str) -> None:
    content = written(slot(dt.datetime(2027, 3, 5, 9, tzinfo=ZoneInfo("Europe/Berlin")))).decode()
    assert list(problems_of(content.encode())) == []
    assert right in content
    found = list(problems_of(content.replace(right, wrong, 1).encode()))
    assert any(problem in each for each in found), found


@pytest.mark.parametrize("zone", ZONES)
def test_the_zones_own_rules_say_the_same_as_the_zone(zone: str) -> None:
    # read with a zone of a name that no program knows, so that only the rules in the file can answer
    moments = [
        dt.datetime.combine(day + dt.timedelta(days=shift), dt.time(hour, 30), tzinfo=ZoneInfo(zone))
        for day in ZONES[zone]
        for shift in (-1, 0, 1)
        for hour in (0, 4, 12)
    ]
    slots = [slot(moment, slot_id=f"p2703-{number:04d}") for number, moment in enumerate(moments)]
    content = written(*slots).decode().replace(zone, f"Larch/{zone.replace('/', '')}")
    found = {event.uid.value: event.dtstart.value.astimezone(dt.UTC) for event in vobject.readOne(content).vevent_list}
    assert found == {f"{each.slot_id}@larch": each.planned_at for each in slots}


def test_a_plan_is_a_calendar_that_never_blocks_a_day(make: Make) -> None:
    plan = make()
    calendar = IcsCalendarStream.calendar_from_ics(written(*plan.slots).decode())
    assert len(calendar.events) == len(plan.slots)
    for event in calendar.events:
        assert event.transparency == "TRANSPARENT"
        assert event.duration == dt.timedelta(minutes=15)
        assert event.url and "utm_content=p2612-" in event.url
    parsed = vobject.readOne(written(*plan.slots).decode())
    assert parsed.contents["x-wr-calname"][0].value == "Posts March 2027"
    assert parsed.contents["name"][0].value == "Posts March 2027"
    assert parsed.contents["refresh-interval"][0].params == {"VALUE": ["DURATION"]}
    assert parsed.contents["refresh-interval"][0].value == "P1D"
    assert parsed.contents["x-published-ttl"][0].value == "P1D"


def test_imported_twice_there_is_nothing_twice_and_changes_arrive() -> None:
    moment = dt.datetime(2027, 3, 5, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    first, other = slot(moment), slot(moment, slot_id="p2703-m2xw")
    known = taken_in({}, written(first, other))
    assert taken_in(dict(known), written(first, other)) == known
    changed = evolve(first, version=1, caption="Come in", status=Status.APPROVED)
    later = taken_in(dict(known), written(changed, evolve(other, version=1, status=Status.DROPPED)))
    assert len(later) == 2
    assert later["p2703-k7f3@larch"] == (1, "[mastodon · image] Come in", "CONFIRMED")
    assert later["p2703-m2xw@larch"][2] == "CANCELLED"
    assert taken_in(dict(later), written(first, other)) == later, "an old file does not undo a newer one"


@settings(max_examples=60, deadline=None)
@given(
    caption=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=300),
    tags=st.lists(st.text("abcöß日本", min_size=1, max_size=30), max_size=5),
)
def test_any_words_are_folded_inside_no_character_and_come_back(caption: str, tags: list[str]) -> None:
    moment = dt.datetime(2027, 3, 5, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    content = written(slot(moment, caption=caption, hashtags=tuple(tags)))
    assert list(problems_of(content)) == []
    [event] = IcsCalendarStream.calendar_from_ics(content.decode()).events
    assert event.summary == f"[mastodon · image] {caption}"


def test_without_any_slot_it_is_still_a_calendar() -> None:
    assert IcsCalendarStream.calendar_from_ics(written().decode()).events == []
    assert list(problems_of(written())) == []
    utc = dt.datetime(2027, 3, 5, 9, tzinfo=ZoneInfo("UTC"))
    [event] = vobject.readOne(written(slot(utc)).decode()).vevent_list
    assert event.dtstart.value == utc
