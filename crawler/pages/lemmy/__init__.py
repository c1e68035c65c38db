"""Lemmy and PieFed: communities and users of any server, by its HTTP interface.

Fact sheet
- Sources: join-lemmy.org/api (PostView, Post, PostAggregates, CommunityView, PersonView), the servers' own answers.
  No key is needed, unless an admin made the server private; robots.txt and terms are each server's own.
- A community: ``/api/v3/community?name=`` → ``/api/v3/post/list?community_name=…&sort=New``, paged by ``page_cursor``
  (the answer's ``next_page``, since 0.19), before by ``page``. A user: ``/api/v3/user?username=…&sort=New&page=``
  holds profile, posts and comments at once. A post: ``/api/v3/post?id=``.
- Where the numbers are: ``counts`` beside ``post`` to 0.19, in ``post`` itself since 1.0 (API v4, where lists are
  ``items`` and times end in ``_at``). Servers of 1.0 still answer v3 for a post, but not for communities and users:
  who gets no such words there (404 without a body) asks ``/api/v4/community`` and ``/api/v4/post/list``, or
  ``/api/v4/person`` and ``/api/v4/person/content``, which know cursors only; its questions were called otherwise in the
  end (``community_name_or_id``), so they are asked by both names, and a list of other communities' posts is none.
- PieFed answers in the same words below ``/api/alpha`` alone (404 without words elsewhere), but for a post's ``title``,
  a user's ``user_name``, ``sticky``, ``total_subscriptions_count``, and ``tags`` as a text with commas between. Its
  post says what it is (``post_type``); of a user it lists posts by ``person_id``. An error is
  ``{"code": 400, "message", "status"}``.
- Who commented: ``/api/v3/comment/list?post_id=``, three hundred at once when a depth is asked for, by ``path``
  (``0.12.15`` answers comment 12). A user's own answers are known by name, a community's by ``creator_is_moderator``
  (since 0.19; a member's answer is nobody's word but theirs) or ``distinguished``; where a server says neither, nothing
  is counted.
- Public: upvotes, downvotes, score (the difference), comments. Some servers hide downvotes. No views, no shares.
- Times without a zone (before 0.19) are UTC.
- An id means something on the asked server only; ``ap_id`` is the post on its author's home server. A server also
  shows communities of others, with its own copy of their counts (flag ``remote_copy``); the home server is asked.
- ActivityPub ``Page`` objects (``application/activity+json``) hold no counts, and are named by their address.

Rules
- Likes are upvotes; downvotes are neither likes nor ours to subtract.
- A community's posts stand on ``c/name@host``, a user's on ``u/name@host``; the author is ``name@host``. A user's
  comments, which come in the same answer, are left out: they run to other dates than the posts do.
- ``featured_community`` or ``featured_local`` (``stickied`` before 0.17): pinned.
- ``removed`` (by a moderator) or ``deleted`` (by its author): an absence, not a post.
- What a post links to decides its format: a picture's or a film's address (by its type where the server says it, else
  by its ending) or a known video site; several pictures cannot be. Without a link it is text, pictures in it included.
- "cross-posted from: …" before everything else, which Lemmy's own page writes, makes a post a quote of that one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode

from crawler.items import NextRequest, RequestKind
from crawler.pages.base import AccountRef, PlatformPage
from crawler.pages.lemmy.comments import CommentsPage, comments_request
from crawler.pages.lemmy.page_object import PageObject
from crawler.pages.lemmy.pages import PAGE_SIZE, CommunityPage, PostPage, PostsPage, UserPage
from crawler.pages.open_page import name_of, server_of

PAGES: tuple[type[PlatformPage], ...] = (CommentsPage, CommunityPage, UserPage, PostsPage, PostPage, PageObject)

_ID = re.compile(r"[0-9]{1,18}")


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """The community, which leads to its posts; of a user profile and first posts at once."""
    kind, _, name = name_of(ref).partition("/")
    base = _interface(ref, base_urls)
    if kind == "u":
        query = urlencode({"username": name, "sort": "New", "limit": PAGE_SIZE, "page": 1})
        return (NextRequest(url=f"{base}/user?{query}", kind=RequestKind.PROFILE),)
    return (NextRequest(url=f"{base}/community?name={quote(name, safe='')}", kind=RequestKind.PROFILE),)


def post_requests(
    ref: AccountRef, posts: Sequence[tuple[str, str | None]], base_urls: Mapping[str, str]
) -> tuple[NextRequest, ...]:
    """Each post by itself."""
    base = _interface(ref, base_urls)
    return tuple(
        NextRequest(url=f"{base}/post?id={native_id}", kind=RequestKind.POST, native_id=native_id)
        for native_id, _ in posts
        if _ID.fullmatch(native_id)
    )


def reply_requests(ref: AccountRef, posts: Sequence[str], base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """The comments under each of these posts."""
    base = _interface(ref, base_urls)
    return tuple(comments_request(base, native_id) for native_id in posts if _ID.fullmatch(native_id))


def _interface(ref: AccountRef, base_urls: Mapping[str, str]) -> str:
    """The one that every version of Lemmy answers, or PieFed's."""
    return f"{server_of(ref, base_urls)}/api/{'alpha' if ref.software == 'piefed' else 'v3'}"
