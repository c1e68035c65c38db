"""Marks at places as inline SVG: Vega draws them by vl-convert, then only shapes whose colours are classes are kept.

Places are pixels, but what stands on a :class:`Scale` is given in its values. Letters are set here: Vega would measure
each of them, which costs twice the rest of a drawing, and nothing asks how wide they are.
Specifications are plain Vega (https://vega.github.io/vega/docs/specification/).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

import vl_convert
from attrs import field, frozen
from lxml import etree
from markupsafe import Markup

from reports.filters import clean

_SVG: Final = "http://www.w3.org/2000/svg"
# colours that stand for a class: brief.css gives each its real colour in light, dark and print
INKS: Final[Mapping[str, str]] = {
    name: f"#0102{number:02x}"
    for number, name in enumerate(
        (
            *("ink", "muted", "faint", "grid", "paper", "up", "down", "mixed", "flat", "open", "own", "other"),
            *("even", "more", "much-more", "less", "much-less"),
            "hatched",
        ),
        start=16,
    )
}
_CLASS_OF_INK: Final[Mapping[str, str]] = {ink: name for name, ink in INKS.items()}

# marks as Vega writes them, around their places: a round one, and one whose sides lie straight
_CIRCLE: Final = re.compile(r"M([\d.]+),0A\1,\1,0,1,1,-\1,0A\1,\1,0,1,1,\1,0Z?")
_SIDES: Final = re.compile(r"M(-?[\d.]+),(-?[\d.]+)((?:[hv]-?[\d.]+)+Z)")

_HATCH: Final = 16
"""Pixels from one slanting line to the next."""

# of letters that say nothing else; the size stands at the drawing
_USUAL_SIZE: Final = 13
_USUAL_WEIGHT: Final = 400

Place = Mapping[str, object]
"""Where one mark stands, and its ink."""


@frozen(kw_only=True)
class Chart:
    """One finding as a picture; ``wide`` is ``None`` where the narrow one serves everywhere."""

    chart_id: str
    title: str
    description: str
    narrow: Markup
    wide: Markup | None = None


@frozen(kw_only=True)
class Scale:
    """A logarithmic axis from ``low`` to ``high``, drawn from ``left`` to ``right``."""

    low: float
    high: float
    left: float
    right: float

    def place(self, value: float) -> float:
        """Where a value stands, in pixels."""
        return self.left + (self.right - self.left) * math.log(value / self.low) / math.log(self.high / self.low)


@frozen(kw_only=True)
class Marks:
    """Marks of one kind (rule, rect, symbol), drawn over those before them."""

    kind: str
    places: Sequence[Place]
    look: Mapping[str, object]
    """Channels of Vega besides the places: ``{"field": …}`` or ``{"value": …}``."""
    scale: Scale | None = None
    """What ``x`` and ``x2`` are given on; pixels without one."""


@frozen
class Letters:
    """A text at a place, on its base line."""

    x: float
    y: float
    text: str
    ink: str = field(default="ink", kw_only=True)
    size: int = field(default=_USUAL_SIZE, kw_only=True)
    weight: int = field(default=_USUAL_WEIGHT, kw_only=True)
    align: str = field(default="start", kw_only=True)
    """Which end stands at the place: start, middle, end."""


def rules(places: Sequence[Place], *, stroke: float, scale: Scale | None = None) -> Marks:
    """Straight lines from (x, y) to (x2, y2)."""
    return Marks(
        kind="rule", places=places, scale=scale, look={"stroke": {"field": "ink"}, "strokeWidth": {"value": stroke}}
    )


def boxes(places: Sequence[Place]) -> Marks:
    """Filled boxes from (x, y) to (x2, y2)."""
    return Marks(kind="rect", places=places, look={"fill": {"field": "ink"}})


def points(places: Sequence[Place], *, size: float, scale: Scale | None = None) -> Marks:
    """Marks at (x, y), each with a ``shape``, its ``ink`` and what fills it."""
    look = {
        "shape": {"field": "shape"},
        "size": {"value": size},
        "fill": {"field": "fill"},
        "stroke": {"field": "ink"},
        "strokeWidth": {"value": 1.75},
    }
    return Marks(kind="symbol", places=places, scale=scale, look=look)


def inline(
    marks: Sequence[Marks],
    letters: Sequence[Letters],
    *,
    width: int,
    height: int,
    chart_id: str,
    title: str,
    description: str,
) -> Markup:
    """Draw, then keep only shapes, places and classes: no style, no colour, no font, no foreign attribute."""
    drawn = etree.fromstring(
        vl_convert.vega_to_svg(_specification(marks, width, height)).encode(),
        etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False),
    )
    svg = etree.Element("svg", nsmap=None)
    svg.set("viewBox", f"0 0 {width} {height}")
    svg.set("width", str(width))
    svg.set("height", str(height))
    svg.set("role", "img")
    svg.set("font-size", f"{_USUAL_SIZE}px")
    # places are counted from the left, whichever way the page is read
    svg.set("direction", "ltr")
    # a chart in two widths tells its words once: the narrow drawing is named by those of the wide one
    words_id = f"{chart_id.removesuffix('-n')}-w" if chart_id.endswith("-n") else chart_id
    svg.set("aria-labelledby", f"{words_id}-title {words_id}-desc")
    if words_id == chart_id:
        etree.SubElement(svg, "title", id=f"{chart_id}-title").text = clean(title)
        etree.SubElement(svg, "desc", id=f"{chart_id}-desc").text = clean(description)
    _redraw(drawn, svg, hatch_id=f"{chart_id}-hatch")
    _set(letters, svg)
    # the one place where drawn shapes become HTML: every tag and attribute in them was chosen above
    return Markup(etree.tostring(svg, encoding="unicode"))  # noqa: S704


def _specification(marks: Sequence[Marks], width: int, height: int) -> dict[str, Any]:
    """Each kind of marks over data and, where it needs one, a scale of its own."""
    named = [(str(number), one) for number, one in enumerate(marks) if one.places]
    return {
        "$schema": "https://vega.github.io/schema/vega/v6.json",
        "width": width,
        "height": height,
        "padding": 0,
        "autosize": "none",
        "data": [{"name": name, "values": [dict(place) for place in one.places]} for name, one in named],
        "scales": [
            {"name": name, "type": "log", "domain": [scale.low, scale.high], "range": [scale.left, scale.right]}
            for name, one in named
            if (scale := one.scale)
        ],
        "marks": [
            {"type": one.kind, "from": {"data": name}, "encode": {"enter": {**_channels(name, one), **one.look}}}
            for name, one in named
        ],
    }


def _channels(name: str, marks: Marks) -> dict[str, object]:
    on_scale = {"scale": name} if marks.scale else {}
    across = {channel: {**on_scale, "field": channel} for channel in ("x", "x2")}
    down = {channel: {"field": channel} for channel in ("y", "y2")}
    return {"x": across["x"], "y": down["y"]} if marks.kind == "symbol" else {**across, **down}


def _set(letters: Sequence[Letters], svg: etree._Element) -> None:
    """Append texts; those that look alike stand in one group, which says so once."""
    groups: dict[tuple[object, ...], etree._Element] = {}
    for one in letters:
        if not one.text:
            continue
        look = (one.ink, one.align, one.size, one.weight)
        if look not in groups:
            groups[look] = etree.SubElement(svg, "g", _look(one))
        kept = etree.SubElement(groups[look], "text", {"x": _short(one.x), "y": _short(one.y)})
        kept.text = clean(one.text)


def _look(letters: Letters) -> dict[str, str]:
    """Ink, side, size and weight; the usual ones are not said."""
    look = {"class": f"f-{letters.ink}"}
    if letters.align != "start":
        look["text-anchor"] = letters.align
    if letters.size != _USUAL_SIZE:
        look["font-size"] = f"{letters.size}px"
    if letters.weight != _USUAL_WEIGHT:
        look["font-weight"] = str(letters.weight)
    return look


def _redraw(drawn: etree._Element, svg: etree._Element, *, hatch_id: str) -> None:
    """Append the lines and marks of a drawing, each with its place and class; nothing else is taken over.

    Marks that look alike become one path: most of a drawing is these. What a drawing does not say is no fill (a rule of
    the stylesheet) and a stroke of one pixel.
    """
    together: dict[tuple[str, ...], etree._Element] = {}
    ends: dict[tuple[str, ...], str] = {}
    for shape in drawn.iter(f"{{{_SVG}}}line", f"{{{_SVG}}}path"):
        fill, stroke = (_CLASS_OF_INK.get(shape.get(name, ""), "") for name in ("fill", "stroke"))
        if not (fill or stroke):
            continue
        thickness = float(shape.get("stroke-width", "1"))
        x, y = _place(shape)
        outline = shape.get("d", "")
        key: tuple[str, ...]
        if etree.QName(shape).localname == "line":
            key, look = ("line", stroke, str(thickness)), _painted("", stroke, thickness)
            start = f"{_short(x)},{_short(y)}"
            across, down = float(shape.get("x2", 0)), float(shape.get("y2", 0))
            end = f"{_short(x + across)},{_short(y + down)}"
            step = f"L{end}" if ends.get(key) == start else f"M{start}l{_short(across)},{_short(down)}"
            ends[key] = end
        elif (dot := _CIRCLE.fullmatch(outline)) and fill == stroke:
            # a line without length is a dot where its ends are round
            key = ("dot", stroke, dot[1], str(thickness))
            look = _painted("", stroke, 2 * float(dot[1]) + thickness) | {"stroke-linecap": "round"}
            step = f"M{_short(x)},{_short(y)}h0"
        elif dot:
            key, look = ("circle", fill, stroke, dot[1], str(thickness)), _painted(fill, stroke, thickness)
            step = _dot(x, y, float(dot[1]))
        elif sides := _SIDES.fullmatch(outline):
            key, look = ("sides", fill, stroke, str(thickness)), _painted(fill, stroke, thickness)
            step = f"M{_short(x + float(sides[1]))},{_short(y + float(sides[2]))}{_shorten(sides[3])}"
        else:
            place = {"transform": f"translate({_short(x)},{_short(y)})", "d": _shorten(outline)}
            etree.SubElement(svg, "path", _painted(fill, stroke, thickness) | place)
            continue
        if key not in together:
            if fill == "hatched":
                look = {"fill": f"url(#{_hatch(svg, hatch_id)})"}
            together[key] = etree.SubElement(svg, "path", {**look, "d": ""})
        path = together[key]
        path.set("d", path.get("d", "") + step)


def _painted(fill: str, stroke: str, thickness: float) -> dict[str, str]:
    """The classes of a path and how thick its line is; the usual one is not said."""
    classes = {"class": " ".join([f"f-{fill}"] * bool(fill) + [f"s-{stroke}"] * bool(stroke))}
    return classes | ({"stroke-width": f"{thickness:.4g}"} if stroke and thickness != 1 else {})


def _hatch(svg: etree._Element, hatch_id: str) -> str:
    """Append slanting lines that a path may be filled with; their id."""
    size = str(_HATCH)
    pattern = etree.SubElement(svg, "pattern", id=hatch_id, width=size, height=size, patternUnits="userSpaceOnUse")
    # the corners of the neighbours reach in
    half = _HATCH // 2
    lines = f"M0,{size}L{size},0M-{half},{half}L{half},-{half}M{half},{_HATCH + half}L{_HATCH + half},{half}"
    etree.SubElement(pattern, "path", {"class": "s-grid", "d": lines})
    return hatch_id


def _dot(x: float, y: float, radius: float) -> str:
    """A circle as a part of a path: two half turns."""
    turn = f"a{_short(radius)},{_short(radius)} 0 1 0"
    return f"M{_short(x - radius)},{_short(y)}{turn} {_short(2 * radius)},0{turn} {_short(-2 * radius)},0"


def _place(shape: etree._Element) -> tuple[float, float]:
    """Where a shape stands: its own shift and those of the groups around it."""
    x = y = 0.0
    for element in (shape, *shape.iterancestors()):
        shift = re.match(r"translate\(([-\d.e]+),\s*([-\d.e]+)\)", element.get("transform", ""))
        if shift:
            x, y = x + float(shift[1]), y + float(shift[2])
    return x, y


def _short(value: float) -> str:
    """To a tenth of a pixel."""
    return f"{round(value, 1) + 0:g}" if abs(value) < 100_000 else f"{value:.0f}"


def _shorten(path: str) -> str:
    return re.sub(r"-?\d+\.\d+", lambda number: _short(float(number[0])), path)


def _advance(character: str) -> float:
    """Width of a letter as a part of its size, by wide system fonts (no font is known before it is shown)."""
    is_full = unicodedata.east_asian_width(character) in "WF" or character in "MW@%&mw—"
    return 1.05 if is_full else 0.8 if character.isupper() else 0.62


def width_of(text: str, size: int) -> float:
    """Pixels that a text takes at most in most fonts."""
    return size * sum(map(_advance, text))


def fit(text: str, width: float, size: int) -> str:
    """As much of a name as fits a place."""
    room = width / size
    for place, character in enumerate(text):
        room -= _advance(character)
        if room < 0:
            return text[: max(place - 1, 1)].rstrip() + "…"
    return text
