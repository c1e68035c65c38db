"""Notes: a list of them, or one by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from crawler.items import Format, Media, Metrics, NextRequest, Platform, Post, PostList, Role
from crawler.pages.misskey.answers import MisskeyPage, handle_of, site_of
from crawler.pages.misskey.questions import ID, notes_request
from crawler.pages.open_page import published_fields
from crawler.reading import hashtags
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, link, mapping, positive, sequence, string
from crawler.reading.mfm import read_mfm
from crawler.reading.stated import columns
from crawler.reading.urls import path_of

_NOTES = re.compile(r"/api/(?:users/notes|notes/show)/?")
_OF_NOTE = re.compile(rb'"(?:renoteCount|reactionAcceptance|repliesCount)"')
_NOTIFICATION = re.compile(rb'[\s\[]*\{[^\[\]{}]{0,1500}"type"\s*:')
"""It holds a note too, and says first what happened to it."""
_MENTION = re.compile(
    r"(?<![\w@./])@([A-Za-z0-9_][\w.-]{0,100}?(?:@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5})?)(?![\w@])"
)
_PUBLIC = frozenset({None, "public", "home"})
_KINDS = {"image": Format.IMAGE, "video": Format.VIDEO, "audio": Format.AUDIO}
_MOST_NOTES, _MOST_KINDS, _MOST_FILES = 1_000, 2_000, 100


class NotesPage(MisskeyPage):
    """A list of notes, or one note by itself."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://misskey.io/api/users/notes",
        "http://127.0.0.1:3000/api/notes/show",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        if _NOTES.fullmatch(path_of(url)):
            return True
        is_json = head.lstrip()[:1] in (b"[", b"{") and _NOTIFICATION.match(head) is None
        return is_json and b'"userId"' in head and b'"user"' in head and _OF_NOTE.search(head) is not None

    @property
    def asked_for(self) -> str:
        return f"A note on {self.host}" if "notes/show" in self.url else super().asked_for

    def read(self) -> PostList:
        said = self.answer()
        notes = said if isinstance(said, list) else [said]
        reader = _NoteReader(self)
        for note in notes[:_MOST_NOTES]:
            reader.add(mapping(note))
        if notes and not reader.is_understood:
            raise self.changed("the answer holds no notes")
        return reader.result(next_requests=self._following(notes) if isinstance(said, list) else ())

    def _following(self, notes: Sequence[Any]) -> tuple[NextRequest, ...]:
        last, ref = mapping(notes[-1]) if notes else {}, self.capture.account
        until = identifier(last.get("id"))
        user_id = (ref.native_account_id if ref is not None else None) or identifier(last.get("userId"))
        if until is None or user_id is None or "users/notes" not in self.path:
            return ()
        return (notes_request(self.url, user_id, until),)


class _NoteReader:
    """Notes of one answer into posts, each id once."""

    def __init__(self, page: MisskeyPage) -> None:
        self.is_understood = False
        self._host = page.host
        self._site = site_of(str(page.response.url))
        self._latest = page.capture.fetched_at
        self._posts: dict[str, Post] = {}
        self._skipped: dict[str, int] = {}
        self._flags: dict[str, None] = {}

    def result(self, **more: Any) -> PostList:
        return PostList(posts=tuple(self._posts.values()), skipped=self._skipped, flags=tuple(self._flags), **more)

    def add(self, note: Mapping[str, Any]) -> None:
        native_id, user = identifier(note.get("id")), mapping(note.get("user"))
        if native_id is None or not string(user.get("username")) or "text" not in note:
            self._skip("unreadable")
            return
        self.is_understood = True
        if string(note.get("visibility")) not in _PUBLIC or note.get("isHidden") is True:
            self._skip("not_public")
            return
        if string(user.get("host")):
            self._flags["remote_copy"] = None
        inner = mapping(note.get("renote"))
        if not _is_renote(note):
            self._keep(self._own(note, native_id))
        elif not inner or not string(mapping(inner.get("user")).get("username")) or inner.get("isHidden") is True:
            self._skip("unavailable_renote")
        elif handle_of(mapping(inner.get("user")), self._host) == handle_of(user, self._host):
            self._keep(self._own(inner, identifier(inner.get("id")) or native_id))
        else:
            self._keep(self._repost(note, native_id, inner))

    def _skip(self, why: str) -> None:
        self._skipped[why] = self._skipped.get(why, 0) + 1

    def _keep(self, post: Post) -> None:
        self._posts.setdefault(post.native_id, post)

    def _own(self, note: Mapping[str, Any], native_id: str) -> Post:
        handle = handle_of(mapping(note.get("user")), self._host)
        answered = identifier(note.get("replyId")) or identifier(mapping(note.get("reply")).get("id"))
        quoted = identifier(note.get("renoteId")) or identifier(mapping(note.get("renote")).get("id"))
        carried = mapping(note.get("reply" if answered else "renote"))
        made = read_date(carried.get("createdAt"), latest=self._latest)
        return Post(
            **self._content(note),
            native_id=native_id,
            account=handle,
            author=handle,
            role=Role.REPLY if answered else Role.QUOTE if quoted else Role.ORIGINAL,
            **self._published(note.get("createdAt")),
            original_native_id=answered or quoted,
            original_url=self._url(carried) if carried else None,
            original_published_at=made.at if made else None,
        )

    def _repost(self, note: Mapping[str, Any], native_id: str, inner: Mapping[str, Any]) -> Post:
        content = self._content(inner)
        made = read_date(inner.get("createdAt"), latest=self._latest)
        return Post(
            **content,
            native_id=native_id,
            account=handle_of(mapping(note.get("user")), self._host),
            author=handle_of(mapping(inner.get("user")), self._host),
            role=Role.REPOST,
            **self._published(note.get("createdAt")),
            original_native_id=identifier(inner.get("id")),
            original_url=content["url"],
            original_published_at=made.at if made else None,
        )

    def _published(self, said: object) -> dict[str, Any]:
        moment = read_date(said, latest=self._latest)
        if moment is None:
            self._flags["implausible_date"] = None
        return published_fields(moment, said)

    def _url(self, note: Mapping[str, Any]) -> str | None:
        """Of a note of another server its own address; of this server's what its web client calls it."""
        stated, native_id = link(note.get("url")) or link(note.get("uri")), identifier(note.get("id"))
        if stated or native_id is None or not ID.fullmatch(native_id) or self._site is None:
            return stated
        return f"{self._site}/notes/{native_id}"

    def _content(self, note: Mapping[str, Any]) -> dict[str, Any]:
        """The fields that a note and the note inside a renote have in common."""
        shown, links = read_mfm(string(note.get("text")) or "")
        warning, _ = read_mfm(string(note.get("cw")) or "")
        text = "\n\n".join(part for part in (warning, shown) if part)
        media = tuple(_medium(mapping(one)) for one in sequence(note.get("files"))[:_MOST_FILES])
        edited = read_date(note.get("updatedAt"), latest=self._latest)
        tags = [string(tag) or "" for tag in sequence(note.get("tags"))] or [tag for _, tag in hashtags.written(text)]
        return {
            "platform": Platform.MISSKEY,
            "host": self._host,
            "url": self._url(note),
            "format": _format(note, media),
            "text": text,
            "language": string(note.get("lang")) or None,
            "edited_at": edited.at if edited else None,
            "is_edited": edited is not None if "updatedAt" in note else None,
            "media": media,
            "hashtags": hashtags.unique(tags),
            "mentions": tuple(
                dict.fromkeys(name if "@" in name else f"{name}@{self._host}" for name in _MENTION.findall(text))
            ),
            "links": links,
            "metrics": _metrics(note),
        }


def _is_renote(note: Mapping[str, Any]) -> bool:
    """Whether it only hands on another note, without anything of its own."""
    is_carrying = identifier(note.get("renoteId")) is not None or bool(mapping(note.get("renote")))
    has_own = any(note.get(key) for key in ("text", "cw", "files", "fileIds", "poll", "replyId"))
    return is_carrying and not has_own


def _format(note: Mapping[str, Any], media: Sequence[Media]) -> Format:
    if mapping(note.get("poll")):
        return Format.POLL
    if len(media) > 1:
        return Format.CAROUSEL
    if media:
        return _KINDS.get(media[0].kind, Format.OTHER)
    return Format.TEXT


def _medium(said: Mapping[str, Any]) -> Media:
    kind = (string(said.get("type")) or "").partition("/")[0].lower()
    size = mapping(said.get("properties"))
    return Media(
        kind=kind if kind in _KINDS else "unknown",
        url=link(said.get("url")) or link(said.get("thumbnailUrl")),
        width=positive(size.get("width")),
        height=positive(size.get("height")),
        alt_text=string(said.get("comment")),
    )


def _metrics(note: Mapping[str, Any]) -> Metrics:
    reactions = {
        name: count.value
        for said, value in list(mapping(note.get("reactions")).items())[:_MOST_KINDS]
        if (name := string(said)) and (count := read_count(value)) is not None
    }
    stated: dict[str, object] = {
        "like_count": sum(reactions.values()),
        "comment_count": note.get("repliesCount"),
        "share_count": note.get("renoteCount"),
    }
    if len(reactions) != len(mapping(note.get("reactions"))) or not isinstance(note.get("reactions"), dict):
        # what cannot be added up is only known where the server did
        stated["like_count"] = note.get("reactionCount", note.get("reactions"))
    elif not reactions and note.get("reactionCount") is not None:
        stated["like_count"] = note.get("reactionCount")
    found = columns(stated, not_public=("view_count", "save_count", "quote_count"))
    return Metrics(**found, reactions=reactions)
