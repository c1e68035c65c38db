"""Charts as inline SVG: Vega-Lite drawn by vl-convert, then stripped to shapes whose colours are classes of brief.css.

Every chart comes in the widths where its letters keep their size: ``narrow`` for a phone or a column, ``wide`` for a
desk. Values are drawn as given; charts choose axes and places, and compute nothing that is printed.
Specifications are plain (https://vega.github.io/vega-lite/docs/spec.html): Altair's checking of each costs four times
the drawing.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import vl_convert
from attrs import frozen
from lxml import etree
from markupsafe import Markup

from reports.filters import Formats, clean
from reports.label_places import label_places
from reports.words import tone

_SVG: Final = "http://www.w3.org/2000/svg"
# colours that stand for a class: brief.css gives each its real colour in light, dark and print
_INKS: Final[Mapping[str, str]] = {
    name: f"#0102{number:02x}"
    for number, name in enumerate(
        (
            *("ink", "muted", "faint", "grid", "paper", "up", "down", "mixed", "flat", "open", "own", "other"),
            *("even", "more", "much-more", "less", "much-less"),
        ),
        start=16,
    )
}
_CLASS_OF_INK: Final[Mapping[str, str]] = {ink: name for name, ink in _INKS.items()}

# tone of a verdict → (colour, is the mark filled, shape): told apart without colour
_MARKS: Final[Mapping[str, tuple[str, bool, str]]] = {
    "up": ("up", True, "circle"),
    "up-here": ("up", False, "circle"),
    "down": ("down", True, "square"),
    "down-here": ("down", False, "square"),
    "mixed": ("mixed", True, "diamond"),
    "flat": ("flat", True, "circle"),
    "open": ("open", False, "circle"),
}
# columns of the wide forest plot, in pixels: left edges, but right edges for the two counts
_WIDE_RATIO: Final = 534
_WIDE_MARGIN: Final = 602
_WIDE_POSTS: Final = 744
_WIDE_UP: Final = 812
_WIDE_VERDICT: Final = 838
# the map of the week: blocks of hours across, days down
_HOUR_BLOCKS: Final = ("00-04", "04-08", "08-12", "12-16", "16-20", "20-24")
_MUCH: Final = 1.5
_HATCH: Final = 16
_RATIO_FLOOR: Final = 1 / 8
_RATIO_CEILING: Final = 8.0
_TICKS_FAR: Final = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
_TICKS_NEAR: Final = (0.5, 0.75, 1.0, 1.5, 2.0)
_FRACTIONS: Final[Mapping[float, str]] = {0.125: "⅛", 0.25: "¼", 0.5: "½", 0.75: "¾"}

# a round mark as Vega writes it, around its place
_CIRCLE: Final = re.compile(r"M([\d.]+),0A\1,\1,0,1,1,-\1,0A\1,\1,0,1,1,\1,0Z?")

# of letters that say nothing else; the size stands at the drawing
_USUAL_LETTERS: Final = ("start", "400", "13px")

Layer = dict[str, Any]
Row = Mapping[str, Any]


@frozen(kw_only=True)
class Chart:
    """One finding as a picture; ``wide`` is ``None`` where the narrow one serves everywhere."""

    chart_id: str
    title: str
    description: str
    narrow: Markup
    wide: Markup | None = None


def _layer(mark: Layer, rows: Sequence[Mapping[str, object]], **encoding: object) -> Layer:
    return {"mark": mark, "data": {"values": [dict(row) for row in rows]}, "encoding": encoding}


def _across(scale: Layer) -> Layer:
    return {"field": "x", "type": "quantitative", "scale": scale, "axis": None}


def _down(height: float) -> Layer:
    return {"field": "y", "type": "quantitative", "scale": _pixels(height), "axis": None}


def _as_is(field: str) -> Layer:
    """A field that already holds the colour, shape or text itself."""
    return {"field": field, "type": "nominal", "scale": None}


def _pixels(length: float) -> Layer:
    return {"domain": [0, length], "range": [0, length], "nice": False, "zero": False}


def _logarithmic(low: float, high: float, left: float, right: float) -> Layer:
    return {"type": "log", "domain": [low, high], "range": [left, right], "nice": False}


def _texts(rows: Sequence[Mapping[str, object]], width: float, height: float) -> list[Layer]:
    """Text marks at pixel places; each row has x, y, text, size, weight, ink and align (start, middle, end)."""
    layers = []
    anchors = {"start": "left", "middle": "center", "end": "right"}
    for look in sorted({(row["align"], row["size"], row["weight"]) for row in rows}, key=str):
        align, size, weight = look
        layers.append(
            _layer(
                {
                    "type": "text",
                    "align": anchors[str(align)],
                    "baseline": "alphabetic",
                    "fontSize": size,
                    "fontWeight": weight,
                },
                [row for row in rows if (row["align"], row["size"], row["weight"]) == look],
                x=_across(_pixels(width)),
                y=_down(height),
                text={"field": "text", "type": "nominal"},
                color=_as_is("ink"),
            )
        )
    return layers


def _text(
    x: float, y: float, text: str, *, ink: str = "ink", size: int = 13, weight: int = 400, align: str = "start"
) -> dict[str, object]:
    return {"x": x, "y": y, "text": text, "ink": _INKS[ink], "size": size, "weight": weight, "align": align}


def _rules(rows: Sequence[Mapping[str, object]], scale: Layer, height: float, *, stroke: float) -> Layer:
    """Straight lines from (x, y) to (x2, y2)."""
    return _layer(
        {"type": "rule", "strokeWidth": stroke},
        rows,
        x=_across(scale),
        y=_down(height),
        x2={"field": "x2"},
        y2={"field": "y2"},
        color=_as_is("ink"),
    )


def _boxes(rows: Sequence[Mapping[str, object]], width: float, height: float) -> Layer:
    """Filled boxes from (x, y) to (x2, y2)."""
    return _layer(
        {"type": "rect"},
        rows,
        x=_across(_pixels(width)),
        y=_down(height),
        x2={"field": "x2"},
        y2={"field": "y2"},
        color=_as_is("ink"),
    )


def _points(rows: Sequence[Mapping[str, object]], scale: Layer, height: float, *, size: float) -> Layer:
    return _layer(
        {"type": "point", "size": size, "strokeWidth": 1.75, "opacity": 1},
        rows,
        x=_across(scale),
        y=_down(height),
        shape=_as_is("shape"),
        fill=_as_is("fill"),
        stroke=_as_is("ink"),
    )


def _inline(layers: Sequence[Layer], *, width: int, height: int, chart_id: str, title: str, description: str) -> Markup:
    """Draw, then keep only shapes, places and classes: no style, no colour, no font, no foreign attribute."""
    specification = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": width,
        "height": height,
        "padding": 0,
        "autosize": {"type": "none"},
        "config": {"background": "transparent", "view": {"stroke": None}},
        "resolve": {"scale": {"x": "independent", "y": "independent"}},
        "layer": list(layers),
    }
    drawn = etree.fromstring(
        vl_convert.vegalite_to_svg(specification).encode(),
        etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False),
    )
    svg = etree.Element("svg", nsmap=None)
    svg.set("viewBox", f"0 0 {width} {height}")
    svg.set("width", str(width))
    svg.set("height", str(height))
    svg.set("role", "img")
    svg.set("font-size", "13px")
    # places are counted from the left, whichever way the page is read
    svg.set("direction", "ltr")
    # a chart in two widths tells its words once: the narrow drawing is named by those of the wide one
    words_id = f"{chart_id.removesuffix('-n')}-w" if chart_id.endswith("-n") else chart_id
    svg.set("aria-labelledby", f"{words_id}-title {words_id}-desc")
    if words_id == chart_id:
        etree.SubElement(svg, "title", id=f"{chart_id}-title").text = clean(title)
        etree.SubElement(svg, "desc", id=f"{chart_id}-desc").text = clean(description)
    _redraw(drawn, svg)
    # the one place where drawn shapes become HTML: every tag and attribute in them was chosen above
    return Markup(etree.tostring(svg, encoding="unicode"))  # noqa: S704


def _redraw(drawn: etree._Element, svg: etree._Element) -> None:
    """Append the lines, marks and letters of a drawing, each with its place and class; nothing else is taken over.

    Lines that look alike become one path, and so do dots: most of a drawing is these.
    """
    together: dict[tuple[str, ...], etree._Element] = {}
    ends: dict[tuple[str, ...], str] = {}
    for shape in drawn.iter(f"{{{_SVG}}}line", f"{{{_SVG}}}path", f"{{{_SVG}}}text"):
        fill, stroke = (_CLASS_OF_INK.get(shape.get(name, ""), "") for name in ("fill", "stroke"))
        classes = " ".join([f"f-{fill}"] * bool(fill) + [f"s-{stroke}"] * bool(stroke))
        if not classes:
            continue
        x, y = _place(shape)
        kind = etree.QName(shape).localname
        look = {"class": classes, "stroke-width": shape.get("stroke-width", "1")}
        dot = _CIRCLE.fullmatch(shape.get("d", "")) if kind == "path" else None
        if kind == "line" or dot:
            key = (kind, *look.values(), dot[1] if dot else "")
            if key not in together:
                # what is joined encloses something, and an enclosed place is black unless it says otherwise
                unfilled = {} if dot else {"fill": "none"}
                together[key] = etree.SubElement(svg, "path", {**look, **unfilled, "d": ""})
            path = together[key]
            if dot:
                step = _dot(x, y, float(dot[1]))
            else:
                start = f"{_short(x)},{_short(y)}"
                across, down = float(shape.get("x2", 0)), float(shape.get("y2", 0))
                end = f"{_short(x + across)},{_short(y + down)}"
                step = f"L{end}" if ends.get(key) == start else f"M{start}l{_short(across)},{_short(down)}"
                ends[key] = end
            path.set("d", path.get("d", "") + step)
        elif kind == "path":
            look |= {"transform": f"translate({_short(x)},{_short(y)})", "d": _shorten(shape.get("d", ""))}
            etree.SubElement(svg, "path", look)
        else:
            letters = {name: shape.get(name, "") for name in ("text-anchor", "font-size", "font-weight")}
            letters = {name: value for name, value in letters.items() if value and value not in _USUAL_LETTERS}
            kept = etree.SubElement(svg, "text", {"class": classes, "x": _short(x), "y": _short(y), **letters})
            kept.text = shape.text


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


def _ratio_axis(rows: Sequence[Row]) -> tuple[float, float, tuple[float, ...]]:
    """Domain and ticks that hold all intervals, at least a half to twice, at most an eighth to eight times."""
    lows = [row["lift_low"] for row in rows if row["lift_low"] is not None]
    highs = [row["lift_high"] for row in rows if row["lift_high"] is not None]
    low = max(_RATIO_FLOOR, min([0.5, *lows])) / 1.08
    high = min(_RATIO_CEILING, max([2.0, *highs])) * 1.08
    ticks = _TICKS_NEAR if low > 0.4 and high < 2.6 else tuple(t for t in _TICKS_FAR if low <= t <= high)
    return low, high, ticks


def _interval_marks(
    rows: Sequence[tuple[Row, float]], scale: Layer, low: float, high: float, height: float
) -> list[Layer]:
    """Line and mark of each (row, y); an end beyond the axis becomes an arrowhead."""
    lines, points, arrows = [], [], []
    for row, y in rows:
        if row["lift"] is None or row["lift_low"] is None or row["lift_high"] is None:
            continue
        colour, is_filled, shape = _MARKS[tone(row["verdict"])]
        left, right = max(row["lift_low"], low), min(row["lift_high"], high)
        if left < right:
            lines.append({"x": left, "x2": right, "y": y, "y2": y, "ink": _INKS[colour]})
        for is_beyond, x, arrow in (
            (row["lift_low"] < low, low, "triangle-left"),
            (row["lift_high"] > high, high, "triangle-right"),
        ):
            if is_beyond:
                arrows.append({"x": x, "y": y, "shape": arrow, "ink": _INKS[colour], "fill": _INKS[colour]})
        if low <= row["lift"] <= high:
            fill = _INKS[colour if is_filled else "paper"]
            points.append({"x": row["lift"], "y": y, "shape": shape, "ink": _INKS[colour], "fill": fill})
    layers = [_rules(lines, scale, height, stroke=2.5)] if lines else []
    layers += [_points(arrows, scale, height, size=40)] if arrows else []
    return layers + ([_points(points, scale, height, size=95)] if points else [])


@frozen(kw_only=True)
class _Box:
    """A cell of a map, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def filled(self, ink: str) -> dict[str, object]:
        return {"x": self.left, "x2": self.right, "y": self.top, "y2": self.bottom, "ink": _INKS[ink]}

    def hatched(self) -> list[dict[str, object]]:
        """Slanting lines from edge to edge."""
        width, height = self.right - self.left, self.bottom - self.top
        return [
            {
                "x": self.left + max(0, reach - height),
                "y": self.top + min(reach, height),
                "x2": self.left + min(reach, width),
                "y2": self.top + max(0, reach - width),
                "ink": _INKS["grid"],
            }
            for reach in range(_HATCH, int(width + height), _HATCH)
        ]

    def framed(self, ink: str) -> list[dict[str, object]]:
        corners = [(self.left, self.top), (self.right, self.top), (self.right, self.bottom), (self.left, self.bottom)]
        return [
            {"x": x, "y": y, "x2": x2, "y2": y2, "ink": _INKS[ink]}
            for (x, y), (x2, y2) in itertools.pairwise([*corners, corners[0]])
        ]


@frozen(kw_only=True)
class _Frame:
    """Where ratios (upwards, logarithmic) and shares (to the right) stand in a drawing, in pixels."""

    left: float
    right: float
    top: float
    bottom: float
    low: float
    high: float
    ceiling: float

    def across(self, share: float) -> float:
        return self.left + 10 + (self.right - self.left - 20) * share / self.ceiling

    def down(self, ratio: float) -> float:
        inside = min(max(ratio, self.low), self.high)
        return self.bottom - (self.bottom - self.top) * math.log(inside / self.low) / math.log(self.high / self.low)


class Draw:
    """Draws the charts of one brief; numbers in them are written as everywhere else in it."""

    def __init__(self, formats: Formats) -> None:
        self._formats = formats
        self.gettext = formats.gettext

    def _tick(self, ratio: float) -> str:
        whole = ratio == round(ratio)
        return f"{_FRACTIONS.get(ratio) or (self._formats.count if whole else self._formats.rate)(ratio)} ×"

    def _ratio(self, row: Row) -> str:
        return "" if row["lift"] is None else f"{self._formats.times(row['lift'])} ×"

    def _up(self, row: Row) -> str:
        if not row["account_count"] or row["accounts_up"] is None:
            return ""
        return self.gettext(
            "%(part)s of %(whole)s",
            part=self._formats.count(row["accounts_up"]),
            whole=self._formats.count(row["account_count"]),
        )

    def _margin(self, row: Row) -> str:
        if row["lift_low"] is None or row["lift_high"] is None:
            return ""
        return self.gettext(
            "%(low)s to %(high)s",
            low=self._formats.times(row["lift_low"]),
            high=self._formats.times(row["lift_high"]),
        )

    def _sample(self, row: Row) -> str:
        up = self._up(row)
        posts = self._formats.counted(row["post_count"], "post")
        return " · ".join(part for part in (posts, up and self.gettext("up at %(part)s", part=up)) if part)

    def _in_words(self, row: Row) -> str:
        ratio = f"{self._ratio(row)} ({self._margin(row)})" if self._ratio(row) else self.gettext("not compared")
        return f"{ratio}, {self._sample(row)}"

    def _verdict(self, row: Row) -> str:
        shown = self._formats.words.verdict(row["verdict"])
        return f"{shown}: {row['missing_words']}" if row.get("missing_words") else shown

    def forest(self, groups: Sequence[tuple[str, Sequence[Row]]], *, chart_id: str, title: str) -> Chart:
        """Forest plot: ratios with their intervals on a logarithmic axis, one row a level.

        ``groups`` are (heading, rows); a row has ``label, verdict, lift, lift_low, lift_high, post_count,
        account_count, accounts_up`` and perhaps ``missing_words``.
        """
        rows = [row for _, group in groups for row in group]
        judged = [row for row in rows if tone(row["verdict"]) != "open"]
        description = "; ".join(
            f"{row['label']}: {self._in_words(row)}, {self._verdict(row)}" for row in (judged or rows)[:12]
        )
        named = {"title": title, "description": description}
        return Chart(
            chart_id=chart_id,
            narrow=self._forest(groups, chart_id=f"{chart_id}-n", is_wide=False, **named),
            wide=self._forest(groups, chart_id=f"{chart_id}-w", is_wide=True, **named),
            **named,
        )

    def _forest(
        self, groups: Sequence[tuple[str, Sequence[Row]]], *, chart_id: str, is_wide: bool, title: str, description: str
    ) -> Markup:
        rows = [row for _, group in groups for row in group]
        width = 1040 if is_wide else 340
        left, right = (226, 510) if is_wide else (8, 332)
        low, high, ticks = _ratio_axis(rows)
        texts: list[dict[str, object]] = []
        placed: list[tuple[Row, float]] = []
        separators: list[dict[str, object]] = []
        top = 22.0
        y = top
        for heading, group in groups:
            y += 10 if is_wide else 8
            if heading:
                texts.append(_text(0, y + 14, heading, ink="muted", size=13, weight=600))
                y += 24
            for row in group:
                is_open = tone(row["verdict"]) == "open"
                ink = "muted" if is_open else "ink"
                tone_ink = _MARKS[tone(row["verdict"])][0]
                tone_ink = tone_ink if tone_ink in {"up", "down", "mixed"} else "muted"
                weight = 400 if is_open else 600
                label = _fit(row["label"], 214 if is_wide else 270, 14)
                separators.append({"x": 0, "x2": width, "y": y, "y2": y, "ink": _INKS["grid"]})
                if is_wide:
                    middle = y + 17
                    base = middle + 5
                    texts += [
                        _text(0, base, label, ink=ink, size=14, weight=weight),
                        _text(
                            _WIDE_RATIO, base, self._ratio(row) or self.gettext("not compared"), ink=ink, weight=weight
                        ),
                        _text(_WIDE_MARGIN, base, self._margin(row), ink="muted"),
                        _text(_WIDE_POSTS, base, self._formats.count(row["post_count"]), ink="muted", align="end"),
                        _text(_WIDE_UP, base, self._up(row), ink="muted", align="end"),
                        _text(_WIDE_VERDICT, base, self._verdict(row), ink=tone_ink, weight=weight),
                    ]
                    y += 34
                else:
                    middle = y + 34
                    line = " · ".join(part for part in (self._margin(row), self._sample(row)) if part)
                    texts += [
                        _text(0, y + 18, label, ink=ink, size=14, weight=weight),
                        _text(width, y + 18, self._ratio(row), ink=ink, size=14, weight=weight, align="end"),
                        _text(0, y + 58, self._verdict(row), ink=tone_ink, size=12, weight=weight),
                        _text(0, y + 75, line, ink="muted", size=12),
                    ]
                    y += 86
                placed.append((row, middle))
        height = round(y + 30)
        scale = _logarithmic(low, high, left, right)
        pixels = _pixels(width)
        # letters of the narrow plot stand between the strips, so there its upright lines end at each strip
        reaches = [(top, height - 24.0)] if is_wide else [(middle - 10, middle + 10) for _, middle in placed]
        lines = [
            {"x": tick, "x2": tick, "y": start, "y2": end, "ink": _INKS["muted" if tick == 1 else "grid"]}
            for tick in ticks
            for start, end in reaches
        ]

        def place(value: float) -> float:
            return left + (right - left) * math.log(value / low) / math.log(high / low)

        texts += [
            _text(
                min(max(place(tick), left + 8), right - 4),
                height - 8,
                self._tick(tick),
                ink="ink" if tick == 1 else "muted",
                size=12,
                align="middle",
            )
            for tick in ticks
        ]
        texts += [
            _text(place(1) - 8, 13, self.gettext("← less"), ink="muted", size=12, align="end"),
            _text(place(1) + 8, 13, self.gettext("more →"), ink="muted", size=12),
        ]
        if is_wide:
            texts += [
                _text(_WIDE_RATIO, 13, self.gettext("ratio, and its range"), ink="muted", size=12),
                _text(_WIDE_POSTS, 13, self.gettext("posts"), ink="muted", size=12, align="end"),
                _text(
                    _WIDE_UP,
                    13,
                    self.gettext("up at") if any(map(self._up, rows)) else "",
                    ink="muted",
                    size=12,
                    align="end",
                ),
                _text(_WIDE_VERDICT, 13, self.gettext("verdict"), ink="muted", size=12),
            ]
        return _inline(
            [
                _rules(separators, pixels, height, stroke=1),
                _rules(lines, scale, height, stroke=1),
                *_interval_marks(placed, scale, low, high, height),
                *_texts([text for text in texts if text["text"]], width, height),
            ],
            width=width,
            height=height,
            chart_id=chart_id,
            title=title,
            description=description,
        )

    def openings(self, rows: Sequence[Row], *, chart_id: str, title: str) -> Chart:
        """How much better (upwards, with the interval) against how much the market uses it (to the right).

        A row has ``label, verdict, lift, lift_low, lift_high, post_count, account_count, accounts_up`` and
        ``share_of_posts_market`` (0-1); rows that come first find the better places for their names.
        """
        description = "; ".join(
            self.gettext(
                "%(kind)s: %(comparison)s, in %(share)s of the market’s posts, %(verdict)s",
                kind=row["label"],
                comparison=self._in_words(row),
                share=self._formats.share(row["share_of_posts_market"]),
                verdict=self._formats.words.verdict(row["verdict"]),
            )
            for row in rows
        )
        named = {"title": title, "description": description}
        height = 320 if len(rows) > 2 else 230
        return Chart(
            chart_id=chart_id,
            narrow=self._openings(rows, chart_id=f"{chart_id}-n", width=340, height=height, **named),
            wide=self._openings(rows, chart_id=f"{chart_id}-w", width=1040, height=height, **named),
            **named,
        )

    def _openings(
        self, rows: Sequence[Row], *, chart_id: str, width: int, height: int, title: str, description: str
    ) -> Markup:
        frame = _Frame(
            left=46.0,
            right=width - 8.0,
            top=26.0,
            bottom=height - 46.0,
            low=1 / 1.06,
            high=min(_RATIO_CEILING, max([1.5, *(row["lift_high"] for row in rows)])) * 1.06,
            ceiling=next(one for one in (0.1, 0.2, 0.5, 1.0) if one >= max(r["share_of_posts_market"] for r in rows)),
        )
        # on a phone a name fits beside any mark: on one of its sides there is half of the frame at least
        names = [_fit(row["label"], 130 if width < 500 else 320, 13) for row in rows]
        places = label_places(
            [
                (
                    frame.across(row["share_of_posts_market"]),
                    frame.down(row["lift"]),
                    frame.down(row["lift_high"]),
                    frame.down(row["lift_low"]),
                    _width(name, 13),
                )
                for row, name in zip(rows, names, strict=True)
            ],
            left=frame.left,
            right=frame.right + 4,
            top=frame.top,
            bottom=frame.bottom - 2,
        )
        grid, texts = self._openings_axes(frame, height)
        texts += [
            _text(place.x, place.y, name, size=13, weight=600, align=place.align)
            for name, place in zip(names, places, strict=True)
            if place is not None
        ]
        lines, points = [], []
        for row in rows:
            colour, is_filled, shape = _MARKS[tone(row["verdict"])]
            x, ink = frame.across(row["share_of_posts_market"]), _INKS[colour]
            lines.append(
                {"x": x, "x2": x, "y": frame.down(row["lift_high"]), "y2": frame.down(row["lift_low"]), "ink": ink}
            )
            fill = ink if is_filled else _INKS["paper"]
            points.append({"x": x, "y": frame.down(row["lift"]), "shape": shape, "ink": ink, "fill": fill})
        pixels = _pixels(width)
        return _inline(
            [
                _rules(grid, pixels, height, stroke=1),
                _rules(lines, pixels, height, stroke=2.5),
                _points(points, pixels, height, size=95),
                *_texts(texts, width, height),
            ],
            width=width,
            height=height,
            chart_id=chart_id,
            title=title,
            description=description,
        )

    def _openings_axes(self, frame: _Frame, height: int) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
        """Lines and letters of the axes."""
        ticks = [tick for tick in ((1.0, 1.5, 2.0) if frame.high < 2.6 else (1.0, 2.0, 4.0, 8.0)) if tick <= frame.high]
        grid: list[dict[str, object]] = [
            {
                "x": frame.left,
                "x2": frame.right,
                "y": frame.down(tick),
                "y2": frame.down(tick),
                "ink": _INKS["muted" if tick == 1 else "grid"],
            }
            for tick in ticks
        ]
        texts = [
            _text(frame.left - 6, frame.down(tick) + 4, self._tick(tick), ink="muted", size=12, align="end")
            for tick in ticks
        ]
        texts += [
            _text(
                frame.across(share), frame.bottom + 18, self._formats.share(share), ink="muted", size=12, align="middle"
            )
            for share in (0.0, frame.ceiling / 2, frame.ceiling)
        ]
        texts.append(_text(0, 13, self.gettext("↑ ratio to the usual"), ink="muted", size=12))
        texts.append(
            _text(
                frame.right, height - 8, self.gettext("part of the market’s posts →"), ink="muted", size=12, align="end"
            )
        )
        return grid, texts

    def week_map(self, cells: Sequence[Row], *, chart_id: str, title: str) -> Chart:
        """The week by day and block of hours: ratio, range and posts in each cell, tinted where the range is clear.

        A cell has ``weekday_number`` (1 is Monday), ``hour_block, lift, lift_low, lift_high, measured_post_count,
        account_count, shown_verdict``, ``is_enough`` (else it is hatched, with its posts alone) and ``is_clear`` (the
        whole range lies above or below the usual).
        """
        told = [cell for cell in cells if cell["is_enough"]]
        description = "; ".join(
            f"{self._formats.weekday(cell['weekday_number'])} {cell['hour_block']}: {self._ratio(cell)} "
            f"({self._margin(cell)}), {self._formats.counted(cell['measured_post_count'], 'post')}"
            for cell in told
        )
        named = {"title": title, "description": description}
        return Chart(
            chart_id=chart_id,
            narrow=self._week_map(cells, chart_id=f"{chart_id}-n", is_wide=False, **named),
            wide=self._week_map(cells, chart_id=f"{chart_id}-w", is_wide=True, **named),
            **named,
        )

    def _week_map(self, cells: Sequence[Row], *, chart_id: str, is_wide: bool, title: str, description: str) -> Markup:
        width, left, top, row_height = (1040, 104, 24, 48) if is_wide else (340, 40, 24, 46)
        height, column = top + 7 * row_height, (width - left) / len(_HOUR_BLOCKS)
        fills, hatches, frames = [], [], []
        texts = [
            _text(left + column * (place + 0.5), 14, block.replace("-", "–"), ink="muted", size=12, align="middle")
            for place, block in enumerate(_HOUR_BLOCKS)
        ]
        texts += [
            _text(0, top + row_height * (day - 0.5) + 4, self._formats.weekday(day, is_short=not is_wide), ink="ink")
            for day in range(1, 8)
        ]
        for cell in cells:
            place = _HOUR_BLOCKS.index(cell["hour_block"])
            box = _Box(
                left=left + column * place + 1.5,
                top=top + row_height * (cell["weekday_number"] - 1) + 1.5,
                right=left + column * (place + 1) - 1.5,
                bottom=top + row_height * cell["weekday_number"] - 1.5,
            )
            if cell["is_enough"]:
                fills.append(box.filled(_tint(cell)))
                look = tone(cell["shown_verdict"])
                frames += box.framed(_MARKS[look][0]) if look in {"up", "down", "mixed"} else []
            elif cell["measured_post_count"]:
                hatches += box.hatched()
            texts += self._cell_texts(cell, box, is_wide=is_wide)
        pixels = _pixels(width)
        return _inline(
            [
                *([_boxes(fills, width, height)] if fills else []),
                *([_rules(hatches, pixels, height, stroke=1)] if hatches else []),
                *([_rules(frames, pixels, height, stroke=2.5)] if frames else []),
                *_texts(texts, width, height),
            ],
            width=width,
            height=height,
            chart_id=chart_id,
            title=title,
            description=description,
        )

    def _cell_texts(self, cell: Row, box: _Box, *, is_wide: bool) -> list[dict[str, object]]:
        """What stands in a cell: the ratio and its range over the number of posts, or these alone."""
        if not cell["measured_post_count"]:
            return []
        posts = self._formats.count(cell["measured_post_count"])
        if is_wide:
            number = self._formats.counted(cell["measured_post_count"], "post")
            texts = [_text(box.left + 9, box.bottom - 8, number, ink="muted")]
            if cell["is_enough"]:
                texts.append(_text(box.left + 9, box.top + 18, self._ratio(cell), weight=600))
                texts.append(_text(box.left + 62, box.top + 18, self._margin(cell), ink="muted"))
            return texts
        middle = (box.left + box.right) / 2
        texts = [_text(middle, box.bottom - 8, posts, ink="muted", size=12, align="middle")]
        if cell["is_enough"]:
            ratio = self._formats.times(cell["lift"])
            texts.append(_text(middle, box.top + 18, ratio, weight=600, align="middle"))
        return texts

    def strip(self, row: Row, *, chart_id: str, title: str) -> Chart:
        """One ratio with its interval, for the card."""
        width, height, left, right = 340, 66, 8, 332
        low, high, ticks = _ratio_axis([row])
        scale = _logarithmic(low, high, left, right)

        def place(value: float) -> float:
            return left + (right - left) * math.log(value / low) / math.log(high / low)

        shown = [tick for tick in ticks if tick in (0.25, 0.5, 1, 2, 4, 8)]
        lines = [
            {"x": tick, "x2": tick, "y": 6, "y2": 44, "ink": _INKS["muted" if tick == 1 else "grid"]} for tick in shown
        ]
        named = {0.5: self.gettext("half"), 1.0: self.gettext("the usual"), 2.0: self.gettext("twice")}
        texts = []
        for tick in shown:
            name = named.get(tick, self._tick(tick))
            half = max(14, _width(name, 12) / 2)
            middle = min(max(place(tick), half), width - half)
            texts.append(_text(middle, 61, name, ink="muted", size=12, align="middle"))
        description = self._in_words(row)
        svg = _inline(
            [
                _rules(lines, scale, height, stroke=1),
                *_interval_marks([(row, 25)], scale, low, high, height),
                *_texts(texts, width, height),
            ],
            width=width,
            height=height,
            chart_id=chart_id,
            title=title,
            description=description,
        )
        return Chart(chart_id=chart_id, title=title, description=description, narrow=svg)

    def weeks(
        self,
        series: Sequence[tuple[str, str, Sequence[tuple[dt.date, float | None, bool]]]],
        *,
        chart_id: str,
        title: str,
        is_share: bool = False,
        breaks: Collection[dt.date] = (),
    ) -> Chart:
        """Lines over weeks, from zero.

        ``series`` are (name, ink, points), points (Monday of the week, value or ``None``, week is complete); an
        incomplete week is a hollow point that no line leads to. Only series whose ink is not ``other`` are named at
        their end. No line leads into a week of ``breaks``; an upright one stands before it.
        """
        width, height = 340, 168
        left, right, top, bottom = 44, 332, 14, 136
        every = [point for _, _, points in series for point in points]
        known = [value for _, value, _ in every if value is not None]
        ceiling = _round_up(max(known, default=0))
        days = sorted({week for week, _, _ in every})
        span = max((days[-1] - days[0]).days, 1)

        def across(week: dt.date) -> float:
            return left + (right - left) * ((week - days[0]).days / span if len(days) > 1 else 0.5)

        def down(value: float) -> float:
            return bottom - (bottom - top) * value / ceiling

        def write(value: float) -> str:
            if is_share:
                return self._formats.share(value)
            return self._formats.count(value) if value == round(value) else self._formats.rate(value)

        pixels = _pixels(width)
        steps = (0, ceiling / 2, ceiling)
        grid = [
            {"x": left, "x2": right, "y": down(step), "y2": down(step), "ink": _INKS["muted" if step == 0 else "grid"]}
            for step in steps
        ]
        grid += [
            {"x": x, "x2": x, "y": top, "y2": bottom, "ink": _INKS["muted"]}
            for x in (across(week) - (right - left) * 3.5 / span for week in days[1:] if week in breaks)
        ]
        texts = [_text(left - 8, down(step) + 4, write(step), ink="muted", size=12, align="end") for step in steps]
        shown_days = days if len(days) < 3 else [days[0], days[len(days) // 2], days[-1]]
        ends = {days[0]: "start", days[-1]: "end"} if len(days) > 1 else {}
        texts += [
            _text(
                across(day),
                156,
                self._formats.short_day(day),
                ink="muted",
                size=12,
                align=ends.get(day, "middle"),
            )
            for day in shown_days
        ]
        layers: list[Layer] = [_rules(grid, pixels, height, stroke=1)]
        taken: list[float] = []
        for name, ink, points in sorted(series, key=lambda one: one[1] != "other"):
            lines, dots = [], []
            for before, after in itertools.pairwise(points):
                if after[0] in breaks:
                    continue
                if before[1] is not None and after[1] is not None and before[2] and after[2]:
                    lines.append(
                        {
                            "x": across(before[0]),
                            "x2": across(after[0]),
                            "y": down(before[1]),
                            "y2": down(after[1]),
                            "ink": _INKS[ink],
                        }
                    )
            dots = [
                {
                    "x": across(week),
                    "y": down(value),
                    "shape": "circle",
                    "ink": _INKS[ink],
                    "fill": _INKS[ink if is_full else "paper"],
                }
                for week, value, is_full in points
                if value is not None
            ]
            if lines:
                layers.append(_rules(lines, pixels, height, stroke=1.25 if ink == "other" else 2.25))
            if dots and ink != "other":
                layers.append(_points(dots, pixels, height, size=22))
            if name and dots and ink != "other":
                wanted = float(str(dots[-1]["y"])) - 9
                places = sorted(range(top + 4, bottom - 3), key=lambda place: abs(place - wanted))
                free = [place for place in places if all(abs(place - other) >= 14 for other in taken)]
                if free:
                    taken.append(free[0])
                    texts.append(_text(right, free[0], _fit(name, 150, 12), ink=ink, size=12, weight=600, align="end"))
        tell = self._formats.share if is_share else self._formats.rate
        description = "; ".join(
            (f"{name}: " if name else "")
            + ", ".join(f"{self._formats.day(week)} {tell(value)}" for week, value, _ in points)
            for name, ink, points in series
            if ink != "other" or len(series) <= 2
        )
        svg = _inline(
            [*layers, *_texts(texts, width, height)],
            width=width,
            height=height,
            chart_id=chart_id,
            title=title,
            description=description,
        )
        return Chart(chart_id=chart_id, title=title, description=description, narrow=svg)


def _tint(cell: Row) -> str:
    """How a cell of the map is filled: by its ratio where the whole range lies on one side, else evenly."""
    if not cell["is_clear"]:
        return "even"
    if cell["lift"] > 1:
        return "much-more" if cell["lift"] >= _MUCH else "more"
    return "much-less" if cell["lift"] <= 1 / _MUCH else "less"


def _advance(character: str) -> float:
    """Width of a letter as a part of its size, by wide system fonts (no font is known before it is shown)."""
    is_full = unicodedata.east_asian_width(character) in "WF" or character in "MW@%&mw—"
    return 1.05 if is_full else 0.8 if character.isupper() else 0.62


def _width(text: str, size: int) -> float:
    return size * sum(map(_advance, text))


def _fit(text: str, width: float, size: int) -> str:
    """As much of a name as fits a place."""
    room = width / size
    for place, character in enumerate(text):
        room -= _advance(character)
        if room < 0:
            return text[: max(place - 1, 1)].rstrip() + "…"
    return text


def _round_up(value: float) -> float:
    """The next round number that halves well."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10) if step * power >= value * 0.999)
