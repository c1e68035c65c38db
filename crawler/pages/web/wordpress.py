"""WordPress' own interface (REST API, ``wp/v2``): every post with date, text, format, tags and featured picture.

- A site names it by the link ``https://api.w.org/`` in header and head: ``/wp-json/``, or ``/?rest_route=/`` where
  permalinks are plain. Owners and plugins switch it off (401, 403, 404, or a page of HTML): then the feed is the way.
- ``X-WP-Total`` and ``X-WP-TotalPages`` say how much there is. ``date_gmt`` is UTC without a letter for it.
- Posts carry no count of comments. One request to ``comments?post=1,2,3`` names the post of each comment (and, by
  ``_fields``, nothing else: no commenter comes along), so that counts cost about one request a hundred comments.
- There are no likes, shares or views.
Source: developer.wordpress.org/rest-api/reference/posts and /comments.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from attrs import evolve

from crawler.items import (
    Format,
    Media,
    Metrics,
    MissingReason,
    NextRequest,
    Outcome,
    Platform,
    Post,
    PostList,
    Precision,
    RequestKind,
    Way,
)
from crawler.pages.base import PageProblem, PlatformPage
from crawler.pages.walls import is_html, problem_of
from crawler.pages.web.answer import Site, site_of
from crawler.reading import hashtags
from crawler.reading.content import distinct_media, read_content, said_text
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import NotJsonError, identifier, link, mapping, parse, positive, sequence, string
from crawler.reading.text import html_to_text
from crawler.reading.urls import canonical, permalink

PER_PAGE = 50
"""Posts a request; a hundred are allowed, but long ones with what is embedded may pass what one answer may weigh."""
COMMENTS_PER_PAGE = 100
_POST_FIELDS = (
    "id,date,date_gmt,modified_gmt,link,status,type,title,content,excerpt,format,sticky,comment_status,_links,_embedded"
)
_FORMATS = {
    "standard": Format.ARTICLE, "aside": Format.TEXT, "status": Format.TEXT, "quote": Format.TEXT, "chat": Format.TEXT,
    "gallery": Format.CAROUSEL, "image": Format.IMAGE, "link": Format.LINK, "video": Format.VIDEO,
    "audio": Format.AUDIO,
}  # fmt: skip
_COUNTS = ("like_count", "comment_count", "share_count", "view_count", "save_count", "quote_count")


def posts_address(root: str, **only: str) -> str:
    """Where the interface at ``root`` lists posts, newest first; ``only`` narrows it (``categories="7"``)."""
    embedded = "author,wp:term,wp:featuredmedia"
    return _route(root, "posts", {"per_page": str(PER_PAGE), **only, "_embed": embedded, "_fields": _POST_FIELDS})


def _route(root: str, name: str, query: Mapping[str, str]) -> str:
    parts = urlsplit(root)
    said = dict(parse_qsl(parts.query, keep_blank_values=True))
    if "rest_route" in said:
        said = {**said, "rest_route": f"/wp/v2/{name}", **query}
        return urlunsplit((parts.scheme, parts.netloc, parts.path, _encoded(said), ""))
    return urlunsplit((parts.scheme, parts.netloc, f"{parts.path.rstrip('/')}/wp/v2/{name}", _encoded(query), ""))


def _encoded(query: Mapping[str, str]) -> str:
    return urlencode(query, safe=",:/", quote_via=quote)


class _WordPressAnswer(PlatformPage):
    """What both have in common: where they are found, and what an answer means that is no list."""

    platform = Platform.WEB
    route: ClassVar[str]

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 - the address says it
        parts = urlsplit(url)
        stated = dict(parse_qsl(parts.query)).get("rest_route") or parts.path
        return stated.rstrip("/").endswith(f"/wp/v2/{cls.route}")

    def rows(self) -> list[Mapping[str, Any]]:
        """The rows of the list. Raises :class:`PageProblem` where there is none."""
        url, body = str(self.response.url), bytes(self.response.body)
        status = self.response.status or 200
        if status >= 400:
            raise problem_of(status, body, url[:200])
        if is_html(self.response.headers.get("Content-Type") or "", body[:4_096]):
            raise problem_of(200, body, url[:200])
        try:
            found = parse(body, strict=False)
        except NotJsonError as error:
            raise PageProblem(
                Outcome.LAYOUT_CHANGED, f"{url[:200]} is no JSON, as WordPress' interface answers."
            ) from error
        if not isinstance(found, list):
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{url[:200]} is no list, as WordPress' interface gives.")
        return [row for row in found if isinstance(row, dict)]

    def following(self, row_count: int, per_page: int) -> str | None:
        """The address of the next page."""
        page, last = self._page_number(), self._stated("X-WP-TotalPages")
        is_more = page < last if last is not None else row_count >= per_page
        if not is_more:
            return None
        parts = urlsplit(str(self.response.url))
        query = {**dict(parse_qsl(parts.query, keep_blank_values=True)), "page": str(page + 1)}
        return urlunsplit((parts.scheme, parts.netloc, parts.path, _encoded(query), ""))

    def _page_number(self) -> int:
        said = self._query().get("page", "")
        return int(said) if re.fullmatch(r"[1-9][0-9]{0,5}", said) else 1

    def _query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(str(self.response.url)).query))

    def _stated(self, header: str) -> int | None:
        said = (self.response.headers.get(header) or "").strip()
        return int(said) if re.fullmatch(r"[0-9]{1,9}", said) else None


class WordPressPosts(_WordPressAnswer):
    """A page of ``wp/v2/posts``; ``native_id`` is the canonical address of the post's page."""

    route = "posts"
    examples: ClassVar[tuple[str, ...]] = (
        "https://acme.example/wp-json/wp/v2/posts?per_page=50",
        "https://acme.example/blog/wp-json/wp/v2/posts?categories=7&page=2",
        "https://acme.example/index.php?rest_route=/wp/v2/posts&per_page=50",
    )

    def read(self) -> PostList:
        if self.response.status == 400 and self._page_number() > 1:
            return PostList(is_whole=True)  # rest_post_invalid_page_number: a post was taken down meanwhile
        rows = self.rows()
        site = site_of(self.response, self.capture)
        found: dict[str, tuple[str, Post]] = {}
        skipped: Counter[str] = Counter()
        for row in rows:
            number, post = identifier(row.get("id")), self._post(row, site)
            if post is None or number is None:
                skipped["without_address"] += 1
            elif string(row.get("status")) not in (None, "publish"):
                skipped["not_published"] += 1
            else:
                found.setdefault(post.native_id, (number, post))
        following = self.following(len(rows), PER_PAGE)
        requests = [NextRequest(url=following, kind=RequestKind.LISTING, way=Way.API)] if following else []
        numbers = [number for number, _ in found.values()]
        if numbers:
            requests.append(NextRequest(url=self._comments_of(numbers), kind=RequestKind.COUNTS, way=Way.API))
        return PostList(
            posts=tuple(post for _, post in found.values()),
            next_requests=tuple(requests),
            skipped=dict(skipped),
            is_whole=True,
            expected_count=self._stated("X-WP-Total"),
        )

    def _comments_of(self, numbers: list[str]) -> str:
        parts = urlsplit(str(self.response.url))
        stated = self._query().get("rest_route")
        path = parts.path if stated else parts.path.rstrip("/").removesuffix("/wp/v2/posts")
        root = urlunsplit((parts.scheme, parts.netloc, path, f"rest_route={stated}" if stated else "", ""))
        query = {"post": ",".join(numbers), "per_page": str(COMMENTS_PER_PAGE), "_fields": "post"}
        return _route(root, "comments", query)

    def _post(self, row: Mapping[str, Any], site: Site) -> Post | None:
        address = permalink(link(row.get("link"), str(self.response.url)) or "")
        if address is None:
            return None
        utc = string(row.get("date_gmt"))
        # a draft's zero date is how WordPress says that it does not know
        published = read_date(f"{utc}Z" if utc else string(row.get("date")), latest=self.capture.fetched_at)
        changed = string(row.get("modified_gmt"))
        edited = read_date(f"{changed}Z" if changed else None, latest=self.capture.fetched_at)
        html = _rendered(row.get("content"))
        content = read_content(html, address)
        embedded = mapping(row.get("_embedded"))
        is_exact = published is not None and published.precision in (Precision.SECOND, Precision.MINUTE)
        return Post(
            platform=Platform.WEB,
            host=site.host,
            native_id=canonical(address),
            account=site.handle,
            author=_author(embedded),
            url=address,
            format=_FORMATS.get(string(row.get("format")) or "standard", Format.ARTICLE),
            title=" ".join(html_to_text(_rendered(row.get("title"))).split()) or None,
            text=said_text(html) if html.strip() else None,
            published_at=published.at if published else None,
            published_precision=published.precision if published else None,
            published_text=None if is_exact else utc or string(row.get("date")),
            edited_at=edited.at if edited and published and edited.at > published.at else None,
            is_pinned=row.get("sticky") is True,
            media=distinct_media((*_featured(embedded), *content.media)),
            hashtags=hashtags.unique(_terms(embedded, "post_tag")),
            links=tuple(target for target in content.links if permalink(target) != address),
            metrics=None if row.get("comment_status") != "closed" else _closed(),
        )


class WordPressComments(_WordPressAnswer):
    """A page of ``wp/v2/comments``, asked for the posts of one page of :class:`WordPressPosts`: how many each has."""

    route = "comments"
    examples: ClassVar[tuple[str, ...]] = (
        "https://acme.example/wp-json/wp/v2/comments?post=3,5&per_page=100&_fields=post",
        "https://acme.example/?rest_route=/wp/v2/comments&post=3,5",
    )

    def read(self) -> PostList:
        posts = self.capture.listing
        numbers = [number for number in self._query().get("post", "").split(",") if number]
        if not posts:
            return PostList()  # a recorded answer by itself: whose comments these are cannot be told
        try:
            rows = self.rows()
        except PageProblem:
            # the list of posts is public and that of comments is not: then the counts are not
            return PostList(posts=tuple(_counted(post, None, MissingReason.NOT_PUBLIC) for post in posts))
        following = self.following(len(rows), COMMENTS_PER_PAGE)
        if len(numbers) != len(posts) or (following and self._page_number() >= max(len(posts), 2)):
            # more requests than posts: their own pages are the cheaper way to these counts
            return PostList(posts=tuple(_counted(post, None, MissingReason.NOT_OBSERVED) for post in posts))
        seen = Counter(identifier(row.get("post")) for row in rows)
        counted = (
            _counted(post, seen[number] + _so_far(post, is_first=self._page_number() == 1))
            for number, post in zip(numbers, posts, strict=True)
        )
        return PostList(
            posts=tuple(counted),
            next_requests=(NextRequest(url=following, kind=RequestKind.COUNTS, way=Way.API),) if following else (),
        )


def _so_far(post: Post, *, is_first: bool) -> int:
    return 0 if is_first or post.metrics is None else post.metrics.comment_count or 0


def _counted(post: Post, comment_count: int | None, why_not: MissingReason | None = None) -> Post:
    missing = dict.fromkeys(_COUNTS, MissingReason.NOT_PUBLIC)
    if comment_count == 0 and post.metrics is not None and "comment_count" in post.metrics.missing:
        comment_count, why_not = None, post.metrics.missing["comment_count"]
    if comment_count is None:
        missing["comment_count"] = why_not or MissingReason.NOT_OBSERVED
    else:
        del missing["comment_count"]
    return evolve(post, metrics=Metrics(comment_count=comment_count, missing=missing))


def _closed() -> Metrics:
    """Nobody may comment: no comments does not mean that nobody wanted to."""
    return Metrics(missing=dict.fromkeys(_COUNTS, MissingReason.NOT_PUBLIC))


def _rendered(value: object) -> str:
    said = mapping(value).get("rendered", value)
    return said if isinstance(said, str) else ""


def _author(embedded: Mapping[str, Any]) -> str | None:
    names = (string(mapping(author).get("name")) for author in sequence(embedded.get("author")))
    return ", ".join(name.strip() for name in names if name and name.strip()) or None


def _terms(embedded: Mapping[str, Any], taxonomy: str) -> Iterator[str]:
    for terms in sequence(embedded.get("wp:term")):
        for term in sequence(terms):
            name = string(mapping(term).get("name"))
            if name and mapping(term).get("taxonomy") == taxonomy:
                yield " ".join(html_to_text(name).lstrip("#").split())


def _featured(embedded: Mapping[str, Any]) -> Iterator[Media]:
    for medium in sequence(embedded.get("wp:featuredmedia")):
        said = mapping(medium)
        address = link(said.get("source_url"))
        details = mapping(said.get("media_details"))
        kind = (string(said.get("mime_type")) or "").partition("/")[0]
        if address is not None:
            yield Media(
                kind=kind if kind in ("image", "video", "audio") else "unknown",
                url=address,
                width=positive(details.get("width")),
                height=positive(details.get("height")),
                alt_text=string(said.get("alt_text")),
            )
