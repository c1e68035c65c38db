"""Articles: a page of a list of them, or one by itself."""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import urlencode, urlsplit

from crawler.items import Absence, NextRequest, Outcome, Post, PostList, RequestKind
from crawler.pages.base import PageProblem
from crawler.pages.forem.answers import ForemPage, is_ours
from crawler.pages.open_page import number_in, with_query
from crawler.pages.walls import is_html
from crawler.reading.jsonvalue import mapping
from crawler.reading.urls import path_of

PAGE_SIZE = 30
_MAX_ARTICLES = 1_000
"""The most that a page of the interface may hold."""
_LIST_PATH = re.compile(
    r"/api/articles(?:/latest|/me(?:/published|/all)?)?/?|/api/organizations/[^/]{1,100}/articles/?"
)
_ONE_PATH = re.compile(r"/api/articles/(?:([0-9]{1,18})|(?!me/|latest/)[^/]{1,100}/[^/]{1,300})/?")


class ArticlesPage(ForemPage):
    """One page of the articles of a user or an organisation."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://dev.to/api/articles?username=acme&per_page=30&page=1",
        "http://127.0.0.1:3000/api/articles?username=acme",
        "https://dev.to/api/organizations/acme/articles",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return is_ours(_LIST_PATH.fullmatch(path_of(url)), head, b"[", b"article")

    def read(self) -> PostList:
        said = self.answer()
        if not isinstance(said, list):
            raise self.changed("the answer holds no list of articles")
        entries = [mapping(each) for each in said[:_MAX_ARTICLES]]
        posts: dict[str, Post] = {}
        for entry in entries:
            if (post := self.post_of(entry)) is not None:
                posts.setdefault(post.native_id, post)
        if entries and not posts:
            raise self.changed("the list holds no articles")
        profile = next((found for entry in entries if (found := self.writer_of(entry))), None)
        left = len(entries) - len(posts)
        return PostList(
            posts=tuple(posts.values()),
            profile=profile if self._page == 1 else None,
            next_requests=(*self._next(len(said)), *self.threads(posts.values())),
            skipped={"not_understood": left} if left else {},
        )

    @property
    def _page(self) -> int:
        return max(number_in(self.query, "page", 1), 1)

    def _next(self, count: int) -> tuple[NextRequest, ...]:
        name = self.query.get("username")
        if not count and self._page == 1 and name:
            # nobody of this name, or nobody who published
            parts = urlsplit(self.url)
            url = f"{parts.scheme}://{parts.netloc}/api/users/by_username?{urlencode({'url': name})}"
            return (NextRequest(url=url, kind=RequestKind.PROFILE),)
        if not count or count < number_in(self.query, "per_page", PAGE_SIZE) or self._page >= _MAX_ARTICLES:
            return ()
        return (NextRequest(url=with_query(self.url, page=self._page + 1), kind=RequestKind.LISTING),)


class ArticlePage(ForemPage):
    """One article."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://dev.to/api/articles/164198",
        "https://acme.forem.com/api/articles/acme/how-we-brew-4fda",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        is_list = _LIST_PATH.fullmatch(path_of(url)) is not None
        return not is_list and is_ours(_ONE_PATH.fullmatch(path_of(url)), head, b"{", b"article")

    def read(self) -> PostList:
        asked = _ONE_PATH.fullmatch(self.path)
        try:
            entry = mapping(self.answer())
        except PageProblem as problem:
            is_said = not is_html(self.response.headers.get("Content-Type", ""), self.body)
            if problem.outcome in (Outcome.NOT_FOUND, Outcome.GONE) and is_said and asked and asked.group(1):
                absence = Absence(
                    platform=self.platform, host=self.host, native_id=asked.group(1), kind="gone", status=self.status
                )
                return PostList(absences=(absence,))
            raise
        post = self.post_of(entry)
        if post is None:
            raise self.changed("the answer holds no article")
        return PostList(
            posts=(post,),
            profile=self.writer_of(entry) if self.ref is None else None,
            next_requests=self.threads((post,)),
        )
