"""A board of Pinterest, as browsers keep its page."""

from __future__ import annotations

import re
from typing import ClassVar

from crawler.items import PostList
from crawler.pages.pinterest.page import NO_PROFILE, PinterestPage
from crawler.pages.pinterest.state import answers, pins_of
from crawler.reading.urls import host_of, path_of

_PATH = re.compile(r"/([\w.-]{3,60})/([^/.]{1,100})(?:/[^/.]{1,100})?/?")
_OF_PINTEREST = re.compile(rb"__PWS_|pinterestapp:|og:site_name[\"']\s+content=[\"']Pinterest[\"']")
_TABS = frozenset({"_created", "_saved", "_tools", "_shop", "pins", "boards", "followers", "following"})


class BoardPage(PinterestPage):
    """``/<user>/<board>/`` and its sections: the pins that the board's owner put there."""

    account_is = "board of"
    examples: ClassVar[tuple[str, ...]] = (
        "https://www.pinterest.com/acme/cakes-of-2026/",
        "https://de.pinterest.com/acme/cakes-of-2026/with-cream/",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        found = _PATH.fullmatch(path_of(url))
        if found is None or found.group(1).lower() in NO_PROFILE or found.group(2).lower() in _TABS:
            return False
        # a path of two words is anybody's, and many sites show pictures from there
        is_ours = cls.hosts.fullmatch(host_of(url)) is not None or _OF_PINTEREST.search(head) is not None
        return is_ours and head.lstrip()[:1] not in (b"{", b"[")

    def read(self) -> PostList:
        found = _PATH.fullmatch(self.path)
        posts, skipped = pins_of(found.group(1) if found else "", answers(self.html()), self.capture)
        if not posts and not skipped:
            raise self.shell()
        return PostList(posts=tuple(posts.values()), skipped=dict(skipped))
