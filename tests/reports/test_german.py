"""The German catalogue: nearly whole, with the markup and the values of the English, and a brief that reads German."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from lxml import html as markup

import reports
from reports.brief import write_brief
from reports.page import formats_of
from reports.sentences import Sentences

from .markets.marts import write_snapshot
from .markets.rich import rich_market

CATALOGUES = sorted((Path(reports.__file__).parent / "locale").glob("*/LC_MESSAGES/reports.po"))


def messages(path: Path) -> list[Message]:
    with path.open("rb") as file:
        return [message for message in read_po(file, locale=path.parts[-3], abort_invalid=True) if message.id]


def texts(parts: object) -> list[str]:
    return [parts] if isinstance(parts, str) else [str(part) for part in parts or ()]  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_catalogue_keeps_the_markup_and_the_values_of_the_english(path: Path) -> None:
    found = messages(path)
    for message in found:
        sources = texts(message.id)
        for number, translation in enumerate(texts(message.string)):
            if not translation:
                continue
            source = sources[min(number, len(sources) - 1)]
            assert sorted(re.findall(r"</?\w+[^>]*>", translation)) == sorted(re.findall(r"</?\w+[^>]*>", source))
            assert sorted(re.findall(r"`[^`]*`|%\(\w+\)s", translation)) == sorted(
                re.findall(r"`[^`]*`|%\(\w+\)s", source)
            )
    translated = [message for message in found if all(texts(message.string))]
    assert len(translated) > 0.9 * len(found)


OUR_TRADE = re.compile(
    r"\b(?:tokens?|robots(?!\.txt)|access key|dated rules|walls?|walled|crawlers?|timeout|spider|parser|"
    r"Zugangsschlüssel|Roboter|datierten|Mauer)\b"
)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_what_a_page_says_is_in_no_words_of_our_trade(path: Path) -> None:
    of_pages = [
        message for message in messages(path) if any(file.startswith("reports/") for file, _ in message.locations)
    ]
    said = [text for message in of_pages for text in (*texts(message.id), *texts(message.string))]
    assert [text for text in said if OUR_TRADE.search(text)] == []


def test_a_german_brief_reads_german(snapshot: Callable[[str], Path], tmp_path: Path) -> None:
    report = write_brief(snapshot("real"), tmp_path / "brief.html", language="de", also=["md", "mail"])
    page = markup.document_fromstring(report.path.read_text(encoding="utf-8"))
    assert (page.get("lang"), page.get("dir")) == ("de", "ltr")
    said = " ".join(page.text_content().split())
    for words in (
        "Karussells auf Instagram",
        "-Fache der Resonanz der anderen Beiträge derselben Konten",
        "Resonanz",
        "22. Nov. 2026",
    ):
        assert words in said, words
    assert re.search(r"\d,\d ×", said)
    assert re.search(r"\d\s%", said)
    assert "## Kurz gefasst" in report.path.with_suffix(".md").read_text(encoding="utf-8")
    assert "Kurz gefasst" in report.path.with_suffix(".mail.html").read_text(encoding="utf-8")


def test_the_formula_of_a_weighted_success_is_said_in_german(tmp_path: Path) -> None:
    tables = rich_market()
    weighted = (
        "likes, comments and shares, each counted as often as its weight says: likes × 1 + comments × 3 + shares × 5"
    )
    tables["outcomes"] = [
        {"outcome": "likes", "position": 1, "definition": "likes alone", "is_default": True},
        {"outcome": "weighted", "position": 2, "definition": weighted, "is_default": False},
    ]
    written = write_brief(write_snapshot(tmp_path / "a.duckdb", tables), tmp_path / "brief.html", language="de").path
    method = markup.document_fromstring(written.read_text(encoding="utf-8")).get_element_by_id("method")
    told = [cell.text_content() for cell in method.xpath(".//table[contains(caption, 'Erfolg')]//td")]
    assert told[0] == "nur Likes"
    assert told[1].endswith(": Likes × 1 + Kommentare × 3 + Shares × 5")
    assert told[1].startswith("Likes, Kommentare und Shares, ")


def test_counted_nouns_stand_in_no_case_that_they_do_not_have(snapshot: Callable[[str], Path], tmp_path: Path) -> None:
    written = write_brief(snapshot("everything"), tmp_path / "brief.html", language="de").path
    said = " ".join(markup.document_fromstring(written.read_text(encoding="utf-8")).text_content().split())
    # "von 4 Kommentare", "im Alter von 2,0 Tage": a noun with its number is always put as the subject of a sentence
    assert not re.findall(r"\b(?:von|mit|aus|bei|nach) [\d.,]+ (?:Beiträge|Kommentare|Tage|andere|solche)\b", said)
    assert "davon 4 ohne Antwort" in said


def test_what_visits_noted_in_english_is_marked_so_and_what_to_do_stands_before_it_in_german(
    snapshot: Callable[[str], Path], tmp_path: Path
) -> None:
    page = markup.document_fromstring(
        write_brief(snapshot("half-failed"), tmp_path / "brief.html", language="de").path.read_text(encoding="utf-8")
    )
    section = page.get_element_by_id("coverage")
    notes = section.xpath(".//td//bdi[contains(., 'What happened, in one line.')]")
    assert notes
    assert {note.get("lang") for note in notes} == {"en"}
    for note in notes:
        assert note.getparent().tag == "details"
        assert note.getparent().xpath("string(./summary)") == "Was der Besuch vermerkt hat"
    said = " ".join(section.text_content().split())
    assert "Ist es umgezogen, folgen Sie ihm mit rivalscope rename, sonst" in said
    commands = [code.text_content() for code in section.xpath(".//td//code")]
    assert "rivalscope check --online" in commands


def test_one_is_one_in_german() -> None:
    formats = formats_of(timezone="UTC", language="de-AT")
    assert formats.language.tag == "de"
    assert [formats.counted(count, "post") for count in (0, 1, 2)] == ["0 Beiträge", "1 Beitrag", "2 Beiträge"]
    assert [formats.effort(minutes) for minutes in (0.4, 1, 12)] == [
        "unter einer Minute",
        "1 Minute",
        "etwa 12 Minuten",
    ]
    phrase = {
        "message": "%(topic)s on %(platform)s: still “%(now)s”.",
        "values": {
            "topic:Subject": "posts about “%(name)s”\x1fcold brew",
            "platform:words": "Mastodon",
            "now:words": "Usually works",
        },
    }
    assert (
        Sentences(formats).said([phrase]) == "Beiträge über „cold brew“ auf Mastodon: weiterhin „Funktioniert meist“."
    )
