"""Misskey and its forks (Sharkey, Firefish, Iceshrimp, CherryPick, …), by the API that they share.

Fact sheet
- Sources: misskey-hub.net/docs/for-developers/api (``users/show``, ``users/notes``, ``notes/show``; entities
  UserDetailed, Note, DriveFile), the forks' own documents where they differ. Every question is a POST with a JSON body;
  no key is needed for public notes, unless the server's admin or the user (``isHidden``) wants a sign-in. robots.txt
  and terms are each server's own.
- An account: ``users/show {username}`` → ``users/notes {userId, limit}``, newest first, paged by ``untilId``; the list
  ends with an empty answer, as a server may leave notes out of a page. A note: ``notes/show {noteId}``.
- Who answered: ``notes/replies {noteId}``, those right below; what stands below them is asked for where a reply says
  that it was answered (``repliesCount``).
- Public counts: reactions by kind (``reactions``; ``reactionCount`` on newer servers is their sum), renotes, replies.
  ``renoteCount`` holds quotes too, which nobody counts apart. No views; who kept a note is private.
- Followers may be hidden (``followersVisibility``, before 2023.12 ``ffVisibility``): the number stated then is none.
- Ids mean something on the asked server only. Notes of other servers are copies with what this one saw of their counts
  (``user.host`` set, flag ``remote_copy``).
- Forks: Firefish and Sharkey have edits (``updatedAt``) and languages (``lang``), Sharkey writes a like as ``❤``;
  before 2023.10 (and in Firefish, Iceshrimp) replies are left out by ``includeReplies``, since then by ``withReplies``.
  Notes in a channel are as public as others; servers since 2023.10 leave them out unless asked ``withChannelNotes``.
- An error is ``{"error": {"message", "code", "id"}}``, mostly with status 400.

Rules
- Likes are all reactions together, whatever they express; ``reactionAcceptance`` (likes only, nothing sensitive) limits
  what may be chosen and changes no count.
- A renote without words, files or poll of its own is a repost: keyed by its own id and date, with the original's
  author, text and counts. One of the account's own note is that note. With them it is a quote. What answers a note is a
  reply; lists are asked for without them.
- ``public`` and ``home`` are public; ``followers``, ``specified`` and hidden notes are not.
- A content warning (``cw``) is part of the text, before it. Text is MFM, made plain.
- Hashtags are those of ``tags``, spelled as there (folded to lower case); where none are stated, those of the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

from attrs import evolve

from crawler.items import (
    Comment,
    Format,
    Media,
    Metrics,
    MissingReason,
    NextRequest,
    Outcome,
    Platform,
    Post,
    PostList,
    Profile,
    RequestKind,
    Role,
    Thread,
)
from crawler.pages.base import AccountRef, PageProblem, PlatformPage
from crawler.pages.open_page import WordedPage, name_of, published_fields, server_of
from crawler.reading import hashtags
from crawler.reading.answered import following
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, link, mapping, positive, sequence, string
from crawler.reading.mfm import read_mfm
from crawler.reading.stated import columns
from crawler.reading.urls import path_of

PAGE_SIZE = 100
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_USER = re.compile(r"/api/users/show/?")
_REPLIES = re.compile(r"/api/notes/replies/?")
_NOTES = re.compile(r"/api/(?:users/notes|notes/show)/?")
_OF_USER = re.compile(rb'"(?:notesCount|pinnedNoteIds|ffVisibility|followersVisibility)"')
_OF_NOTE = re.compile(rb'"(?:renoteCount|reactionAcceptance|repliesCount)"')
_MENTION = re.compile(
    r"(?<![\w@./])@([A-Za-z0-9_][\w.-]{0,100}?(?:@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5})?)(?![\w@])"
)
_PUBLIC = frozenset({None, "public", "home"})
_KINDS = {"image": Format.IMAGE, "video": Format.VIDEO, "audio": Format.AUDIO}
_MOST_NOTES, _MOST_KINDS, _MOST_FILES = 1_000, 2_000, 100


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """The account by its id when it is known, else by its name."""
    asked = {"userId": ref.native_account_id} if ref.native_account_id else {"username": name_of(ref)}
    return (_question(server_of(ref, base_urls), "users/show", asked, kind=RequestKind.PROFILE),)


def post_requests(
    ref: AccountRef, posts: Sequence[tuple[str, str | None]], base_urls: Mapping[str, str]
) -> tuple[NextRequest, ...]:
    """Each note by itself."""
    base = server_of(ref, base_urls)
    return tuple(
        _question(base, "notes/show", {"noteId": native_id}, kind=RequestKind.POST, native_id=native_id)
        for native_id, _ in posts
        if _ID.fullmatch(native_id)
    )


def reply_requests(ref: AccountRef, posts: Sequence[str], base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """What was answered to each of these notes."""
    base = server_of(ref, base_urls)
    return tuple(
        evolve(_replies_request(base, native_id), native_id=native_id, thread=Thread(native_id=native_id))
        for native_id in posts
        if _ID.fullmatch(native_id)
    )


def _replies_request(base: str, note_id: str, until: str | None = None) -> NextRequest:
    asked = {"noteId": note_id, "limit": PAGE_SIZE} | ({"untilId": until} if until else {})
    return _question(base, "notes/replies", asked, kind=RequestKind.REPLIES)


def _question(base: str, endpoint: str, asked: Mapping[str, object], **more: Any) -> NextRequest:
    return NextRequest(
        url=f"{base}/api/{endpoint}",
        method="POST",
        headers={"Content-Type": "application/json"},
        body=json.dumps(asked, separators=(",", ":")).encode(),
        **more,
    )


def _notes_request(url: str, user_id: str, until: str | None = None) -> NextRequest:
    """Notes and renotes, in channels too, without replies (said in the words of older and newer servers)."""
    asked = {"userId": user_id, "limit": PAGE_SIZE, "withReplies": False, "includeReplies": False}
    asked |= {"withChannelNotes": True}
    parts = urlsplit(url)
    more = {"untilId": until} if until else {}
    return _question(f"{parts.scheme}://{parts.netloc}", "users/notes", asked | more, kind=RequestKind.LISTING)


class _ApiPage(WordedPage):
    platform = Platform.MISSKEY
    network = "Misskey"

    def error_in(self, said: Any) -> str | None:
        """``{"error": {"message": "No such user.", "code": "NO_SUCH_USER"}}``."""
        error = mapping(said).get("error")
        if error is None or "id" in mapping(said):
            return None
        about = mapping(error)
        return string(about.get("message")) or string(about.get("code")) or string(error) or ""


class AccountPage(_ApiPage):
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
            profile=_profile(user, self.host, _site(self.url), self.capture.fetched_at),
            next_requests=(_notes_request(self.url, native_id),),
            flags=flags,
            moved_to=link(user.get("movedTo")) or link(user.get("movedToUri")),
        )


class NotesPage(_ApiPage):
    """A list of notes, or one note by itself."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://misskey.io/api/users/notes",
        "http://127.0.0.1:3000/api/notes/show",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        if _NOTES.fullmatch(path_of(url)):
            return True
        is_json = head.lstrip()[:1] in (b"[", b"{")
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
        return (_notes_request(self.url, user_id, until),)


class RepliesPage(_ApiPage):
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
            _replies_request(base, native_id)
            for note in notes
            if (native_id := identifier(note.get("id")))
            and (count := read_count(note.get("repliesCount")))
            and count.value
        ]
        if len(said) >= PAGE_SIZE and (last := identifier(notes[-1].get("id"))):
            below.append(_replies_request(base, identifier(notes[-1].get("replyId")) or "", last))
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


class _NoteReader:
    """Notes of one answer into posts, each id once."""

    def __init__(self, page: _ApiPage) -> None:
        self.is_understood = False
        self._host = page.host
        self._site = _site(str(page.response.url))
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
        elif _handle(mapping(inner.get("user")), self._host) == _handle(user, self._host):
            self._keep(self._own(inner, identifier(inner.get("id")) or native_id))
        else:
            self._keep(self._repost(note, native_id, inner))

    def _skip(self, why: str) -> None:
        self._skipped[why] = self._skipped.get(why, 0) + 1

    def _keep(self, post: Post) -> None:
        self._posts.setdefault(post.native_id, post)

    def _own(self, note: Mapping[str, Any], native_id: str) -> Post:
        handle = _handle(mapping(note.get("user")), self._host)
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
            account=_handle(mapping(note.get("user")), self._host),
            author=_handle(mapping(inner.get("user")), self._host),
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
        if stated or native_id is None or not _ID.fullmatch(native_id) or self._site is None:
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


def _handle(user: Mapping[str, Any], asked: str) -> str:
    """``name@host``: a user without host belongs to the server that was asked."""
    host = (string(user.get("host")) or "").strip().lower() or asked
    return f"{(string(user.get('username')) or '').strip()}@{host}"


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
        handle=_handle(user, asked),
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


def _site(url: str) -> str | None:
    """The server's address, where it is the API that was asked, and no copy of its answer."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.path.startswith("/api/") else None


PAGES: tuple[type[PlatformPage], ...] = (RepliesPage, AccountPage, NotesPage)
