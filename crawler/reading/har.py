"""HAR recordings of a browser or proxy. Format: HAR 1.2 (W3C draft), as browsers and proxies write it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.reading.captured import MAX_BODY, Captured, CaptureError
from crawler.reading.decoding import OversizeError, decoded
from crawler.reading.json_stream import JsonStreamError, array_items

_MAX_ENTRY = 128 * 1024 * 1024
"""Bytes of one entry: the body of a film may be in it, and it is in memory at once."""
_UNDONE = frozenset({"content-encoding", "content-length", "transfer-encoding"})


def read_har(path: Path) -> Iterator[Captured | CaptureError]:
    """Every response that has a body, in the file's order; a broken entry comes as its error, and the others go on.

    The file is read entry by entry, so that its size does not matter. Raises OSError, and :class:`CaptureError` when
    the file is no HAR.
    """
    number = 0
    with path.open("rb") as file:
        try:
            for number, entry in enumerate(array_items(file, ("log", "entries"), max_item_bytes=_MAX_ENTRY), start=1):
                found = _read(entry, f"entry {number}")
                if found is not None:
                    yield found
        except JsonStreamError as error:
            if number:
                yield CaptureError(f"{error}; what stands before was read", f"entry {number + 1}")
            elif str(error):
                raise CaptureError(f"is {error}; record it again") from None
            else:
                raise CaptureError(
                    "is JSON but no HAR recording (it has no list of entries in a log) and no Zeeschuimer capture;"
                    " save the whole session as HAR"
                ) from None


def _read(entry: Any, where: str) -> Captured | CaptureError | None:
    try:
        return _entry(entry, where)
    except CaptureError as error:
        return error
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return CaptureError("is no complete HAR entry", where)


def _entry(entry: Mapping[str, Any], where: str) -> Captured | None:
    response, url = entry["response"], str(entry["request"]["url"])
    content = response.get("content") or {}
    status = int(response["status"])
    if status == 0 or not url.startswith(("http://", "https://")):
        return None
    text = content.get("text")
    # some recorders leave an empty text where they did not keep it
    size = content.get("size")
    is_left_out = isinstance(size, int | float) and size > 0
    if not text and (text is None or is_left_out):
        if status < 300 and is_left_out and _is_document(str(content.get("mimeType") or "")):
            raise CaptureError(f"{url} was recorded without its content; save the recording with content", where)
        return None
    if len(text) > 2 * MAX_BODY:
        raise CaptureError(f"{url} is larger than {MAX_BODY // 1024 // 1024} MiB", where)
    try:
        if content.get("encoding") == "base64":
            body = base64.b64decode("".join(text.split()), validate=True)
        else:
            body = str(text).encode("utf-8", "replace")
    except binascii.Error:
        raise CaptureError(f"{url} holds broken base64", where) from None
    is_text = content.get("encoding") != "base64"
    if not is_text:
        body = _undone(body, response.get("headers") or (), url, where)
    return Captured(
        where=where,
        url=url,
        status=status,
        headers=tuple(_headers(response.get("headers") or (), str(content.get("mimeType") or ""), is_text=is_text)),
        body=body,
        fetched_at=_moment(entry["startedDateTime"]),
        open_page=_open_page(entry["request"].get("headers") or ()),
    )


def _open_page(headers: Any) -> str | None:
    said = (str(one["value"]) for one in headers if str(one["name"]).lower() == "referer")
    return next((url for url in said if url.startswith(("http://", "https://"))), None)


def _undone(body: bytes, headers: Any, url: str, where: str) -> bytes:
    """A body without its coding: some proxies record what came over the line."""
    codings = [str(header["value"]) for header in headers if str(header["name"]).lower() == "content-encoding"]
    try:
        return decoded(body, codings, MAX_BODY)
    except OversizeError:
        raise CaptureError(f"{url} is larger than {MAX_BODY // 1024 // 1024} MiB", where) from None


def _headers(headers: Any, mime_type: str, *, is_text: bool) -> Iterator[tuple[str, str]]:
    has_type = False
    for header in headers:
        name, value = str(header["name"]), str(header["value"])
        if name.lower() in _UNDONE or name.startswith(":"):
            continue
        if name.lower() == "content-type":
            has_type = True
            # the recorder decoded the text, and we encoded it as UTF-8
            value = re.sub(r"(?i);\s*charset=[^;]*", "", value) + "; charset=utf-8" if is_text else value
        yield name, value
    if not has_type and mime_type:
        yield "content-type", mime_type


def _is_document(mime_type: str) -> bool:
    return any(word in mime_type for word in ("html", "json", "xml"))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
