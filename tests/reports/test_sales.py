"""Visits and sales in the brief: sales before attention, what sells beside what is liked, and the way to bring them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from lxml import html as markup

from reports.brief import write_brief
from reports.filters import Formats

from .markets.marts import write_snapshot
from .markets.own_side import kind, with_sales
from .markets.rich import rich_market


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The brief with sales, in every form."""
    folder = tmp_path_factory.mktemp("sales")
    snapshot = write_snapshot(folder / "rivalscope.duckdb", with_sales())
    report = write_brief(snapshot, folder / "brief.html", also=("json", "md", "mail"))
    return {path.name: path.read_text(encoding="utf-8") for path in (report.path, *report.others)}


def test_a_sales_sentence_stands_before_any_of_engagement(told: dict[str, str]) -> None:
    page = told["brief.html"]
    body = page[page.index('id="first_screen"') :]
    assert body.index("12,345") < body.index("engagement")
    first = body[: body.index('<div class="lead">')]
    assert "27%" in first
    assert (
        "Of 96 posts whose sales are known in the same way, your most liked format, Carousels, brought 4% of the "
        "sales, with 31% of the posts"
    ) in first.replace("<bdi>Carousels</bdi>", "Carousels")
    assert "These numbers are attention, not sales" not in page
    assert "your most liked format, Carousels, brought 4%" in told["brief.md"]
    assert "bdi" not in told["brief.md"]
    assert told["brief.md"].index("€12,345") < told["brief.md"].index("engagement")
    assert told["brief.mail.html"].index("€12,345") < told["brief.mail.html"].index("engagement")


def test_a_card_whose_kind_of_post_sells_less_does_not_ask_for_more_of_it(tmp_path: Path) -> None:
    tables = with_sales()
    [card] = [row for row in tables["findings"] if row["rank"] == 1]
    of_card = {name: card[name] for name in ("platform", "dimension", "level")}
    tables["sales_by_trait"] = [{**kind("x", "sells_less", 2.0, 0.4, 0.2, 0.7), **of_card}]
    snapshot = write_snapshot(tmp_path / "rivalscope.duckdb", tables)
    page = write_brief(snapshot, tmp_path / "brief.html").path.read_text(encoding="utf-8")
    first = page[page.index('id="first_screen"') :]
    first = first[: first.index("</article>")]
    assert "Sells less" in first
    assert "for sales, make what brings them" in first
    assert "plan at least one more post of this kind" not in first


def test_what_is_known_by_day_alone_is_a_part_of_what_the_posts_brought(tmp_path: Path) -> None:
    tables = with_sales()
    tables["sales_totals"][0] |= {"tied_total": 1_040, "tied_by_day": 233, "untied_share": 0.68}
    snapshot = write_snapshot(tmp_path / "rivalscope.duckdb", tables)
    page = write_brief(snapshot, tmp_path / "brief.html").path.read_text(encoding="utf-8")
    assert "From your posts: €1,040, of which €233 are known by network and day alone." in page


def test_what_sells_is_drawn_and_tabled_with_its_range(told: dict[str, str]) -> None:
    page = told["brief.html"]
    section = page[page.index('id="sales"') :]
    section = section[: section.index("</section>")]
    assert "Sells more" in section
    assert "Sells less" in section
    assert "€88.40" in section
    assert "€44.20" in section
    assert section.count("<svg") == 2
    assert "not compared" in section
    assert "Shopify counts Revenue (EUR) too (€12,900)" in section
    assert "totals only, and other files have its days" in section
    assert "from marts.sales_by_trait" in section


def test_visits_are_never_called_sales(tmp_path: Path) -> None:
    tables = with_sales()
    visits = {"measure": "sessions", "currency": ""}
    tables["sales_totals"] = [{**tables["sales_totals"][1], "position": 1, "is_main": True}]
    for table in ("sales_by_trait", "likes_and_sales", "outcome_ranks"):
        tables[table] = [{**row, **visits} for row in tables[table]]
    tables["sales_tools"] = []
    snapshot = write_snapshot(tmp_path / "rivalscope.duckdb", tables)
    page = markup.document_fromstring(write_brief(snapshot, tmp_path / "brief.html").path.read_text(encoding="utf-8"))
    first = " ".join(page.find_class("sales-line")[0].text_content().split()).removesuffix("Visits and sales")
    section = page.get_element_by_id("sales")
    [evidence] = section.find_class("evidence")
    evidence.drop_tree()
    said = first + " ".join(" ".join(part.text_content().split()) for part in section.find_class("of-platform"))
    assert "Videos: Brings more, 3.1 × what your other posts bring" in first
    assert "brought 4% of the visits, with 31% of the posts" in said
    assert "The posts that are liked more bring fewer visits." in said
    assert "Share of visits" in said
    assert "Much liked, with few visits" in said
    assert not re.search(r"\b(sales?|sells?)\b", said, re.IGNORECASE)


def test_posts_that_are_liked_and_not_bought_from_are_named_and_strangers_words_stay_words(
    told: dict[str, str],
) -> None:
    page = told["brief.html"]
    assert "Much liked, with few sales" in page
    assert "Many sales, and hardly liked" in page
    assert "<script>alert" not in page
    assert "ga4 <b>" not in page


def test_all_numbers_are_in_the_json(told: dict[str, str]) -> None:
    sections = {section["key"]: section for section in json.loads(told["brief.json"])["sections"]}
    queries = {query["name"]: query["rows"] for query in sections["sales"]["queries"]}
    assert queries["sales_totals"][0]["untied_share"] == 0.271
    assert [row["verdict"] for row in queries["sales_kinds"]] == [
        "sells_more",
        "not_enough",
        "sells_less",
        "not_enough",
    ]


def test_without_own_files_the_brief_says_so_and_how_to_bring_them(tmp_path: Path) -> None:
    snapshot = write_snapshot(tmp_path / "rivalscope.duckdb", rich_market())
    report = write_brief(snapshot, tmp_path / "brief.html")
    page = report.path.read_text(encoding="utf-8")
    assert "These numbers are attention, not sales." in page
    assert "Own visits and sales: <code>rivalscope import FILE</code>" in page
    assert "Visits and sales" in report.empty_sections


@pytest.mark.parametrize(
    ("value", "measure", "currency", "locale", "shown"),
    [
        (12345.6, "revenue", "EUR", "en", "€12,346"),
        (12.5, "revenue", "USD", "en", "$12.50"),
        (12345.6, "revenue", "EUR", "de", "12.346\u00a0€"),
        (-40.0, "revenue", "EUR", "en", "-€40.00"),
        (1500.0, "revenue", "JPY", "en", "¥1,500"),
        (12345.6, "revenue", "unknown", "en", "12,346"),
        (3.0, "orders", "", "en", "3"),
        (3.5, "key_events", "", "en", "3.5"),
        (None, "orders", "", "en", "not known"),
    ],
)
def test_amounts_are_written_as_the_reader_writes_them(
    value: float | None, measure: str, currency: str, locale: str, shown: str
) -> None:
    assert Formats(locale=locale, timezone="UTC").amount(value, measure, currency) == shown
