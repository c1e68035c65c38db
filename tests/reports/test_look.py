"""A brief with somebody's own name, logo, colour, sections and templates."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as markup
from PIL import Image

from reports.brief import BriefError, write_brief
from reports.look import LOGO_LIMIT_BYTES, Look, readable
from reports.sections import ORDER

Make = Callable[[str], Path]


def channels(colour: str) -> list[float]:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def contrast(one: str, other: str) -> float:
    """As WCAG defines it."""
    low, high = sorted(
        sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), channels(x), strict=True)) for x in (one, other)
    )
    return (high + 0.05) / (low + 0.05)


@given(st.integers(0, 0xFFFFFF))
def test_any_accent_can_be_read_in_both_themes(number: int) -> None:
    accent = f"#{number:06x}"
    for ground in ("#fcfbf8", "#15171b"):
        rgb = tuple(int(ground[place : place + 2], 16) for place in (1, 3, 5))
        assert contrast(readable(accent, rgb), ground) >= 4.5  # type: ignore[arg-type]


def test_an_accent_that_can_be_read_stays_as_it_is() -> None:
    assert readable("#1d5fa8", (252, 251, 248)) == "#1d5fa8"


def written(snapshot: Make, folder: Path, look: Look) -> markup.HtmlElement:
    report = write_brief(snapshot("rich"), folder / "brief.html", look=look)
    return markup.document_fromstring(report.path.read_text(encoding="utf-8"))


def test_name_logo_and_accent_are_part_of_the_file(snapshot: Make, tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    Image.new("RGB", (40, 20), "#aa3311").save(logo)
    page = written(snapshot, tmp_path, Look(name="Studio <Ahorn>", logo=logo, accent="#aa3311"))
    assert page.findtext(".//title").startswith("Studio <Ahorn>, week 47")
    (image,) = page.xpath("//img[@class='logo']")
    assert base64.b64decode(image.get("src").removeprefix("data:image/png;base64,")) == logo.read_bytes()
    style = page.findtext(".//style")
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert "--accent: #aa3311" in style
    assert re.search(r"style-src 'sha256-[^']+'", policy)


def test_hidden_sections_are_gone_and_what_a_brief_rests_on_stays(snapshot: Make, tmp_path: Path) -> None:
    page = written(snapshot, tmp_path, Look(hidden=("league", "doors", "coverage")))
    keys = page.xpath("//main/section/@id")
    assert "league" not in keys
    assert "doors" not in keys
    assert {"first_screen", "coverage", "method"} <= set(keys)


@pytest.mark.parametrize("market", ["everything", "walled"])
def test_nothing_leads_to_what_is_hidden_in_any_form(market: str, snapshot: Make, tmp_path: Path) -> None:
    every = [make.__name__ for make in ORDER]
    target = tmp_path / "brief.html"
    report = write_brief(snapshot(market), target, look=Look(hidden=tuple(every)), also=["json", "md", "mail"])
    page = markup.document_fromstring(report.path.read_text(encoding="utf-8"))
    assert page.xpath("//main/section/@id") == ["first_screen", "coverage", "method"]
    led_to = {address[1:] for address in page.xpath("//a/@href") if address.startswith("#")}
    assert led_to == {"content", "coverage", "method"}
    assert not page.xpath("//p[@class='meta'][not(normalize-space())]")
    told = target.with_suffix(".md").read_text(encoding="utf-8")
    assert re.findall(r"^## What we saw and did not see$", told, re.MULTILINE)
    assert not re.findall(r"^## (?:What performs|Where you stand|Top posts|Visits and sales)$", told, re.MULTILINE)


def test_what_is_hidden_keeps_its_numbers_in_the_json(snapshot: Make, tmp_path: Path) -> None:
    hidden = ("league", "timing", "coverage")
    forms = [
        write_brief(snapshot("rich"), tmp_path / name / "brief.html", look=look, also=["json"]).others[0]
        for name, look in (("all", Look()), ("less", Look(hidden=hidden)))
    ]
    everything, less = (json.loads(form.read_text(encoding="utf-8"))["sections"] for form in forms)
    assert [section["key"] for section in less if section["is_hidden"]] == ["league", "timing"]
    assert not any(section["is_hidden"] for section in everything)
    assert [section | {"is_hidden": False} for section in less] == everything


def test_an_own_template_goes_before_ours(snapshot: Make, tmp_path: Path) -> None:
    own = tmp_path / "own" / "sections"
    own.mkdir(parents=True)
    (own / "doors.html").write_text("<p>Ask {{ title }} first & last.</p>", encoding="utf-8")
    page = written(snapshot, tmp_path, Look(name="Tom & Co", templates=own.parent))
    assert "Ask Tom & Co first & last." in page.get_element_by_id("doors").text_content()


@pytest.mark.parametrize(
    ("text", "said"),
    [("{% if %}", r"doors.html, line 1"), ("{{ nobody.knows }}", "nobody"), ("{{ 1 | unheard }}", "unheard")],
)
def test_a_wrong_template_is_one_sentence(text: str, said: str, snapshot: Make, tmp_path: Path) -> None:
    own = tmp_path / "own" / "sections"
    own.mkdir(parents=True)
    (own / "doors.html").write_text(text, encoding="utf-8")
    with pytest.raises(BriefError, match=said) as caught:
        written(snapshot, tmp_path, Look(templates=own.parent))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot be read"), (b"no picture", "no picture"), (b"x" * (LOGO_LIMIT_BYTES + 1), "at most 100,000")],
)
def test_a_logo_that_is_none_is_one_sentence(content: bytes | None, said: str, snapshot: Make, tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    if content is not None:
        logo.write_bytes(content)
    with pytest.raises(BriefError, match=said):
        written(snapshot, tmp_path, Look(logo=logo))


def test_a_drawn_logo_is_shown_as_a_picture_that_runs_nothing(snapshot: Make, tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text(
        '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', encoding="utf-8"
    )
    page = written(snapshot, tmp_path, Look(logo=logo))
    assert page.xpath("//img[@class='logo']/@src")[0].startswith("data:image/svg+xml;base64,")
    assert not page.xpath("//*[@onload]")
