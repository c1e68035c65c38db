"""Answers of Meta's Graph interfaces (Instagram, Facebook, Threads): errors, limits, paging links without tokens.

Source: developers.facebook.com/docs/graph-api/guides/error-handling and …/overview/rate-limiting. An error is
``{"error": {"message", "type", "code", "error_subcode", "error_user_msg", "fbtrace_id"}}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from attrs import frozen
from web_poet import HttpResponse

from crawler.items import Outcome, Platform, Post, Reason
from crawler.pages.base import PageProblem
from crawler.pages.walls import problem_of
from crawler.reading.jsonvalue import NotJsonError, mapping, parse, sequence, string

_LIMITS = frozenset({4, 17, 32, 613, *range(80000, 80015)})
_TRANSIENT = frozenset({1, 2})
_ALMOST_SPENT = 95
"""Per cent of an allowance behind which nothing more is asked."""
_SECONDS = re.compile(r"[0-9]{1,9}")
_PAUSE = timedelta(hours=1)
"""The allowances are counted over one hour."""
_MOST = 10**6
"""What percents and minutes never reach."""
_SECRETS = frozenset({"access_token", "appsecret_proof", "client_secret", "input_token"})


@frozen
class GraphAccess:
    """What opens one network's interface."""

    platform: Platform
    permission: str
    """In the network's own words."""


def graph_answer(
    response: HttpResponse, fetched_at: datetime, asked_for: str, access: GraphAccess
) -> Mapping[str, Any]:
    """The answer's JSON object. Raises :class:`PageProblem` for an error, a limit, and what is no JSON.

    ``asked_for`` begins the sentence, ``access`` is what the request needs.
    """
    status, body = response.status or 200, bytes(response.body)
    problem = graph_problem(status, dict(response.headers), body, fetched_at, asked_for, access)
    if problem is not None:
        raise problem
    try:
        answer = mapping(parse(body))
    except NotJsonError:
        raise problem_of(status, body, asked_for) from None
    if status >= 400:
        raise problem_of(status, body, asked_for)
    return answer


def graph_problem(
    status: int, headers: Mapping[str, str], body: bytes, fetched_at: datetime, asked_for: str, access: GraphAccess
) -> PageProblem | None:
    """What an error answer means, worded as :func:`graph_answer` says; ``None`` when the answer holds no error."""
    try:
        error = mapping(mapping(parse(body)).get("error"))
    except NotJsonError:
        error = {}
    if not error:
        if status == 429:
            return _limited(headers, fetched_at, asked_for, "")
        return None
    code = error.get("code") if isinstance(error.get("code"), int) else None
    subcode = error.get("error_subcode")
    words = (string(error.get("error_user_msg")) or string(error.get("message")) or "").strip()[:240]
    said = f" (“{words}”)" if words else ""
    connect = f"rivalscope connect {access.platform}"
    plain = words.lower()
    if code in _LIMITS or status == 429 or "request limit reached" in plain:
        return _limited(headers, fetched_at, asked_for, said)
    if code in (190, 102, 463, 467) or (status == 401 and code is None):
        return PageProblem(
            Outcome.ERROR,
            f"{asked_for}: the token has ended or was taken back{said}; get a new one with {connect}.",
            Reason.TOKEN_EXPIRED,
        )
    is_absent = "does not exist" in plain or "cannot be found" in plain or "unknown username" in plain or code == 803
    if is_absent and "permission" not in plain:
        return PageProblem(Outcome.NOT_FOUND, f"{asked_for} was not found{said}; check the link in the list.")
    if subcode in (2207013, 2207006) or code == 110 or "invalid user id" in plain:
        return PageProblem(
            Outcome.NOT_FOUND,
            f"{asked_for} was not found, or is no business or creator account{said}; others are not shown.",
        )
    if code in (3, 10, 33, 200, *range(201, 300)) or (code == 100 and "permission" in plain) or status == 403:
        return PageProblem(
            Outcome.BLOCKED,
            f"{asked_for}: the token lacks a permission, {access.permission}{said}; {connect} says how to get it.",
            Reason.PERMISSION_MISSING,
        )
    if code in _TRANSIENT or error.get("is_transient") is True or status >= 500:
        return PageProblem(
            Outcome.ERROR, f"{asked_for}: the interface has trouble of its own{said}; tried again next time.",
            Reason.HTTP_ERROR,
        )  # fmt: skip
    if code == 100:
        return PageProblem(
            Outcome.ERROR, f"{asked_for}: the interface did not understand the question{said}.", Reason.NOT_SUPPORTED
        )
    return PageProblem(Outcome.ERROR, f"{asked_for}: the interface answered with an error{said}.", Reason.HTTP_ERROR)


def pause_until(headers: Mapping[str, str], fetched_at: datetime) -> datetime | None:
    """Until when nothing more should be asked, by the usage that an answer states; ``None`` while there is room."""
    app = mapping(_json_header(headers, "x-app-usage"))
    uses = [app]
    for rows in mapping(_json_header(headers, "x-business-use-case-usage")).values():
        uses += [mapping(row) for row in sequence(rows)]
    waits: list[timedelta] = []
    for use in uses:
        minutes = _amount(use.get("estimated_time_to_regain_access"))
        if minutes:
            waits.append(timedelta(minutes=min(minutes, 60 * 48)))
        elif max(_amount(use.get(name)) for name in ("call_count", "total_time", "total_cputime")) >= _ALMOST_SPENT:
            waits.append(_PAUSE)
    return fetched_at + max(waits) if waits else None


def each_once(posts: Iterable[Post | None]) -> tuple[Post, ...]:
    """The posts that could be read, each once, as it came first."""
    found: dict[str, Post] = {}
    for post in posts:
        if post is not None:
            found.setdefault(post.native_id, post)
    return tuple(found.values())


def without_token(url: str) -> str:
    """``url`` without the credentials that paging links carry."""
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in _SECRETS]
    return urlunsplit(parts._replace(query=urlencode(query)))


def _limited(headers: Mapping[str, str], fetched_at: datetime, asked_for: str, said: str) -> PageProblem:
    until = pause_until(headers, fetched_at)
    seconds = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    if until is None and _SECONDS.fullmatch(seconds):
        until = fetched_at + timedelta(seconds=min(int(seconds), 48 * 3600))
    until = until or fetched_at + _PAUSE
    return PageProblem(
        Outcome.ERROR,
        f"{asked_for}: the interface's allowance is used up{said}; asked again after {until:%Y-%m-%d %H:%M} UTC.",
        Reason.RATE_LIMITED,
        pause_until=until,
    )


def _json_header(headers: Mapping[str, str], wanted: str) -> object:
    stated = next((value for name, value in headers.items() if name.lower() == wanted), None)
    if stated is None:
        return None
    try:
        return parse(stated)
    except NotJsonError:
        return None


def _amount(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return 0.0
    return float(min(max(value, 0), _MOST))
