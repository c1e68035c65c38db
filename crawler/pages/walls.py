"""HTML where something else was asked for: log-in forms, bot checks, error pages. What each means for the visit."""

from __future__ import annotations

import re

from crawler.items import Outcome, Reason
from crawler.pages.base import PageProblem

_LOGIN_FORM = re.compile(rb"""<input[^<>]{0,300}type=["']?password""")
_LOGIN_LINK = re.compile(rb"""href=["'][^"'<>]{0,200}/(?:auth/sign_in|users/sign_in|log_?in)\b""")
_BOT_CHECKS = (
    b"cf-chl-", b"challenge-platform", b"__cf_chl", b"just a moment...", b"attention required! | cloudflare",
    b"anubis_challenge", b"g-recaptcha", b"h-captcha", b"captcha-delivery", b"/cdn-cgi/challenge", b"access denied",
    b"request blocked",
)  # fmt: skip
_NO_BOT = re.compile(rb"making sure you.{0,8}re not a bot")
_LOOKED_AT = 200_000


def is_html(content_type: str, head: bytes) -> bool:
    """Whether a response is an HTML page by its own words."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"{", b"[")):
        return False
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<!--")) or (
        "html" in content_type.lower()
    )


def problem_of(status: int, body: bytes, asked_for: str) -> PageProblem:
    """What it means that ``asked_for`` (named in the sentence) was answered with ``status`` and something else."""
    if status == 404:
        return PageProblem(Outcome.NOT_FOUND, f"{asked_for} does not exist (404); check the link in the list.")
    if status == 410:
        return PageProblem(Outcome.GONE, f"{asked_for} was removed (410).")
    if status == 401:
        return PageProblem(
            Outcome.LOGIN_WALL, f"{asked_for} is shown to signed-in people only (401).", Reason.TOKEN_MISSING
        )
    if status == 429:
        return PageProblem(
            Outcome.ERROR, f"{asked_for}: too many requests (429); tried again later.", Reason.RATE_LIMITED
        )
    start = body[:_LOOKED_AT].lower()
    if any(mark in start for mark in _BOT_CHECKS) or (b"not a bot" in start and _NO_BOT.search(start)):
        return PageProblem(
            Outcome.BLOCKED, f"{asked_for} is behind a check for bots; the site does not want to be read."
        )
    if status == 403:
        return PageProblem(Outcome.BLOCKED, f"{asked_for} is refused to us (403).")
    if status >= 400:
        return PageProblem(Outcome.ERROR, f"{asked_for} answered with an error ({status}).", Reason.HTTP_ERROR)
    if _asks_to_sign_in(start):
        return PageProblem(Outcome.LOGIN_WALL, f"{asked_for} is shown to signed-in people only.")
    return PageProblem(
        Outcome.LAYOUT_CHANGED,
        f"{asked_for} did not hold what it should; the site has changed, or this is another page.",
    )


def _asks_to_sign_in(start: bytes) -> bool:
    """Whether there is a form for a password, or a link to one."""
    if b"password" in start and _LOGIN_FORM.search(start):
        return True
    return any(word in start for word in (b"/auth/sign_in", b"/users/sign_in", b"/log")) and (
        _LOGIN_LINK.search(start) is not None
    )
