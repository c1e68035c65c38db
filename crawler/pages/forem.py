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
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import quote, urlencode, urlsplit

from attrs import evolve

from crawler.items import (
    Absence,
    Comment,
    Format,
    Media,
    Metrics,
    MissingReason,
    NextRequest,
    Outcome,
    Platform,
    Post,
    PostList,
    Profile,
    RequestKind,
    Thread,
)
from crawler.pages.base import AccountRef, PageProblem, PlatformPage
from crawler.pages.open_page import HostedPage, host_or_none, number_in, published_fields, server_of, with_query
from crawler.pages.walls import is_html
from crawler.reading import hashtags
from crawler.reading.answered import following
from crawler.reading.content import read_content, said_text
from crawler.reading.counts import read_count
from crawler.reading.dates import Moment, read_date
from crawler.reading.distinct import distinct
from crawler.reading.feeds import FeedEntry
from crawler.reading.jsonvalue import identifier, link, mapping, sequence, string
from crawler.reading.text import clean, html_to_text
from crawler.reading.urls import path_of, permalink

PAGE_SIZE = 30
COMMENTS_A_PAGE = 100
_MOST_COMMENTS = 2_000
_MAX_ARTICLES = 1_000
"""The most that a page of the interface may hold."""
_LIST_PATH = re.compile(
    r"/api/articles(?:/latest|/me(?:/published|/all)?)?/?|/api/organizations/[^/]{1,100}/articles/?"
)
_ONE_PATH = re.compile(r"/api/articles/(?:([0-9]{1,18})|(?!me/|latest/)[^/]{1,100}/[^/]{1,300})/?")
_COMMENTS_PATH = re.compile(r"/api/comments/?")
_USER_PATH = re.compile(r"/api/users/(?:by_username|[0-9]{1,18})/?")
_ORGANIZATION_PATH = re.compile(r"/api/organizations/([^/]{1,100})/?")
_FEED_PATH = re.compile(r"/feed(?:/[^/]{1,100})?/?")
_OWN_HOST = re.compile(
    r"https?://(?:dev\.to|[a-z0-9-]+\.forem\.com|community\.codenewbie\.org)(?::[0-9]+)?/", re.IGNORECASE
)
_KIND = re.compile(rb'"type_of"\s*:\s*"([a-z_]{1,40})"')
_ERROR = re.compile(rb'\{\s*"error"')
_FEED_HEAD = re.compile(
    rb"<description>The latest articles on [^<]{1,200} by [^<]{1,200} \(@[^<()]{1,100}\)\.\s*</description>"
)
_FEED_OF = re.compile(r"\(@([^()\s]{1,100})\)\.?\s*$")
_LIKES = ("public_reactions_count", "positive_reactions_count")
_NOT_PUBLIC = ("share_count", "save_count")


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


class _Answer(HostedPage):
    """What the interface's answers share."""

    platform = Platform.FOREM
    network = "Forem"

    def stated_status(self, said: Mapping[str, Any]) -> int:
        status = read_count(said.get("status")) if "error" in said else None
        return status.value if status else 400 if "error" in said else 200

    def post_of(self, entry: Mapping[str, Any]) -> Post | None:
        """An article; ``None`` when it names none."""
        native_id, user = identifier(entry.get("id")), mapping(entry.get("user"))
        author = string(user.get("username"))
        if native_id is None or not author or entry.get("type_of", "article") != "article":
            return None
        url = link(entry.get("url")) or link(entry.get("path"), self.url)
        title, body = string(entry.get("title")), string(entry.get("body_html"))
        # an import holds nothing else of the article, a crawl has its listing
        is_whole = body is not None and self.ref is None
        text = said_text(body) if is_whole and body else clean(string(entry.get("description")) or "").strip()
        content = read_content(body or "", url) if is_whole else None
        cover = link(entry.get("cover_image"))
        pictures = (*((Media(kind="image", url=cover),) if cover else ()), *(content.media if content else ()))
        source = permalink(string(entry.get("canonical_url")) or "")
        is_from_elsewhere = source is not None and url is not None and source != permalink(url)
        return Post(
            platform=Platform.FOREM,
            host=self.ref.host if self.ref else host_or_none(url) or self.host,
            native_id=native_id,
            account=self._account(author),
            author=author,
            url=url,
            format=Format.ARTICLE,
            title=title,
            text=text,
            language=string(entry.get("language")) or None,
            **self._dates(entry),
            original_url=source if is_from_elsewhere else None,
            media=pictures,
            hashtags=_tags(entry),
            links=tuple(each for each in content.links if each.partition("#")[0] != url) if content else (),
            metrics=_metrics(entry),
        )

    def _account(self, author: str) -> str:
        ref = self.ref
        return author if ref is None or ref.handle.casefold() == author.casefold() else ref.handle

    def _dates(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        latest = self.capture.fetched_at
        published = read_date(entry.get("published_at") or entry.get("published_timestamp"), latest=latest)
        brought = read_date(entry.get("crossposted_at"), latest=latest)
        edited = read_date(entry.get("edited_at"), latest=latest)
        here: Moment | None = brought or published
        return {
            **published_fields(here, entry.get("published_at")),
            "original_published_at": published.at if published and brought else None,
            "edited_at": edited.at if edited else None,
            "is_edited": edited is not None if "edited_at" in entry else None,
        }

    def writer_of(self, entry: Mapping[str, Any]) -> Profile | None:
        """The account as an article shows it: the organisation when it is the one that is watched, else the author."""
        user, organization = mapping(entry.get("user")), mapping(entry.get("organization"))
        names = [string(said.get("username")) or string(said.get("slug")) for said in (user, organization)]
        ref = self.ref
        is_organization = bool(ref and names[1] and names[1].casefold() == ref.handle.casefold())
        said, name = (organization, names[1]) if is_organization else (user, names[0])
        if not name or (ref is not None and name.casefold() != ref.handle.casefold()):
            return None
        return self.profile_of(said, name)

    def profile_of(self, said: Mapping[str, Any], name: str) -> Profile:
        joined = read_date(said.get("joined_at"), latest=self.capture.fetched_at)
        base = urlsplit(self.url)
        home = f"{base.scheme}://{base.netloc}"
        if self.ref is not None:
            home = self.ref.url.rstrip("/").rpartition("/")[0]
        stated = (link(said.get("website_url")), link(said.get("url")))
        accounts = {"twitter_username": "https://x.com/{}", "github_username": "https://github.com/{}"}
        elsewhere = [where.format(quote(found)) for key, where in accounts.items() if (found := string(said.get(key)))]
        return Profile(
            platform=Platform.FOREM,
            host=self.host,
            native_account_id=identifier(said.get("user_id")) or identifier(said.get("id")),
            handle=name,
            url=link(f"{home}/{quote(name)}"),
            name=string(said.get("name")),
            bio=html_to_text(string(said.get("summary")) or "") if "summary" in said else None,
            links=distinct((*stated, *elsewhere)),
            avatar_url=link(said.get("profile_image")),
            software="forem",
            created_at=joined.at if joined else None,
            missing=dict.fromkeys(("follower_count", "following_count", "post_count"), MissingReason.NOT_PUBLIC),
        )

    def threads(self, posts: Iterable[Post]) -> tuple[NextRequest, ...]:
        """Who commented on each of these, and whom its author answered."""
        parts = urlsplit(self.url)
        return tuple(
            NextRequest(
                url=f"{parts.scheme}://{parts.netloc}/api/comments?"
                + urlencode({"a_id": post.native_id, "per_page": COMMENTS_A_PAGE, "page": 1}),
                kind=RequestKind.REPLIES,
                native_id=post.native_id,
                thread=Thread(native_id=post.native_id, author=post.author),
            )
            for post in posts
            if self.ref is not None and post.metrics is not None and post.metrics.comment_count
        )


class ArticlesPage(_Answer):
    """One page of the articles of a user or an organisation."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://dev.to/api/articles?username=acme&per_page=30&page=1",
        "http://127.0.0.1:3000/api/articles?username=acme",
        "https://dev.to/api/organizations/acme/articles",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return _is_ours(_LIST_PATH.fullmatch(path_of(url)), head, b"[", b"article")

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


class ArticlePage(_Answer):
    """One article."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://dev.to/api/articles/164198",
        "https://acme.forem.com/api/articles/acme/how-we-brew-4fda",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        is_list = _LIST_PATH.fullmatch(path_of(url)) is not None
        return not is_list and _is_ours(_ONE_PATH.fullmatch(path_of(url)), head, b"{", b"article")

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


class CommentsPage(_Answer):
    """The comments on one article."""

    examples: ClassVar[tuple[str, ...]] = ("https://dev.to/api/comments?a_id=164198&per_page=100&page=1",)

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return _is_ours(_COMMENTS_PATH.fullmatch(path_of(url)), head, b"[", b"comment")

    @property
    def asked_for(self) -> str:
        return f"The list of comments on an article on {self.host}"

    def read(self) -> PostList:
        said, thread = self.answer(), self.capture.thread
        if not isinstance(said, list):
            raise self.changed("the answer holds no list of comments")
        if said and not any("children" in mapping(one) for one in said[:_MOST_COMMENTS]):
            raise self.changed("the list holds no comments")
        if thread is None:
            return PostList()
        comments: list[Comment] = []
        left: list[tuple[Mapping[str, Any], str | None]] = [(mapping(one), None) for one in said]
        while left and len(comments) < _MOST_COMMENTS:
            one, above = left.pop()
            native_id, author = identifier(one.get("id_code")), string(mapping(one.get("user")).get("username"))
            left += [(mapping(below), native_id) for below in sequence(one.get("children"))]
            if native_id is None or author is None:  # deleted, or hidden by the article's author
                continue
            moment = read_date(one.get("created_at"), latest=self.capture.fetched_at)
            is_own = author.casefold() == (thread.author or "").casefold()
            at = moment.at if moment else None
            comments.append(Comment(native_id=native_id, answers=above, is_by_account=is_own, at=at))
        more = evolve(
            thread,
            comments=(*thread.comments, *comments),
            # a server that knows no pages answers every page with all comments
            waiting=self._further(len(said)) if {*comments} - {*thread.comments} else (),
            is_complete=thread.is_complete and not left,
        )
        return following(more, platform=self.platform, host=self.host)

    def _further(self, count: int) -> tuple[NextRequest, ...]:
        if count < number_in(self.query, "per_page", COMMENTS_A_PAGE):
            return ()
        page = max(number_in(self.query, "page", 1), 1)
        return (NextRequest(url=with_query(self.url, page=page + 1), kind=RequestKind.REPLIES),)


class UserPage(_Answer):
    """A user; asked for when a name has no articles."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://dev.to/api/users/by_username?url=acme",
        "https://dev.to/api/users/41",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return _is_ours(_USER_PATH.fullmatch(path_of(url)), head, b"{", b"user")

    def read(self) -> PostList:
        try:
            said = mapping(self.answer())
        except PageProblem as problem:
            name = self.query.get("url")
            if problem.outcome is not Outcome.NOT_FOUND or not name:
                raise
            parts = urlsplit(self.url)
            url = f"{parts.scheme}://{parts.netloc}/api/organizations/{quote(name, safe='')}"
            return PostList(next_requests=(NextRequest(url=url, kind=RequestKind.PROFILE),))
        name = string(said.get("username"))
        if not name:
            raise self.changed("the answer holds no user")
        return PostList(profile=self.profile_of(said, name))


class OrganizationPage(_Answer):
    """An organisation; asked for when no user has the name."""

    examples: ClassVar[tuple[str, ...]] = ("https://dev.to/api/organizations/acme",)

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return _is_ours(_ORGANIZATION_PATH.fullmatch(path_of(url)), head, b"{", b"organization")

    def read(self) -> PostList:
        said = mapping(self.answer())
        name = string(said.get("username")) or string(said.get("slug"))
        if not name:
            raise self.changed("the answer holds no organisation")
        return PostList(profile=self.profile_of(said, name))


class FeedPage(_Answer):
    """``/feed/NAME``: the newest articles with their texts, without ids and counts."""

    examples: ClassVar[tuple[str, ...]] = ("https://dev.to/feed/acme",)

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:
        if _FEED_HEAD.search(head):
            return True
        is_ours = _OWN_HOST.match(url) is not None and _FEED_PATH.fullmatch(path_of(url)) is not None
        return is_ours and not (head and is_html(content_type, head) and status < 400)

    def read(self) -> PostList:
        feed = self.feed()
        named = _FEED_OF.search(clean(feed.description).strip())
        handle = self.ref.handle if self.ref else named.group(1) if named else None
        posts: dict[str, Post] = {}
        for entry in feed.entries:
            if (post := self._post(entry, handle)) is not None:
                posts.setdefault(post.native_id, post)
        if feed.entries and not posts:
            raise self.changed("the feed holds no articles")
        left = len(feed.entries) - len(posts)
        return PostList(posts=tuple(posts.values()), skipped={"not_understood": left} if left else {})

    def _post(self, entry: FeedEntry, handle: str | None) -> Post | None:
        url = permalink(entry.link or entry.guid or "", self.url)
        if url is None:
            return None
        byline = path_of(url).strip("/").partition("/")[0]
        content = read_content(entry.content, url)
        title = clean(html_to_text(entry.title) if entry.is_html_title else entry.title).strip()
        return Post(
            platform=Platform.FOREM,
            host=self.ref.host if self.ref else host_or_none(url) or self.host,
            native_id=url,
            account=handle or byline,
            author=byline or clean(", ".join(entry.authors)).strip() or None,
            url=url,
            format=Format.ARTICLE,
            title=title,
            text=said_text(entry.content),
            **published_fields(read_date(entry.published, latest=self.capture.fetched_at), entry.published),
            media=content.media,
            hashtags=hashtags.unique(clean(tag).strip() for tag in entry.tags),
            links=tuple(each for each in content.links if each.partition("#")[0] != url),
            metrics=Metrics(
                missing={
                    "like_count": MissingReason.NOT_OBSERVED,
                    "comment_count": MissingReason.NOT_OBSERVED,
                    "view_count": MissingReason.NOT_PUBLIC,
                    **dict.fromkeys(_NOT_PUBLIC, MissingReason.NOT_PUBLIC),
                }
            ),
        )


def _is_ours(path: object, head: bytes, opening: bytes, kind: bytes) -> bool:
    """Whether an answer is of this kind by its own words, else by its path: other sites have an ``/api/articles``."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"[", b"{")) and not _ERROR.match(start) and start.rstrip() not in (b"[]", b"{}"):
        found = _KIND.search(start)
        return start.startswith(opening) and found is not None and found.group(1) == kind
    return path is not None


def _tags(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Tags, listed or as text with commas between, under either of two names."""
    for said in (entry.get("tag_list"), entry.get("tags")):
        named = [string(each) or "" for each in sequence(said)] or (string(said) or "").split(",")
        if found := hashtags.unique(tag.strip().lstrip("#") for tag in named):
            return found
    return ()


def _metrics(entry: Mapping[str, Any]) -> Metrics:
    said = {
        "like_count": next((entry[key] for key in _LIKES if entry.get(key) is not None), None),
        "comment_count": entry.get("comments_count"),
    }
    counts = {column: read_count(value) for column, value in said.items()}
    missing = {
        column: MissingReason.NOT_OBSERVED if said[column] is None else MissingReason.NOT_PARSED
        for column, count in counts.items()
        if count is None
    }
    known: dict[str, Any] = {column: count.value for column, count in counts.items() if count}
    views = read_count(entry.get("page_views_count"))
    if views is None:
        missing["view_count"] = MissingReason.NOT_PUBLIC
    return Metrics(
        **known,
        view_count=views.value if views else None,
        missing=missing | dict.fromkeys(_NOT_PUBLIC, MissingReason.NOT_PUBLIC),
    )


PAGES: tuple[type[PlatformPage], ...] = (ArticlesPage, ArticlePage, CommentsPage, UserPage, OrganizationPage, FeedPage)
