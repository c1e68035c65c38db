"""In which language a text is written: what pages state, and a guess for those that do not."""

from __future__ import annotations

import os
import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

MIN_LETTERS = 60
"""Shorter texts are not told apart for sure."""
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")
_NO_LANGUAGE = "zxx"
_READ = 2_000
"""Characters; more make it no surer."""
_MIN_MARGIN = 0.1
"""Lead of the likeliest language over the next, in log-probability a letter."""


def language_tag(stated: str | None) -> str | None:
    """A BCP 47 tag as stated (``en_US`` becomes ``en-US``), ``None`` for anything else."""
    found = _TAG.fullmatch((stated or "").strip())
    return found.group().replace("_", "-") if found else None


def detect_language(text: str) -> str | None:
    """ISO 639-1 code of the language that ``text`` is in, ``None`` when that is not sure. Never raises.

    By py3langid; its model is loaded at the first call.
    """
    sample = text[:_READ]
    letters = sum(map(str.isalpha, sample))
    if letters < MIN_LETTERS:
        return None
    ranked = _identifier().rank(sample)
    (language, best), (_, second) = ranked[0], ranked[1]
    is_sure = (best - second) / letters >= _MIN_MARGIN and language != _NO_LANGUAGE
    return str(language) if is_sure else None


@cache
def _identifier() -> LanguageIdentifier:
    # a worker may not have the address space that a linear algebra library reserves for each core
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # here, because most pages say their language

    return LanguageIdentifier.from_model_file(MODEL_FILE)
