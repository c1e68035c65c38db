"""One response as a file keeps it, whatever kind of file: what the readers of archives hand on."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from crawler.items import Platform

MAX_BODY = 10 * 1024 * 1024
"""Bytes of one decoded response; larger ones are left out, as in a crawl."""
NOWHERE = "https://address.invalid/"
"""Stands for an address that is not known (RFC 2606)."""


class CaptureError(ValueError):
    """A file, or one entry of it, cannot be read; one sentence. ``where`` names the entry, ``""`` the whole file."""

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where


class LeftOutError(CaptureError):
    """An entry gives nothing for a reason that is no fault of the file: counted, not told one by one."""


@frozen(kw_only=True)
class Captured:
    """One HTTP response out of a file; its body is decoded (no transfer or content encoding left)."""

    where: str
    """Which entry of the file, for messages (``entry 12``, ``record 7``)."""
    url: str
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes
    fetched_at: datetime
    """Time-zone aware, UTC."""
    is_dated: bool = True
    """``False`` when the file does not say when the page was fetched, and its own time stands in."""
    open_page: str | None = None
    """The page that the browser showed while it asked (the request's ``Referer``), as far as the file says it."""

    @property
    def content_type(self) -> str:
        """The header's value, lower case; ``""`` when absent."""
        return next((value.lower() for name, value in self.headers if name.lower() == "content-type"), "")


@frozen(kw_only=True)
class CapturedObject:
    """One object of a platform's traffic that a browser extension kept."""

    where: str
    """Which line of the file, for messages."""
    platform: Platform
    data: bytes
    """The platform's own object, JSON."""
    url: str
    """The page that was open in the browser."""
    fetched_at: datetime
    """Time-zone aware, UTC."""
    is_dated: bool = True
