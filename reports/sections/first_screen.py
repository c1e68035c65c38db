"""The card, the myth, the findings and the coverage line."""

from __future__ import annotations

from reports.charts import Chart
from reports.desk import Desk, Row, Section, grouped
from reports.filters import excerpt
from reports.sections.sales import sales


def first_screen(desk: Desk) -> Section:
    """The card, the myth, the findings and the coverage line."""
    card_answer, examples, findings = desk.ask("card"), desk.ask("card_examples"), desk.ask("findings")
    myth, line, unseen = desk.ask("myth"), desk.ask("coverage_line"), desk.ask("unseen")
    card = dict(card_answer.rows[0]) if card_answer.rows else None
    chart: Chart | None = None
    if card is not None:
        card["is_proven"] = card["kind"] == "do_more"
        card["label"] = excerpt(desk.words.level(card["level"], card["dimension"]), 60)
        if card["lift"] is not None and card["lift_low"] is not None and card["lift_high"] is not None:
            chart = desk.draw.strip(card, chart_id="card-strip", title=desk.gettext("The ratio and its margin"))
    sold = sales(desk)
    doors = [group[0] for _, group in grouped(desk.ask("doors").rows, "url")]
    return Section(
        key="first_screen",
        title=desk.gettext("This week"),
        answers=[
            card_answer,
            examples,
            findings,
            myth,
            line,
            unseen,
            *([] if card else [desk.ask("open_doors"), desk.ask("doors")]),
            *([] if sold.is_empty else sold.answers[:3]),
        ],
        is_empty=False,
        content={
            "card": card,
            "chart": chart,
            "examples": examples.rows,
            "findings": findings.rows,
            "myth": myth.rows[0] if myth.rows else None,
            "line": line.rows[0],
            "unseen": unseen.rows,
            "open_doors": [group[0] for _, group in grouped(desk.ask("open_doors").rows, "company")],
            "doors": doors,
            "sales": None if sold.is_empty else sold.content,
            "card_sales": None if card is None else _sales_of(card, sold),
        },
    )


def _sales_of(card: Row, sold: Section) -> Row | None:
    """What the card's kind of post is shown to sell: a card that is liked and does not sell must say so."""
    for platform in sold.content["platforms"]:
        for row in platform["main"]["passed"]:
            if all(row[name] == card[name] for name in ("platform", "dimension", "level")):
                return dict(row)
    return None
