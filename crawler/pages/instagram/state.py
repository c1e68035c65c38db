"""The JSON that Instagram's pages carry: Relay's blocks, answers kept as strings in them, and the states of old."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from crawler.pages.instagram.media import is_media, parts_of
from crawler.reading.jsonvalue import identifier
from crawler.reading.relay import json_after, json_blocks, json_in, objects

_LOADED = re.compile(r"__additionalDataLoaded\(\s*['\"][^'\"]{0,300}['\"]\s*,")
_WORDS = ("taken_at", "shortcode", "edge_followed_by", "follower_count")


def states(html: str) -> Iterator[Any]:
    """Every document of a page, of any generation, that can hold a post or an account."""
    yield from json_after(html, "_sharedData")
    yield from json_after(html, _LOADED)
    for block in json_blocks(html, *_WORDS):
        yield block
        # an answer that was fetched ahead is kept as the text that it was
        yield from (
            document for one in objects(block) if (document := json_in(one.get("response"))) is not None
        )  # fmt: skip


def contexts(html: str) -> Iterator[Any]:
    """What an embed carries: JSON in a string."""
    for said in json_after(html, '"contextJSON"'):
        if (state := json_in(said)) is not None:
            yield state
    yield from json_after(html, '"gql_data"')


def media_in(documents: Iterator[Any]) -> Iterator[Mapping[str, Any]]:
    """Every post, without the parts of carousels."""
    for document in documents:
        parts: set[int] = set()
        for one in objects(document):
            if is_media(one):
                parts.update(id(part) for part in parts_of(one))
                if id(one) not in parts:
                    yield one


def users_in(documents: Iterator[Any]) -> Iterator[Mapping[str, Any]]:
    """Every account that is there with its counts, not only by name."""
    for document in documents:
        for one in objects(document):
            if ("edge_followed_by" in one or "follower_count" in one or "followed_by" in one) and identifier(
                one.get("username")
            ):
                yield one
