"""What every source of Tumblr's posts shares: their names, what stands in their texts, their counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import frozen

from crawler.items import Format, Media, Metrics, MissingReason, Platform, Post, PostList, Profile, Role
from crawler.pages.open_page import OpenPage, published_fields
from crawler.reading import hashtags
from crawler.reading.content import read_content, said_text
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.distinct import distinct
from crawler.reading.jsonvalue import link, string
from crawler.reading.text import clean, html_links
from crawler.reading.urls import host_of, path_of

POST_ID = re.compile(r"[1-9][0-9]{0,19}")
MAX_POSTS = 1_000
"""Read from one answer."""
_POST_PATH = re.compile(r"/(?:post|image|video_file|private)/([1-9][0-9]{0,19})(?:/.*)?")
_NEW_PATH = re.compile(r"/(?:blog/(?:view/)?)?([A-Za-z0-9-]{1,64})/([1-9][0-9]{0,19})(?:/.*)?")
_BLOG_HOST = re.compile(r"(?!www\.|api\.|m\.|assets\.|static\.|64\.media\.)([a-z0-9-]{1,64})\.tumblr\.com")
_BLOG_LINKS = frozenset({"tumblelog", "tumblr_blog"})


def names_in(url: str | None) -> tuple[str | None, str | None]:
    """Blog and number of the post behind an address; the blog of a custom domain stays unknown."""
    path, host = path_of(url or ""), host_of(url or "")
    blog = found.group(1) if (found := _BLOG_HOST.fullmatch(host)) else None
    if found := _POST_PATH.fullmatch(path):
        return blog, found.group(1)
    if host in ("www.tumblr.com", "tumblr.com") and (found := _NEW_PATH.fullmatch(path)):
        return found.group(1).lower(), found.group(2)
    return blog, None


@frozen(kw_only=True)
class Body:
    """A text with markup, taken apart."""

    text: str
    media: tuple[Media, ...]
    links: tuple[str, ...]
    mentions: tuple[str, ...]


def body_of(html: str, base: str | None, *more_links: str | None) -> Body:
    """What a post says in HTML; ``more_links`` it states besides come first."""
    content = read_content(html, base)
    blogs = {
        url
        for href, classes in html_links(html)
        if classes & _BLOG_LINKS and (url := link(href, base))
    }  # fmt: skip
    named = [names_in(url)[0] or path_of(url).strip("/").partition("/")[0] for url in sorted(blogs)]
    return Body(
        text=said_text(html),
        media=content.media,
        links=tuple(dict.fromkeys(url for url in (*more_links, *content.links) if url and url not in blogs)),
        mentions=distinct(named),
    )


def together(bodies: Sequence[Body]) -> Body:
    """Several texts of one post as one."""
    return Body(
        text=joined(*(body.text for body in bodies)),
        media=tuple(medium for body in bodies for medium in body.media),
        links=tuple(dict.fromkeys(each for body in bodies for each in body.links)),
        mentions=tuple(dict.fromkeys(each for body in bodies for each in body.mentions)),
    )


def joined(*parts: str | None) -> str:
    """Texts, each a paragraph of its own."""
    return "\n\n".join(part.strip() for part in parts if part and part.strip())


def form_of(media: Sequence[Media], title: str | None) -> Format:
    """What a post is that only says what is in it."""
    if title or not media:
        return Format.TEXT
    kinds = {medium.kind for medium in media}
    if kinds == {"image"}:
        return Format.CAROUSEL if len(media) > 1 else Format.IMAGE
    return Format.VIDEO if "video" in kinds else Format.AUDIO if "audio" in kinds else Format.OTHER


def metrics_of(notes: object, plays: object = None, kinds: Mapping[str, object] | None = None) -> Metrics:
    """Notes as the source states them; ``kinds``: of how many likes, reblogs and replies, where it tells them apart."""
    likes, views = read_count(notes), read_count(plays)
    missing = dict.fromkeys(("comment_count", "share_count", "save_count", "quote_count"), MissingReason.NOT_PUBLIC)
    if likes is None:
        missing["like_count"] = MissingReason.NOT_OBSERVED if notes is None else MissingReason.NOT_PARSED
    if views is None:
        missing["view_count"] = MissingReason.NOT_PUBLIC
    reactions = {kind: count.value for kind, said in (kinds or {}).items() if (count := read_count(said))}
    rounded = {"like_count": likes.rounded} if likes and likes.rounded else {}
    return Metrics(
        like_count=likes.value if likes else None,
        view_count=views.value if views else None,
        reactions=reactions,
        missing=missing,
        rounded=rounded,
    )


def tags_of(said: Iterable[object]) -> tuple[str, ...]:
    """Tags, which may have spaces in them."""
    return hashtags.unique((string(tag) or "").strip().lstrip("#").strip() for tag in said)


@frozen(kw_only=True)
class Reblog:
    """Whose post a reblog carries: the root's, else that of the blog it came by."""

    author: str | None
    url: str | None
    native_id: str | None


def reblog_of(root: tuple[object, object], source: tuple[object, object]) -> Reblog | None:
    """From name and address of root and source; ``None`` when neither is stated: then it is no reblog."""
    for name, address in (root, source):
        author, url = string(name) or None, link(address)
        if author or url:
            blog, number = names_in(url)
            return Reblog(author=author or blog, url=url, native_id=number)
    return None


class TumblrPage(OpenPage):
    """One kind of answer or page of Tumblr."""

    platform = Platform.TUMBLR
    network = "Tumblr"

    def account_of(self, blog: str | None) -> str:
        """The blog's name as it is watched, else as it is stated, else as the address says."""
        stated = (blog or "").strip() or names_in(self.url)[0] or ""
        ref = self.ref
        return stated if ref is None or ref.handle.casefold() == stated.casefold() else ref.handle

    def dates(self, *stated: object) -> dict[str, Any]:
        """The first of the stated dates that is one."""
        for said in stated:
            if (moment := read_date(said, latest=self.capture.fetched_at)) is not None:
                return published_fields(moment, said)
        written = next((clean(said)[:100] for said in stated if isinstance(said, str) and said.strip()), None)
        return {"published_text": written}

    def carried(self, reblog: Reblog | None, account: str, url: str | None) -> dict[str, Any]:
        """Role, author and address."""
        if reblog is None:
            return {"role": Role.ORIGINAL, "author": account or None, "url": url}
        return {
            "role": Role.REPOST,
            "author": reblog.author,
            "url": reblog.url or url,
            "original_native_id": reblog.native_id,
            "original_url": reblog.url,
        }

    def listed(self, found: Iterable[Post | None], profile: Profile | None = None, **more: Any) -> PostList:
        """The posts, each once; what is none is counted."""
        posts: dict[str, Post] = {}
        left = 0
        for post in found:
            if post is None:
                left += 1
            else:
                posts.setdefault(post.native_id, post)
        if left and not posts:
            raise self.changed("the list holds no posts")
        return PostList(
            posts=tuple(posts.values()), profile=profile, skipped={"not_understood": left} if left else {}, **more
        )


HIDDEN_COUNTS: Mapping[str, MissingReason] = dict.fromkeys(
    ("follower_count", "following_count"), MissingReason.NOT_PUBLIC
)
"""What a blog shows to its owner only."""
