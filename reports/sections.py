"""The parts of a brief: which queries each asks, and how their rows are arranged for its template.

A section shows exactly the SQL that it ran (``queries/*.sql``), and prints no number that is not in those rows.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import resources
from typing import Any, Final

import duckdb
from attrs import field, frozen

from reports import words
from reports.charts import Chart, Draw
from reports.filters import Formats, excerpt

Row = dict[str, Any]


class BriefError(Exception):
    """A brief that cannot be written; the message says what, where and how to mend it."""


@frozen(kw_only=True)
class Answer:
    """One query as it was run, and what it gave."""

    name: str
    sql: str
    rows: Sequence[Row]

    @property
    def title(self) -> str:
        """The first comment of the query: what one row is."""
        return self.sql.splitlines()[0].removeprefix("-- ").rstrip(".")


@frozen(kw_only=True)
class Section:
    """One part of the brief; ``is_empty`` sections show ``empty``, the sentence of when they will fill."""

    key: str
    title: str
    answers: Sequence[Answer]
    is_empty: bool
    empty: str = ""
    content: Mapping[str, Any] = field(factory=dict)

    @property
    def template(self) -> str:
        return f"sections/{self.key}.html"


class Asker:
    """Runs the queries of ``queries/`` against one snapshot, each once."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._answers: dict[str, Answer] = {}

    def __call__(self, name: str) -> Answer:
        """The answer to ``queries/NAME.sql``.

        Raises BriefError when the snapshot lacks a table or column that the query needs.
        """
        if name not in self._answers:
            sql = resources.files("reports").joinpath("queries", f"{name}.sql").read_text(encoding="utf-8").strip()
            try:
                result = self._connection.execute(sql)
                columns = [str(column[0]) for column in result.description or []]
                rows = [dict(zip(columns, values, strict=True)) for values in result.fetchall()]
            except (duckdb.CatalogException, duckdb.BinderException) as error:
                first_line = str(error).splitlines()[0]
                raise BriefError(
                    f"The snapshot does not fit this brief (in {name}: {first_line}). "
                    "It was built by another version: run `rivalscope analyze`, then `rivalscope brief` again."
                ) from error
            self._answers[name] = Answer(name=name, sql=sql, rows=rows)
        return self._answers[name]


@frozen(kw_only=True)
class Desk:
    """What every section is made from."""

    ask: Asker
    draw: Draw
    formats: Formats

    @property
    def build(self) -> Row:
        """The one row of ``marts.build``."""
        rows = self.ask("build").rows
        if not rows:
            raise BriefError("The snapshot is empty: run `rivalscope analyze` first.")
        return rows[0]


def _grouped(rows: Iterable[Row], key: str) -> list[tuple[Any, list[Row]]]:
    """Neighbouring rows with the same ``key``; queries order by it."""
    return [(value, list(group)) for value, group in itertools.groupby(rows, key=lambda row: row[key])]


def _missing_words(row: Row, formats: Formats) -> str:
    """How many more posts or accounts a row needs before it can be judged; empty when it was judged."""
    if words.tone(row["verdict"]) != "open":
        return ""
    if row["posts_missing"]:
        return f"{formats.count(row['posts_missing'])} more post{'' if row['posts_missing'] == 1 else 's'}"
    if row["accounts_missing"]:
        return f"{formats.count(row['accounts_missing'])} more account{'' if row['accounts_missing'] == 1 else 's'}"
    return ""


_FOREST_ORDER: Final = {"up": 0, "up-here": 0, "mixed": 0, "flat": 0, "down-here": 0, "down": 0, "open": 1}


def _forest_rows(rows: Iterable[Row], formats: Formats, *, is_ranked: bool) -> list[Row]:
    """Rows with what a forest plot prints beside them; judged ones first when ranked, as nothing ranks the others."""
    named = [
        row
        | {
            "label": excerpt(words.level(str(row["level"]), str(row["dimension"])), 60),
            "verdict": row["shown_verdict"],
            "tone": words.tone(row["shown_verdict"]),
        }
        for row in rows
    ]
    for row in named:
        row["missing_words"] = _missing_words(row, formats)
    return sorted(named, key=lambda row: _FOREST_ORDER[row["tone"]]) if is_ranked else named


def _has_margin(row: Row) -> bool:
    return row["lift"] is not None and row["lift_low"] is not None and row["lift_high"] is not None


def _plots(answer: Answer, desk: Desk, *, key: str, title: str, dimensions: Sequence[str] = ()) -> list[Row]:
    """Per platform: the rows by dimension, and their forest plot."""
    plots = []
    for platform, rows in _grouped(answer.rows, "platform"):
        groups = [
            (dimension, _forest_rows(found, desk.formats, is_ranked=dimension not in _NATURAL_ORDER))
            for dimension, found in _grouped(rows, "dimension")
        ]
        for dimension, found in groups:
            if dimension in _NATURAL_ORDER:
                found.sort(key=_NATURAL_ORDER[dimension])
        if dimensions:
            groups.sort(key=lambda group: dimensions.index(group[0]))
        name = words.platform(platform)
        drawn = [
            (words.dimension(dimension), [row for row in found if _has_margin(row)])
            for dimension, found in groups
            if any(map(_has_margin, found))
        ]
        plots.append(
            {
                "platform": platform,
                "groups": groups,
                "rows": [row for _, found in groups for row in found],
                "compared": any(row["tone"] != "open" for _, found in groups for row in found),
                "uncompared": [row for _, found in groups for row in found if not _has_margin(row)],
                "passed": [row for _, found in groups for row in found if row["tone"] in {"up", "down", "mixed"}],
                "chart": desk.draw.forest(drawn, chart_id=f"{key}-{platform}", title=f"{title} on {name}")
                if drawn
                else None,
            }
        )
    return plots


_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# dimensions whose levels have an order of their own, which a ranking would hide
_NATURAL_ORDER: Final[Mapping[str, Callable[[Row], Any]]] = {
    "weekday": lambda row: _WEEKDAYS.index(row["level"]) if row["level"] in _WEEKDAYS else len(_WEEKDAYS),
    "hour_block": lambda row: row["level"],
    "length": lambda row: _smallest(row["level"]),
    "hashtag_count": lambda row: _smallest(row["level"]),
    "media_count": lambda row: _smallest(row["level"]),
    "video_length": lambda row: _smallest(row["level"]),
}


def _smallest(level: str) -> tuple[int, int]:
    """Where a span stands among its like: ``none``, ``up_to_80``, ``81_to_200``, ``over_2000``."""
    numbers = [int(number) for number in re.findall(r"\d+", level)[:1]]
    first = numbers[0] if numbers else -1
    return (first, 0) if not level.startswith("over") else (first, 1)


def first_screen(desk: Desk) -> Section:
    """The card, the myth, the findings and the coverage line."""
    card_answer, examples, findings = desk.ask("card"), desk.ask("card_examples"), desk.ask("findings")
    myth, line = desk.ask("myth"), desk.ask("coverage_line")
    card = dict(card_answer.rows[0]) if card_answer.rows else None
    chart: Chart | None = None
    if card is not None:
        card["is_proven"] = card["kind"] == "do_more"
        card["label"] = excerpt(words.level(card["level"], card["dimension"]), 60)
        if card["lift"] is not None and card["lift_low"] is not None and card["lift_high"] is not None:
            chart = desk.draw.strip(card, chart_id="card-strip", title="The ratio and its margin")
    doors = [group[0] for _, group in _grouped(desk.ask("doors").rows, "url")]
    return Section(
        key="first_screen",
        title="This week",
        answers=[
            card_answer,
            examples,
            findings,
            myth,
            line,
            *([] if card else [desk.ask("open_doors"), desk.ask("doors")]),
        ],
        is_empty=False,
        content={
            "card": card,
            "chart": chart,
            "examples": examples.rows,
            "findings": findings.rows,
            "myth": myth.rows[0] if myth.rows else None,
            "line": line.rows[0],
            "open_doors": [group[0] for _, group in _grouped(desk.ask("open_doors").rows, "company")],
            "doors": doors,
        },
    )


def league(desk: Desk) -> Section:
    """Companies side by side."""
    companies, platforms = desk.ask("league"), desk.ask("league_platforms")
    measured = [row for row in platforms.rows if row["post_count"] or row["follower_count"] is not None]
    return Section(
        key="league",
        title="Where you stand" if any(row["is_own"] for row in companies.rows) else "Who is in the list",
        answers=[companies, platforms],
        is_empty=not any(row["post_count"] or row["follower_count"] is not None for row in companies.rows),
        empty="The league needs at least one account whose posts or followers could be read.",
        content={"companies": companies.rows, "platforms": _grouped(measured, "platform")},
    )


def performs(desk: Desk) -> Section:
    """Formats and post types, then the exploratory traits."""
    claims, others, sample = desk.ask("claims"), desk.ask("other_traits"), desk.ask("sample")
    return Section(
        key="performs",
        title="What performs",
        answers=[claims, others, sample],
        is_empty=not claims.rows and not others.rows,
        empty=(
            "A comparison needs at least three posts of one kind and three of another from the same account, "
            "old enough to compare. It fills as posts come in."
        ),
        content={
            "plots": _plots(
                claims, desk, key="performs", title="Formats and post types", dimensions=("format", "post_type")
            ),
            "others": _plots(others, desk, key="traits", title="Other traits"),
            "sample": {row["platform"]: row for row in sample.rows},
        },
    )


def timing(desk: Desk) -> Section:
    """Day of the week and time of day."""
    answer = desk.ask("timing")
    return Section(
        key="timing",
        title="When",
        answers=[answer, desk.ask("sample")],
        is_empty=not answer.rows,
        empty="Days and hours are compared once posts with a known time of day are old enough to compare.",
        content={
            "plots": _plots(answer, desk, key="timing", title="Days and hours", dimensions=("weekday", "hour_block"))
        },
    )


def trends(desk: Desk) -> Section:
    """Week by week: how much is posted, what it gets, who gets it."""
    weeks, formats, shares = desk.ask("trends_week"), desk.ask("trends_format"), desk.ask("share_of_voice")
    format_rows = dict(_grouped(formats.rows, "platform"))
    share_rows = dict(_grouped(shares.rows, "platform"))
    platforms = []
    for platform, rows in _grouped(weeks.rows, "platform"):
        if len(rows) < 2:
            continue
        name = words.platform(platform)
        charts = [
            desk.draw.weeks(
                [("", "own", _points_of(rows, "post_count"))],
                chart_id=f"trend-posts-{platform}",
                title=f"Posts a week on {name}, all companies",
            )
        ]
        if any(row["engagement_median"] is not None for row in rows):
            charts.append(
                desk.draw.weeks(
                    [
                        (
                            "",
                            "own",
                            [(r["week_start_date"], r["engagement_median"], bool(r["is_complete"])) for r in rows],
                        )
                    ],
                    chart_id=f"trend-engagement-{platform}",
                    title=f"Engagement of the middle post on {name}",
                )
            )
        companies = _share_series(share_rows.get(platform, []))
        if companies:
            charts.append(
                desk.draw.weeks(
                    companies,
                    chart_id=f"trend-share-{platform}",
                    title=f"Share of all engagement in this list on {name}",
                    is_share=True,
                )
            )
        platforms.append(
            {
                "platform": platform,
                "rows": rows,
                "charts": charts,
                "formats": format_rows.get(platform, []),
                "shares": _grouped(share_rows.get(platform, []), "company"),
            }
        )
    return Section(
        key="trends",
        title="Week by week",
        answers=[weeks, formats, shares],
        is_empty=not platforms,
        empty="A trend needs posts from at least two weeks.",
        content={"platforms": platforms},
    )


def _points_of(rows: Sequence[Row], column: str) -> list[tuple[Any, float | None, bool]]:
    return [(row["week_start_date"], row[column], bool(row["is_complete"])) for row in rows]


def _share_series(rows: Sequence[Row]) -> list[tuple[str, str, list[tuple[Any, float | None, bool]]]]:
    """One line a company; the own brand is named, or without one whoever leads in the newest comparable week."""
    known = [row for row in rows if row["engagement_share"] is not None and row["is_comparable"]]
    if len({row["week_start_date"] for row in known}) < 2 or len({row["company"] for row in known}) < 2:
        return []
    newest = max(row["week_start_date"] for row in known)
    last = [row for row in known if row["week_start_date"] == newest]
    leader = max(last, key=lambda row: row["engagement_share"])["company"]
    series = []
    for company, found in _grouped(rows, "company"):
        ink = "own" if found[0]["is_own"] else "ink" if company == leader else "other"
        points = [
            (r["week_start_date"], r["engagement_share"] if r["is_comparable"] else None, bool(r["is_comparable"]))
            for r in found
        ]
        series.append((excerpt(company, 60), ink, points))
    return series


def top_posts(desk: Desk) -> Section:
    """The posts that did best against their own account's usual."""
    answer = desk.ask("top_posts")
    return Section(
        key="top_posts",
        title="Top posts",
        answers=[answer],
        is_empty=not answer.rows,
        empty="Posts are ranked against what their own account usually gets, once enough of them are old enough.",
        content={"platforms": _grouped(answer.rows, "platform")},
    )


def doors(desk: Desk) -> Section:
    """Ways to see more: open places of each company, and the cheapest way into each walled account."""
    opened, walled = desk.ask("open_doors"), desk.ask("doors")
    return Section(
        key="doors",
        title="Ways to see more",
        answers=[opened, walled],
        is_empty=not opened.rows and not walled.rows,
        empty="No account stands behind a wall, and no further open place of these companies is known.",
        content={
            "open_doors": _grouped(opened.rows, "company"),
            "walled": [{"first": ways[0], "others": ways[1:]} for _, ways in _grouped(walled.rows, "url")],
        },
    )


def coverage(desk: Desk) -> Section:
    """Every account: what was seen and what was not, and what nobody can see."""
    accounts, line, notices = desk.ask("coverage"), desk.ask("coverage_line"), desk.ask("notices")
    return Section(
        key="coverage",
        title="What we saw and did not see",
        answers=[accounts, line, *([notices] if notices.rows else [])],
        is_empty=not accounts.rows,
        empty="The list has no accounts yet: `rivalscope add URL` adds the first.",
        content={
            "accounts": accounts.rows,
            "line": line.rows[0],
            "notices": notices.rows,
            "unseen": words.UNSEEN,
        },
    )


def method(desk: Desk) -> Section:
    """Definitions, window, what was left out, versions."""
    definitions, left_out, build = desk.ask("method"), desk.ask("left_out"), desk.ask("build")
    return Section(
        key="method",
        title="Method",
        answers=[build, definitions, left_out],
        is_empty=False,
        content={"definitions": definitions.rows, "left_out": left_out.rows},
    )


ORDER: Final[Sequence[Callable[[Desk], Section]]] = (
    first_screen,
    league,
    performs,
    timing,
    trends,
    top_posts,
    doors,
    coverage,
    method,
)


def sections(desk: Desk) -> list[Section]:
    """All parts of the brief in reading order; ways to see more come second when there is nothing else to read."""
    made = [make(desk) for make in ORDER]
    if not desk.ask("sample").rows:
        made.sort(key=lambda section: {"first_screen": 0, "doors": 1, "coverage": 2, "method": 4}.get(section.key, 3))
    return made
