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

from collections.abc import Mapping, Sequence

from attrs import evolve

from crawler.items import NextRequest, RequestKind, Thread
from crawler.pages.base import AccountRef, PlatformPage
from crawler.pages.misskey.accounts import AccountPage
from crawler.pages.misskey.notes import NotesPage
from crawler.pages.misskey.questions import ID, question, replies_request
from crawler.pages.misskey.replies import RepliesPage
from crawler.pages.open_page import name_of, server_of

PAGES: tuple[type[PlatformPage], ...] = (RepliesPage, AccountPage, NotesPage)


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """The account by its id when it is known, else by its name."""
    asked = {"userId": ref.native_account_id} if ref.native_account_id else {"username": name_of(ref)}
    return (question(server_of(ref, base_urls), "users/show", asked, kind=RequestKind.PROFILE),)


def post_requests(
    ref: AccountRef, posts: Sequence[tuple[str, str | None]], base_urls: Mapping[str, str]
) -> tuple[NextRequest, ...]:
    """Each note by itself."""
    base = server_of(ref, base_urls)
    return tuple(
        question(base, "notes/show", {"noteId": native_id}, kind=RequestKind.POST, native_id=native_id)
        for native_id, _ in posts
        if ID.fullmatch(native_id)
    )


def reply_requests(ref: AccountRef, posts: Sequence[str], base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """What was answered to each of these notes."""
    base = server_of(ref, base_urls)
    return tuple(
        evolve(replies_request(base, native_id), native_id=native_id, thread=Thread(native_id=native_id))
        for native_id in posts
        if ID.fullmatch(native_id)
    )
