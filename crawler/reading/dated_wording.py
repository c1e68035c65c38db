"""Sentences of a page that may be past their date: deadlines, "this Friday", years of a copyright or a sale.

Only found here, in English, German, Spanish and French; whether one is past its date is decided in SQL, by the day of
the audit (``analysis/macros/wording.sql``, which knows the same cues more precisely).
"""

from __future__ import annotations

import re

_CUE = re.compile(
    r"\b(?:until|till|through|ends?|ending|expires?|closes?|by|bis|endet|hasta|termina|finaliza"
    r"|jusqu['’]au|se termine|prend fin|expire)\b[^.!?\n]{0,40}\d"
    r"|\b(?:this|next|coming|diese[nrs]?|kommende[nrs]?|nächste[nrs]?|este|esta|próxim[oa])\s+\w"
    r"|\b(?:ce|cette)\s+(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|semaine|week-?end|mois|soir)\b"
    r"|\b(?:tonight|today only|heute abend|nur heute|esta noche|s[oó]lo hoy|aujourd['’]hui seulement)\b"
    r"|(?:©|\(c\)|\bcopyright\b)[^.!?\n]{0,20}\d{4}"
    r"|\b(?:join|see you|save the date|meet us|visit us|register|tickets?|besuch\w*|anmeld\w*|wir sehen uns"
    r"|te esperamos|nos vemos|vis[ií]tanos|reserva|inscr[ií]bete|venez|rendez-vous"
    r"|billets?|inscrivez-vous|réservez)\b[^.!?\n]{0,80}\b20\d\d"
    r"|\b\w{4,}\s+(?:for |für |de |del )?20\d\d\b|\b20\d\d\s+\w{4,}",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^\n]+")
_BEFORE = 120
_AFTER = 180
_MAX_LINE = 20_000
_MAX_TEXT = 400_000
MAX_PASSAGES = 40


def dated_passages(text: str) -> tuple[str, ...]:
    """What stands around each cue, at most 300 characters and cut between words, each once, in order."""
    found: dict[str, None] = {}
    for line in _SENTENCE.finditer(text[:_MAX_TEXT]):
        for cue in _CUE.finditer(line.group()[:_MAX_LINE]):
            found.setdefault(_around(line.group(), cue.start(), cue.end()))
            if len(found) >= MAX_PASSAGES:
                return tuple(found)
    return tuple(found)


def _around(line: str, start: int, end: int) -> str:
    first, last = max(0, start - _BEFORE), min(len(line), end + _AFTER)
    cut = line[first:last]
    if first:
        cut = cut.partition(" ")[2] or cut
    if last < len(line):
        cut = cut.rpartition(" ")[0] or cut
    return " ".join(cut.split())
