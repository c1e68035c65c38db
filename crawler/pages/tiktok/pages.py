"""TikTok's own pages: a video, a profile."""

from __future__ import annotations

import re
from typing import ClassVar

from crawler.items import Outcome, Post, PostList
from crawler.pages.tiktok.drawn import drawn_posts, stated_post
from crawler.pages.tiktok.items import is_item, is_private, is_public, read_item, read_profile
from crawler.pages.tiktok.page import TiktokPage, states
from crawler.reading.jsonvalue import identifier, mapping, string
from crawler.reading.meta import parse_page
from crawler.reading.relay import objects
from crawler.reading.urls import host_of, path_of

_VIDEO_PATH = re.compile(r"/(?:@([\w.]{0,32})/)?(?:video|photo|v)/(\d{15,25})(?:\.html)?/?")
_PROFILE_PATH = re.compile(r"/@([\w.]{1,32})/?")


class VideoPage(TiktokPage):
    """``/@user/video/<id>``: one video or photo post."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.tiktok.com/@acme/video/7571863205253778710",
        "https://www.tiktok.com/@acme/photo/7571863205253778710?lang=en",
        "https://m.tiktok.com/v/7571863205253778710.html",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return _VIDEO_PATH.fullmatch(path_of(url)) is not None and cls.is_ours(url, head)

    def read(self) -> PostList:
        found = _VIDEO_PATH.fullmatch(self.path)
        native_id = found.group(2) if found else ""
        if self.status in (404, 410):
            return self.gone(native_id, self.status)
        html = self.html()
        read = list(states(html))
        others = 0
        for item in (one for state in read for one in objects(state) if is_item(one)):
            if identifier(item.get("id")) != native_id:
                others += 1
            elif not is_public(item):
                raise self.private()
            elif (post := read_item(item, self.capture)) is not None:
                return PostList(posts=(post,), skipped={"foreign_post": others} if others else {})
        for one in (one for state in read for one in objects(state)):
            code = one.get("statusCode")
            if isinstance(code, int) and code and ("itemInfo" in one or "statusMsg" in one):
                return self.refused(code, string(one.get("statusMsg")) or "", native_id)
        page = parse_page(html, str(self.response.url))
        handle = (found.group(1) if found else None) or ""
        stated = stated_post(page, handle, native_id, self.capture) if page is not None and not read else None
        if stated is not None:
            return PostList(posts=(stated,))
        raise self.wall(html)


class ProfilePage(TiktokPage):
    """``/@user``: the account; the list of its videos is not in the page, unless a browser drew it."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.tiktok.com/@acme",
        "https://www.tiktok.com/@acme.bakery/?lang=de",
        "https://www.tiktok.com/login?redirect_url=https%3A%2F%2Fwww.tiktok.com%2F%40acme",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        path = path_of(url)
        is_login = path.startswith("/login") and cls.hosts.fullmatch(host_of(url)) is not None
        return is_login or (_PROFILE_PATH.fullmatch(path) is not None and cls.is_ours(url, head))

    def read(self) -> PostList:
        found = _PROFILE_PATH.fullmatch(self.path)
        handle = found.group(1) if found else ""
        html = self.html()
        read = list(states(html))
        profile = next((one for state in read if (one := read_profile(state, handle, self.capture)) is not None), None)
        posts: dict[str, Post] = {}
        for item in (one for state in read for one in objects(state) if is_item(one) and is_public(one)):
            post = read_item(item, self.capture)
            if post is not None and post.account.casefold() == handle.casefold():
                posts.setdefault(post.native_id, post)
        page = parse_page(html, str(self.response.url))
        for drawn in drawn_posts(page.root, handle, self.capture) if page is not None else ():
            posts.setdefault(drawn.native_id, drawn)
        if not posts and any(is_private(state, handle) for state in read):
            raise self.private()
        if profile is None and not posts:
            for state in read:
                detail = mapping(mapping(mapping(state).get("__DEFAULT_SCOPE__")).get("webapp.user-detail"))
                if isinstance(code := detail.get("statusCode"), int) and code:
                    return self.refused(code, string(detail.get("statusMsg")) or "", None)
            raise self.wall(html)
        return PostList(
            posts=tuple(posts.values()),
            profile=profile,
            problem_outcome=None if posts else Outcome.PARTIAL,
            flags=() if posts else ("no_posts_in_page",),
        )
