"""The state of Nuxt pages, without running their script.

Nuxt 2 writes ``window.__NUXT__={…}`` or ``window.__NUXT__=(function(a,b){a.x=1;return {…}}(v1,v2))``: an object literal
in which repeated values are the arguments of a call (source: @nuxt/devalue). Nuxt 3 writes a JSON array in which the
numbers inside objects and arrays are indexes into that array (source: devalue's ``stringify``).
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from typing import Any

import orjson

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    | (?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<call>new\s+Date\(\s*(?P<moment>"(?:[^"\\]|\\.)*"|-?\d+)?\s*\)|Array\(\d*\)|Object\.create\(null\)
        |new\s+(?:Map|Set)\(|-?Infinity\b|NaN\b)
    | (?P<literal>!0\b|!1\b|void\s0\b)
    | (?P<name>[A-Za-z_$][\w$]*)
    | (?P<mark>[{}\[\],:();])
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|u\{[0-9A-Fa-f]{1,6}\}|\r?\n|.)", re.DOTALL)
_FUNCTION = re.compile(r"\(?\s*function\s*\(([^()]*)\)\s*\{")
_ASSIGNMENT = re.compile(r"\s*([A-Za-z_$][\w$]*)(?:\.([A-Za-z_$][\w$]*)|\[(\d{1,6}|\"[^\"]{0,200}\")\])\s*=(?!=)")
_WORDS = {"true": "true", "false": "false", "null": "null", "undefined": "null"}
_LITERALS = {"!0": "true", "!1": "false"}
_MAX_SCRIPT = 1_500_000
_MAX_OUTPUT = 1_500_000
_MAX_ARGUMENT = 200_000
_MAX_TOKENS = 150_000
_MAX_FOLLOWED = 200_000
_MAX_DEPTH = 200
_MAX_ARGUMENTS = 50_000


class NotReadError(ValueError):
    """The script is no literal that can be read without running it."""


def nuxt2_state(script: str) -> Any:
    """The value behind ``window.__NUXT__=``; ``script`` starts there. Raises :class:`NotReadError`."""
    text = script.lstrip()
    if len(text) > _MAX_SCRIPT:
        raise NotReadError("too large")
    try:
        if text.startswith("{"):
            with contextlib.suppress(ValueError):
                return json.JSONDecoder(strict=False).raw_decode(text)[0]
            return orjson.loads(_literal(text, 0, {})[0])
        head = _FUNCTION.match(text)
        if head is None:
            raise NotReadError("no function and no object")
        names = [name.strip() for name in head.group(1).split(",") if name.strip()]
        if len(names) > _MAX_ARGUMENTS:
            raise NotReadError("too many arguments")
        return _called(text, head.end(), names)
    except (orjson.JSONDecodeError, RecursionError, IndexError, OverflowError) as error:
        raise NotReadError(str(error)[:200]) from error


def _called(text: str, body: int, names: list[str]) -> Any:
    # the arguments stand behind the body, so the body is passed over first
    known = dict.fromkeys(names, "null")
    statements, at = _statements(text, body, known)
    _, end = _literal(text, at, known)
    opening = re.compile(r"[\s;]*\}\s*\)?\s*\(").match(text, end)
    if opening is None:
        raise NotReadError("no call behind the function")
    given: list[str] = []
    at = opening.end()
    while not text[at : at + 20].lstrip().startswith(")"):
        said, at = _literal(text, at, {})
        given.append(said)
        comma = re.compile(r"\s*,").match(text, at)
        at = comma.end() if comma else at
        if len(given) > len(names):
            raise NotReadError("more values than names")
        if comma is None:
            break
    known = {**known, **dict(zip(names, given, strict=False))}
    if statements:
        known = _assigned(text, body, known, statements)
    start = _statements(text, body, known)[1]
    return orjson.loads(_literal(text, start, known)[0])


def _statements(text: str, at: int, known: dict[str, str]) -> tuple[int, int]:
    """How many assignments stand before ``return``, and where the returned value starts."""
    count = 0
    while (found := _ASSIGNMENT.match(text, at)) is not None:
        _, at = _literal(text, found.end(), known)
        at = _behind(text, at)
        count += 1
        if count > _MAX_ARGUMENTS:
            raise NotReadError("too many statements")
    start = re.compile(r"\s*return\b\s*").match(text, at)
    if start is None:
        raise NotReadError("the function does not return a literal")
    return count, start.end()


def _assigned(text: str, at: int, known: dict[str, str], count: int) -> dict[str, str]:
    """The arguments after the assignments to their members."""
    values: dict[str, Any] = {}
    written = dict(known)
    for _ in range(count):
        found = _ASSIGNMENT.match(text, at)
        if found is None:
            break
        name, member, index = found.groups()
        said, at = _literal(text, found.end(), written)
        at = _behind(text, at)
        if name not in values:
            values[name] = orjson.loads(written.get(name, "null"))
        target = values[name]
        if isinstance(target, list) and index is not None and index.isdecimal():
            target.extend([None] * (int(index) + 1 - len(target)))
            target[int(index)] = orjson.loads(said)
        elif isinstance(target, dict):
            target[member if member is not None else index.strip('"')] = orjson.loads(said)
        written[name] = orjson.dumps(target).decode()
        if len(written[name]) > _MAX_ARGUMENT:
            raise NotReadError("too large")
    return written


def _behind(text: str, at: int) -> int:
    found = re.compile(r"\s*[;,]").match(text, at)
    return found.end() if found else at


def _literal(text: str, at: int, known: dict[str, str]) -> tuple[str, int]:
    """One JavaScript literal as JSON, names replaced by what ``known`` says, and where it ends."""
    out: list[str] = []
    size = 0
    open_marks: list[str] = []
    is_key = False  # a name or string here is a property's name
    while True:
        found = _TOKEN.match(text, at)
        if found is None:
            raise NotReadError(f"not a literal at {at}")
        kind = "call" if found.lastgroup in (None, "moment") else found.lastgroup
        said: str = found.group(kind)
        written = ""
        if kind == "mark":
            if said in "()" or said == ";":
                raise NotReadError(f"an expression at {at}")
            written = said
            if said in "{[":
                open_marks.append(said)
                if len(open_marks) > _MAX_DEPTH:
                    raise NotReadError("nested too deep")
                is_key = said == "{"
            elif said in "}]":
                if not open_marks or open_marks.pop() != ("{" if said == "}" else "["):
                    raise NotReadError(f"an unexpected end at {at}")
                is_key = False
            elif said == ",":
                is_key = bool(open_marks) and open_marks[-1] == "{"
                if text[found.end() : found.end() + 1] in ",]":
                    written = ",null" if text[found.end()] == "," else ""
            else:
                is_key = False
        elif is_key and kind in ("name", "number", "string"):
            written = _text(said[1:-1]) if kind == "string" else json.dumps(said)
        elif kind == "string":
            written = _text(said[1:-1])
        elif kind == "number":
            written = _number(said)
        elif kind == "name":
            stated = _WORDS.get(said, known.get(said))
            if stated is None:
                raise NotReadError(f"unknown name {said[:40]!r}")
            written = stated
        elif kind == "literal":
            written = _LITERALS.get(said, "null")
        else:
            written = _made(said, found.group("moment"))
        at = found.end()
        out.append(written)
        size += len(written)
        if size > _MAX_OUTPUT or len(out) > _MAX_TOKENS:
            raise NotReadError("too large")
        if not open_marks:
            return "".join(out), at


def _made(said: str, moment: str | None) -> str:
    if said.startswith("new") and "Date" in said:
        return "null" if moment is None else _text(moment.strip('"')) if moment.startswith('"') else moment
    if said.startswith("Array"):
        return "[]"
    if said.startswith("Object"):
        return "{}"
    if said.startswith("new"):
        raise NotReadError("a map or set")
    return "null"


def _number(said: str) -> str:
    mantissa = re.sub(r"\.(?=[eE]|$)", "", said)
    mantissa = re.sub(r"^(-?)\.", r"\g<1>0.", mantissa)
    return re.sub(r"^(-?)0+(?=\d)", r"\1", mantissa)


def _text(inner: str) -> str:
    if "\\" not in inner:
        return json.dumps(inner)
    return json.dumps(_ESCAPE.sub(_char, inner).encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _char(found: re.Match[str]) -> str:
    said = found.group(1)
    if said[0] in "xu" and len(said) > 1:
        number = int(said.strip("xu{}"), 16)
        return chr(number) if number < 0x110000 else "\ufffd"
    if said.strip() == "":
        return "" if "\n" in said else said
    return {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\x0b", "0": ""}.get(said, said)


# --- Nuxt 3 ---

_WRAPPERS = frozenset({"Reactive", "ShallowReactive", "Ref", "ShallowRef", "EmptyRef", "EmptyShallowRef", "NuxtError"})


def nuxt3_objects(payload: list[Any], names: frozenset[str], *, depth: int = 3) -> Iterator[dict[str, Any]]:
    """The objects of a payload with any property of ``names``; references are followed ``depth`` levels down."""
    budget = [_MAX_FOLLOWED]
    for value in payload:
        if isinstance(value, dict) and not names.isdisjoint(value):
            if budget[0] <= 0:
                return
            yield {key: _followed(payload, index, depth, budget) for key, index in value.items()}


def _followed(payload: list[Any], index: object, depth: int, budget: list[int]) -> Any:
    budget[0] -= 1
    if budget[0] < 0 or not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < len(payload):
        return None  # negative numbers stand for undefined, NaN and the like
    value = payload[index]
    if isinstance(value, list):
        if len(value) == 2 and isinstance(value[0], str):
            if value[0] == "Date":
                return value[1]
            if value[0] in _WRAPPERS and depth > 0:
                return _followed(payload, value[1], depth - 1, budget)
        return [_followed(payload, inner, depth - 1, budget) for inner in value[:100]] if depth > 0 else None
    if isinstance(value, dict):
        if depth <= 0:
            return None
        return {key: _followed(payload, inner, depth - 1, budget) for key, inner in list(value.items())[:200]}
    return value
