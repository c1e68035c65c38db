"""Upload files against the rules of the tools that take them, whatever the words hold."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Sequence
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.planning.evidence import Limits
from reports.planning.notes import Note
from reports.planning.scheduler_files import (
    HOOTSUITE_DATES,
    Prepared,
    SchedulerRules,
    buffer_files,
    channel_names,
    hootsuite_files,
)
from reports.planning.slots import Basis, Slot, Status
from tests.reports.planning.conftest import NOW, Make

CHANNELS: dict[tuple[str, str | None], str] = {("mastodon", None): "mastodon", ("pinterest", None): "pinterest"}
SINCE = Note("since %(day)s", values={"day": dt.date(2026, 4, 1)})
LIMITS = {"mastodon": Limits(text=500), "threads": Limits(text=500, hashtags=1, since=SINCE)}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def slot(number: int = 0, **fields: Any) -> Slot:
    return Slot(
        **{
            "slot_id": f"p2612-{number:04d}",
            "plan": "plan-2026-12",
            "platform": "mastodon",
            "caption": "Tea, cake",
            "link": "https://larch.example/?utm_content=p2612-k7f3",
            "basis": Basis.PROVEN,
            "timezone": "Europe/Berlin",
            "planned_at": dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC) + dt.timedelta(hours=number),
            **fields,
        }
    )


def to_buffer(slots: Sequence[Slot], **rules: Any) -> Prepared:
    return buffer_files(slots, rules=SchedulerRules(**rules), limits=LIMITS, channels=CHANNELS, now=NOW)


def to_hootsuite(slots: Sequence[Slot], **rules: Any) -> Prepared:
    return hootsuite_files(slots, rules=SchedulerRules(**rules), limits=LIMITS, channels=CHANNELS, now=NOW)


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_buffer_gets_its_header_and_times_of_the_channels_clock() -> None:
    prepared = to_buffer([slot(hashtags=("tea",))])
    assert list(prepared.files) == ["buffer-mastodon.csv"]
    header, row = rows(prepared.files["buffer-mastodon.csv"])
    assert header == ["Text", "Image URL", "Tags", "Posting Time"]
    text = "Tea, cake\n\n#tea\n\nhttps://larch.example/?utm_content=p2612-k7f3"
    assert row == [text, "", "", "2026-12-01 10:00"]


def test_pinterest_gets_a_board() -> None:
    header, row = rows(to_buffer([slot(platform="pinterest")], pinterest_board="Teas").files["buffer-pinterest.csv"])
    assert header[-1] == "Board Name"
    assert row[-1] == "Teas"
    assert any("pinterest_board" in str(each) for each in to_buffer([slot(platform="pinterest")]).left_out)


@pytest.mark.parametrize("platform", ["instagram", "tiktok"])
def test_a_network_that_wants_pictures_is_named_with_its_file(platform: str) -> None:
    for prepared, tool in ((to_buffer([slot(platform=platform)]), "buffer"),
                           (to_hootsuite([slot(platform=platform)]), "hootsuite")):  # fmt: skip
        assert list(prepared.files) == [f"{tool}-{platform}.csv"]
        assert [f"and {tool}-{platform} has none: add them" in str(each) for each in prepared.left_out] == [True]


@pytest.mark.parametrize(("most", "counts"), [(100, [100, 100, 5]), (10, [10] * 20 + [5])])
def test_buffer_files_are_split_where_they_would_be_too_long(most: int, counts: list[int]) -> None:
    prepared = to_buffer([slot(number) for number in range(205)], buffer_rows=most)
    assert [len(rows(text)) - 1 for text in prepared.files.values()] == counts
    assert list(prepared.files)[:2] == ["buffer-mastodon-1.csv", "buffer-mastodon-2.csv"]


def test_hootsuite_takes_350_rows_without_a_header() -> None:
    prepared = to_hootsuite([slot(number) for number in range(351)])
    assert [len(rows(text)) for text in prepared.files.values()] == [350, 1]
    first = rows(prepared.files["hootsuite-mastodon-1.csv"])[0]
    assert first == ["12/01/2026 10:00", "Tea, cake", "https://larch.example/?utm_content=p2612-k7f3"]


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        ("mm/dd/yyyy", "12/01/2026 10:00"),
        ("dd/mm/yyyy", "01/12/2026 10:00"),
        ("yyyy/mm/dd", "2026/12/01 10:00"),
        ("yyyy-mm-dd", "2026-12-01 10:00"),
    ],
)
def test_hootsuites_dates_are_written_as_chosen_in_its_dialog(pattern: str, written: str) -> None:
    [row] = rows(to_hootsuite([slot()], hootsuite_dates=pattern).files["hootsuite-mastodon.csv"])
    assert row[0] == written


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"planned_at": NOW - dt.timedelta(hours=1)}, "is over"),
        ({"planned_at": dt.datetime(2026, 12, 1, 9, 3, tzinfo=dt.UTC)}, "does not end in 0 or 5"),
        ({"caption": None, "hook": " "}, "has no text"),
        ({"caption": "x" * 500}, "and 500 is the most"),
        ({"platform": "threads", "hashtags": ("a", "b")}, "Threads takes 1 (since 1 Apr 2026)"),
    ],
)
def test_what_does_not_fit_is_left_out_and_said(fields: dict[str, Any], said: str) -> None:
    for prepared, tool in ((to_buffer([slot(**fields)]), "Buffer"), (to_hootsuite([slot(**fields)]), "Hootsuite")):
        assert prepared.files == {}
        [sentence] = map(str, prepared.left_out)
        assert said in sentence
        assert sentence.startswith(f"p2612-0000 is not in the {tool} file: ")


def test_lengths_are_those_that_the_network_counts() -> None:
    text = "x" * 470
    assert to_buffer([slot(caption=text)]).files, "an address counts 23 on Mastodon"
    long_link = "https://larch.example/" + "way/" * 40 + "?utm_content=p2612-k7f3"
    assert to_buffer([slot(caption=text, link=long_link)]).files
    assert not to_buffer([slot(caption="x" * 480, link=long_link)]).files


def test_what_is_dropped_or_posted_is_in_no_file() -> None:
    gone = [slot(1, status=Status.DROPPED), slot(2, post_url="https://social.example/@larch/1")]
    assert [to_buffer(gone).files, to_hootsuite(gone).files] == [{}, {}]
    assert [*to_buffer(gone).left_out, *to_hootsuite(gone).left_out] == []


def test_every_channel_has_a_file_of_its_own() -> None:
    names = channel_names(
        [
            ("mastodon", "a", "Larch@social.example"),
            ("mastodon", "b", "larch@social.example"),
            ("mastodon", "c", "日本"),
            ("bluesky", "d", "x"),
        ]
    )
    assert list(names.values()) == [
        "mastodon-larch-social-example",
        "mastodon-larch-social-example-2",
        "mastodon-account",
        "bluesky",
    ]


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=120) | st.sampled_from(
    ["=1+1", "+49 30", "-5 %", "@larch hi", "\tx", "a,b", 'say "hi"', "two\nlines", "emoji 👩‍👩‍👧", '=HYPERLINK("x")']
)


@settings(max_examples=200, deadline=None)
@given(captions=st.lists(WORDS, min_size=1, max_size=5), data=st.data())
def test_any_words_make_files_that_the_tools_take(captions: list[str], data: st.DataObject) -> None:
    slots = [slot(number, caption=caption) for number, caption in enumerate(captions)]
    pattern = data.draw(st.sampled_from(list(HOOTSUITE_DATES)))
    for prepared, width in ((to_buffer(slots), 4), (to_hootsuite(slots, hootsuite_dates=pattern), 3)):
        in_files = [row for text in prepared.files.values() for row in rows(text)]
        for row in in_files:
            assert len(row) == width
            assert not any(cell.startswith(FORMULA) for cell in row)
        body = [row for row in in_files if row[0] != "Text"]
        assert len(body) + len(prepared.left_out) == len(slots), "every slot is in the file or named"
        said = [slot.text.replace("\0", "").split() for slot in slots]
        for row in body:
            whole = row[0] if width == 4 else f"{row[1]}\n\n{row[2]}"
            assert whole.split() in said, "no word is lost"
        times = [row[3] if width == 4 else row[0] for row in body]
        assert all(re.search(r"\d\d:\d[05]$", time) for time in times)


def test_a_plan_fits_both_tools_from_the_start(make: Make) -> None:
    plan = make(per_week=7)
    for prepared in (to_buffer(plan.slots), to_hootsuite(plan.slots)):
        assert prepared.left_out == []
    later = [evolve(each, planned_at=NOW) for each in plan.slots]
    assert len(to_buffer(later).left_out) == len(plan.slots)
