"""Sentences of the marts in the language of the brief.

A mart has a sentence twice: in English (``sentence``), and as ``phrases``, from which that English was made: each a
message of the catalogues with ``%(name)s`` where a value stands, and the values as text by ``name:kind``
(analysis/macros/sentences.sql). A test holds the two to the same English.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reports.filters import Formats, first_large
from reports.words import COUNTED

Phrase = Mapping[str, Any]
"""``message``, and ``values`` by ``name:kind``."""


class Sentences:
    """Says phrases with the words and numbers of one brief."""

    def __init__(self, formats: Formats) -> None:
        self._formats = formats

    def said(self, phrases: Sequence[Phrase] | None, sentence: str | None = None) -> str:
        """The phrases one after the other; ``sentence``, their English, where there are none or they cannot be said."""
        try:
            told = [self._phrase(phrase) for phrase in phrases or ()]
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
            told = []
        return " ".join(filter(None, told)) or sentence or ""

    def value(self, kind: str, text: str) -> str:
        """A value by its kind: one of those of ``said_value`` in analysis/macros/sentences.sql."""
        formats = self._formats
        match kind:
            case "name":
                return text
            case "words":
                return formats.gettext(text)
            case "subject":
                return self._subject(text)
            case "Subject":
                return first_large(self._subject(text))
            case "ratio":
                return formats.times(float(text))
            case "share":
                return formats.share(float(text))
            case "change":
                return formats.points(float(text))
            case "rate":
                return formats.rate(float(text))
            case "count":
                return formats.count(float(text))
            case _ if kind in COUNTED:
                return formats.counted(float(text), kind)
            case _:
                raise ValueError(f"{kind!r} is no kind of value")

    def _phrase(self, phrase: Phrase) -> str:
        """One phrase; empty where a value that it names is not known."""
        values = phrase["values"]
        if any(text is None for text in values.values()):
            return ""
        named = {}
        for key, text in values.items():
            name, _, kind = key.partition(":")
            named[name] = self.value(kind, text)
        return self._formats.gettext(phrase["message"]) % named

    def _subject(self, text: str) -> str:
        message, _, name = text.partition("\x1f")
        return self._formats.gettext(message).replace("%(name)s", name)
