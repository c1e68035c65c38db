"""The parts of a brief: which queries each asks, and how their rows are arranged for its template.

A section shows exactly the SQL that it ran (``queries/*.sql``), and prints no number that is not in those rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from reports.desk import Desk, Section
from reports.sections.audience import audience
from reports.sections.coverage import coverage
from reports.sections.doors import doors
from reports.sections.first_screen import first_screen
from reports.sections.fresh_posts import fresh_posts
from reports.sections.league import league
from reports.sections.making import making
from reports.sections.method import method
from reports.sections.moves import moves
from reports.sections.openings import openings
from reports.sections.performs import performs
from reports.sections.plan import plan
from reports.sections.sales import sales
from reports.sections.sharing import sharing
from reports.sections.timing import timing
from reports.sections.top_posts import top_posts
from reports.sections.trends import trends

ORDER: Final[Sequence[Callable[[Desk], Section]]] = (
    first_screen,
    league,
    performs,
    openings,
    timing,
    making,
    trends,
    top_posts,
    fresh_posts,
    moves,
    audience,
    sharing,
    plan,
    sales,
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
