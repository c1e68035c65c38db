"""Names beside the marks of a drawing: inside it, and never one on another."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.label_places import LINE_HEIGHT, Place, label_places

FRAME = {"left": 46.0, "right": 336.0, "top": 26.0, "bottom": 272.0}
MARK = st.tuples(st.floats(56, 322), st.floats(30, 260), st.floats(0, 60), st.floats(0, 60), st.floats(20, 130))


def box(place: Place, width: float) -> tuple[float, float, float, float]:
    left = place.x if place.align == "start" else place.x - width
    return left, left + width, place.y - LINE_HEIGHT + 3, place.y + 3


@settings(deadline=None)
@given(marks=st.lists(MARK, min_size=1, max_size=8))
def test_no_name_lies_on_another_or_outside(marks: list[tuple[float, float, float, float, float]]) -> None:
    given_marks = [(x, y, y - above, y + below, width) for x, y, above, below, width in marks]
    places = label_places(given_marks, **FRAME)
    boxes = [box(place, mark[4]) for place, mark in zip(places, given_marks, strict=True) if place is not None]
    assert len(boxes) >= min(len(marks), 6)
    for left, right, top, bottom in boxes:
        assert left >= FRAME["left"]
        assert right <= FRAME["right"]
        assert top >= FRAME["top"]
        assert bottom <= FRAME["bottom"]
    for one, other in itertools.combinations(boxes, 2):
        assert one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] or other[3] <= one[2]


def test_a_name_keeps_clear_of_its_neighbours_line() -> None:
    """The line to the right is in the way, so the name stands to the left of its own mark."""
    first, _ = label_places([(150, 100, 80, 120, 60), (190, 100, 60, 140, 60)], **FRAME)
    assert first == Place(x=141, y=104, align="end")


def test_marks_in_one_spot_stack_their_names() -> None:
    places = label_places([(120, 100, 80, 120, 80)] * 4, **FRAME)
    assert len({(place.x, place.y) for place in places if place}) == 4
