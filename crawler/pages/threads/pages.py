"""Threads' public pages, and the answers of the site's own interfaces, as browsers keep them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from attrs import evolve

from crawler.items import (
    Metrics,
    MissingReason,
    Outcome,
    Platform,
    Post,
    PostList,
    Precision,
    Profile,
    Reason,
)
from crawler.pages.base import PageProblem
from crawler.pages.threads.items import SITE, ThreadReader, author_of, handle_of, is_post, is_reply, profile_in
from crawler.pages.walled import WalledPage
from crawler.pages.walls import problem_of
from crawler.reading import hashtags
from crawler.reading.captions import linked, mentioned
from crawler.reading.counted import counted
from crawler.reading.jsonvalue import link, mapping, sequence
from crawler.reading.meta import Page, parse_page
from crawler.reading.relay import json_blocks, json_documents, objects
from crawler.reading.snowflakes import instagram_id, instagram_time
from crawler.reading.stated import columns
from crawler.reading.text import clean
from crawler.reading.urls import host_of, path_of

_HOSTS = re.compile(r"(?:[a-z0-9-]+\.)*threads\.(?:net|com)")
_POST_PATH = re.compile(r"/(?:@([\w.]{1,30})/post|t)/([A-Za-z0-9_-]{5,64})(?:/(?:media|embed))?/?")
PROFILE_PATH = re.compile(r"/@([\w.]{1,30})(?:/(?:replies|media|reposts))?/?")
_WALL_PATH = re.compile(r"/(?:login|accounts/login|challenge|checkpoint|consent)\b.*")
_ANSWER_PATH = re.compile(r"/(?:api/)?graphql(?:/query)?/?")
_NAMED = re.compile(r"[(（]@([\w.]{1,30})[)）]")
_COUNTS = ("like_count", "comment_count", "share_count", "quote_count")
_OWN_WORDS = re.compile(rb"barcelona://|Barcelona|[\"']og:site_name[\"'][^<>]{0,40}Threads|text_post_app_info")


class _PublicPage(WalledPage):
    platform = Platform.THREADS
    network = "Threads"
    hosts = _HOSTS
    own_words = _OWN_WORDS

    def collect(self, reader: ThreadReader, documents: Iterator[Any]) -> None:
        """Hand every post of the documents' threads to ``reader``."""
        for document in documents:
            for item in objects(document):
                post = mapping(item.get("post"))
                if is_post(post):
                    reader.add(post, item)

    def wall(self, page: Page | None) -> PageProblem:
        """Why there is nothing here, judged by what is missing."""
        first = self.path.strip("/").split("/")[0]
        if first in ("challenge", "checkpoint"):
            return PageProblem(Outcome.BLOCKED, f"{self.asked_for}: Threads sent its check in place of the page.")
        if first == "consent":
            return PageProblem(
                Outcome.BLOCKED, f"{self.asked_for}: Threads asks for consent to cookies first.", Reason.CONSENT_PAGE
            )
        if page is not None and (page.root.get("id") == "error" or "not found" in page.title.lower()):
            return PageProblem(Outcome.NOT_FOUND, f"{self.asked_for} is not there (removed, or the link is wrong).")
        if _WALL_PATH.fullmatch(self.path) or page is None or not page.first("og:url", "og:title"):
            return PageProblem(
                Outcome.LOGIN_WALL,
                f"{self.asked_for} is shown to signed-in people only; sign in, save the page, and import it.",
            )
        return PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the page has no posts where Threads keeps them.")


class PostPage(_PublicPage):
    """``/@user/post/CODE``: a post with the rest of its thread, replies and suggestions."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.threads.com/@acme/post/DPCXhCwkqEe",
        "https://www.threads.net/t/CuXRXDdNOtH/",
        "https://www.threads.com/@acme/post/DPCXhCwkqEe/media?xmt=1",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return post_in(path_of(url))[1] != "" and not cls.is_embed(url) and cls.is_ours(url, head)

    @staticmethod
    def is_embed(url: str) -> bool:
        """Whether an address is that of a post's frame for other sites."""
        path = path_of(url)
        return path.rstrip("/").endswith("/embed") and post_in(path)[1] != ""

    def read(self) -> PostList:
        handle, code = post_in(self.path)
        native_id = instagram_id(code)
        if self.status in (404, 410) and native_id:
            return self.gone(native_id, self.status)
        html = self.html()
        blocks = list(json_blocks(html, "thread_items", "text_post_app_info"))
        handle = handle or author_of(blocks, code)
        reader = ThreadReader(self.capture, owner=handle)
        self.collect(reader, iter(blocks))
        if handle is not None and reader.count:
            return reader.result()
        page = parse_page(html, str(self.response.url))
        post = self._from_head(page, code, native_id) if page is not None and native_id else None
        if post is None:
            raise self.wall(page)
        return PostList(posts=(post,))

    def _from_head(self, page: Page, code: str, native_id: str) -> Post | None:
        """The short answer to programs that draw link previews: who wrote what, no counts and no medium."""
        said, address = page.first("og:description"), _POST_PATH.fullmatch(path_of(page.first("og:url") or self.path))
        named = _NAMED.search(page.first("og:title") or "")
        if said is None or named is None or address is None or address.group(2) != code:
            return None
        handle, text = named.group(1), clean(said).strip()
        at = instagram_time(native_id, self.capture.fetched_at)
        return Post(
            platform=Platform.THREADS,
            native_id=native_id,
            account=handle,
            author=handle,
            url=f"{SITE}/@{handle}/post/{code}",
            format=None,
            text=text,
            published_at=at,
            published_precision=Precision.SECOND if at else None,
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(text)),
            mentions=mentioned(text),
            links=linked(text),
            metrics=Metrics(**columns(dict.fromkeys(_COUNTS), not_public=("view_count", "save_count"))),
        )


def post_in(path: str) -> tuple[str | None, str]:
    """Handle and code of the post that the path of an address names; ``""`` for other paths."""
    found = _POST_PATH.fullmatch(path)
    return (found.group(1), found.group(2)) if found else (None, "")


class ProfilePage(_PublicPage):
    """``/@user``: the account and its newest posts."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.threads.com/@acme",
        "https://www.threads.net/@acme.bakery/replies",
        "https://www.threads.com/login/?next=https%3A%2F%2Fwww.threads.com%2F%40acme",
        "https://www.threads.com/consent/?flow=ig_cookie",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        path = path_of(url)
        is_wall = _WALL_PATH.fullmatch(path) is not None and cls.hosts.fullmatch(host_of(url)) is not None
        return is_wall or (PROFILE_PATH.fullmatch(path) is not None and cls.is_ours(url, head))

    def read(self) -> PostList:
        found = PROFILE_PATH.fullmatch(self.path)
        handle = found.group(1) if found else ""
        html = self.html()
        page = parse_page(html, str(self.response.url))
        reader = ThreadReader(self.capture, owner=handle)
        self.collect(reader, json_blocks(html, "thread_items"))
        profile = profile_in(json_blocks(html, "follower_count"), handle) or _stated(page, handle)
        if profile is None and not reader.count:
            raise self.wall(page)
        result = reader.result(profile)
        return result if reader.count else evolve(result, problem_outcome=Outcome.PARTIAL, flags=("no_posts_in_page",))


class AnswerPage(_PublicPage):
    """GraphQL answers of the site: a thread with its replies, or an account's threads."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.threads.net/api/graphql",
        "https://www.threads.com/graphql/query",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        if cls.hosts.fullmatch(host_of(url)) and _ANSWER_PATH.fullmatch(path_of(url)):
            return True
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        return start[:1] == b"{" and (b'"thread_items"' in head or b'"text_post_app_info"' in head)

    def read(self) -> PostList:
        documents = json_documents(self.body)
        if self.status >= 400 or not documents:
            raise problem_of(self.status, self.body, self.asked_for)
        owner = self._owner(documents)
        reader = ThreadReader(self.capture, owner=owner)
        self.collect(reader, iter(documents))
        profile = profile_in(iter(documents), owner)
        if not reader.count and profile is None:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no post and no account.")
        return reader.result(profile)

    def _owner(self, documents: list[Any]) -> str | None:
        """Whose answer it is: the account asked for, else who takes part in every thread (in a list of replies the
        first post is somebody else's), else who wrote the post that the other threads answer. A stream of many
        people's own posts is nobody's: each is its author's."""
        if self.capture.account is not None:
            return self.capture.account.handle
        everything = [one for document in documents for one in objects(document)]
        whole = next((one["containing_thread"] for one in everything if one.get("containing_thread")), None)
        threads = [one for one in (everything if whole is None else [mapping(whole)]) if one.get("thread_items")]
        if not threads:
            return None
        authors = [[handle_of(mapping(item).get("post")) for item in sequence(one["thread_items"])] for one in threads]
        always = [name for name in authors[0] if name and all(name in names for names in authors)]
        if always:
            return always[0]
        begins = [mapping(mapping(next(iter(sequence(one["thread_items"])), None)).get("post")) for one in threads]
        if not any(map(is_reply, begins)):
            return None
        return next((name for names in authors for name in names if name), None)


def _stated(page: Page | None, handle: str) -> Profile | None:
    """ "5.3M Followers • 1.2K Threads • Words about itself" """
    said = (page.first("og:description", "description") or "") if page else ""
    first = next(iter(counted(said.partition("•")[0])), None) if "•" in said else None
    if first is None or not handle:
        return None
    bio = said.rpartition("•")[2].partition(". See the latest")[0].strip()
    return Profile(
        platform=Platform.THREADS,
        handle=handle,
        url=f"{SITE}/@{handle}",
        name=((page.first("og:title") or "") if page else "").partition(" (@")[0] or None,
        bio=bio or None,
        avatar_url=link(page.first("og:image")) if page else None,
        follower_count=first.count.value,
        missing={"links": MissingReason.NOT_OBSERVED},
        rounded={"follower_count": first.count.rounded} if first.count.rounded is not None else {},
    )
