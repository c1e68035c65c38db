"""One answer of a site's interface, saved as a file by itself: JSON that says nowhere which address it came from.

What it is, is told by its content alone: of the networks with one address for all, exactly one page class accepts it
wherever it comes from. Answers of self-hosted networks and of sites do not say whose they are; for them the user does.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from crawler.pages import page_classes
from crawler.pages.base import PlatformPage
from crawler.platforms import FACTS
from crawler.reading.captured import MAX_BODY, NOWHERE, Captured, CaptureError

HEAD_BYTES = 4_096
"""As much as the router shows to classes: deep inside an answer another network's may be embedded."""


def read_lone_answer(path: Path, saved_at: datetime, url: str | None) -> Captured:
    """The file as the response it once was; ``url`` is where it came from, as far as the user said so.

    Raises OSError, and :class:`CaptureError` when nobody knows what it is.
    """
    if path.stat().st_size > MAX_BODY:
        raise CaptureError(f"is JSON of more than {MAX_BODY // 1024 // 1024} MiB and no recording")
    body = path.read_bytes().lstrip(b"\xef\xbb\xbf \t\r\n")
    answer = Captured(
        where="", url=url or NOWHERE, headers=(("content-type", "application/json"),), body=body, fetched_at=saved_at,
        is_dated=False,
    )  # fmt: skip
    if url is None and page_by_content(answer) is None:
        if not body.startswith((b"{", b"[")):
            raise CaptureError(
                "is a script, and holds no answer of a network; save the page or the whole session as HAR"
            )
        if not (_is_json(body) or _is_json(body.partition(b"\n")[0])):
            raise CaptureError("is broken JSON; copy or download it again")
        raise CaptureError(
            "is JSON, but no HAR recording (it has no list of entries in a log), no Zeeschuimer capture, and no answer"
            " that tells by itself where it is from; say it with --url https://…, or save the whole session as HAR"
        )
    return answer


def _is_json(text: bytes) -> bool:
    try:
        msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def page_by_content(answer: Captured) -> type[PlatformPage] | None:
    """The one class that accepts such content from anywhere, ``None`` when there is none, or several."""
    head = answer.body[:HEAD_BYTES]
    found = [
        page
        for page in page_classes()
        if FACTS[page.platform].has_one_address and page.accepts(NOWHERE, answer.status, answer.content_type, head)
    ]
    return found[0] if len(found) == 1 else None
