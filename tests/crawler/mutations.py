"""Pages that somebody broke: recorded ones with keys dropped, types changed, numbers gone mad, ends cut off.

:func:`mutated` breaks a body, :func:`mutated_json` a JSON value, both by a :class:`random.Random` (hypothesis'
``st.randoms()``, so that it can shrink what it found). :func:`faults` says what a page object may never hand on,
whatever it was given.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import urlsplit

import attrs
from web_poet import HttpResponse

from crawler.items import Media, Metrics, Post, PostList, Profile
from crawler.pages.base import Capture, PageProblem, PlatformPage
from crawler.reading.dates import EARLIEST, LEEWAY

LARGEST_COUNT = 10**12
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 7, 10**13, 10**30, -(10**18), 1.5, float("nan"), float("inf"), "", " ", "0", "-5", "NaN",
    "12.5K", "1,2 mil", "9" * 40, "\ud800", "\u202eevil\u202c", "a\x00b", "javascript:alert(1)", "http://[", "//host",
    "ftp://x.example/", "2026-13-45", "Invalid Date", "1e400", "2099-01-01T00:00:00Z", [], {}, [[]], [None], [7, "x"],
    {"a": {"b": [1]}}, {"count": -3}, {"text": 5}, {"__typename": "Tombstone"},
)  # fmt: skip
_SCRIPT = re.compile(rb"(<script\b[^<>]{0,600}>)(.{20,}?)(</script)", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(rb"\d{1,30}")
_UNCLEAN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_COUNTS = ("like_count", "comment_count", "share_count", "view_count", "save_count", "quote_count")
_PROFILE_COUNTS = ("follower_count", "following_count", "post_count")


def mutated(body: bytes, random: Random) -> bytes:
    """``body``, broken once: inside one of its JSON documents, or anywhere."""
    if body.lstrip()[:1] in (b"{", b"["):
        return _broken_json(body, random)
    scripts = [found for found in _SCRIPT.finditer(body) if found.group(2).lstrip()[:1] in (b"{", b"[")]
    if scripts and random.random() < 0.7:
        chosen = random.choice(scripts)
        inner = _broken_json(chosen.group(2), random).replace(b"</", b"<\\/")
        return body[: chosen.start(2)] + inner + body[chosen.end(2) :]
    return _broken_bytes(body, random)


def mutated_json(value: Any, random: Random) -> Any:
    """A copy of ``value`` with one to four places changed."""
    copy = deepcopy(value)
    for _ in range(random.randint(1, 4)):
        holders = list(_holders(copy))
        if not holders:
            return deepcopy(random.choice(ODD))
        holder = random.choice(holders)
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = random.choice(keys)
        change = random.randrange(5)
        if change == 0:
            del holder[key]
        elif change == 1:
            holder[key] = [deepcopy(holder[key]) for _ in range(random.randint(1, 3))]
        elif change == 2 and isinstance(holder[key], int | float):
            holder[key] = str(holder[key])
        elif change == 3:
            holder[key] = deepcopy(holder[random.choice(keys)])
        else:
            holder[key] = deepcopy(random.choice(ODD))
    return copy


def outcome_of(page_class: type[PlatformPage], response: HttpResponse, capture: Capture) -> PostList | tuple[Any, ...]:
    """What a page gives; a :class:`PageProblem` as its outcome, sentence and reason. Anything else is raised."""
    try:
        return page_class(response, capture).read()
    except PageProblem as problem:
        assert str(problem).rstrip("”)").endswith((".", "!", "?")), f"no sentence: {problem}"
        return problem.outcome, str(problem), problem.reason


def faults(given: PostList | tuple[Any, ...], fetched_at: datetime) -> list[str]:
    """What no page may hand on."""
    if not isinstance(given, PostList):
        return []
    found: list[str] = []
    for post in given.posts:
        found += [f"{post.native_id}: {one}" for one in _post_faults(post, fetched_at)]
    if given.profile is not None:
        found += [f"profile: {one}" for one in _profile_faults(given.profile, fetched_at)]
    for thread in given.replies:
        if not 0 <= thread.answered_count <= thread.comment_count:
            found.append(f"{thread.native_id}: {thread.answered_count} answers to {thread.comment_count} comments")
        if thread.median_seconds is not None and not (thread.answered_count and 0 <= thread.median_seconds < 10**10):
            found.append(f"{thread.native_id}: answered in {thread.median_seconds} seconds")
    found += [f"request: {one}" for request in given.next_requests for one in _address_faults(request.url)]
    ids = [post.native_id for post in given.posts]
    if len(ids) != len(set(ids)):
        found.append("one post twice")
    return found


def _broken_json(body: bytes, random: Random) -> bytes:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return _broken_bytes(body, random)
    if random.random() < 0.1:
        return _broken_bytes(body, random)
    if random.random() < 0.05:
        return b'{"data":' * 5_000 + body
    return json.dumps(mutated_json(value, random)).encode()


def _broken_bytes(body: bytes, random: Random) -> bytes:
    start = random.randrange(len(body) + 1)
    end = min(len(body), start + random.choice((1, 8, 200, 20_000)))
    change = random.randrange(6)
    if change == 0:
        return body[:start]
    if change == 1:
        return body[:start] + body[end:]
    if change == 2:
        return body[:end] + body[start:]
    if change == 3:
        return body[:start] + bytes(random.randrange(256) for _ in range(20)) + body[end:]
    numbers = list(_NUMBER.finditer(body, start)) or list(_NUMBER.finditer(body))
    if not numbers:
        return body[::-1]
    number = numbers[min(len(numbers) - 1, random.randrange(20))]
    other = random.choice((b"-1", b"", b"9" * 25, b"00", b"1.5", b"NaN", b"12K", b"2147483648", b"999999999999999"))
    return body[: number.start()] + other + body[number.end() :]


def _holders(value: Any) -> Iterator[Any]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict | list) and one:
            yield one
            waiting.extend(one.values() if isinstance(one, dict) else one)


def _post_faults(post: Post, fetched_at: datetime) -> Iterator[str]:
    if not post.native_id or len(post.native_id) > 1_100:
        yield "no name"
    for address in (post.url, post.original_url, *post.links):
        yield from _address_faults(address)
    for medium in post.media:
        yield from _medium_faults(medium)
    for name in ("published_at", "edited_at", "original_published_at"):
        yield from _date_faults(name, getattr(post, name), fetched_at)
    if (post.published_at is None) != (post.published_precision is None):
        yield "a date and its precision belong together"
    yield from _text_faults(post)
    if post.metrics is not None:
        yield from _count_faults(post.metrics, _COUNTS)
        for column in _COUNTS[:4]:
            if getattr(post.metrics, column) is None and column not in post.metrics.missing:
                yield f"no reason why {column} is missing"
        for kind, count in post.metrics.reactions.items():
            if not 0 <= count <= LARGEST_COUNT:
                yield f"reaction {kind}: {count}"


def _profile_faults(profile: Profile, fetched_at: datetime) -> Iterator[str]:
    for address in (profile.url, profile.avatar_url, profile.banner_url, *profile.links):
        yield from _address_faults(address)
    yield from _date_faults("created_at", profile.created_at, fetched_at)
    yield from _text_faults(profile)
    yield from _count_faults(profile, _PROFILE_COUNTS)


def _count_faults(holder: Metrics | Profile, columns: tuple[str, ...]) -> Iterator[str]:
    for column in columns:
        count = getattr(holder, column)
        if count is not None and (type(count) is not int or not 0 <= count <= LARGEST_COUNT):
            yield f"{column}: {count!r}"
        if count is not None and column in holder.missing:
            yield f"{column} is there and missing"
        if column in holder.rounded and (count is None or not 1 <= holder.rounded[column] <= 15):
            yield f"{column} is rounded to {holder.rounded[column]} of {count}"


def _medium_faults(medium: Media) -> Iterator[str]:
    yield from _address_faults(medium.url)
    if medium.kind not in ("image", "video", "gifv", "audio", "unknown"):
        yield f"medium of kind {medium.kind}"
    for size in (medium.width, medium.height):
        if size is not None and (type(size) is not int or not 0 < size < 10**6):
            yield f"medium of {size} pixels"
    if medium.duration_seconds is not None and not 0 < medium.duration_seconds < 10**7:
        yield f"medium of {medium.duration_seconds} seconds"


def _address_faults(address: str | None) -> Iterator[str]:
    if address is None:
        return
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or _UNCLEAN.search(address):
        yield f"address {address[:80]!r}"


def _date_faults(name: str, at: datetime | None, fetched_at: datetime) -> Iterator[str]:
    if at is not None and (at.tzinfo is None or not EARLIEST <= at <= fetched_at + LEEWAY + timedelta(minutes=1)):
        yield f"{name}: {at}"


def _text_faults(item: Post | Profile) -> Iterator[str]:
    for one in attrs.fields(type(item)):
        value = getattr(item, one.name)
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str) and _UNCLEAN.search(text):
                yield f"{one.name}: {text[:60]!r}"
