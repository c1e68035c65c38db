"""How YouTube's pages write things: texts in runs, counts among words, lengths, addresses, the JSON inside a page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any
from urllib.parse import unquote, urlsplit

from crawler.items import MissingReason, Outcome, Platform, Reason
from crawler.pages.base import PageProblem
from crawler.reading.counted import counted
from crawler.reading.counts import Count, read_count
from crawler.reading.dateline import written_dates
from crawler.reading.dates import Moment, read_date
from crawler.reading.jsonvalue import mapping, sequence
from crawler.reading.relative_dates import read_ago
from crawler.reading.relay import json_after
from crawler.reading.text import clean
from crawler.reading.urls import absolute

SITE = "https://www.youtube.com"

VIDEO_ID = re.compile(r"[A-Za-z0-9_-]{11}")
CHANNEL_ID = re.compile(r"UC[A-Za-z0-9_-]{22}")
_HOST = re.compile(r"(?:www\.|m\.|music\.)?(?:youtube(?:-nocookie)?\.com|youtu\.be)")
_OWN_WORDS = re.compile(rb"ytcfg|ytInitial|yt\.setConfig|//www\.youtube\.com/s/|<title>YouTube")
_LENGTH = re.compile(r"(?:([0-9]{1,3}):)?([0-9]{1,2}):([0-9]{2})")
_NOTHING_YET = re.compile(
    r"(?:no|sin|keine?|aucune?|nenhuma|sem|nessuna|geen|brak|нет|немає|inga|ingen|ei|yok|žádné|nincs|nicio|tidak|belum)\b",
    re.IGNORECASE,
)
_ESCAPED = re.compile(r"\\x([0-9a-fA-F]{2})")
_QUOTED_STATE = re.compile(r"=\s*'((?:[^'\\]|\\.){0,6000000})'")
_CONSENT = re.compile(
    rb"action=[\"']https://consent\.(?:youtube|google)\.com/(?:save|s)\b|<base href=[\"']https://consent\.youtube\.com"
    rb"|id=[\"']consent-bump|\"consentBumpV2\w*\":\{\"\w+\":\{\"forceConsent"
)
_BOT_CHECK = re.compile(
    rb"confirm you(?:\xe2\x80\x99|\\u2019|'|&#39;)re not a bot|/sorry/index|unusual traffic from your computer"
)
_MAX_TEXT = 20_000
_MAX_DATE = 100
_DATE_WORDS = 8
_BARE_LINK = re.compile(r"https?://[^\s<>\"]+")
_MENTION = re.compile(r"(?:^|(?<=[\s(]))@([A-Za-z0-9._·-]{3,30})")


def is_youtube(url: str, head: bytes) -> bool:
    """The network's own host, or its own words on a page from elsewhere (a copy, a test)."""
    return _HOST.fullmatch(host_of(url)) is not None or _OWN_WORDS.search(head) is not None


def host_of(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def path_of(url: str) -> str:
    try:
        return unquote(urlsplit(url).path) or "/"
    except ValueError:
        return "/"


def site_of(base_urls: Mapping[str, str]) -> str:
    """Where the public pages are."""
    return base_urls.get(f"{Platform.YOUTUBE}.site", SITE).rstrip("/")


def text_of(value: object) -> str:
    """A text in any of its spellings (``simpleText``, ``runs``, ``content``, a string); ``""`` where there is none."""
    if isinstance(value, str):
        return clean(value)[:_MAX_TEXT]
    said = mapping(value)
    for key in ("simpleText", "content"):
        if isinstance(said.get(key), str):
            return clean(said[key])[:_MAX_TEXT]
    runs = [mapping(run).get("text") for run in sequence(said.get("runs"))[:2_000]]
    return clean("".join(run for run in runs if isinstance(run, str)))[:_MAX_TEXT]


def count_among_words(said: str) -> Count | None:
    """The one count in a phrase: "28 views", "1.077.715 visualizaciones", "895k views"; "No views" is 0."""
    found = counted(said)
    if len(found) == 1:
        return found[0].count
    return Count(0) if not found and _NOTHING_YET.match(said.strip()) else None


def rough_count(said: str) -> Count | None:
    """A count alone in its place ("31K", "7,3 K", "365"); ``None`` for a word ("Like")."""
    return read_count(said.strip())


def is_time_ago(said: str) -> bool:
    return read_ago(said) is not None


def date_in(said: str, latest: datetime) -> Moment | None:
    """The day in a short sentence: most languages end with it ("Streamed live on 3 Mar 2024"), some begin with it.

    Dates of numbers between points have their day first: that is so in every language that writes them.
    """
    words = said[:_MAX_DATE].split()
    ends = (" ".join(words[start:]) for start in range(min(len(words), _DATE_WORDS)))
    found = (
        read_date(one, latest=latest, is_day_first="." in one) for one in chain(ends, written_dates(said[:_MAX_DATE]))
    )
    return next((moment for moment in found if moment is not None), None)


def seconds_of(said: str) -> float | None:
    """A length like "1:07:34"; one of nothing says that it is not known."""
    found = _LENGTH.fullmatch(said.strip())
    if found is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return float(hours * 3600 + minutes * 60 + seconds) or None


def handle_in(address: object) -> str | None:
    """``acme`` of ``/@acme`` or ``http://www.youtube.com/@acme``; ``None`` for channel ids and anything else."""
    if not isinstance(address, str) or len(address) > 500:
        return None
    found = re.search(r"(?:^|/)@([^/?#\s]{1,100})", unquote(address))
    return clean(found.group(1)) or None if found else None


def links_in(text: str) -> tuple[str, ...]:
    """Addresses written in a description."""
    written = [each for each in _BARE_LINK.findall(text[:_MAX_TEXT])[:500] if not each.endswith(("...", "…"))]
    found = [absolute(each.rstrip(".,;:!?)]}»”'")) for each in written]
    return tuple(dict.fromkeys(link for link in found if link))


def mentions_in(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.rstrip(".-") for name in _MENTION.findall(text[:_MAX_TEXT])[:500]))


def json_states(body: bytes) -> Iterator[Mapping[str, Any]]:
    """Player answers and data trees of a page or of an interface's answer, outer before inner."""
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    text = body.decode("utf-8", "replace")
    if start in (b"{", b"["):
        try:
            said = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            return
        for one in said[:20] if isinstance(said, list) else [said]:
            yield from _unwrapped(mapping(one))
        return
    for name in ("ytInitialPlayerResponse", "ytInitialData"):
        for mark in (f"{name} =", f"{name}=", f'{name}"]', f"{name}']"):
            for one in json_after(text, mark):
                said = one
                if isinstance(one, str):
                    try:
                        said = json.loads(one, strict=False)
                    except (ValueError, RecursionError):
                        continue
                if isinstance(said, dict):
                    yield said
        at = text.find(f"var {name} = '")
        if at >= 0 and (quoted := _QUOTED_STATE.search(text, at, at + 6_000_000)):
            # the mobile site writes its state as an escaped string
            plain = _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), quoted.group(1))
            try:
                yield mapping(json.loads(plain.replace("\\\\", "\\"), strict=False))
            except (ValueError, RecursionError):
                continue


def _unwrapped(said: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    inner = [mapping(said.get(key)) for key in ("playerResponse", "response", "data", "player")]
    inside = [
        one
        for one in inner
        if one and ({"responseContext", "contents", "videoDetails", "playabilityStatus"} & one.keys())
    ]
    yield from inside
    # a Short's answer has its player's beside what lies over it
    if not inside or not {"overlay", "contents", "engagementPanels"}.isdisjoint(said):
        yield said


def gate(status: int, headers: Mapping[str, str], body: bytes, asked_for: str) -> PageProblem | None:
    """The page of consent to cookies, or a check for bots, in the place of what was asked for."""
    location = next((value for name, value in headers.items() if name.lower() == "location"), "")
    is_sent_away = 300 <= status < 400 and host_of(location).startswith("consent.")
    # a page with content may ask for cookies as well
    if is_sent_away or (b"ytInitialData" not in body and _CONSENT.search(body, 0, 300_000)):
        return PageProblem(
            Outcome.LOGIN_WALL,
            f"{asked_for}: YouTube wants cookies accepted before it shows anything. With a free key for its Data API"
            " (RIVALSCOPE_YOUTUBE_TOKEN; rivalscope connect youtube says how) its figures are read without that.",
            Reason.CONSENT_PAGE,
        )
    if _BOT_CHECK.search(body, 0, 2_000_000) and b'"videoDetails"' not in body:
        return PageProblem(
            Outcome.BLOCKED,
            f"{asked_for}: YouTube takes us for a bot and wants a sign-in; a free key for its Data API"
            " (RIVALSCOPE_YOUTUBE_TOKEN) is the way it offers to programs.",
        )
    return None


def count_values(counts: Mapping[str, Count | MissingReason | None]) -> dict[str, Any]:
    """What :class:`~crawler.items.Metrics` is made from; ``None`` is not observed."""
    values: dict[str, Any] = {name: count.value for name, count in counts.items() if isinstance(count, Count)}
    values["missing"] = {
        name: count or MissingReason.NOT_OBSERVED for name, count in counts.items() if not isinstance(count, Count)
    }
    values["rounded"] = {
        name: count.rounded for name, count in counts.items() if isinstance(count, Count) and count.rounded is not None
    }
    return values


def pictures(value: object) -> Sequence[Any]:
    """The sizes of one picture (``thumbnails`` or ``sources``)."""
    said = mapping(value)
    return sequence(said.get("thumbnails")) or sequence(said.get("sources"))
