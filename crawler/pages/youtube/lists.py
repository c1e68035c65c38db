"""Pages that list what is not one channel's tab: a single post with its comments, a playlist."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from crawler.items import Outcome, Platform, Post, PostList
from crawler.pages.base import PageProblem, PlatformPage
from crawler.pages.walls import problem_of
from crawler.pages.youtube.channel import channel_profile
from crawler.pages.youtube.community import POST_ID, community_posts
from crawler.pages.youtube.listed import listed_post, listed_videos
from crawler.pages.youtube.wording import gate, is_youtube, json_states, path_of, text_of
from crawler.reading.jsonvalue import mapping, sequence
from crawler.reading.relay import objects

_POST_PATH = re.compile(rf"/post/{POST_ID.pattern}/?")
_LIST_PATH = re.compile(r"/playlist/?")


class _ListPage(PlatformPage):
    platform = Platform.YOUTUBE

    @property
    def asked_for(self) -> str:
        raise NotImplementedError

    def tree(self) -> Mapping[str, Any]:
        """The page's data. Raises :class:`PageProblem` for gates, errors, and what YouTube says is wrong."""
        status, body = self.response.status or 200, bytes(self.response.body)
        if problem := gate(status, dict(self.response.headers), body, self.asked_for):
            raise problem
        if status >= 400:
            raise problem_of(status, body, self.asked_for)
        tree = next((one for one in json_states(body) if "contents" in one or "alerts" in one), None)
        if tree is None:
            raise problem_of(200, body, self.asked_for)
        for alert in map(mapping, sequence(tree.get("alerts"))[:10]):
            said = mapping(alert.get("alertRenderer"))
            if said.get("type") == "ERROR" and "contents" not in tree:
                words = text_of(said.get("text"))[:300] or "no words"
                raise PageProblem(Outcome.NOT_FOUND, f"{self.asked_for} is not there (“{words}”).")
        return tree


class CommunityPostPage(_ListPage):
    """``/post/Ug…``: one post; its comments are loaded later."""

    examples: ClassVar[tuple[str, ...]] = ("https://www.youtube.com/post/UgkxAcmePost00000000000000000001",)

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return _POST_PATH.fullmatch(path_of(url)) is not None and is_youtube(url, head)

    @property
    def wanted(self) -> str:
        """The id of the post that the address names."""
        return path_of(str(self.response.url)).strip("/").rpartition("/")[2]

    @property
    def asked_for(self) -> str:
        return f"The YouTube post {self.wanted}"

    def read(self) -> PostList:
        tree = self.tree()
        ref, profile = self.capture.account, channel_profile(tree)
        account = profile.handle if profile else ref.handle if ref else None
        found = [one.post for one in community_posts(tree.get("contents"), self.capture, account)]
        post = next((one for one in found if one.native_id == self.wanted), None)
        if post is None:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the page holds no post in a shape we know.")
        return PostList(posts=(post,), skipped={"foreign_post": len(found) - 1} if len(found) > 1 else {})


class PlaylistPage(_ListPage):
    """``/playlist?list=…``: its first hundred videos, each its own channel's."""

    examples: ClassVar[tuple[str, ...]] = ("https://www.youtube.com/playlist?list=PLAcme0000000000000000000000000001",)

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return _LIST_PATH.fullmatch(path_of(url)) is not None and _asked(url, "list") != "" and is_youtube(url, head)

    @property
    def asked_for(self) -> str:
        return f"The YouTube playlist {_asked(str(self.response.url), 'list')[:80]}"

    def read(self) -> PostList:
        contents = self.tree().get("contents")
        named = list(self._posts(contents))
        # a video that is private or removed keeps its place, without its channel
        posts = [post for post in named if post.account]
        if not named and not any("messageRenderer" in one or "alertRenderer" in one for one in objects(contents)):
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the page holds no list in a shape we know.")
        ref = self.capture.account
        wanted = {name.casefold() for name in (ref.handle, ref.native_account_id or "") if name} if ref else set()
        kept = [post for post in posts if not wanted or post.account.casefold() in wanted]
        skipped = {"other_author": len(posts) - len(kept), "names_no_account": len(named) - len(posts)}
        return PostList(posts=tuple(kept), skipped={why: number for why, number in skipped.items() if number})

    def _posts(self, contents: object) -> Iterator[Post]:
        for video in listed_videos(contents):
            yield listed_post(video, self.capture, video.owner_handle or video.owner_id or "")


def _asked(url: str, name: str) -> str:
    try:
        return parse_qs(urlsplit(url).query).get(name, [""])[0]
    except ValueError:
        return ""
