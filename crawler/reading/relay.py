"""JSON that a page carries in its scripts: typed script blocks, assignments, and strings that hold JSON again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from html import unescape
from itertools import islice
from typing import Any

from crawler.reading.jsonvalue import NotJsonError, parse

_SCRIPT = re.compile(r"<script\b([^<>]{0,2000})>", re.IGNORECASE)
_SCRIPT_END = re.compile(r"</script", re.IGNORECASE)
_JSON_TYPE = re.compile(r"""\btype\s*=\s*["']?application/json""", re.IGNORECASE)
_DECODER = json.JSONDecoder(strict=False)
_MAX_OBJECTS = 400_000
_MAX_MARKS = 1_000
_MAX_SCRIPTS = 5_000
_MAX_LINES = 5_000


def scripts(html: str) -> Iterator[tuple[str, str]]:
    """Attributes and content of each ``script`` element, in one pass; one that is never closed ends it."""
    at = 0
    # step by step: one expression for the whole element would look for the end again behind every beginning
    for _ in range(_MAX_SCRIPTS):
        begin = _SCRIPT.search(html, at)
        end = _SCRIPT_END.search(html, begin.end()) if begin else None
        if begin is None or end is None:
            return
        yield begin.group(1), html[begin.end() : end.start()]
        at = end.end()


def json_blocks(html: str, *words: str) -> Iterator[Any]:
    """Every ``<script type="application/json">`` of a page that holds one of ``words`` (all, when there are none).

    ``ld+json`` is left out. Broken blocks are skipped.
    """
    for attributes, text in scripts(html):
        if not _JSON_TYPE.search(attributes) or (words and not any(word in text for word in words)):
            continue
        try:
            yield _DECODER.decode(text.strip())
        except (ValueError, RecursionError):
            try:
                yield _DECODER.decode(unescape(text).strip())
            except (ValueError, RecursionError):
                continue


def json_after(html: str, mark: str | re.Pattern[str]) -> Iterator[Any]:
    """The JSON object, array or string that begins behind each ``mark`` (and white space, ``=``, ``:``, ``(``)."""
    pattern = re.escape(mark) if isinstance(mark, str) else mark
    for found in islice(re.finditer(pattern, html), _MAX_MARKS):
        begin = found.end()
        while begin < len(html) and html[begin] in " \t\r\n=:(,":
            begin += 1
        if html[begin : begin + 1] in ("{", "[", '"'):
            with suppress(ValueError, RecursionError):
                yield _DECODER.raw_decode(html, begin)[0]


def json_documents(body: bytes) -> list[Any]:
    """The documents of an interface's answer: one, or one a line as they are streamed, behind ``for (;;);`` or not.

    Empty when there is no JSON in it.
    """
    text = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    text = text.removeprefix(b"for (;;);")
    try:
        return [parse(text)]
    except NotJsonError:
        lines = [line for line in text.splitlines()[:_MAX_LINES] if line.strip()]
    documents = []
    for line in lines:
        with suppress(NotJsonError):
            documents.append(parse(line))
    return [one for one in documents if isinstance(one, dict | list)]


def json_in(text: object) -> Any:
    """The JSON document that a string holds; ``None`` when it holds none."""
    if not isinstance(text, str):
        return None
    try:
        return _DECODER.decode(text.strip())
    except (ValueError, RecursionError):
        return None


def objects(value: object) -> Iterator[Mapping[str, Any]]:
    """Every JSON object in ``value``, outer before inner, in the order of the document; bounded."""
    waiting = [value]
    left = _MAX_OBJECTS
    while waiting and left:
        left -= 1
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting.extend(part for part in reversed(one.values()) if isinstance(part, dict | list))
        elif isinstance(one, list):
            waiting.extend(part for part in reversed(one) if isinstance(part, dict | list))
