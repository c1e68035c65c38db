"""A brief of some platforms or companies runs, and shows, queries over their rows only."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from lxml import html as markup

from reports.brief import BriefError, BriefReport, write_brief

Make = Callable[[str], Path]


@pytest.fixture(scope="module")
def report(snapshot: Make, tmp_path_factory: pytest.TempPathFactory) -> BriefReport:
    target = tmp_path_factory.mktemp("narrowed") / "brief.html"
    return write_brief(
        snapshot("rich"),
        target,
        platforms=["mastodon"],
        companies=["bohnenbude", "Ada’s Coffee Cart"],
        also=["json", "md", "mail"],
    )


@pytest.fixture(scope="module")
def narrowed(report: BriefReport) -> markup.HtmlElement:
    return markup.document_fromstring(report.path.read_text(encoding="utf-8"))


def test_the_shown_sql_gives_rows_of_the_chosen_only(narrowed: markup.HtmlElement, snapshot: Make) -> None:
    seen = {"platform": set(), "company": set()}  # type: dict[str, set[str]]
    with duckdb.connect(str(snapshot("rich")), read_only=True) as connection:
        for shown in narrowed.xpath("//pre[@data-query]"):
            result = connection.execute(shown.text_content())
            names = [column[0] for column in result.description or []]
            for row in result.fetchall():
                for name, value in zip(names, row, strict=True):
                    if name in seen:
                        seen[name].add(value)
    assert seen == {"platform": {"mastodon"}, "company": {"Bohnenbude", "Ada’s Coffee Cart"}}


def test_it_says_what_it_is_limited_to(narrowed: markup.HtmlElement) -> None:
    text = " ".join(narrowed.xpath("//header")[0].text_content().split())
    assert "only what was seen on Mastodon" in text
    assert "only rows of Bohnenbude, Ada’s Coffee Cart; verdicts are of all companies in the list" in text
    assert "Röstwerk" not in narrowed.xpath("//main")[0].text_content()


def test_its_other_forms_say_it_too(report: BriefReport) -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in report.others}
    mail = " ".join(markup.document_fromstring(texts["brief.mail.html"]).text_content().split())
    for said in (texts["brief.md"], mail):
        assert "only what was seen on Mastodon" in said
        assert "only rows of Bohnenbude, Ada’s Coffee Cart; verdicts are of all companies in the list" in said
    content = json.loads(texts["brief.json"])
    assert (content["platforms"], content["companies"]) == (["mastodon"], ["Bohnenbude", "Ada’s Coffee Cart"])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"platforms": ["mastadon"]}, "no platform 'mastadon'; did you mean mastodon"),
        ({"companies": ["Filterhouse"]}, "no company 'Filterhouse'; did you mean Filterhaus"),
        ({"companies": ["'; drop table x; --"]}, "no company"),
    ],
)
def test_a_mistyped_name_gets_the_nearest(
    options: dict[str, list[str]], sentence: str, snapshot: Make, tmp_path: Path
) -> None:
    with pytest.raises(BriefError, match=sentence):
        write_brief(snapshot("rich"), tmp_path / "brief.html", **options)  # type: ignore[arg-type]
