"""robots.txt as RFC 9309 reads it, plus Crawl-delay, for one product token.

Which lines are ours is decided here, by the RFC; what a path pattern matches is Protego's. Protego by itself picks the
group loosely (a group for ``Rival`` or ``Mozilla`` would be ours) and lets an unknown line end a list of user agents.

Held against the cases of google/robotstxt, it answers otherwise in these only: a rule and an address are compared after
both were escaped and escapes of plain letters undone (RFC 9309 2.2.2; there the caller does the first, and nobody the
second), and a line is read to its end, not to its 16,664th byte.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator
from itertools import islice
from typing import Self

from attrs import frozen
from protego import Protego

from crawler.items import Reason

PRODUCT_TOKEN = "Rivalscope"  # noqa: S105 - the name robots.txt groups are matched with
READ_BYTES = 512 * 1024
"""As much of a robots.txt is read and obeyed (the RFC asks for at least 500 KiB)."""

MAX_SITEMAPS = 50
"""Sitemaps kept of one robots.txt."""

_SITEMAP = re.compile(r"^[ \t]*site-?map[ \t]*:[ \t]*(https?://[^\s#]{1,2000})", re.IGNORECASE | re.MULTILINE)
_LINE_END = re.compile(r"\r\n|\r|\n")
_BYTE_ORDER_MARK = re.compile(rb"\A\xef(?:\xbb\xbf?)?")  # also what a careless editor left of one
_TOKEN = re.compile(r"[A-Za-z_-]*")
_USER_AGENT = {"user-agent", "useragent", "user agent"}
_ALLOW = {"allow"}
_DISALLOW = {"disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"}
_CRAWL_DELAY = {"crawl-delay", "crawl delay"}


class UnreadableRobotsError(ValueError):
    """The file is not text that anybody could have meant as robots.txt."""


@frozen
class Robots:
    """What a host's robots.txt says to us.

    ``state`` is ``allowed`` (a file was read and is obeyed), ``none`` (there is none) or ``unreachable`` (nobody knows,
    so everything is disallowed); ``why`` says in words why it is unreachable.
    """

    state: str
    crawl_delay_seconds: float | None = None
    sha256: str | None = None
    why: str = ""
    _rules: Protego | None = None
    sitemaps: tuple[str, ...] = ()
    """Addresses after ``Sitemap:``, as written, in order, each once; they stand outside of any group."""
    reason: Reason | None = None
    """Why it is unreachable, where no answer came at all."""

    @classmethod
    def read(cls, body: bytes, *, is_cut: bool = False) -> Self:
        """The first :data:`READ_BYTES` of a file; ``is_cut``: there was more. Raises :class:`UnreadableRobotsError`."""
        text = _decode(body, is_cut=is_cut)
        lines = _our_lines(text)
        delays = [delay for key, value in lines if key == "crawl-delay" and (delay := _seconds(value)) is not None]
        rules = Protego.parse("User-agent: *\n" + "\n".join(f"{key}: {value}" for key, value in lines))
        return cls("allowed", max(delays, default=None), hashlib.sha256(body).hexdigest(), "", rules, _sitemaps(text))

    @classmethod
    def none(cls) -> Self:
        """No robots.txt (a 4xx answer): everything is allowed."""
        return cls("none")

    @classmethod
    def unreachable(cls, why: str, reason: Reason | None = None) -> Self:
        return cls("unreachable", why=why, reason=reason)

    def allows(self, url: str) -> bool:
        """Whether the absolute ``url`` may be asked."""
        if self.state == "unreachable":
            return False
        return self._rules is None or self._rules.can_fetch(url, PRODUCT_TOKEN)


def _decode(body: bytes, *, is_cut: bool) -> str:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in body:
        raise UnreadableRobotsError("it is not UTF-8 text")
    # Stray bytes of another encoding stand in comments as a rule; they spoil their own line only.
    text = _BYTE_ORDER_MARK.sub(b"", body).decode("utf-8", "replace")
    if not is_cut:
        return text
    # Half a path would be a wider rule than was written.
    return text[: max(text.rfind("\n"), text.rfind("\r")) + 1]


def _our_lines(text: str) -> list[tuple[str, str]]:
    """The allow, disallow and crawl-delay lines of all groups for our token, else of all groups for ``*``."""
    ours: list[tuple[str, str]] = []
    everybodys: list[tuple[str, str]] = []
    is_ours = is_everybodys = is_named = False
    is_in_rules = True
    for key, value in _lines(text):
        if key == "user-agent":
            if is_in_rules:
                is_ours = is_everybodys = is_in_rules = False
            if _TOKEN.match(value).group().lower() == PRODUCT_TOKEN.lower():  # type: ignore[union-attr]  # may be empty, never None
                is_ours = is_named = True
            elif value.split()[:1] == ["*"]:
                is_everybodys = True
            continue
        is_in_rules = is_in_rules or key != "crawl-delay"
        if is_ours:
            ours.append((key, value))
        if is_everybodys:
            everybodys.append((key, value))
    return ours if is_named else everybodys


def _sitemaps(text: str) -> tuple[str, ...]:
    stated = (found.group(1) for found in _SITEMAP.finditer(text))
    return tuple(islice(dict.fromkeys(stated), MAX_SITEMAPS))


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """``(user-agent | allow | disallow | crawl-delay, value)``; every other line is passed over, as the RFC asks."""
    for line in _LINE_END.split(text):
        written = line.partition("#")[0].strip()
        key, colon, value = written.partition(":")
        if not colon:
            # Site owners forget the colon; only two words can have been meant that way.
            words = written.split()
            if len(words) != 2:
                continue
            key, value = words
        name = key.strip().lower()
        for kind, spellings in (
            ("user-agent", _USER_AGENT),
            ("allow", _ALLOW),
            ("disallow", _DISALLOW),
            ("crawl-delay", _CRAWL_DELAY),
        ):
            if name in spellings:
                yield kind, value.strip()


def _seconds(value: str) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
