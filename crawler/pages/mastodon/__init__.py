"""Mastodon and every server that speaks its client API: Glitch, Pleroma, Akkoma, GoToSocial, Pixelfed, Sharkey, …

Fact sheet
- Sources: docs.joinmastodon.org (entities Account, Status, MediaAttachment, Poll, PreviewCard, Quote; methods accounts,
  statuses); the servers' own documents where they differ. No key is needed for public posts, unless the server's admin
  closed that (401 or 403 with ``{"error": …}``).
- An account: ``/api/v1/accounts/lookup?acct=`` (Mastodon ≥ 3.4) → id → ``/api/v1/accounts/:id/statuses?limit=40``,
  newest first, paged by ``Link: rel="next"`` (``max_id``). Posts by ``/api/v1/statuses/:id``.
- Public counts: favourites, reblogs, replies; quotes from 4.5 on. Views and bookmarks are never public.
- ids are strings since 2.0 (numbers before), and mean something on the asked server only. ``acct`` carries ``@host``
  for an account of another server; what this server counts for it is only its own copy (flag ``remote_copy``).
- ActivityPub objects (``application/activity+json``) name no counts before Mastodon 4.4, then likes and shares.
- Which software it is: what an account's answer shows, else ``/api/v1/instance`` (or NodeInfo), asked at the first
  visit only. Old Pleroma and its kin lack the lookup and take the name for an id; Pixelfed, GoToSocial and Iceshrimp
  close the client API to who is not signed in. A server without ``Link`` is paged by the last status's id.
- Where the client API is closed or missing: WebFinger → actor → ``outbox`` → its pages by ``next``. GoToSocial, and
  others if they wish, answer only servers that sign what they ask; Pixelfed's outbox names no posts. WordPress,
  Friendica, WriteFreely and others are read by this alone, from a link to the actor.
- What was answered to a status: ``/api/v1/statuses/:id/context``, 60 at most for who is not signed in.
- snac: ids begin with the second of the last change and are known by what follows; all posts come at once, whatever
  page is asked for; single posts and threads are shown to its users only, so a post is looked at by ActivityPub; counts
  of an account that are not shown are written as 0. Its own robots.txt keeps everybody out, unless the server in front
  of it has another.
- Pixelfed writes followers and followed accounts that the user hides as 0, so a 0 there is not known. Friendica writes
  a post's title once more as ``spoiler_text``, where it is no content warning.
- Pinned posts are listed by ``?pinned=true`` only, one more request at each visit. The listing goes by date without
  them, so it is not asked; captured answers of that kind are read as pinned.

Rules
- ``reblog`` set: a repost, keyed by the wrapper's id and dated by it, with the original's author, text and counts. A
  reblog of the account's own post is that own post: of itself, or by whoever boosted it, as snac shows it on the
  account's page from then on (the wrapper has the same id).
- ``in_reply_to_id`` or ``in_reply_to_account_id`` set: a reply, also when it answers the account itself (a thread goes
  on) and when the answered post was deleted (only the latter is set then). A reply that quotes is a reply.
- A content warning is part of the text, before it.
- Emoji reactions (Pleroma, Akkoma, glitch) are no likes: favourites are counted apart. Friendica's dislikes are a
  reaction.
- Friendica's posts may have a title; an article's (WordPress, WriteFreely) summary is no content warning.
- Hashtags are those of ``tags``, spelled as there (many servers fold them to lower case).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from crawler.items import NextRequest, RequestKind
from crawler.pages.base import AccountRef, PlatformPage
from crawler.pages.mastodon.activities import NotePage
from crawler.pages.mastodon.actors import ActorPage, OutboxPage, SentPage, WebFingerPage
from crawler.pages.mastodon.addresses import (
    ID,
    account_request,
    activity_request,
    has_actor_id,
    instance_request,
    is_snac_id,
    lookup_request,
)
from crawler.pages.mastodon.client import AccountPage, InstancePage, SearchPage
from crawler.pages.mastodon.timeline import ContextPage, StatusesPage, StatusPage
from crawler.pages.open_page import server_of
from crawler.reading.jsonvalue import link

PAGES: tuple[type[PlatformPage], ...] = (
    AccountPage,
    SearchPage,
    InstancePage,
    StatusesPage,
    StatusPage,
    ContextPage,
    NotePage,
    ActorPage,
    OutboxPage,
    SentPage,
    WebFingerPage,
)


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """The account by its id when it is known (a renamed account keeps it), else by its name.

    Before the first visit the server is asked what software it is. An account that was read by ActivityPub is looked
    up again all the same: a client API that was closed may be open now.
    """
    base = server_of(ref, base_urls)
    if ref.native_account_id and not has_actor_id(ref):
        return (account_request(ref.native_account_id, base),)
    if ref.software is None and ref.native_account_id is None:
        return instance_request(base), lookup_request(ref, base)
    return (lookup_request(ref, base),)


def post_requests(
    ref: AccountRef, posts: Sequence[tuple[str, str | None]], base_urls: Mapping[str, str]
) -> tuple[NextRequest, ...]:
    """One request a post; the API has no way to ask for several in public."""
    base = server_of(ref, base_urls)
    if has_actor_id(ref):
        return tuple(
            activity_request(address, RequestKind.POST, native_id)
            for native_id, url in posts
            if (address := link(native_id) or link(url))
        )
    return tuple(
        activity_request(url, RequestKind.POST, native_id)
        if is_snac_id(native_id) and url
        else NextRequest(url=f"{base}/api/v1/statuses/{native_id}", kind=RequestKind.POST, native_id=native_id)
        for native_id, url in posts
        if re.fullmatch(ID, native_id)
    )


def reply_requests(ref: AccountRef, posts: Sequence[str], base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """What was answered to each of these posts; nothing where the client API is closed."""
    if has_actor_id(ref):
        return ()
    base = server_of(ref, base_urls)
    return tuple(
        NextRequest(url=f"{base}/api/v1/statuses/{native_id}/context", kind=RequestKind.REPLIES, native_id=native_id)
        for native_id in posts
        if re.fullmatch(ID, native_id) and not is_snac_id(native_id)
    )
