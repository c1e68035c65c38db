"""The brief as JSON, Markdown, mail and PDF says what its page says."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import html as markup
from markdown_it import MarkdownIt

from reports.brief import BriefError, write_brief
from reports.exports import markdown_text
from reports.pdf import print_pdf

Make = Callable[[str], Path]


@pytest.fixture(scope="module")
def written(snapshot: Make, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, str]]:
    """Market → the texts of its brief by form."""

    def write(market: str) -> dict[str, str]:
        target = tmp_path_factory.mktemp("exports") / "brief.html"
        report = write_brief(snapshot(market), target, also=["json", "md", "mail"])
        assert [path.name for path in report.others] == ["brief.json", "brief.md", "brief.mail.html"]
        return {
            form: target.with_suffix(ending).read_text(encoding="utf-8")
            for form, ending in (("html", ".html"), ("json", ".json"), ("md", ".md"), ("mail", ".mail.html"))
        }

    return write


def test_json_holds_every_query_of_the_page_with_its_rows(written: Callable[[str], dict[str, str]]) -> None:
    texts = written("rich")
    content = json.loads(texts["json"])
    page = markup.document_fromstring(texts["html"])
    shown = {
        (section.get("id"), query.get("data-query"), query.text_content())
        for section in page.iter("section")
        for query in section.iter("pre")
    }
    kept = {
        (section["key"], query["name"], query["sql"]) for section in content["sections"] for query in section["queries"]
    }
    assert shown <= kept
    claims = next(
        q for s in content["sections"] if s["key"] == "performs" for q in s["queries"] if q["name"] == "claims"
    )
    assert {"platform", "lift", "lift_low", "post_count", "shown_verdict"} <= claims["rows"][0].keys()
    assert content["build"]["as_of"].startswith("2026-11-22T")


@pytest.mark.parametrize("market", ["rich", "first-run", "walled", "half-failed"])
def test_markdown_and_mail_say_the_sentences_of_the_first_screen(
    market: str, written: Callable[[str], dict[str, str]]
) -> None:
    texts = written(market)
    findings = [
        row["sentence"]
        for section in json.loads(texts["json"])["sections"]
        for query in section["queries"]
        if query["name"] == "findings"
        for row in query["rows"]
    ]
    told = " ".join(markup.fromstring(MarkdownIt().render(texts["md"])).text_content().split())
    mail = " ".join(markup.document_fromstring(texts["mail"]).text_content().split())
    for sentence in findings:
        assert " ".join(sentence.split()) in told
        assert " ".join(sentence.split()) in mail
    assert "attention, not sales" in told
    assert "attention, not sales" in mail
    assert "None" not in texts["md"]


def test_a_mail_carries_its_own_styles_and_asks_for_nothing(written: Callable[[str], dict[str, str]]) -> None:
    mail = written("rich")["mail"]
    page = markup.document_fromstring(mail)
    assert not page.xpath("//style | //link | //script | //img | //*[@src] | //*[@background]")
    assert all(element.get("style") for element in page.xpath("//h1 | //h2 | //p | //td[@class='cell']"))
    assert "url(" not in mail


def test_words_of_strangers_stay_words(written: Callable[[str], dict[str, str]]) -> None:
    texts = written("hostile")
    for form in ("md", "mail"):
        text = texts[form]
        rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(text) if form == "md" else text
        page = markup.document_fromstring(rendered)
        assert not page.xpath("//script | //img | //iframe | //svg | //*[@onerror or @onload or @onclick]")
        assert all(re.match(r"https?://", link.get("href", "")) for link in page.iter("a"))
    json.loads(texts["json"])


def test_markdown_of_a_stranger_is_text() -> None:
    hostile = "# *a* [b](javascript:x) | `c` <b>"
    rendered = MarkdownIt("commonmark", {"html": True}).render("x " + markdown_text(hostile))
    assert markup.fromstring(rendered).text_content().strip() == "x " + hostile


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no Chromium to print with")
def test_a_pdf_is_printed_and_has_pages(snapshot: Make, tmp_path: Path) -> None:
    report = write_brief(snapshot("first-run"), tmp_path / "brief.html", also=["pdf"])
    content = report.others[0].read_bytes()
    assert content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) >= 1


def test_without_a_browser_the_sentence_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("reports.pdf.BROWSERS", ("chromium",))
    with pytest.raises(BriefError, match="install one, or open the brief in any browser"):
        print_pdf(tmp_path / "brief.html", tmp_path / "brief.pdf")


def test_a_browser_that_prints_nothing_is_named(tmp_path: Path) -> None:
    page = tmp_path / "brief.html"
    page.write_text("<p>x", encoding="utf-8")
    with pytest.raises(BriefError, match="made no PDF"):
        print_pdf(page, tmp_path / "brief.pdf", browser="true")
