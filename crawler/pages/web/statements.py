"""What structured data of a page say of the business behind it, its products and events (schema.org).

JSON-LD, microdata and RDFa are read alike.

Read are ``LocalBusiness`` and ``Organization`` with their many subtypes (anything that states a telephone, an address
or hours and is no person, place or event), ``Product`` with the price of its offers, and ``Event`` with its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from itertools import islice

from crawler.items import Statement
from crawler.reading.amounts import AmountError, read_amount
from crawler.reading.jsonld import JsonLd, Node, strings, types, values
from crawler.reading.text import html_to_text

_BUSINESSES = frozenset({"organization", "corporation", "localbusiness", "store", "onlinestore", "onlinebusiness"})
_REACHED = ("telephone", "address", "openinghours", "openinghoursspecification")
_OTHERS = frozenset({"person", "place", "jobposting", "contactpoint", "product", "offer", "webpage", "website"})
_PRODUCTS = frozenset({"product", "individualproduct"})
_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY_NAMES = {name.lower(): name[:2] for name in ("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())}  # noqa: SIM905
_HOURS = re.compile(r"((?:(?:Mo|Tu|We|Th|Fr|Sa|Su)[\s,-]*)+)(\d{1,2}:\d\d)\s*[-–]\s*(\d{1,2}:\d\d)")
_SPAN = re.compile(r"(Mo|Tu|We|Th|Fr|Sa|Su)(?:\s*-\s*(Mo|Tu|We|Th|Fr|Sa|Su))?")
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)")
_MAX_STATEMENTS = 100
_LONGEST = 200


def read_statements(jsonld: JsonLd, marked: Iterable[Node] = ()) -> tuple[Statement, ...]:
    """The statements of the page's nodes, each once, at most a hundred; ``marked`` are those of microdata and RDFa.

    Never raises.
    """
    found = (statement for node in (*jsonld.nodes, *marked) for statement in _of_node(node, jsonld))
    return tuple(dict.fromkeys(islice(found, _MAX_STATEMENTS)))


def _of_node(node: Node, jsonld: JsonLd) -> Iterator[Statement]:
    kinds = types(node)
    about = _plain(next(iter(strings(node, "name")), ""))
    if not about:
        return
    facts: Iterator[tuple[str, str]] = iter(())
    if not kinds.isdisjoint(_PRODUCTS):
        facts = _prices(node, jsonld)
    elif any(kind.endswith("event") for kind in kinds):
        facts = _event(node)
    elif _is_business(node, kinds):
        facts = _business(node, about, jsonld)
    for fact, value in facts:
        if value:
            yield Statement(about=about, fact=fact, value=value)


def _is_business(node: Node, kinds: frozenset[str]) -> bool:
    return not kinds.isdisjoint(_BUSINESSES) or (kinds.isdisjoint(_OTHERS) and any(node.get(name) for name in _REACHED))


def _business(node: Node, name: str, jsonld: JsonLd) -> Iterator[tuple[str, str]]:
    yield "name", name
    for said in strings(node, "telephone"):
        yield "telephone", _plain(said)
    for value in values(node, "address"):
        address = jsonld.resolve(value)
        if isinstance(address, Mapping):
            for fact, key in (("street", "streetaddress"), ("postal_code", "postalcode"), ("city", "addresslocality")):
                for said in values(address, key):
                    yield fact, _plain(str(said)) if isinstance(said, str | int) else ""
    for said in strings(node, "openinghours"):
        yield from _hours_in(said)
    for value in values(node, "openinghoursspecification"):
        hours = jsonld.resolve(value)
        # with a first and a last day they are an exception, not the rule
        if isinstance(hours, Mapping) and not (hours.get("validfrom") or hours.get("validthrough")):
            yield from _hours_of(hours)


def _hours_in(said: str) -> Iterator[tuple[str, str]]:
    for days, opens, closes in _HOURS.findall(said[:_LONGEST]):
        for first, last in _SPAN.findall(days):
            start = _DAYS.index(first)
            count = (_DAYS.index(last) - start) % 7 + 1 if last else 1
            for number in range(start, start + count):
                yield f"hours:{_DAYS[number % 7]}", f"{opens:0>5}-{closes:0>5}"


def _hours_of(hours: Node) -> Iterator[tuple[str, str]]:
    opens, closes = (next(iter(strings(hours, name)), "")[:5] for name in ("opens", "closes"))
    if not opens or not closes:
        return
    for value in values(hours, "dayofweek"):
        day = value.get("@id") if isinstance(value, Mapping) else value
        name = _DAY_NAMES.get(re.split(r"[/#:]", day)[-1].strip().lower()) if isinstance(day, str) else None
        if name:
            yield f"hours:{name}", f"{opens:0>5}-{closes:0>5}"


def _prices(node: Node, jsonld: JsonLd) -> Iterator[tuple[str, str]]:
    for value in values(node, "offers"):
        offer = jsonld.resolve(value)
        if not isinstance(offer, Mapping):
            continue
        currency = _plain(next(iter(strings(offer, "pricecurrency")), ""))
        for said in values(offer, "price"):
            if found := _price(str(said), currency):
                yield "price", found


def _price(said: str, currency: str) -> str | None:
    """A price as a machine writes it (``12.5``, the standard), else as a page shows it (``12,50 €``)."""
    try:
        price = Decimal(said.strip()[:20])
    except InvalidOperation:
        try:
            amount = read_amount(said[:40], currency=currency or None)
        except AmountError:
            return None
        price, currency = amount.value, currency or amount.currency or ""
    return f"{price:.2f} {currency}".strip() if price.is_finite() and 0 <= price < 10**9 else None


def _event(node: Node) -> Iterator[tuple[str, str]]:
    said = next(iter(strings(node, "enddate", "startdate")), "")
    if found := _DATE.match(said.strip()):
        yield "event_end", found[1]


def _plain(said: str) -> str:
    return " ".join(html_to_text(said[:1_000]).split())[:_LONGEST]
