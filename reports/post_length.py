"""How long a text is as each network counts it, which is rarely what ``len`` says.

- X: weighted characters after NFC; most scripts' letters count 1, CJK and every emoji 2, every address 23. Ranges and
  weights: docs.x.com, "Counting characters" (configuration v3).
- Bluesky: graphemes (lexicon app.bsky.feed.post, which bounds the bytes, too).
- Threads: characters, and of emojis the UTF-8 bytes (developers.facebook.com/docs/threads/posts).
- Mastodon: graphemes; every address counts 23 and of ``@name@server`` only ``@name``, as its servers validate.
- the others: characters, that is Unicode code points.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

import regex
import tldextract

ADDRESS_LENGTH: Final = 23
"""What an address counts on X and Mastodon, however long it is."""
_LIGHT: Final = ((0, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
_EMOJI: Final = regex.compile(r"\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|[0-9#*]\uFE0F?\u20E3")
_GRAPHEME: Final = regex.compile(r"\X")
_ADDRESS: Final = regex.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]}'…]", regex.IGNORECASE)
_BARE: Final = regex.compile(r"(?<![\w@./-])(?:[\p{L}\p{N}-]+\.)+[\p{L}]{2,}(?:/[^\s<>\"]*[^\s<>\".,;:!?)\]}'…])?")
_MENTION: Final = regex.compile(r"(?<![\w/])@([\w.-]+)@[\w.-]+\w")


def counted_length(platform: str, text: str) -> int:
    """The length of ``text`` as ``platform`` counts it."""
    return _COUNTS.get(platform, len)(text)


def _weighted(text: str) -> int:
    rest, addresses = _without_addresses(unicodedata.normalize("NFC", text))
    length = addresses * ADDRESS_LENGTH
    for grapheme in _GRAPHEME.findall(rest):
        if _is_emoji(grapheme):
            length += 2
        else:
            length += sum(1 if any(low <= ord(sign) <= high for low, high in _LIGHT) else 2 for sign in grapheme)
    return length


def _without_addresses(text: str) -> tuple[str, int]:
    """``text`` without what X makes a link, also a bare ``acme.example``, and how many these were."""
    rest, whole = _ADDRESS.subn("", text)
    bare = [found for found in _BARE.finditer(rest) if _suffixes()(found[0].partition("/")[0]).suffix]
    for found in reversed(bare):
        rest = rest[: found.start()] + rest[found.end() :]
    return rest, whole + len(bare)


@cache
def _suffixes() -> tldextract.TLDExtract:
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


def _graphemes(text: str) -> int:
    return len(_GRAPHEME.findall(text))


def _federated(text: str) -> int:
    return _graphemes(_MENTION.sub(r"@\1", _ADDRESS.sub("x" * ADDRESS_LENGTH, text)))


def _bytes_of_emojis(text: str) -> int:
    return sum(
        len(grapheme.encode("utf-8", "surrogatepass")) if _is_emoji(grapheme) else len(grapheme)
        for grapheme in _GRAPHEME.findall(text)
    )


def _is_emoji(grapheme: str) -> bool:
    """Whether it is drawn as an emoji: ``#`` and ``©`` alone are signs like others."""
    return _EMOJI.search(grapheme) is not None


_COUNTS: Final[Mapping[str, Callable[[str], int]]] = {
    "x": _weighted,
    "bluesky": _graphemes,
    "threads": _bytes_of_emojis,
    "mastodon": _federated,
}
