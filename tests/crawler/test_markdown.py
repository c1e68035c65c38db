"""Markdown and MFM as plain text: what a reader sees, and where it leads."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reading.markdown import read_markdown
from crawler.reading.mfm import read_mfm
from tests.growth import MOST_GROWTH, growth


@pytest.mark.parametrize(
    ("said", "text", "links"),
    [
        ("Tea", "Tea", ()),
        ("**Tea** and *cake* ~~soon~~ now", "Tea and cake soon now", ()),
        ("[Tea](https://tea.example/a) at <https://cup.example/>", "Tea at https://cup.example/",
         ("https://tea.example/a", "https://cup.example/")),
        ("![A cup](https://tea.example/cup.png)\n\n# Tea\n- one\n- two", "Tea\n\none\ntwo", ()),
        ("> said\n\nanswered & done", "said\n\nanswered & done", ()),
        ("::: spoiler The end\nIt boils.\n:::", "The end\n\nIt boils.", ()),
        ("<b>not HTML</b>", "<b>not HTML</b>", ()),
        ("[x](javascript:alert(1)) 1 < 2", "[x](javascript:alert(1)) 1 < 2", ()),
        ("See https://tea.example/b.", "See https://tea.example/b.", ("https://tea.example/b",)),
        ("#kettle #tea", "#kettle #tea", ()),
    ],
)  # fmt: skip
def test_markdown_is_read_as_it_is_shown(said: str, text: str, links: tuple[str, ...]) -> None:
    assert read_markdown(said) == (text, links)


def test_a_line_break_in_a_paragraph_is_kept_where_the_network_keeps_it() -> None:
    assert read_markdown("Tea\nand cake")[0] == "Tea and cake"
    assert read_markdown("Tea\r\nand cake", keeps_lines=True)[0] == "Tea\nand cake"


@pytest.mark.parametrize(
    ("said", "text", "links"),
    [
        ("Tea :kettle: 2 * 3", "Tea :kettle: 2 * 3", ()),
        ("**Tea** ***big*** ~~old~~ `code` *soft*", "Tea big old code soft", ()),
        ("$[spin.speed=2s $[x2 Tea] and] cake", "Tea and cake", ()),
        ("<center>Tea</center><small>s</small><plain>p</plain>", "Teasp", ()),
        ("?[Tea](https://tea.example/a) <https://cup.example/>", "Tea https://cup.example/",
         ("https://tea.example/a", "https://cup.example/")),
        ("> said\nanswered", "said\nanswered", ()),
        ("$[x2 never closed", "$[x2 never closed", ()),
        (":_question_mark@other.example:", ":_question_mark@other.example:", ()),
        ("```js\nlet tea\n```", "let tea", ()),
    ],
)  # fmt: skip
def test_mfm_is_read_as_it_is_shown(said: str, text: str, links: tuple[str, ...]) -> None:
    assert read_mfm(said) == (text, links)


@given(st.text(alphabet="*_[]()<>$~`!#>|\\ \nax.:/", max_size=300))
def test_any_markup_gives_text_and_sound_links(said: str) -> None:
    for text, links in (read_markdown(said), read_markdown(said, keeps_lines=True), read_mfm(said)):
        assert len(text) <= 3 * len(said) + 10
        assert all(address.startswith(("http://", "https://")) for address in links)


@pytest.mark.parametrize(
    "hostile", ["[", "![", "*a ", "`", "> ", "$[x2 ", "<", "**a", "~~", "[a](", "|a", "- ", "?[a]("]
)
@pytest.mark.parametrize("read", [read_markdown, read_mfm])
def test_hostile_markup_costs_no_more_than_its_length(read: Callable[[str], object], hostile: str) -> None:
    assert growth(read, lambda times: hostile * (1_600 * times // len(hostile))) <= MOST_GROWTH
