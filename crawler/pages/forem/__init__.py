"""Forem, the software of dev.to: articles of users and organisations.

Fact sheet
- Sources: developers.forem.com/api (articles, users, organizations); answers of 2019 and later. No key is needed for
  what is published.
- An account: ``/api/articles?username=NAME&per_page=30&page=N``, newest first; NAME is a user or an organisation. An
  unknown name is answered with an empty list, so whoever has none is looked up by ``/api/users/by_username?url=NAME``
  and ``/api/organizations/NAME``.
- Public counts: reactions (``public_reactions_count``; until 2020 only ``positive_reactions_count``) and
  ``comments_count``. Views (``page_views_count``) are stated to the author only; shares and bookmarks to nobody.
- Who commented: ``/api/comments?a_id=ID``, whole trees, a page of so many first comments. Whoever wrote the article
  answers for the account, which for an organisation only the article says.
- ``tag_list`` is a list in listings and text in single articles, where ``tags`` is the list.
- Feeds (``/feed/NAME``) hold texts, and neither ids nor counts: they are read where a user brings one, never asked for.

Rules
- An article is named by its number; in a feed, which states none, by its address.
- What was published elsewhere before has ``published_at`` from there; ``crossposted_at`` is when it came here, which is
  what its counts are as old as, and what the site shows as its date.
- A crawl takes an article's text from the listing's description, also when it asks for the article by itself: the same
  article must not look edited because it was asked for in two ways. What a user brings is read whole.
- The author is who wrote it; the account is the organisation when the organisation is watched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from crawler.items import NextRequest, RequestKind
from crawler.pages.base import AccountRef, PlatformPage
from crawler.pages.forem.articles import PAGE_SIZE, ArticlePage, ArticlesPage
from crawler.pages.forem.comments import CommentsPage
from crawler.pages.forem.feed import FeedPage
from crawler.pages.forem.people import OrganizationPage, UserPage
from crawler.pages.open_page import server_of

PAGES: tuple[type[PlatformPage], ...] = (
    ArticlesPage,
    ArticlePage,
    CommentsPage,
    UserPage,
    OrganizationPage,
    FeedPage,
)


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """The newest articles; they carry who wrote them."""
    query = urlencode({"username": ref.handle, "per_page": PAGE_SIZE, "page": 1})
    return (NextRequest(url=f"{server_of(ref, base_urls)}/api/articles?{query}", kind=RequestKind.LISTING),)


def post_requests(
    ref: AccountRef, posts: Sequence[tuple[str, str | None]], base_urls: Mapping[str, str]
) -> tuple[NextRequest, ...]:
    """One request an article; one that is known by its address alone cannot be asked for."""
    base = server_of(ref, base_urls)
    return tuple(
        NextRequest(url=f"{base}/api/articles/{native_id}", kind=RequestKind.POST, native_id=native_id)
        for native_id, _ in posts
        if re.fullmatch(r"[0-9]{1,18}", native_id)
    )
