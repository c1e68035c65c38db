"""What the interface's answers share: an article as a post, whoever wrote it as a profile, what an error is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from crawler.items import (
    Format,
    Media,
    Metrics,
    MissingReason,
    NextRequest,
    Platform,
    Post,
    Profile,
    RequestKind,
    Thread,
)
from crawler.pages.open_page import HostedPage, host_or_none, published_fields
from crawler.reading import hashtags
from crawler.reading.content import read_content, said_text
from crawler.reading.counts import read_count
from crawler.reading.dates import Moment, read_date
from crawler.reading.distinct import distinct
from crawler.reading.jsonvalue import identifier, link, mapping, sequence, string
from crawler.reading.text import clean, html_to_text
from crawler.reading.urls import permalink

COMMENTS_A_PAGE = 100
_KIND = re.compile(rb'"type_of"\s*:\s*"([a-z_]{1,40})"')
_ERROR = re.compile(rb'\{\s*"error"')
_LIKES = ("public_reactions_count", "positive_reactions_count")
NOT_PUBLIC = ("share_count", "save_count")


class ForemPage(HostedPage):
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


def is_ours(path: object, head: bytes, opening: bytes, kind: bytes) -> bool:
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
        missing=missing | dict.fromkeys(NOT_PUBLIC, MissingReason.NOT_PUBLIC),
    )
