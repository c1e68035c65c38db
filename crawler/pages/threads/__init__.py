"""Threads: the official profile discovery, and public pages as browsers keep them.

Fact sheet
- With a token (permission ``ACCESS``): ``{api}/profile_lookup?username=`` and ``/profile_posts?username=``, paged
  by cursors. Only accounts of 100 followers and more are shown. developers.facebook.com/docs/threads/profile-discovery
  Its counts are the account's totals of the last seven days; a post's own are read where the answer has them.
- Without one: robots.txt forbids everything to unnamed crawlers. Pages that the user saved carry ``thread_items`` in
  JSON blocks: likes, replies, reposts, quotes; views are not given to signed-out readers. A post's frame for other
  sites (``/embed``) is drawn: likes, replies, reposts.

Rules
- A post is named by the decimal id that its code spells (``pk``), however it came, and dated by ``taken_at``.
- A page carries suggested posts, and replies of other people: only posts of the account it is about are taken; nothing
  of anybody else is kept. A reply of the account is a reply, to itself too.
- ``like_and_view_counts_disabled``: likes are hidden. ``reshare_count`` (shares out of the app) is not added to
  reposts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from crawler.items import NextRequest, Outcome, Platform, PostList, RequestKind
from crawler.pages.base import AccountRef, Capture, PageProblem, PlatformPage
from crawler.pages.threads.discovery import LookupPage, PostsPage, base_url
from crawler.pages.threads.embed import EmbedPage
from crawler.pages.threads.items import SITE, ThreadReader, is_post
from crawler.pages.threads.pages import AnswerPage, PostPage, ProfilePage
from crawler.reading.jsonvalue import mapping
from crawler.reading.relay import objects
from crawler.reading.snowflakes import instagram_code

PAGES: tuple[type[PlatformPage], ...] = (LookupPage, PostsPage, AnswerPage, EmbedPage, PostPage, ProfilePage)


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """Profile discovery for whoever holds a token, else the public profile page."""
    if ref.access is None:
        return (NextRequest(url=f"{_site(base_urls)}/@{ref.handle}", kind=RequestKind.PROFILE),)
    query = urlencode({"username": ref.handle})
    return (NextRequest(url=f"{base_url(base_urls)}/profile_lookup?{query}", kind=RequestKind.PROFILE),)


def post_requests(
    ref: AccountRef, posts: Sequence[tuple[str, str | None]], base_urls: Mapping[str, str]
) -> tuple[NextRequest, ...]:
    """The public page of each post; with a token none, because discovery shows no single post of others."""
    if ref.access is not None:
        return ()
    codes = [(native_id, instagram_code(native_id)) for native_id, _ in posts]
    return tuple(
        NextRequest(url=f"{_site(base_urls)}/@{ref.handle}/post/{code}", kind=RequestKind.POST, native_id=native_id)
        for native_id, code in codes
        if code
    )


def read_captured(data: object, capture: Capture) -> PostList:
    """A post object of the site's own interfaces, or a ``thread_items`` entry that holds one.

    An advertisement gives no post and is counted in ``skipped``.
    """
    found = next((one for one in objects(data) if is_post(one)), None)
    if found is None:
        raise PageProblem(Outcome.LAYOUT_CHANGED, "This is no post of Threads in a shape that we know.")
    reader = ThreadReader(capture, owner=None)
    reader.add(found, mapping(data))
    return reader.result()


def _site(base_urls: Mapping[str, str]) -> str:
    return base_urls.get(f"{Platform.THREADS}.site", SITE).rstrip("/")
