"""Forest plot: ratios with their ranges on a logarithmic axis, one row a level."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import define, field, frozen
from markupsafe import Markup

from reports.charts.drawing import INKS, Chart, Letters, Place, Scale, fit, inline, rules
from reports.charts.ratios import MARKS, RatioWords, Row, interval_marks, ratio_axis
from reports.words import tone

# columns of the wide plot, in pixels: left edges, but right edges for the two counts
_RATIO: Final = 534
_MARGIN: Final = 602
_POSTS: Final = 744
_UP: Final = 812
_VERDICT: Final = 838
_TOP: Final = 22.0
_MOST_DESCRIBED: Final = 12

Groups = Sequence[tuple[str, Sequence[Row]]]


def forest(words: RatioWords, groups: Groups, *, chart_id: str, title: str) -> Chart:
    """Draw ``groups`` of (heading, rows).

    A row has ``label, verdict, lift, lift_low, lift_high, post_count, account_count, accounts_up`` and perhaps
    ``missing_words``.
    """
    rows = [row for _, group in groups for row in group]
    judged = [row for row in rows if tone(row["verdict"]) != "open"]
    description = "; ".join(
        f"{row['label']}: {words.in_words(row)}, {words.verdict(row)}" for row in (judged or rows)[:_MOST_DESCRIBED]
    )
    named = {"title": title, "description": description}
    return Chart(
        chart_id=chart_id,
        narrow=_drawn(words, groups, _NARROW, chart_id=f"{chart_id}-n", **named),
        wide=_drawn(words, groups, _WIDE, chart_id=f"{chart_id}-w", **named),
        **named,
    )


@frozen(kw_only=True)
class _Form:
    """Measures of the plot in one of its widths, in pixels."""

    is_wide: bool
    width: int
    left: float
    right: float
    gap: float
    row_height: float
    middle: float
    """Of a row's range, below the row's upper edge."""
    label_width: float


_WIDE: Final = _Form(is_wide=True, width=1040, left=226, right=510, gap=10, row_height=34, middle=17, label_width=214)
_NARROW: Final = _Form(is_wide=False, width=340, left=8, right=332, gap=8, row_height=86, middle=34, label_width=270)


@define(kw_only=True)
class _Column:
    """Rows placed one below the other so far."""

    bottom: float = _TOP
    letters: list[Letters] = field(factory=list)
    placed: list[tuple[Row, float]] = field(factory=list)
    """Each row and the height of its range."""
    separators: list[Place] = field(factory=list)


def _drawn(words: RatioWords, groups: Groups, form: _Form, *, chart_id: str, title: str, description: str) -> Markup:
    rows = [row for _, group in groups for row in group]
    column = _placed(words, groups, form)
    height = round(column.bottom + 30)
    scale, ticks = ratio_axis(rows, left=form.left, right=form.right)
    # letters of the narrow plot stand between the strips, so there its upright lines end at each strip
    reaches = [(_TOP, height - 24.0)] if form.is_wide else [(middle - 10, middle + 10) for _, middle in column.placed]
    uprights = [
        {"x": tick, "x2": tick, "y": start, "y2": end, "ink": INKS["muted" if tick == 1 else "grid"]}
        for tick in ticks
        for start, end in reaches
    ]
    return inline(
        [
            rules(column.separators, stroke=1),
            rules(uprights, stroke=1, scale=scale),
            *interval_marks(column.placed, scale),
        ],
        [
            *column.letters,
            *_axis_letters(words, scale, ticks, height),
            *(_column_heads(words, has_up=any(map(words.up, rows))) if form.is_wide else []),
        ],
        width=form.width,
        height=height,
        chart_id=chart_id,
        title=title,
        description=description,
    )


def _placed(words: RatioWords, groups: Groups, form: _Form) -> _Column:
    """Headings and rows one below the other, with the letters beside each."""
    column = _Column()
    for heading, group in groups:
        column.bottom += form.gap
        if heading:
            column.letters.append(Letters(0, column.bottom + 14, heading, ink="muted", weight=600))
            column.bottom += 24
        for row in group:
            top = column.bottom
            column.separators.append({"x": 0, "x2": form.width, "y": top, "y2": top, "ink": INKS["grid"]})
            column.letters += (_beside if form.is_wide else _around)(words, row, top, form)
            column.placed.append((row, top + form.middle))
            column.bottom += form.row_height
    return column


def _emphasis(row: Row) -> tuple[str, str, int]:
    """Ink of the name, ink of the verdict, and weight: what is judged stands out."""
    colour, _, _ = MARKS[tone(row["verdict"])]
    verdict_ink = colour if colour in {"up", "down", "mixed"} else "muted"
    return ("muted", verdict_ink, 400) if tone(row["verdict"]) == "open" else ("ink", verdict_ink, 600)


def _beside(words: RatioWords, row: Row, top: float, form: _Form) -> list[Letters]:
    """Letters of a row of the wide plot: the name left of its range, numbers in columns right of it."""
    ink, verdict_ink, weight = _emphasis(row)
    base = top + form.middle + 5
    ratio, posts = words.ratio(row) or words.gettext("not compared"), words.formats.count(row["post_count"])
    return [
        Letters(0, base, fit(row["label"], form.label_width, 14), ink=ink, size=14, weight=weight),
        Letters(_RATIO, base, ratio, ink=ink, weight=weight),
        Letters(_MARGIN, base, words.margin(row), ink="muted"),
        Letters(_POSTS, base, posts, ink="muted", align="end"),
        Letters(_UP, base, words.up(row), ink="muted", align="end"),
        Letters(_VERDICT, base, words.verdict(row), ink=verdict_ink, weight=weight),
    ]


def _around(words: RatioWords, row: Row, top: float, form: _Form) -> list[Letters]:
    """Letters of a row of the narrow plot: name and ratio above the range, verdict and sample below it."""
    ink, verdict_ink, weight = _emphasis(row)
    sample = " · ".join(part for part in (words.margin(row), words.sample(row)) if part)
    return [
        Letters(0, top + 18, fit(row["label"], form.label_width, 14), ink=ink, size=14, weight=weight),
        Letters(form.width, top + 18, words.ratio(row), ink=ink, size=14, weight=weight, align="end"),
        Letters(0, top + 58, words.verdict(row), ink=verdict_ink, size=12, weight=weight),
        Letters(0, top + 75, sample, ink="muted", size=12),
    ]


def _axis_letters(words: RatioWords, scale: Scale, ticks: Sequence[float], height: int) -> list[Letters]:
    names = [
        Letters(
            min(max(scale.place(tick), scale.left + 8), scale.right - 4),
            height - 8,
            words.tick(tick),
            ink="ink" if tick == 1 else "muted",
            size=12,
            align="middle",
        )
        for tick in ticks
    ]
    usual = scale.place(1)
    return [
        *names,
        Letters(usual - 8, 13, words.gettext("← less"), ink="muted", size=12, align="end"),
        Letters(usual + 8, 13, words.gettext("more →"), ink="muted", size=12),
    ]


def _column_heads(words: RatioWords, *, has_up: bool) -> list[Letters]:
    heads = [
        Letters(_RATIO, 13, words.gettext("ratio, and its range"), ink="muted", size=12),
        Letters(_POSTS, 13, words.gettext("posts"), ink="muted", size=12, align="end"),
        Letters(_VERDICT, 13, words.gettext("verdict"), ink="muted", size=12),
    ]
    if has_up:
        heads.append(Letters(_UP, 13, words.gettext("up at"), ink="muted", size=12, align="end"))
    return heads
