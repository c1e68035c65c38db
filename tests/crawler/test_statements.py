"""What structured data say of a shop, its products and events; and sentences that may be past their date."""

from __future__ import annotations

import json
from typing import Any

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Statement
from crawler.pages.web.statements import read_statements
from crawler.reading.dated_wording import MAX_PASSAGES, dated_passages
from crawler.reading.jsonld import read_jsonld
from crawler.reading.microdata import microdata_items
from crawler.reading.rdfa import rdfa_items

SHOP = {
    "@type": "Bakery",
    "name": "Rye & Co",
    "telephone": "+49 331 5550",
    "address": {"streetAddress": "Mill Lane 3", "postalCode": 14467, "addressLocality": "Potsdam"},
}
CHRISTMAS = {"dayOfWeek": "Monday", "opens": "08:00", "closes": "09:00", "validFrom": "2026-12-24"}


def said(*nodes: Any) -> list[tuple[str, str]]:
    """Fact and value of each statement."""
    return [(each.fact, each.value) for each in read_statements(read_jsonld([json.dumps(list(nodes))]))]


def test_a_shop_states_name_telephone_and_address() -> None:
    assert said(SHOP) == [
        ("name", "Rye & Co"),
        ("telephone", "+49 331 5550"),
        ("street", "Mill Lane 3"),
        ("postal_code", "14467"),
        ("city", "Potsdam"),
    ]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ({"openingHours": "Mo-We 9:00-18:00"}, {"Mo": "09:00-18:00", "Tu": "09:00-18:00", "We": "09:00-18:00"}),
        ({"openingHours": ["Fr-Mo 10:00–12:00"]}, dict.fromkeys(("Fr", "Sa", "Su", "Mo"), "10:00-12:00")),
        (
            {"openingHoursSpecification": {"dayOfWeek": ["Sunday"], "opens": "8:00", "closes": "09:30:00"}},
            {"Su": "08:00-09:30"},
        ),
        ({"openingHoursSpecification": CHRISTMAS}, {}),
    ],
)
def test_opening_hours_are_those_of_each_weekday(hours: dict[str, Any], expected: dict[str, str]) -> None:
    found = {fact: value for fact, value in said({**SHOP, **hours}) if fact.startswith("hours")}
    assert found == {f"hours:{day}": span for day, span in expected.items()}


def test_products_have_prices_and_events_an_end() -> None:
    cup = {"@type": "Product", "name": "Cup", "offers": [{"price": "12.5", "priceCurrency": "EUR"}, {"price": "free"}]}
    fair = {"@type": "MusicEvent", "name": "Fair", "startDate": "2026-06-01", "endDate": "2026-06-03T18:00:00Z"}
    assert said(cup, fair) == [("price", "12.50 EUR"), ("event_end", "2026-06-03")]


MICRODATA = """<div itemscope itemtype="https://schema.org/Bakery"><h1 itemprop="name">Rye &amp; Co</h1>
<a itemprop="telephone" href="tel:+493315550">0331 5550</a>
<p itemprop="address" itemscope itemtype="https://schema.org/PostalAddress"><span itemprop="streetAddress">Mill Lane 3
</span>, <span itemprop="postalCode">14467</span> <span itemprop="addressLocality">Potsdam</span></p>
<meta itemprop="openingHours" content="Sa 9:00-12:00">
<p itemprop="openingHoursSpecification" itemscope itemtype="https://schema.org/OpeningHoursSpecification">
<link itemprop="dayOfWeek" href="https://schema.org/Sunday"><time itemprop="opens" datetime="08:00:00">8</time>
<time itemprop="closes" datetime="10:00:00">10</time></p></div>
<div itemscope itemtype="https://schema.org/Product"><b itemprop="name">Blue cup</b>
<p itemprop="offers" itemscope itemtype="https://schema.org/Offer"><span itemprop="price">12,50 €</span></p></div>"""
RDFA = """<div vocab="https://schema.org/" typeof="Bakery"><h1 property="name">Rye &amp; Co</h1>
<span property="telephone">0331 5550</span>
<p property="address" typeof="PostalAddress"><span property="streetAddress">Mill Lane 3</span>,
<span property="postalCode">14467</span> <span property="addressLocality">Potsdam</span></p>
<time property="openingHours" content="Sa 9:00-12:00">Saturday morning</time>
<p property="openingHoursSpecification" typeof="OpeningHoursSpecification">
<link property="dayOfWeek" href="https://schema.org/Sunday"><time property="opens" content="08:00">8</time>
<time property="closes" content="10:00">10</time></p></div>
<div vocab="https://schema.org/" typeof="schema:Product"><b property="schema:name">Blue cup</b>
<p property="offers" typeof="Offer"><span property="price" content="12.50">12 euros fifty</span>
<meta property="priceCurrency" content="EUR"></p></div>"""


@pytest.mark.parametrize("markup", [MICRODATA, RDFA])
def test_microdata_and_rdfa_are_read_like_json(markup: str) -> None:
    root = lxml.html.document_fromstring(markup)
    marked = (*microdata_items(root, "https://rye.example/"), *rdfa_items(root, "https://rye.example/").others)
    found = [(each.about, each.fact, each.value) for each in read_statements(read_jsonld([]), marked)]
    assert found == [
        ("Rye & Co", "name", "Rye & Co"),
        ("Rye & Co", "telephone", "0331 5550"),
        ("Rye & Co", "street", "Mill Lane 3"),
        ("Rye & Co", "postal_code", "14467"),
        ("Rye & Co", "city", "Potsdam"),
        ("Rye & Co", "hours:Sa", "09:00-12:00"),
        ("Rye & Co", "hours:Su", "08:00-10:00"),
        ("Blue cup", "price", "12.50 EUR"),
    ]


def test_people_and_pages_are_no_shop() -> None:
    assert said({"@type": "Person", "name": "Ann", "telephone": "1"}, {"@type": "WebSite", "name": "Rye"}) == []


KEYS = (
    "@type",
    "@id",
    "name",
    "address",
    "telephone",
    "openingHours",
    "openingHoursSpecification",
    "dayOfWeek",
    "opens",
    "closes",
    "offers",
    "price",
    "priceCurrency",
    "endDate",
    "postalCode",
)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=20) | st.just("10:00-12:00"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(JSON)
def test_any_structured_data_can_be_read(node: Any) -> None:
    for each in read_statements(
        read_jsonld([json.dumps({"name": "x", "value": node, **(node if isinstance(node, dict) else {})})])
    ):
        assert isinstance(each, Statement)
        assert 0 < len(each.value) <= 230


@pytest.mark.parametrize(
    ("text", "passages"),
    [
        ("Tea.\nFree tasting until 30 June, daily.\nCups.", ("Free tasting until 30 June, daily.",)),
        ("Diesen Freitag: Kuchen", ("Diesen Freitag: Kuchen",)),
        ("Dégustation jusqu'au 30 juin", ("Dégustation jusqu'au 30 juin",)),
        ("© 2019 Rye & Co", ("© 2019 Rye & Co",)),
        ("We bake bread. It is good.", ()),
        ("Open until late", ()),
    ],
)
def test_sentences_with_a_day_are_kept(text: str, passages: tuple[str, ...]) -> None:
    assert dated_passages(text) == passages


@given(st.text(max_size=500), st.integers(1, 100))
def test_passages_are_few_and_short(text: str, times: int) -> None:
    found = dated_passages((f"{text} until 30 June {text}\n") * times + "x until 1 " * 5_000)
    assert len(found) <= MAX_PASSAGES
    assert all(len(passage) <= 400 for passage in found)
