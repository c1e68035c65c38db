"""Tumblr: blogs by the interface that needs no key; and the answers, feeds and pages that users bring.

Fact sheet
- ``https://BLOG.tumblr.com/api/read/json?num=50&start=N`` (version 1 of the interface, tumblr.com/docs/en/api/v1)
  answers anybody, newest first: JSON behind ``var tumblr_api_read =``, or behind the ``callback`` that was asked for,
  or bare with ``debug=1``. One post: ``?id=ID``. ``posts-total`` counts what the query selects.
- Version 2 (``/v2/blog/NAME/posts``) wants a key. Its answers, in the old form (``type``) and in the new (``content``
  blocks), are read where a user brings them; so is the state (``___INITIAL_STATE___``) of today's own pages, which
  spells the same names in camelCase.
- ``/rss`` and the pages of blogs are read where a user brings them: texts and dates, no counts. A page states its post
  as JSON-LD (``SocialMediaPosting``), whose ``articleBody`` is only its beginning; notes are shown as a theme likes.
- Public counts: notes (``note-count``, in newer answers): likes, reblogs and replies in one number, shared by a post
  and all its reblogs; plays of sound. Not public: followers, views.
- ``date`` is the blog's wall clock without zone; ``unix-timestamp`` and ``date-gmt`` are exact.

Rules
- A post is named by its number, on custom domains too. Its address is the one without words: these may change.
  ``like_count`` is the notes.
- A blog on a domain of its own is asked there, when the list says ``platform = "tumblr"``.
- A reblog is a repost, named by its own number and dated by itself, with the root's author and address, by whomever
  it came.
- A post with a title is a text, whatever pictures stand in it; one without is what is in it.
- A crawl that is sent to the sign-in, a warning or a consent page instead of the blog says which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlsplit

from crawler.items import NextRequest, Platform, RequestKind
from crawler.pages.base import AccountRef, PlatformPage
from crawler.pages.tumblr.api import ApiPage
from crawler.pages.tumblr.pages import FeedPage, PostPage
from crawler.pages.tumblr.posts import POST_ID
from crawler.pages.tumblr.read_api import ReadPage

PAGES: tuple[type[PlatformPage], ...] = (ReadPage, ApiPage, FeedPage, PostPage)

PAGE_SIZE = 50
"""The most that a request may ask for."""


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """The newest posts; the answer also says whose blog it is."""
    url = f"{_base(ref, base_urls)}/api/read/json?num={PAGE_SIZE}&start=0"
    return (NextRequest(url=url, kind=RequestKind.LISTING),)


def post_requests(
    ref: AccountRef, posts: Sequence[tuple[str, str | None]], base_urls: Mapping[str, str]
) -> tuple[NextRequest, ...]:
    """One request a post."""
    base = _base(ref, base_urls)
    return tuple(
        NextRequest(url=f"{base}/api/read/json?id={native_id}", kind=RequestKind.POST, native_id=native_id)
        for native_id, _ in posts
        if POST_ID.fullmatch(native_id)
    )


def _base(ref: AccountRef, base_urls: Mapping[str, str]) -> str:
    """A handle with a dot is the domain of a blog that has one of its own."""
    host = urlsplit(ref.url).netloc if "." in ref.handle else f"{quote(ref.handle, safe='')}.tumblr.com"
    return base_urls.get(Platform.TUMBLR, f"https://{host}").rstrip("/")
