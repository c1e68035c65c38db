"""Where the names of marks go in a drawing so that none lies on another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from attrs import frozen

LINE_HEIGHT: Final = 15.0
_GAP: Final = 9.0


@frozen(kw_only=True)
class Place:
    """A name beside its mark, in pixels: baseline of the letters, and the side from which they run (start, end)."""

    x: float
    y: float
    align: str


@frozen(kw_only=True)
class _Box:
    left: float
    right: float
    top: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def label_places(
    marks: Sequence[tuple[float, float, float, float, float]], *, left: float, right: float, top: float, bottom: float
) -> list[Place | None]:
    """A place for the name of each mark, inside the frame; ``None`` where there is no room left.

    ``marks`` are (x, y, y of the upper end of its line, y of the lower end, width of its name), in the order in which
    they choose. A name stands beside its own line, as near to the mark as no other name and no other line forbids; else
    as near as no other name forbids.
    """
    lines = [
        _Box(left=x - 6, right=x + 6, top=min(upper, y - 6), bottom=max(lower, y + 6))
        for x, y, upper, lower, _ in marks
    ]
    taken: list[_Box] = []
    places: list[Place | None] = []
    for number, (x, y, _, _, width) in enumerate(marks):
        others = [line for place, line in enumerate(lines) if place != number]
        candidates = [
            (place, box)
            for place, box in _candidates(x, y, width, top=top, bottom=bottom)
            if box.left >= left and box.right <= right and not any(map(box.meets, taken))
        ]
        clear = [pair for pair in candidates if not any(map(pair[1].meets, others))]
        chosen = next(iter([*clear, *candidates]), None)
        places.append(chosen[0] if chosen else None)
        if chosen:
            taken.append(chosen[1])
    return places


def _candidates(x: float, y: float, width: float, *, top: float, bottom: float) -> Iterator[tuple[Place, _Box]]:
    """Right and left of the mark, then ever further up and down."""
    steps = int((bottom - top) / LINE_HEIGHT * 2) + 1
    for step in range(steps):
        for shift in sorted({step * LINE_HEIGHT / 2, -step * LINE_HEIGHT / 2}):
            base = y + 4 + shift
            if base - LINE_HEIGHT + 3 < top or base + 3 > bottom:
                continue
            for align in ("start", "end"):
                start = x + _GAP if align == "start" else x - _GAP - width
                place = Place(x=x + _GAP if align == "start" else x - _GAP, y=base, align=align)
                yield place, _Box(left=start, right=start + width, top=base - LINE_HEIGHT + 3, bottom=base + 3)
