"""What other sites show of Facebook: the box of a Page, and embedded posts."""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from crawler.items import MissingReason, Outcome, Platform, PostList, Profile, Reason
from crawler.pages.base import PageProblem
from crawler.pages.facebook.ids import SITE, handle_of
from crawler.pages.facebook.mobile import posts_in
from crawler.pages.facebook.pages import FacebookPage
from crawler.reading import count_words
from crawler.reading.counted import counted
from crawler.reading.counts import Count
from crawler.reading.jsonvalue import link
from crawler.reading.meta import Page
from crawler.reading.text import clean
from crawler.reading.urls import path_of

_PATH = re.compile(r"(?:/v[0-9]+\.[0-9]+)?/plugins/(?:page|fan|likebox|follow|post|video)\.php")
_MOST_ELEMENTS = 20_000
_LONGEST_LINE = 80


class PluginPage(FacebookPage):
    """``/plugins/page.php`` and ``/plugins/post.php``: a Page with its followers, posts where they are shown."""

    this_is = "This box"
    examples: ClassVar[tuple[str, ...]] = (
        "https://www.facebook.com/plugins/page.php?href=https%3A%2F%2Fwww.facebook.com%2Facme&tabs=timeline",
        "https://www.facebook.com/v18.0/plugins/post.php?href=https%3A%2F%2Fwww.facebook.com%2Facme%2Fposts%2F158786",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return _PATH.fullmatch(path_of(url)) is not None and cls.is_ours(url, head)

    def read(self) -> PostList:
        page = self.parsed()
        asked = parse_qs(urlsplit(str(self.response.url)).query).get("href", [""])[0]
        handle = handle_of({"url": asked})
        posts = posts_in(page.root, handle, self.capture)
        profile = _profile(page, handle) if handle else None
        if profile is None and not posts:
            raise PageProblem(
                Outcome.LOGIN_WALL, f"{self.asked_for} is empty: the Page is not shown on other sites.",
                Reason.NO_PUBLIC_PREVIEW,
            )  # fmt: skip
        return PostList(posts=tuple(posts.values()), profile=profile)


def _profile(page: Page, handle: str) -> Profile | None:
    """The Page, by the link with its name and by the line under it. People who like a Page are not its followers."""
    name = next((said for one in page.root.iter("a") if (said := _name(one, handle))), None)
    followers = _followers(page.root)
    if name is None and followers is None:
        return None
    return Profile(
        platform=Platform.FACEBOOK,
        handle=handle,
        url=f"{SITE}/{handle}",
        name=name,
        follower_count=followers.value if followers else None,
        missing={} if followers else {"follower_count": MissingReason.NOT_OBSERVED},
        rounded={"follower_count": followers.rounded} if followers and followers.rounded is not None else {},
    )


def _name(element: etree._Element, handle: str) -> str | None:
    leads = handle_of({"url": link(element.get("href"), SITE)})
    said = clean(element.get("title") or "").strip()
    return said or None if leads is not None and leads.casefold() == handle.casefold() else None


def _followers(root: etree._Element) -> Count | None:
    """In the head of the box: below it, posts may speak of followers."""
    for number, element in enumerate(root.iter(etree.Element)):
        if number > _MOST_ELEMENTS or element.get("data-ft"):
            break
        said = (element.text or "").strip() if element.tag in ("div", "span") else ""
        named = counted(said) if said[:1].isdigit() and len(said) < _LONGEST_LINE else ()
        if (count := next((one.count for one in named if count_words.FOLLOWERS.search(one.words)), None)) is not None:
            return count
    return None
