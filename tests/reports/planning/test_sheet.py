"""The sheet goes out, is edited in any spreadsheet, and comes back."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.errors import PlanningError
from reports.planning.cells import as_written, neutral
from reports.planning.links import slot_of
from reports.planning.sheet import COLUMNS, Edits, read_sheet, sheet_text
from reports.planning.slots import Slot, Status
from tests.reports.planning.conftest import NOW, Make
from tests.reports.planning.test_scheduler_files import slot

Row = dict[str, str]


@pytest.fixture
def slots(make: Make) -> dict[str, Slot]:
    return {slot.slot_id: slot for slot in make().slots}


def edited(slots: Mapping[str, Slot], change: Callable[[list[Row]], object] = len, *, delimiter: str = ",") -> bytes:
    """The sheet after somebody changed its rows."""
    rows = list(csv.DictReader(io.StringIO(sheet_text(slots.values()).removeprefix("\ufeff"), newline="")))
    change(rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0], delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def read(content: bytes, slots: Mapping[str, Slot]) -> Edits:
    return read_sheet(content, "plan.csv", slots, now=NOW)


def test_the_sheet_has_the_columns_that_a_team_expects(slots: dict[str, Slot]) -> None:
    header = sheet_text(slots.values()).splitlines()[0].removeprefix("\ufeff").split(",")
    assert header == list(COLUMNS)
    twelve = "week date time platform format post_type hook caption hashtags link evidence status"
    assert header[:12] == twelve.split()


def test_untouched_it_changes_nothing_with_any_separator(slots: dict[str, Slot]) -> None:
    for delimiter in (",", ";", "\t"):
        assert read(edited(slots, delimiter=delimiter), slots).changes == []
    content = sheet_text(slots.values()).removeprefix("\ufeff")
    assert read(content.encode("utf-16"), slots).changes == []


def test_edits_come_back_as_new_versions(slots: dict[str, Slot]) -> None:
    def change(rows: list[Row]) -> None:
        rows[0] |= {"status": "approved", "caption": "Our words, two\nlines", "hashtags": "#tea #cake, oven"}
        rows[1] |= {"date": "2026-12-24", "time": "18:05"}
        rows[2] |= {"post_url": "https://social.example/@larch/7", "link": "https://larch.example/other?x=1"}
        rows[3] |= {"format": "Short video", "post_type": "How to", "topic": "Kettles", "status": "Dropped"}

    ids = list(slots)
    one, two, three, four = sorted(read(edited(slots, change), slots).changes, key=lambda each: ids.index(each.slot_id))
    assert (one.version, one.status, one.caption) == (1, Status.APPROVED, "Our words, two\nlines")
    assert one.hashtags == ("tea", "cake", "oven")
    assert two.planned_at == dt.datetime(2026, 12, 24, 17, 5, tzinfo=dt.UTC)
    assert three.post_url == "https://social.example/@larch/7"
    assert three.link and three.link.startswith("https://larch.example/other?x=1&utm_source=")
    assert slot_of(three.link) == three.slot_id
    assert (four.format, four.post_type, four.topic, four.status) == ("short_video", "how_to", "Kettles", "dropped")


@pytest.mark.parametrize(
    ("date", "time", "day", "hour"),
    [
        ("24.12.2026", "18:00", 24, 18),
        ("24. 12. 2026", "18.00", 24, 18),
        ("2026/12/24", "6:00 PM", 24, 18),
        ("24/12/2026", "12:00 am", 24, 0),
        ("24/12/26", "18:00:00", 24, 18),
        ("12/24/2026", "9:05", 24, 9),
    ],
)
def test_dates_and_times_are_read_as_spreadsheets_write_them(
    slots: dict[str, Slot], date: str, time: str, day: int, hour: int
) -> None:
    content = edited(slots, lambda rows: rows[0].update(date=date, time=time))
    [change] = read(content, slots).changes
    assert (change.local.month, change.local.day, change.local.hour) == (12, day, hour)


@pytest.mark.parametrize("pattern", ["%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%m/%d/%y"])
def test_a_sheet_whose_dates_were_written_anew_changes_nothing(slots: dict[str, Slot], pattern: str) -> None:
    def rewrite(rows: list[Row]) -> None:
        for row in rows:
            row["date"] = dt.date.fromisoformat(row["date"]).strftime(pattern)

    assert read(edited(slots, rewrite), slots).changes == []

    def moved(rows: list[Row]) -> None:
        rewrite(rows)
        rows[0]["date"] = dt.date(2026, 12, 3).strftime(pattern)

    [change] = read(edited(slots, moved), slots).changes
    assert change.local.date() == dt.date(2026, 12, 3)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"status": "aproved"}, "did you mean approved"),
        ({"format": "carosel"}, "did you mean carousel"),
        ({"date": "someday"}, "is no date"),
        ({"date": "2026-02-30"}, "is no date"),
        ({"date": "2025-12-05"}, "'2025-12-05' is far from 2026-12-"),
        ({"time": "25:00"}, "is no time of day"),
        ({"caption": "x" * 20_001}, "its caption has 20,001 characters, and 20,000 is the most"),
        ({"link": "larch"}, "is no link"),
        ({"post_url": "javascript:alert(1)"}, "is no address"),
        ({"platform": "instagram"}, "the platform of a slot stays"),
        ({"slot_id": "p2612-zzz0"}, "a sign of it is wrong"),
        ({"slot_id": "", "link": ""}, "names no slot"),
        ({"date": "2027-03-28", "time": "02:30"}, "the clocks go forward"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_nothing_counts(slots: dict[str, Slot], cells: Row, said: str) -> None:
    def change(rows: list[Row]) -> None:
        rows[0]["status"] = "approved"
        rows[2] |= cells

    with pytest.raises(PlanningError) as raised:
        read(edited(slots, change), slots)
    assert said in str(raised.value)
    assert str(raised.value).startswith("plan.csv:")


def test_all_mistakes_are_named_at_once_and_a_slot_that_stands_twice(slots: dict[str, Slot]) -> None:
    def change(rows: list[Row]) -> None:
        rows[0]["time"] = "x"
        rows[1]["time"] = "y"
        rows[3]["slot_id"] = rows[2]["slot_id"]

    with pytest.raises(PlanningError) as raised:
        read(edited(slots, change), slots)
    assert len(str(raised.value).splitlines()) == 3
    assert "keep one of the two" in str(raised.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no column slot_id"),
        (b"a,b\n1,2\n", "no column slot_id"),
        (b"slot_id,capton\np2612-aaaa,x\n", "did you mean caption"),
        (b"\x89PNG\r\n\x1a\n\0\0", "no column slot_id"),
        (b"slot_id\n" + b"p2612-aaaa\n" * 5_001, "more than 5,000 rows"),
        (b'slot_id,caption\np2612-aaaa,"' + b"x" * 120_000 + b'"\n', "more than 100,000"),
    ],
)
def test_what_is_no_sheet_of_a_plan_is_refused_in_a_sentence(slots: dict[str, Slot], content: bytes, said: str) -> None:
    with pytest.raises(PlanningError, match=said):
        read(content, slots)


def test_a_sheet_of_some_columns_leaves_the_others_as_they_are(slots: dict[str, Slot]) -> None:
    one = next(iter(slots))
    [change] = read(f"slot_id,caption\n{one.upper()},Hello\n".encode(), slots).changes
    assert change == evolve(slots[one], caption="Hello", version=1)


def test_the_link_tells_the_slot_where_the_id_was_lost(slots: dict[str, Slot]) -> None:
    def change(rows: list[Row]) -> None:
        for row in rows:
            del row["slot_id"]
        rows[1]["caption"] = "Hi"

    [change_made] = read(edited(slots, change), slots).changes
    assert change_made.slot_id == list(slots)[1]


def test_who_edits_a_draft_or_a_test_is_warned(make: Make) -> None:
    slots = {slot.slot_id: slot for slot in make(per_week=14).slots}
    tested = next(number for number, slot in enumerate(slots.values()) if slot.arm)

    def change(rows: list[Row]) -> None:
        rows[tested] |= {"format": "live"}

    said = "\n".join(read(edited(slots, change), slots).warnings)
    assert "is part of a test" in said
    assert "still a draft" in said


CAPTIONS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200) | st.sampled_from(
    ["=1+1", "'=1+1", "''x", "+1", "-1", "@you", "a\nb", '"', ",;\t,", "'tis", "👩‍👩‍👧"]
)


@settings(max_examples=150, deadline=None)
@given(captions=st.lists(CAPTIONS, min_size=1, max_size=4))
def test_any_words_come_back_as_they_were(captions: Sequence[str]) -> None:
    known: dict[str, Any] = {}
    for number, caption in enumerate(captions):
        made = slot(number, caption=caption.strip() or None)
        known[made.slot_id] = made
    text = sheet_text(known.values())
    for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
    assert read_sheet(text.encode(), "plan.csv", known, now=NOW).changes == []


@settings(deadline=None)
@given(st.text(max_size=20))
def test_a_neutral_cell_is_undone_exactly(cell: str) -> None:
    assert as_written(neutral(cell)) == cell


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_sheet_or_one_sentence(content: bytes) -> None:
    try:
        read_sheet(content, "plan.csv", {}, now=NOW)
    except PlanningError as error:
        assert str(error)
