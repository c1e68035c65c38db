"""Bluesky: the public AppView's XRPC answers, and bsky.app's pages as its server sends them.

Fact sheet
- Sources: the lexicons ``app.bsky.*`` (github.com/bluesky-social/atproto) and docs.bsky.app. No key. The AppView's
  address is a setting; only its default is named here.
- An account: ``app.bsky.actor.getProfile`` → DID → ``app.bsky.feed.getAuthorFeed`` (100 a page, paged by ``cursor``).
  Known posts: ``app.bsky.feed.getPosts``, 25 at once; what is left out of the answer is gone. What was answered to a
  post: ``app.bsky.feed.getPostThread``, as deep as ``depth`` says; blocked and deleted answers are stubs or left out.
- Public counts: likes, reposts, replies; quotes since 2024-08, bookmarks since 2025-09 (older answers lack them).
  No views.
- bsky.app's post and profile pages carry JSON-LD (with raw line ends in strings, and escaped twice). Its ShareAction
  counts reposts and quotes together (flag ``shares_include_quotes``).

Rules
- A post is named by its ``at://`` URI with the DID; an account by its handle, which may change while the DID stays.
- ``reason`` reasonRepost: a repost, named ``<uri>#repost:<DID of who reposted>`` and dated by ``reason.indexedAt``,
  with the original's author, text and counts; a repost of the account's own post is that own post. reasonPin: the
  post is pinned, not new.
- ``record.reply``: a reply, also when it goes on with the account's own thread or quotes as well. A post embedded: a
  quote. A post answered or quoted only by its URI is linked by DID.
- ``createdAt`` is set by the author's program. It counts unless it is unreadable, later than ``indexedAt`` (when the
  AppView saw it), or before Bluesky's first posts (November 2022): then ``indexedAt`` is the date; where the two are
  more than ``CLOCK_SKEW`` apart, ``published_text`` keeps the claim and the page is flagged ``date_from_index``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from crawler.items import NextRequest, RequestKind
from crawler.pages.base import AccountRef, PlatformPage
from crawler.pages.bluesky.addresses import POST_URI, api_base
from crawler.pages.bluesky.api import FeedPage, PostsPage, ProfilePage
from crawler.pages.bluesky.pages import WebPostPage, WebProfilePage

PAGES: tuple[type[PlatformPage], ...] = (ProfilePage, FeedPage, PostsPage, WebPostPage, WebProfilePage)
POSTS_AT_ONCE = 25
THREAD_DEPTH = 6


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """The profile, by DID when it is known (a renamed account keeps it), else by handle."""
    query = urlencode({"actor": ref.native_account_id or ref.handle})
    url = f"{api_base(base_urls)}/xrpc/app.bsky.actor.getProfile?{query}"
    return (NextRequest(url=url, kind=RequestKind.PROFILE),)


def post_requests(
    ref: AccountRef,  # noqa: ARG001 — the same for every platform
    posts: Sequence[tuple[str, str | None]],
    base_urls: Mapping[str, str],
) -> tuple[NextRequest, ...]:
    """One request for each ``POSTS_AT_ONCE`` posts. Reposts have no page of their own and are left out."""
    uris = [native_id for native_id, _ in posts if POST_URI.fullmatch(native_id)]
    batches = [uris[start : start + POSTS_AT_ONCE] for start in range(0, len(uris), POSTS_AT_ONCE)]
    return tuple(
        NextRequest(
            url=f"{api_base(base_urls)}/xrpc/app.bsky.feed.getPosts?{urlencode([('uris', uri) for uri in batch])}",
            kind=RequestKind.POST,
            native_id=batch[0] if len(batch) == 1 else None,
        )
        for batch in batches
    )


def reply_requests(
    ref: AccountRef,  # noqa: ARG001 — the same for every platform
    posts: Sequence[str],
    base_urls: Mapping[str, str],
) -> tuple[NextRequest, ...]:
    """The thread below each of these posts."""
    return tuple(
        NextRequest(
            url=f"{api_base(base_urls)}/xrpc/app.bsky.feed.getPostThread?"
            + urlencode({"uri": uri, "depth": THREAD_DEPTH, "parentHeight": 0}),
            kind=RequestKind.REPLIES,
            native_id=uri,
        )
        for uri in posts
        if POST_URI.fullmatch(uri)
    )
