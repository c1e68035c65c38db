"""The answers that Pinterest's pages carry: Relay's, and the states of its older program (``__PWS_…``)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crawler.items import Post
from crawler.pages.base import Capture
from crawler.pages.pinterest.pins import read_pin, relay_part
from crawler.reading.jsonvalue import identifier, mapping
from crawler.reading.relay import json_in, objects, scripts

_STATE = re.compile(r"""\bid\s*=\s*["']?(?:__PWS_DATA__|__PWS_INITIAL_PROPS__|initial-state)\b""", re.IGNORECASE)
_OF_A_PIN = frozenset({"pinner", "createdAt", "aggregatedPinData"})


def answers(html: str) -> Iterator[Any]:
    """What the page's queries were answered, and older states that hold pins."""
    for attributes, text in scripts(html):
        is_relay = "data-relay-response" in attributes
        if is_relay or (_STATE.search(attributes) and ('"pins"' in text or "aggregated_pin_data" in text)):
            state = json_in(text)
            if state is not None:
                yield (mapping(state).get("response") if is_relay else None) or state


def parts_in(answer: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every part of a pin that an answer states, in the spelling of Relay, with the pin's number."""
    for one in objects(answer):
        if (number := identifier(one.get("entityId"))) and not _OF_A_PIN.isdisjoint(one):
            yield number, one
        elif one.get("type") == "pin" and "created_at" in one and (number := identifier(one.get("id"))):
            yield number, relay_part(one)


def pins_of(owner: str | None, states: Iterable[object], capture: Capture) -> tuple[dict[str, Post], Counter[str]]:
    """The pins of an account (of anybody, without ``owner``) that a page lists, by number; what is left out, by
    reason."""
    parts: dict[str, list[Mapping[str, Any]]] = {}
    for state in states:
        for number, part in parts_in(state):
            parts.setdefault(number, []).append(part)
    posts: dict[str, Post] = {}
    skipped: Counter[str] = Counter()
    for number, stated in parts.items():
        post = read_pin(stated, number, capture)
        if post is None:
            skipped["not_understood"] += 1
        elif not post.account:
            skipped["names_no_account"] += 1
        elif owner is None and post.is_promoted_label:
            skipped["promoted"] += 1
        elif owner is not None and post.account.casefold() != owner.casefold():
            skipped["foreign_post"] += 1
        else:
            posts[number] = post
    return posts, skipped
