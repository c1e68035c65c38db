"""LinkedIn: public pages of companies and posts, as browsers keep them.

Fact sheet
- No official interface gives a competitor's posts. robots.txt forbids everything without permission. Read are pages
  that the user saved: a company page (up to ten cards, or JSON-LD), a post (JSON-LD), a pulse article (JSON-LD), the
  same pages as signed-in readers get them, and the site's own answers out of a recording or a browser extension.
- Public counts: reactions, comments; followers of the company. Not public: impressions, clicks; reposts are counted
  only for signed-in readers.

Rules
- A post is named by the number of its activity (a share's or ugcPost's where no activity is named). The number carries
  its time to the millisecond, so "18h" and "4d" are never read; "Edited" is.
- A repost's card has two numbers: the activity is the repost, the attributed one the original. A card of the company's
  own has two as well, for the post and for what it carries; only the line "… reposted this" makes a repost.
- Only counters of the post's own node count: an author's FollowAction is followers, a comment's LikeAction is no one's.
- A card without the comments element does not say whether there are none or they are switched off: unknown. So it is
  with reactions.
- A wall is a page without that payload; ``isAccessibleForFree: false`` stands in every page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crawler.items import NextRequest, Platform, RequestKind
from crawler.pages.base import AccountRef, PlatformPage
from crawler.pages.linkedin.captured import read_captured
from crawler.pages.linkedin.page import SITE, post_url
from crawler.pages.linkedin.pages import CompanyPage, PostPage
from crawler.pages.linkedin.voyager import AnswerPage

__all__ = ["PAGES", "first_requests", "post_requests", "read_captured"]

PAGES: tuple[type[PlatformPage], ...] = (AnswerPage, PostPage, CompanyPage)


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """The public company page."""
    kind = "school" if "/school/" in ref.url else "showcase" if "/showcase/" in ref.url else "company"
    url = f"{_site(base_urls)}/{kind}/{ref.handle.rpartition('/')[2]}"
    return (NextRequest(url=url, kind=RequestKind.PROFILE),)


def post_requests(
    ref: AccountRef,  # noqa: ARG001 — the same for every platform
    posts: Sequence[tuple[str, str | None]],
    base_urls: Mapping[str, str],
) -> tuple[NextRequest, ...]:
    """The public page of each post."""
    return tuple(
        NextRequest(url=post_url(one, _site(base_urls)), kind=RequestKind.POST, native_id=one)
        for one, _ in posts
        if one.isdigit()
    )


def _site(base_urls: Mapping[str, str]) -> str:
    return base_urls.get(f"{Platform.LINKEDIN}.site", SITE).rstrip("/")
