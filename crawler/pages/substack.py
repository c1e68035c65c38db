"""Substack: publications at ``NAME.substack.com``, by the interface that their own archive page uses.

Where things are (no official interface exists; robots.txt of the publication decides at run time):

- ``/api/v1/archive?sort=new&offset=…&limit=…``: the posts, newest first, with ``reaction_count`` (people who liked),
  ``comment_count``, ``restacks``, title, opening, cover, tags and bylines; the page behind the last one is empty.
- ``/api/v1/posts/SLUG``: one post with the same fields.
- ``substack.com/api/v1/user/HANDLE/public_profile``: which publication a person writes (``primaryPublication``).
- Views, the number of subscribers and the text of paid posts are not public.

A publication under its own domain is collected as a site: its pages carry the same counts
(:mod:`crawler.reading.embedded`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

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
    Profile,
    Reason,
    RequestKind,
)
from crawler.pages.base import AccountRef, Capture, PageProblem, PlatformPage
from crawler.pages.walls import is_html, problem_of
from crawler.reading import hashtags
from crawler.reading.content import said_text
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import NotJsonError, identifier, link, mapping, parse, sequence, string
from crawler.reading.urls import permalink, site_host

PER_PAGE = 50
"""Posts asked for at once; how many come is the server's choice, so paging goes by what came."""
_MAX_COUNT = 10**12
_FORMATS = {"podcast": Format.AUDIO, "thread": Format.TEXT, "video": Format.VIDEO}
_UNKNOWN = ("view_count", "save_count", "quote_count")
_COUNTS = {"like_count": "reaction_count", "comment_count": "comment_count", "share_count": "restacks"}


class _Answer(PlatformPage):
    """What all answers have in common."""

    platform = Platform.SUBSTACK
    path: ClassVar[re.Pattern[str]]

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 - the address says it
        return cls.path.search(urlsplit(url).path) is not None

    def document(self) -> Any:
        """The JSON document; raises :class:`PageProblem` where there is none."""
        url, body, status = str(self.response.url), bytes(self.response.body), self.response.status or 200
        if status >= 400 or is_html(self.response.headers.get("Content-Type") or "", body[:4_096]):
            raise problem_of(status, body, url[:200])
        try:
            return parse(body, strict=False)
        except NotJsonError as error:
            raise _changed(url) from error

    @property
    def host(self) -> str:
        account = self.capture.account
        is_ours = account is not None and account.platform is Platform.SUBSTACK
        return account.host if is_ours and account is not None else site_host(str(self.response.url))


class ArchivePage(_Answer):
    """A page of a publication's archive; ``native_id`` is Substack's number of the post."""

    path = re.compile(r"^/api/v1/archive/?$")
    examples: ClassVar[tuple[str, ...]] = ("https://acme.substack.com/api/v1/archive?sort=new&offset=0&limit=50",)

    def read(self) -> PostList:
        url = str(self.response.url)
        document = self.document()
        rows = document.get("posts") if isinstance(document, dict) else document
        if not isinstance(rows, list):
            raise _changed(url)
        posts: dict[str, Post] = {}
        skipped: Counter[str] = Counter()
        for row in rows:
            post = _post(mapping(row), self.host, self.capture)
            if post is None:
                skipped["without_address"] += 1
            else:
                posts.setdefault(post.native_id, post)
        following = (NextRequest(url=_further(url, len(rows)), kind=RequestKind.LISTING),) if rows else ()
        return PostList(posts=tuple(posts.values()), next_requests=following, skipped=dict(skipped))


class PostAnswer(_Answer):
    """One post, as the archive has it."""

    path = re.compile(r"^/api/v1/posts/[^/]+/?$")
    examples: ClassVar[tuple[str, ...]] = ("https://acme.substack.com/api/v1/posts/how-we-roast",)

    def read(self) -> PostList:
        post = _post(mapping(self.document()), self.host, self.capture)
        if post is None:
            raise _changed(str(self.response.url))
        return PostList(posts=(post,))


class PersonAnswer(_Answer):
    """Which publication a person writes."""

    path = re.compile(r"^/api/v1/user/[^/]+/public_profile/?$")
    examples: ClassVar[tuple[str, ...]] = ("https://substack.com/api/v1/user/acme/public_profile",)

    def read(self) -> PostList:
        said = mapping(self.document())
        handle = string(said.get("handle"))
        if handle is None:
            raise _changed(str(self.response.url))
        name = string(mapping(said.get("primaryPublication")).get("subdomain")) or ""
        if not re.fullmatch(r"[a-z0-9-]{1,63}", name):
            raise PageProblem(
                Outcome.LAYOUT_CHANGED,
                f"@{handle} has no publication on Substack; paste the link of the publication, or of its own site.",
                Reason.NO_FEED,
            )
        profile = Profile(
            platform=Platform.SUBSTACK,
            host=self.host,
            native_account_id=identifier(said.get("id")),
            handle=f"@{handle}",
            url=f"https://substack.com/@{handle}",
            name=string(said.get("name")),
            bio=string(said.get("bio")),
            avatar_url=link(said.get("photo_url")),
        )
        return PostList(profile=profile, next_requests=(_archive(f"https://{name}.substack.com/"),))


PAGES: tuple[type[PlatformPage], ...] = (ArchivePage, PostAnswer, PersonAnswer)


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:  # noqa: ARG001 — each publication has its own address
    """The publication's archive; of a person first the publication."""
    if not ref.handle.startswith("@"):
        return (_archive(ref.url),)
    path = f"/api/v1/user/{quote(ref.handle[1:], safe='')}/public_profile"
    return (NextRequest(url=_at(ref.url, path), kind=RequestKind.PROFILE),)


def post_requests(
    ref: AccountRef,
    posts: Sequence[tuple[str, str | None]],
    base_urls: Mapping[str, str],  # noqa: ARG001
) -> tuple[NextRequest, ...]:
    """One request a post, at the publication that its address names."""
    found = []
    for native_id, url in posts:
        slug = re.search(r"^/p/([^/]+)/?$", urlsplit(url or "").path)
        if slug is not None:
            at = url if ref.handle.startswith("@") else ref.url
            address = _at(at or "", f"/api/v1/posts/{slug.group(1)}")
            found.append(NextRequest(url=address, kind=RequestKind.POST, native_id=native_id))
    return tuple(found)


def _archive(root: str) -> NextRequest:
    return NextRequest(
        url=_at(root, "/api/v1/archive", sort="new", offset="0", limit=str(PER_PAGE)), kind=RequestKind.LISTING
    )


def _at(root: str, path: str, **query: str) -> str:
    parts = urlsplit(root)
    return urlunsplit((parts.scheme, parts.netloc, path, urlencode(query), ""))


def _further(url: str, count: int) -> str:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    offset = query.get("offset", "0")
    start = int(offset) if re.fullmatch(r"[0-9]{1,7}", offset) else 0
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode({**query, "offset": str(start + count)}), ""))


def _changed(url: str) -> PageProblem:
    return PageProblem(Outcome.LAYOUT_CHANGED, f"{url[:200]} is no answer as Substack's archive gives.")


def _post(said: Mapping[str, Any], host: str, capture: Capture) -> Post | None:
    address = permalink(link(said.get("canonical_url")) or "")
    number = identifier(said.get("id"))
    if address is None or number is None:
        return None
    account = capture.account
    published = read_date(string(said.get("post_date")), latest=capture.fetched_at)
    # the archive has the opening only: a post looked at by itself must not seem edited
    opening = string(said.get("truncated_body_text")) or string(said.get("description"))
    cover = link(said.get("cover_image"))
    kind = "video" if said.get("video_upload_id") else string(said.get("type")) or "newsletter"
    names = (string(mapping(byline).get("name")) for byline in sequence(said.get("publishedBylines")))
    tags = (string(mapping(tag).get("name")) for tag in sequence(said.get("postTags")))
    is_exact = published is not None and published.precision in (Precision.SECOND, Precision.MINUTE)
    return Post(
        platform=Platform.SUBSTACK,
        host=host,
        native_id=number,
        account=account.handle
        if account is not None and account.platform is Platform.SUBSTACK
        else host.partition(".")[0],
        author=", ".join(name.strip() for name in names if name and name.strip()) or None,
        url=address,
        format=_FORMATS.get(kind, Format.ARTICLE),
        title=string(said.get("title")),
        text=said_text(opening) if opening else None,
        published_at=published.at if published else None,
        published_precision=published.precision if published else None,
        published_text=None if is_exact else string(said.get("post_date")),
        media=(Media(kind="image", url=cover),) if cover else (),
        hashtags=hashtags.unique(tag.strip().lstrip("#") for tag in tags if tag),
        metrics=_metrics(said),
    )


def _metrics(said: Mapping[str, Any]) -> Metrics:
    known = {name: count for name, key in _COUNTS.items() if (count := _count(said.get(key))) is not None}
    reactions = {
        string(name) or "": count
        for name, stated in list(mapping(said.get("reactions")).items())[:20]
        if (count := _count(stated)) is not None
    }
    if reactions and said.get("reaction_count") is None:
        known["like_count"] = sum(reactions.values())  # older answers state no sum
    missing = dict.fromkeys(_UNKNOWN, MissingReason.NOT_PUBLIC)
    missing |= {name: MissingReason.NOT_OBSERVED for name in _COUNTS if name not in known}
    return Metrics(
        like_count=known.get("like_count"),
        comment_count=known.get("comment_count"),
        share_count=known.get("share_count"),
        reactions=reactions,
        missing=missing,
    )


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MAX_COUNT else None
