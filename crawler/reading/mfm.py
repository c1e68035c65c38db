"""Plain text and links of MFM, the markup of Misskey and its forks (misskey-hub.net, "MFM")."""

from __future__ import annotations

import re

from crawler.reading.captions import linked
from crawler.reading.jsonvalue import link
from crawler.reading.text import clean

_MARKUP = re.compile(r"[$*~`\[<>]")
_TAG = re.compile(r"</?(?:center|small|plain|i|b|s)>")
_LINK = re.compile(
    r"\??\[([^\[\]\n]{1,1000})\]\(<?(https?://[^\s()<>]{1,1000}(?:\([^\s()<>]{0,200}\)[^\s()<>]{0,200})?)>?\)"
)
_BARE = re.compile(r"<(https?://[^\s<>]{1,2000})>")
_FUNCTION = re.compile(r"\$\[[a-z0-9_]{1,30}(?:\.[^\s\[\]]{1,300})?[ \n\u3000]([^\[\]]*)\]")
_DEEPEST = 20
_MARKS = (
    re.compile(r"```[\w+-]{0,30}\n(.{0,5000}?)\n```", re.DOTALL),
    re.compile(r"\*{2,3}([^*\n]{1,2000})\*{2,3}"),
    re.compile(r"~~([^~\n]{1,2000})~~"),
    re.compile(r"`([^`\n]{1,2000})`"),
    re.compile(r"(?<![A-Za-z0-9*])\*([A-Za-z0-9 \t]{1,500})\*(?!\*)"),
)
_QUOTE = re.compile(r"^>[ ]?", re.MULTILINE)


def read_mfm(said: str) -> tuple[str, tuple[str, ...]]:
    """The text as a reader sees it, line breaks kept, and its absolute http(s) links, each once.

    Custom emojis (``:name:``) stay as they are written; so does what is nested deeper than twenty times.
    """
    text = clean(said)
    if not _MARKUP.search(text):
        return text.strip(), linked(text)
    labelled = [address for found in _LINK.finditer(text) if (address := link(found.group(2)))]
    text = _BARE.sub(r"\1", _LINK.sub(r"\1", _TAG.sub("", text)))
    for _ in range(_DEEPEST):
        shorter = _FUNCTION.sub(r"\1", text)
        if shorter == text:
            break
        text = shorter
    for mark in _MARKS:
        text = mark.sub(r"\1", text)
    text = _QUOTE.sub("", text).strip()
    return text, tuple(dict.fromkeys([*labelled, *linked(text)]))
