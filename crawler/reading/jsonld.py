"""JSON-LD as plain nodes, without fetching a context: schema.org names are what pages use.

A node is a mapping with lower-case keys without prefix (``schema:headline``, ``http://schema.org/headline`` and
``Headline`` are ``headline``), because pages spell them in every way; values are as in the JSON. Broken blocks are
normal: each is mended where that is certain (raw line breaks, comment and CDATA wrappers, comments, trailing commas,
illegal escapes, entities in place of quotation marks, several values in one block), otherwise left out, and never
stops the others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from html import unescape
from typing import Any

import orjson
from attrs import frozen

Node = Mapping[str, Any]

_WRAPPER = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)"
    r"|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*(?:;\s*)?$"
)
# a string that nobody closes reaches to the end: looking for its end again and again would take quadratic time
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*(?:"|\Z))|,[,\s]*([}\]])?', re.DOTALL)
_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*(?:"|\Z))|/\*.*?(?:\*/|\Z)', re.DOTALL)
_ILLEGAL_ESCAPE = re.compile(r'(\\["\\/bfnrtu])|\\')
_MAX_BLOCK = 2_000_000
_MAX_MENDED = 400_000
_MAX_WRAPPERS = 4
_MAX_NODES = 20_000
_MAX_DEPTH = 60


@frozen(kw_only=True)
class JsonLd:
    """All blocks of a page."""

    nodes: tuple[Node, ...]
    """Nodes at the top, in arrays and in ``@graph``, in order; not those that are properties of others."""
    by_id: Mapping[str, Node]
    broken_count: int

    def resolve(self, value: object) -> object:
        """The node that ``{"@id": …}`` refers to, completed by what the reference itself says; else ``value``."""
        if isinstance(value, Mapping) and isinstance(value.get("@id"), str):
            target = self.by_id.get(value["@id"])
            if target is not None and target is not value:
                return {**target, **value}
        return value


def read_jsonld(blocks: Iterable[str]) -> JsonLd:
    """The nodes of the ``application/ld+json`` scripts with these texts. Never raises."""
    nodes: list[Node] = []
    by_id: dict[str, Node] = {}
    broken = 0
    budget = [_MAX_NODES]
    for block in blocks:
        document = _load(block)
        if document is None:
            broken += 1 if block.strip() else 0
            continue
        for node in _tops(_normal(document, budget, 0)):
            nodes.append(node)
            identity = node.get("@id")
            if isinstance(identity, str):
                known = by_id.get(identity)
                if known is None or len(known) < len(node):
                    by_id[identity] = node
    return JsonLd(nodes=tuple(nodes), by_id=by_id, broken_count=broken)


def types(node: object) -> frozenset[str]:
    """Types of a node, lower case, without vocabulary (``newsarticle``)."""
    stated = node.get("@type") if isinstance(node, Mapping) else None
    if isinstance(stated, str):
        return frozenset((_local(stated[:200]),))
    names = stated if isinstance(stated, list) else ()
    return frozenset(_local(name[:200]) for name in names if isinstance(name, str))


def values(node: Node, *names: str) -> list[Any]:
    """All values of the first of these (lower-case) properties that the node has; one value is a list of one."""
    for name in names:
        value = node.get(name)
        if value not in (None, "", [], {}):
            return list(value) if isinstance(value, list) else [value]
    return []


def strings(node: Node, *names: str) -> list[str]:
    """As :func:`values`, only strings; of a language map or value object its ``@value``."""
    found = []
    for value in values(node, *names):
        said = value.get("@value") if isinstance(value, Mapping) else value
        if isinstance(said, str) and said.strip():
            found.append(said)
    return found


def _load(block: str) -> object:
    """The values of one block, mended where the fault is certain; ``None`` when it stays broken."""
    text = block.strip().lstrip("\ufeff")
    if len(text) > _MAX_BLOCK:
        return None
    try:
        return orjson.loads(text)
    except ValueError:
        pass  # json's own parser bears raw line breaks, lone surrogates and NaN
    if len(text) > _MAX_MENDED:
        return None
    bare = _unwrapped(text)
    for mend in (_as_it_is, _without_stray_commas, _with_legal_escapes, _without_entities):
        try:
            return _all_values(mend(bare))
        except (ValueError, RecursionError):
            continue
    return None


def _all_values(text: str) -> object:
    """Every value that stands in ``text``, one behind the other; what follows the last one (``;``) is no JSON."""
    # strict=False lets line breaks and tabs stand in strings
    decoder = json.JSONDecoder(strict=False)
    value, end = decoder.raw_decode(text.lstrip())
    rest = text.lstrip()[end:].lstrip(" \t\r\n,;")
    found = [value]
    while rest.startswith(("{", "[")):
        try:
            value, end = decoder.raw_decode(rest)
        except (ValueError, RecursionError):
            break
        found.append(value)
        rest = rest[end:].lstrip(" \t\r\n,;")
    return found if len(found) > 1 else found[0]


def _as_it_is(text: str) -> str:
    return text


def _without_stray_commas(text: str) -> str:
    text = _COMMENT.sub(lambda found: found.group(1) or " ", text)
    return _TRAILING_COMMA.sub(lambda found: found.group(1) or found.group(2) or found.group(), text)


def _with_legal_escapes(text: str) -> str:
    """``\\'`` and the like are no JSON: the backslash is dropped."""
    return _without_stray_commas(_ILLEGAL_ESCAPE.sub(lambda found: found.group(1) or "", text))


def _without_entities(text: str) -> str:
    """Markup characters as entities: ``{&quot;@type&quot;: …``."""
    if "&" not in text:
        raise ValueError("nothing to mend")
    return _without_stray_commas(unescape(text))


def _unwrapped(text: str) -> str:
    for _ in range(_MAX_WRAPPERS):
        bare = _WRAPPER.sub("", text).strip()
        if bare == text:
            break
        text = bare
    return text


def _normal(value: object, budget: list[int], depth: int) -> Any:
    budget[0] -= 1
    if budget[0] < 0 or depth > _MAX_DEPTH:
        return None
    if isinstance(value, dict):
        node: dict[str, Any] = {}
        for key, inner in value.items():
            name = key.lower() if key.startswith("@") else _local(key[:200])
            node.setdefault(name, _normal(inner, budget, depth + 1))
        return node
    if isinstance(value, list):
        return [_normal(inner, budget, depth + 1) for inner in value]
    return value


def _tops(document: object) -> Iterator[Node]:
    if isinstance(document, list):
        for inner in document:
            yield from _tops(inner)
    elif isinstance(document, dict):
        graph = document.get("@graph")
        if "@type" in document or graph is None:
            yield document
        if graph is not None:
            yield from _tops(graph)


@lru_cache(maxsize=4_096)
def _local(name: str) -> str:
    return re.split(r"[/#:]", name.rstrip("/"))[-1].strip().lower()
