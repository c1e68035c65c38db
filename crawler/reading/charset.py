"""Text out of bytes whose label may lie."""

from __future__ import annotations

import codecs
import re
from functools import cached_property

import webencodings
from attrs import field, frozen

_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';,]+)", re.IGNORECASE)
_IN_BODY = re.compile(
    rb"""<meta\s[^>]*?charset\s*=\s*["']?\s*([^\s"'/>;]+)|<\?xml\s[^>]*?encoding\s*=\s*["']([^"']+)""", re.IGNORECASE
)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_PRESCAN = 4_096
_PIECE = 16_384


@frozen
class Decoded:
    """A body as text."""

    utf8: bytes = field(repr=False)
    """The text in UTF-8, for parsers that take nothing else."""
    is_mislabelled: bool
    """The header or the document named another encoding than the bytes are in (plain ASCII fits any label)."""

    @cached_property
    def text(self) -> str:
        """Without byte order mark; undecodable bytes are U+FFFD."""
        return self.utf8.decode()


def decode(body: bytes, content_type: str = "") -> Decoded:
    """``body`` as text, whatever its labels say; never raises.

    Order: byte order mark; UTF-8 when the bytes are valid UTF-8; the label in the document; the label in the
    ``Content-Type`` header; windows-1252. Only labels of the WHATWG Encoding Standard count, so ``rot13`` or ``hex``
    are no encodings here. A body that says UTF-8 and is it but for a few broken bytes stays UTF-8.
    """
    labels = _labels(body, content_type)
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _recoded(body[len(mark) :].decode(name, "replace"), _names_another(labels, name))
    if wide := _unmarked_utf16(body):
        return _recoded(body.decode(wide, "replace"), _names_another(labels, wide))
    if _is_utf8(body):
        if b"\x1b" in body and "iso2022_jp" in labels:
            return _recoded(body.decode("iso2022_jp", "replace"), is_mislabelled=False)
        return Decoded(body, not body.isascii() and _names_another(labels, "utf-8"))
    lenient = body.decode("utf-8", "replace")
    for encoding in labels:
        if encoding not in (None, "utf-8"):
            return _recoded(body.decode(encoding, "replace"), _names_another(labels, encoding))
    # one cut emoji does not turn a UTF-8 page into windows-1252
    broken = lenient.count("\ufffd")
    if broken * 10 <= sum(1 for char in lenient if char > "\x7f" and char != "\ufffd"):
        return _recoded(lenient, is_mislabelled=None in labels)
    return _recoded(body.decode("cp1252", "replace"), is_mislabelled=bool(labels))


def _recoded(text: str, is_mislabelled: bool) -> Decoded:
    return Decoded(text.encode("utf-8", "replace"), is_mislabelled)


def _is_utf8(body: bytes) -> bool:
    """Whether the bytes are valid UTF-8; in pieces, as the whole text may take four bytes a character."""
    if body.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(body), _PIECE):
            decoder.decode(body[start : start + _PIECE], final=start + _PIECE >= len(body))
    except UnicodeDecodeError:
        return False
    return True


def _labels(body: bytes, content_type: str) -> list[str | None]:
    """Python codecs of what the document and the header claim, in this order; ``None`` for a label that is none."""
    labels: list[str | None] = []
    if found := _IN_BODY.search(body, 0, _PRESCAN):
        name = _codec((found.group(1) or found.group(2)).decode("ascii", "replace"))
        # a document that says in ASCII letters that it is UTF-16 is UTF-8 (HTML Living Standard, prescan)
        labels.append("utf-8" if name is not None and name.startswith("utf-16") else name)
    if stated := _IN_HEADER.search(content_type):
        labels.append(_codec(stated.group(1)))
    return labels


def _codec(label: str) -> str | None:
    encoding = webencodings.lookup(label)
    if encoding is None or encoding.name in ("replacement", "x-user-defined"):
        return None
    # gb18030 holds all of gbk, and is what the standard decodes it with
    return "gb18030" if encoding.name == "gbk" else str(encoding.codec_info.name)


def _names_another(labels: list[str | None], actual: str) -> bool:
    return any(label != actual for label in labels)


def _unmarked_utf16(body: bytes) -> str | None:
    start = body[:512]
    if len(start) < 4 or start.count(0) * 3 < len(start):
        return None
    return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
