"""What kind of ActivityPub object an answer begins with. Its keys come in any order: where a server sorts them, the
types of attachments and mentions stand before the object's own, and that may stand behind the first bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(rb'"((?:[^"\\]|\\.)*)"|([{}\[\]:,])')
_NAMESPACE = b"www.w3.org/ns/activitystreams"
_BY_KEYS = (
    ("OrderedCollection", {b"orderedItems", b"totalItems", b"first", b"partOf"}),
    ("Person", {b"preferredUsername", b"inbox", b"outbox", b"publicKey"}),
    ("Page", {b"commentsEnabled", b"stickied"}),
    ("Note", {b"attributedTo", b"inReplyTo", b"content", b"contentMap"}),
)
"""What an object is that has one of these, when its own word for it does not stand in the head."""


def object_type(head: bytes) -> str | None:
    """The type of the object that ``head``, the beginning of an answer, opens; ``None`` for no ActivityPub object.

    Of several types the first.
    """
    if _NAMESPACE not in head:
        return None
    keys: set[bytes] = set()
    for key, value in _own(head):
        if key == b"type" and value:
            return value.decode("ascii", "replace")
        keys.add(key)
    return next((kind for kind, any_of in _BY_KEYS if keys & any_of), None)


def _own(head: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Keys of the outermost object, each with the first text of its value, where that is a text or a list of texts."""
    depth, key, text = 0, b"", b""
    is_value = False
    for found in _TOKEN.finditer(head):
        said, mark = found.group(1), found.group(2)
        if said is not None:
            if depth == 1 and not is_value:
                key = said
            elif is_value and not text and depth <= 2:
                text = said
        elif mark in b"{[":
            depth += 1
            if mark == b"{" and is_value:
                text = text or b"{"
        elif mark in b"}]":
            depth -= 1
        elif depth == 1 and mark == b":":
            is_value, text = True, b""
        elif depth == 1 and mark == b",":
            if is_value:
                yield key, b"" if text == b"{" else text
            is_value = False
    if is_value:
        yield key, b"" if text == b"{" else text
