"""What works against how much the market uses it."""

from __future__ import annotations

from typing import Final

from reports.desk import Desk, Section, grouped
from reports.filters import excerpt

_MOST_DRAWN: Final = 8
_MOST_SAID: Final = 4


def openings(desk: Desk) -> Section:
    """Per platform: the openings in words, a drawing of everything that works, and the same as a table."""
    answer = desk.ask("openings")
    platforms = []
    for platform, found in grouped(answer.rows, "platform"):
        rows = [
            row
            | {
                "label": excerpt(desk.words.level(str(row["level"]), str(row["dimension"])), 60),
                "verdict": row["shown_verdict"],
            }
            for row in found
        ]
        open_rows = [row for row in rows if row["kind"] in {"rare", "catch_up"}]
        platforms.append(
            {
                "platform": platform,
                "rows": rows,
                "said": [row for row in open_rows if not row["is_exploratory"]][:_MOST_SAID],
                "ideas": [row for row in open_rows if row["is_exploratory"]][:_MOST_SAID],
                "chart": desk.draw.openings(
                    rows[:_MOST_DRAWN],
                    chart_id=f"openings-{platform}",
                    title=desk.gettext(
                        "What works on %(platform)s, against how much the market uses it",
                        platform=desk.words.platform(platform),
                    ),
                ),
            }
        )
    return Section(
        key="openings",
        title=desk.gettext("Openings"),
        answers=[answer],
        is_empty=not answer.rows,
        empty=desk.gettext(
            "An opening is something that works and is rarely used. It needs a kind of post that was shown to work, "
            "and competitors in the list who could use it more."
        ),
        content={"platforms": platforms},
    )
