"""A page that somebody saved in a browser: HTML (also SingleFile's), MHTML (RFC 2557), or Safari's web archive.

Which address it had is said by the comment that browsers and SingleFile leave, else by its canonical link or og:url.
"""

from __future__ import annotations

import email
import email.policy
import html
import plistlib
import re
from datetime import UTC, datetime
from pathlib import Path

from crawler.reading.captured import MAX_BODY, Captured, CaptureError
from crawler.reading.dates import read_date
from crawler.reading.urls import absolute

_HEAD_BYTES = 200_000
"""Where the comment of a browser or of SingleFile stands."""
_SEARCHED_BYTES = 20_000_000
"""In which a stated address is looked for: a page saved as one file may have its styles and scripts before it."""

_COMMENTS = (
    re.compile(r"<!--\s*saved from url=\(\d+\)(https?://[^\s>]+)"),
    re.compile(r"<!--\s*Page saved with SingleFile\s+url:\s*(https?://\S+)"),
)
_SINGLE_FILE_DATE = re.compile(r"saved date:\s*([^\n\r]+)")
_LINK_TAG = re.compile(r"(?is)<(?:link|meta)\b[^<>]{0,4000}>")
_FIRST_TAG = re.compile(r"<([A-Za-z][\w:]*)")
_FEEDS = frozenset({"rss", "feed", "rdf:rdf"})
_SELF_LINK = re.compile(r"(?is)<(?:[a-z0-9]{1,10}:)?link\b[^<>]{0,4000}>")
_ATTRIBUTE = re.compile(r"""(?is)([a-z:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""")


def read_saved_page(path: Path, saved_at: datetime, given_url: str | None = None) -> Captured:
    """The page as the response it once was; ``saved_at`` counts when the file itself does not say when.

    ``given_url`` stands before the address that the page states. A feed states it as its link to itself.
    Raises OSError, and :class:`CaptureError` when the file does not say which page it is.
    """
    if path.stat().st_size > 10 * MAX_BODY:
        raise CaptureError("is larger than a page can be; import the recording it came from instead")
    data = path.read_bytes()
    if is_mhtml(data):
        return _mhtml(data, saved_at, given_url)
    if is_webarchive(data):
        return _webarchive(data, saved_at, given_url)
    head = data[:_SEARCHED_BYTES].decode("utf-8", "replace")
    first = _FIRST_TAG.search(head, 0, _HEAD_BYTES)
    is_feed = first is not None and first.group(1).lower() in _FEEDS
    url = given_url or (_feed_address(head) if is_feed else _address(head))
    if url is None and is_feed:
        raise CaptureError("does not say which feed it is; say it with --url https://…, or add the feed as a link")
    if url is None:
        raise CaptureError(
            "does not say which page it was saved from (no canonical link, no og:url); say it with --url https://…, or"
            " save it again with the browser's own “save page” or as HAR"
        )
    date = _SINGLE_FILE_DATE.search(head[:2_000])
    # "Sun Nov 22 2026 10:15:00 GMT+0100 (Central European Standard Time)"
    stated = read_date(date.group(1).partition(" (")[0].strip()) if date else None
    mime = "application/xml" if is_feed else "text/html"
    return _page(url, mime, data, stated.at if stated else saved_at, is_dated=stated is not None)


def is_mhtml(data: bytes) -> bool:
    """Whether ``data`` begins as an MHTML file does."""
    head = data[:4_096].lower()
    return b"multipart/related" in head and (b"mime-version:" in head or head.startswith(b"from:"))


def is_webarchive(data: bytes) -> bool:
    """Whether ``data`` begins as what Safari saves by default: a binary property list."""
    return data.startswith(b"bplist00")


def _webarchive(data: bytes, saved_at: datetime, given_url: str | None) -> Captured:
    """The page as its server sent it; the pictures and frames beside it are left where they are."""
    try:
        main = plistlib.loads(data)["WebMainResource"]
        url, body = given_url or str(main["WebResourceURL"]), bytes(main["WebResourceData"])
        charset = str(main.get("WebResourceTextEncodingName") or "utf-8")
    except Exception:  # a broken list raises what its bytes happen to lead to
        raise CaptureError("is a property list, and no web archive of Safari that can be read; save it again") from None
    if not url.startswith(("http://", "https://")):
        raise CaptureError("does not say which page it was saved from; save it again")
    return _page(url, f"text/html; charset={charset}", body, saved_at, is_dated=False)


def _mhtml(data: bytes, saved_at: datetime, given_url: str | None) -> Captured:
    message = email.message_from_bytes(data, policy=email.policy.default)
    url = given_url or str(message.get("Snapshot-Content-Location", "")).strip()
    sent = message.get("Date")
    stated = getattr(sent, "datetime", None)
    moment = stated or saved_at
    for part in message.walk():
        if part.get_content_type() == "text/html":
            url = url or str(part.get("Content-Location", "")).strip()
            body = part.get_payload(decode=True)
            if url.startswith(("http://", "https://")) and isinstance(body, bytes):
                charset = part.get_content_charset() or "utf-8"
                when = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
                return _page(
                    url, f"text/html; charset={charset}", body, when.astimezone(UTC), is_dated=stated is not None
                )
    raise CaptureError("does not say which page it was saved from; save it again")


def _page(url: str, content_type: str, body: bytes, fetched_at: datetime, *, is_dated: bool) -> Captured:
    headers = (("content-type", content_type),)
    return Captured(where="", url=url, headers=headers, body=body, fetched_at=fetched_at, is_dated=is_dated)


def _feed_address(head: str) -> str | None:
    for tag in _SELF_LINK.finditer(head, 0, _HEAD_BYTES):
        attributes = _attributes(tag.group())
        if attributes.get("rel", "").lower() == "self":
            return absolute(attributes.get("href", ""))
    return None


def _attributes(tag: str) -> dict[str, str]:
    return {
        name.lower(): html.unescape(double or single or bare) for name, double, single, bare in _ATTRIBUTE.findall(tag)
    }


def _address(head: str) -> str | None:
    for pattern in _COMMENTS:
        if found := pattern.search(head, 0, _HEAD_BYTES):
            return html.unescape(found.group(1))
    stated: dict[str, str] = {}
    for tag in _LINK_TAG.finditer(head):
        attributes = _attributes(tag.group())
        if "canonical" in attributes.get("rel", "").lower().split():
            stated.setdefault("canonical", attributes.get("href", ""))
            if absolute(stated["canonical"]) is not None:
                break
        if "og:url" in (attributes.get("property", "").lower(), attributes.get("name", "").lower()):
            stated.setdefault("og:url", attributes.get("content", ""))
    for name in ("canonical", "og:url"):
        if (url := absolute(stated.get(name, ""))) is not None:
            return url
    return None
