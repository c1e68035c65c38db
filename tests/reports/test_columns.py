"""What a table says of its columns stands in the stylesheet, once, and no heading gets out of there."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as markup

from reports.columns import Columns

Make = Callable[[str], Path]
STRING = re.compile(r'content: "((?:[^"\\\n]|\\[0-9a-f]{1,6} )*)";')


def shown(quoted: str) -> str:
    """What a browser reads in a string of CSS."""
    return re.sub(r"\\([0-9a-f]{1,6}) ", lambda found: chr(int(found[1], 16)), quoted)


def test_the_same_columns_have_one_class_and_others_another() -> None:
    columns = Columns()
    first = columns.named([("Kind", ""), ("Posts", "num"), ("Verdict", "")])
    assert columns.named([("Day", ""), ("Posts", "num"), ("Verdict", "")]) == first
    assert columns.named([("Kind", ""), ("Posts seen", "num strong", "Posts"), ("Verdict", "")]) != first
    css = columns.css()
    assert css.count('content: "Posts";') == 2
    assert ".c0 td:nth-child(2), .c1 td:nth-child(2) { text-align: end;" in css
    assert ".c1 td:nth-child(2) { font-weight: 700; }" in css
    assert "Kind" not in css


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_no_heading_ends_its_rule_or_the_stylesheet(heading: str) -> None:
    columns = Columns()
    columns.named([("Kind", ""), (heading, "")])
    css = columns.css()
    assert not set("<>&") & set(css)
    assert [shown(found) for found in STRING.findall(css)] == [heading]


@pytest.mark.parametrize("market", ["everything", "hostile"])
def test_every_cell_is_labelled_by_its_column_and_says_nothing_of_it_itself(market: str, brief: Make) -> None:
    document = markup.document_fromstring(brief(market).read_text(encoding="utf-8"))
    [style] = document.xpath("//style/text()")
    tables = document.xpath("//table")
    assert len(tables) > 5
    assert set(document.xpath("//td/@class | //tbody//th/@class")) <= {"wide", "date", "none", "wide none"}
    assert not document.xpath("//td/@*[name() != 'class'] | //tbody//th/@*")
    for table in tables:
        name = table.get("class").split()[-1]
        for place, head in enumerate(table.xpath("./thead/tr/th")[1:], start=2):
            [label] = re.findall(rf"\.{name} td:nth-child\({place}\)::before \{{ {STRING.pattern}", style)
            assert shown(label)
            is_number = f".{name} td:nth-child({place})" in style.split("{ text-align: end; }\n")[-2]
            assert is_number == (head.get("class") == "num" if head.get("class") else is_number)
