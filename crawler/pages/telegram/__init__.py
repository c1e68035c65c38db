"""Telegram: the public previews of channels (``t.me/s/<channel>``), single posts as widgets, and landing pages.

Fact sheet
- Sources: t.me as its server sends it, read without a login. The address is a setting (``telegram.site``).
- robots.txt answers 404 (no rules); Telegram's terms on content licensing forbid scraping. So the crawl visits
  channels only where the user switched it on (``[platforms.telegram] enabled = true``); saved pages are read in any
  case.
- A channel: its landing page (``/<channel>``: subscribers, exact up to any number) → its preview (``/s/<channel>``,
  20 messages a page, newest page first, paged by ``?before=<id>``). Known posts: ``/<channel>/<id>?embed=1``, one by
  one.
- Public: views (three digits: "18.9M"), reactions by kind (three digits each), dates to the second, "edited".
  Not public: comments (so nobody can say which were answered), forwards, who reacted. Groups, private channels and
  channels that switched their preview off show nothing; ``/s/<channel>`` redirects to the landing page then.

Rules
- A post is named ``<channel>/<number>`` as ``data-post`` writes it. An album is one message: it carries the number,
  the views and the reactions of its first part.
- ``like_count`` is the sum of the reactions; paid stars are no reaction. Where the message shows none at all,
  reactions may be switched off: not observed, not 0. A custom emoji is named by its number.
- A message forwarded from elsewhere is a repost of it: its views are those of the original. One that answers another
  is a reply. What the service says (``service_message``: "Channel created", a pinned post) is no post.
- Every message hides a block "Please open Telegram to view this post": it says nothing. The text of an answered
  message stands inside a link and is not the post's; album captions stand in an element of the same name twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crawler.items import NextRequest, RequestKind
from crawler.pages.base import AccountRef, PlatformPage
from crawler.pages.telegram.addresses import POST_ID, site_in
from crawler.pages.telegram.pages import LandingPage, PostPage, PreviewPage

PAGES: tuple[type[PlatformPage], ...] = (PreviewPage, PostPage, LandingPage)


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """The landing page, which says how many follow, and whether there is a preview."""
    return (NextRequest(url=f"{site_in(base_urls)}/{ref.handle}", kind=RequestKind.PROFILE),)


def post_requests(
    ref: AccountRef,  # noqa: ARG001 — the same for every platform
    posts: Sequence[tuple[str, str | None]],
    base_urls: Mapping[str, str],
) -> tuple[NextRequest, ...]:
    """One request a post, as the widget that other sites embed."""
    return tuple(
        NextRequest(
            url=f"{site_in(base_urls)}/{native_id}?embed=1&mode=tme", kind=RequestKind.POST, native_id=native_id
        )
        for native_id, _ in posts
        if POST_ID.fullmatch(native_id)
    )
