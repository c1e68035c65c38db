"""Pinterest's addresses, and what all its pages have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from crawler.items import NextRequest, Outcome, Platform, Post, Reason, RequestKind
from crawler.pages.base import Capture, PageProblem
from crawler.pages.walled import WalledPage

SITE = "https://www.pinterest.com"
PIN_IN_PATH = re.compile(r"/pin/(?:[^/]*--)?([A-Za-z0-9]{6,25})/?")
"""The number (or short name) of a pin, behind its title or alone."""
NO_PROFILE = frozenset(
    ("pin", "ideas", "today", "business", "settings", "search", "resource", "login", "explore", "categories",
     "discover", "videos", "shop", "about", "password", "robots.txt", "oauth", "pin-builder", "v3", "_", "sw.js",
     "manifest.json", "signup", "topics", "news_hub", "ext")
)  # fmt: skip
"""First parts of addresses that are nobody's."""


class PinterestPage(WalledPage):
    """One kind of page of the site."""

    platform = Platform.PINTEREST
    network = "Pinterest"
    hosts = re.compile(r"(?:[a-z0-9-]+\.)*pinterest\.(?:com|[a-z]{2,3}(?:\.[a-z]{2})?)")
    own_words = re.compile(rb"pinterestapp:|pinimg\.com|pinterest://|__PWS_")

    def shell(self) -> PageProblem:
        """The page that readers who are not signed in get: the site's frame and nothing in it."""
        return PageProblem(
            Outcome.LOGIN_WALL,
            f"{self.asked_for}: Pinterest sends this page empty to readers who are not signed in; sign in, save the"
            " page, and import it.",
            Reason.NO_PUBLIC_PREVIEW,
        )


def site(base_urls: Mapping[str, str]) -> str:
    """Where Pinterest's public pages live, by the settings."""
    return base_urls.get(f"{Platform.PINTEREST}.site", SITE).rstrip("/")


def pin_url(native_id: str) -> str:
    """The permalink of a pin."""
    return f"{SITE}/pin/{native_id}/"


def pages_of(posts: Iterable[Post], capture: Capture) -> tuple[NextRequest, ...]:
    """Requests for the pins' own pages, which alone state counts; none for a page that was only imported."""
    if capture.account is None:
        return ()
    base = site(capture.base_urls)
    return tuple(
        NextRequest(
            url=f"{base}/pin/{post.native_id}/", kind=RequestKind.POST, native_id=post.native_id,
            published_at=post.published_at,
        )
        for post in posts
    )  # fmt: skip
