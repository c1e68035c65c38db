"""A user, with counts; it leads to the notes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from crawler.items import MissingReason, Outcome, Platform, PostList, Profile
from crawler.pages.base import PageProblem
from crawler.pages.misskey.answers import MisskeyPage, handle_of, site_of
from crawler.pages.misskey.questions import notes_request
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, link, mapping, sequence, string
from crawler.reading.mfm import read_mfm
from crawler.reading.stated import columns
from crawler.reading.urls import path_of

_USER = re.compile(r"/api/users/show/?")
_OF_USER = re.compile(rb'"(?:notesCount|pinnedNoteIds|ffVisibility|followersVisibility)"')


class AccountPage(MisskeyPage):
    """A user with counts; leads to the notes."""

    examples: ClassVar[tuple[str, ...]] = ("https://misskey.io/api/users/show", "http://127.0.0.1:3000/api/users/show")

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        if _USER.fullmatch(path_of(url)):
            return True
        return head.lstrip().startswith(b"{") and b'"username"' in head and _OF_USER.search(head) is not None

    def read(self) -> PostList:
        user = mapping(self.answer())
        native_id = identifier(user.get("id"))
        if native_id is None or not string(user.get("username")):
            raise self.changed("the answer holds no account")
        if user.get("isSuspended") is True or user.get("isDeleted") is True:
            raise PageProblem(Outcome.GONE, f"{self.asked_for} is suspended by its server, or deleted.")
        flags = (
            *(["remote_copy"] if string(user.get("host")) else []),
            *(["account_moved"] if user.get("movedTo") or user.get("movedToUri") else []),
        )
        return PostList(
            profile=_profile(user, self.host, site_of(self.url), self.capture.fetched_at),
            next_requests=(notes_request(self.url, native_id),),
            flags=flags,
            moved_to=link(user.get("movedTo")) or link(user.get("movedToUri")),
        )


def _profile(user: Mapping[str, Any], asked: str, site: str | None, fetched_at: datetime) -> Profile:
    hidden = {
        "follower_count": user.get("followersVisibility", user.get("ffVisibility", "public")) != "public",
        "following_count": user.get("followingVisibility", user.get("ffVisibility", "public")) != "public",
    }
    keys = {"follower_count": "followersCount", "following_count": "followingCount", "post_count": "notesCount"}
    found = columns({column: None if hidden.get(column) else user.get(key) for column, key in keys.items()})
    found["missing"] |= {column: MissingReason.HIDDEN for column, is_hidden in hidden.items() if is_hidden}
    if "pinnedNoteIds" not in user:
        found["missing"]["pinned_native_id"] = MissingReason.NOT_OBSERVED
    bio, links = read_mfm(string(user.get("description")) or "")
    fields = [string(mapping(one).get("value")) or "" for one in sequence(user.get("fields"))[:100]]
    of_fields = [each for one in fields for each in read_mfm(one)[1]]
    created = read_date(user.get("createdAt"), latest=fetched_at)
    name = (string(user.get("username")) or "").strip()
    return Profile(
        platform=Platform.MISSKEY,
        host=asked,
        native_account_id=identifier(user.get("id")),
        handle=handle_of(user, asked),
        url=link(user.get("url")) or link(user.get("uri")) or (link(f"{site}/@{name}") if site else None),
        name=string(user.get("name")) or name,
        bio=bio,
        links=tuple(dict.fromkeys((*links, *of_fields))),
        avatar_url=link(user.get("avatarUrl")),
        banner_url=link(user.get("bannerUrl")),
        pinned_native_id=identifier(next(iter(sequence(user.get("pinnedNoteIds"))), None)),
        is_verified=bool(sequence(user.get("verifiedLinks"))) if "verifiedLinks" in user else None,
        category="bot" if user.get("isBot") is True else None,
        created_at=created.at if created else None,
        **found,
    )
