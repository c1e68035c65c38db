"""What was answered to a note, and whom the account answered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import evolve

from crawler.items import Comment, PostList
from crawler.pages.misskey.answers import MisskeyPage
from crawler.pages.misskey.questions import PAGE_SIZE, replies_request
from crawler.pages.open_page import name_of
from crawler.reading.answered import following
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, mapping, string
from crawler.reading.urls import path_of

_REPLIES = re.compile(r"/api/notes/replies/?")
_MOST_NOTES = 1_000


class RepliesPage(MisskeyPage):
    """What was answered to one note, right below it: how many, and how many of them the account answered."""

    examples: ClassVar[tuple[str, ...]] = ("https://misskey.io/api/notes/replies",)

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — the path is enough
        return bool(_REPLIES.fullmatch(path_of(url)))

    @property
    def asked_for(self) -> str:
        return f"What was answered to a note on {self.host}"

    def read(self) -> PostList:
        said, thread = self.answer(), self.capture.thread
        if not isinstance(said, list):
            raise self.changed("the answer holds no notes")
        notes = [note for each in said[:_MOST_NOTES] if identifier((note := mapping(each)).get("replyId"))]
        if said and not notes:
            raise self.changed("the list holds no replies")
        if thread is None or self.ref is None:
            return PostList()
        comments = [each for note in notes if (each := self._comment(note)) is not None]
        base = self.url.removesuffix(self.path)
        below = [
            replies_request(base, native_id)
            for note in notes
            if (native_id := identifier(note.get("id")))
            and (count := read_count(note.get("repliesCount")))
            and count.value
        ]
        if len(said) >= PAGE_SIZE and (last := identifier(notes[-1].get("id"))):
            below.append(replies_request(base, identifier(notes[-1].get("replyId")) or "", last))
        more = evolve(thread, comments=(*thread.comments, *comments), waiting=(*thread.waiting, *below))
        return following(more, platform=self.platform, host=self.host)

    def _comment(self, note: Mapping[str, Any]) -> Comment | None:
        native_id, user, ref = identifier(note.get("id")), mapping(note.get("user")), self.ref
        if native_id is None or ref is None:
            return None
        moment = read_date(note.get("createdAt"), latest=self.capture.fetched_at)
        is_of_here = not string(user.get("host")) and string(user.get("username"))
        is_named = bool(is_of_here) and str(is_of_here).casefold() == name_of(ref).casefold()
        return Comment(
            native_id=native_id,
            answers=identifier(note.get("replyId")),
            is_by_account=is_named or identifier(note.get("userId")) == (ref.native_account_id or ""),
            at=moment.at if moment else None,
        )
