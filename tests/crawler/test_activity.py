"""What kind of ActivityPub object an answer begins with, in whatever order its keys come."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reading.activity import object_type

CONTEXT = {"@context": ["https://www.w3.org/ns/activitystreams", {"Hashtag": "as:Hashtag", "type": "@type"}]}
MENTION = {"tag": [{"type": "Mention", "name": "@oven@bread.example"}]}


def head_of(*parts: dict[str, Any]) -> bytes:
    said: dict[str, Any] = {}
    for part in (CONTEXT, *parts):
        said |= part
    return json.dumps(said, indent=1).encode()[:4096]


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        (({"type": "Note"}, MENTION), "Note"),
        ((MENTION, {"content": 'a "type": "Person" said'}, {"type": "Note"}), "Note"),
        (({"endpoints": {"type": "Endpoints"}}, {"type": ["Person", "vcard:Individual"]}), "Person"),
        ((MENTION, {"attributedTo": "https://a.example/u"}, {"content": "x" * 5_000}, {"type": "Note"}), "Note"),
        (({"commentsEnabled": True, "content": "x" * 5_000}, {"type": "Page"}), "Page"),
        (({"outbox": "https://a.example/outbox", "summary": "x" * 5_000}, {"type": "Service"}), "Person"),
        (({"orderedItems": [{"type": "Create", "object": {"type": "Note", "content": "x" * 5_000}}]},
          {"type": "OrderedCollection"}), "OrderedCollection"),
        (({"name": "nothing that says it"},), None),
    ],
)  # fmt: skip
def test_an_objects_own_type_is_told_from_those_of_what_it_holds(parts: tuple[dict[str, Any], ...], kind: str) -> None:
    assert object_type(head_of(*parts)) == kind


def test_what_is_no_activity_has_no_type() -> None:
    assert object_type(b'{"type": "Note"}') is None
    assert object_type(b"") is None


@given(st.binary(max_size=300) | st.text('{}[]:,"\\ atype', max_size=300).map(str.encode))
def test_no_bytes_break_it(body: bytes) -> None:
    assert isinstance(object_type(b'{"@context": "https://www.w3.org/ns/activitystreams", ' + body), str | None)
