"""What a server is asked: every question is a POST with a JSON body."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from crawler.items import NextRequest, RequestKind

PAGE_SIZE = 100
ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


def question(base: str, endpoint: str, asked: Mapping[str, object], **more: Any) -> NextRequest:
    """Ask ``endpoint`` (``users/show``) of the server at ``base``."""
    return NextRequest(
        url=f"{base}/api/{endpoint}",
        method="POST",
        headers={"Content-Type": "application/json"},
        body=json.dumps(asked, separators=(",", ":")).encode(),
        **more,
    )


def notes_request(url: str, user_id: str, until: str | None = None) -> NextRequest:
    """Notes and renotes, in channels too, without replies (said in the words of older and newer servers)."""
    asked: dict[str, object] = {"userId": user_id, "limit": PAGE_SIZE}
    asked |= {"withReplies": False, "includeReplies": False, "withChannelNotes": True}
    parts = urlsplit(url)
    more = {"untilId": until} if until else {}
    return question(f"{parts.scheme}://{parts.netloc}", "users/notes", asked | more, kind=RequestKind.LISTING)


def replies_request(base: str, note_id: str, until: str | None = None) -> NextRequest:
    """What was answered to a note, right below it."""
    asked = {"noteId": note_id, "limit": PAGE_SIZE} | ({"untilId": until} if until else {})
    return question(base, "notes/replies", asked, kind=RequestKind.REPLIES)
