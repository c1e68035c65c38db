"""Topics and posts of Discourse as its answers write them, as posts of ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from crawler.items import (
    Format,
    Media,
    Metrics,
    MissingReason,
    NextRequest,
    Platform,
    Post,
    RequestKind,
    Role,
)
from crawler.pages.open_page import HostedPage, published_fields
from crawler.reading import hashtags
from crawler.reading.content import read_content
from crawler.reading.counts import Count, read_count
from crawler.reading.dates import read_date
from crawler.reading.distinct import distinct
from crawler.reading.jsonvalue import identifier, link, mapping, sequence, string
from crawler.reading.text import clean, html_links, html_to_text
from crawler.reading.urls import path_of

NUMBER = re.compile(r"[1-9][0-9]{0,17}")
TOPIC_PATH = re.compile(r"(?:/[^/]{1,100})?/t/(?:[^/]{1,300}/)?([1-9][0-9]{0,17})(?:/([0-9]{1,9}))?/?")
"""Number of the topic, number of the post in it; perhaps in a folder of the site."""
LIKES_OF_FIRST_POST = "likes_of_first_post"
_LIKE = 2
_SMALL_ACTION = 3
_NOT_PUBLIC = ("share_count", "save_count", "quote_count")
_PICTURE_FACTS = frozenset({"meta"})
"""File name and size under a picture."""
_INNER_LINKS = re.compile(r"mention|hashtag|lightbox|anchor|attachment")
_OPENER = "Original Poster"
_STAFF = ("staff", "admin", "moderator", "group_moderator")
_QUOTE = re.compile(r"<aside\s([^<>]{0,300}\bquote\b[^<>]{0,300})>")
_OF_QUOTE = re.compile(r'data-(topic|post)="([0-9]{1,18})"')


def topic_request(base: str, native_id: str, published_at: datetime | None = None) -> NextRequest:
    """What opens a topic."""
    url = f"{base}/t/{native_id}.json"
    return NextRequest(url=url, kind=RequestKind.POST, native_id=native_id, published_at=published_at)


class ForumPage(HostedPage):
    """One kind of answer or page of a forum."""

    platform = Platform.DISCOURSE
    network = "Discourse"

    @property
    def is_thin(self) -> bool:
        """A whole forum is watched: what its listings do not say is not kept."""
        ref = self.ref
        return ref is not None and not ref.handle.startswith(("c/", "u/"))

    @property
    def asked_for(self) -> str:
        return f"The forum {self.host}" if self.is_thin else super().asked_for

    @property
    def site(self) -> str:
        """Where the forum's pages are: the account's own address, else the one that answered."""
        parts = urlsplit(self.ref.url if self.ref else self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def stated_status(self, said: Mapping[str, Any]) -> int:
        kind = string(said.get("error_type"))
        known = {"not_found": 404, "not_logged_in": 403, "invalid_access": 403, "rate_limit": 429}
        return known.get(kind or "", 400 if "errors" in said else 200)

    def account_of(self, stated: str | None = None) -> str:
        """The watched account, else what is stated or the whole forum."""
        return self.ref.handle if self.ref else stated or self.host

    def topic(
        self, entry: Mapping[str, Any], author: str | None, first: Mapping[str, Any], account: str
    ) -> Post | None:
        """A topic from its entry and, where it was opened, its first post; ``None`` when it names none."""
        native_id = identifier(entry.get("id"))
        if native_id is None or NUMBER.fullmatch(native_id) is None:
            return None
        slug = string(entry.get("slug"))
        url = link(f"{self.site}/t/{slug}/{native_id}" if slug else f"{self.site}/t/{native_id}")
        content = self._opened(first, url) if first and not self.is_thin else _listed(entry, self.site)
        outside = link(entry.get("featured_link"))
        if outside:
            content |= {"format": Format.LINK, "links": tuple(dict.fromkeys((outside, *content["links"])))}
        return Post(
            platform=self.platform,
            host=self.host,
            native_id=native_id,
            account=account,
            author=author or string(first.get("username")),
            url=url,
            title=clean(string(entry.get("title")) or "").strip() or None,
            language=string(entry.get("locale")) or None,
            **self.dates(entry.get("created_at") or first.get("created_at")),
            is_pinned=entry.get("pinned") is True or entry.get("pinned_globally") is True,
            hashtags=tags_of(entry.get("tags")),
            metrics=_topic_metrics(entry, first),
            **content,
        )

    def reply(self, entry: Mapping[str, Any]) -> Post | None:
        """A post that is not the first of its topic."""
        number, topic = identifier(entry.get("id")), identifier(entry.get("topic_id"))
        author = string(entry.get("username"))
        if number is None or NUMBER.fullmatch(number) is None or not author:
            return None
        slug, place = string(entry.get("topic_slug")), identifier(entry.get("post_number"))
        url = (
            link(f"{self.site}/t/{slug or '-'}/{topic}/{place}") if topic and place else link(f"{self.site}/p/{number}")
        )
        likes, replies, reads = likes_on(entry), read_count(entry.get("reply_count")), read_count(entry.get("reads"))
        return Post(
            platform=self.platform,
            host=self.host,
            native_id=f"p/{number}",
            account=self.account_of(),
            author=author,
            url=url,
            role=Role.REPLY,
            **self.dates(entry.get("created_at")),
            original_native_id=topic,
            metrics=_metrics({"like_count": likes, "comment_count": replies, "view_count": reads}),
            **self._opened(entry, url),
        )

    def dates(self, said: object) -> dict[str, Any]:
        return published_fields(read_date(said, latest=self.capture.fetched_at), said)

    def _opened(self, first: Mapping[str, Any], url: str | None) -> dict[str, Any]:
        version = read_count(first.get("version"))
        is_edited = version.value > 1 if version else None
        edited = read_date(first.get("updated_at"), latest=self.capture.fetched_at) if is_edited else None
        return {
            **content_of(string(first.get("cooked")) or "", url),
            "edited_at": edited.at if edited else None,
            "is_edited": is_edited,
        }


def content_of(cooked: str, url: str | None) -> dict[str, Any]:
    """Text, medium, pictures, links and mentions of a post's HTML."""
    content = read_content(cooked, url)
    text = html_to_text(cooked, without_classes=_PICTURE_FACTS)
    inner: set[str | None] = set()
    mentions: list[str] = []
    for href, classes in html_links(cooked):
        named = " ".join(sorted(classes))
        if _INNER_LINKS.search(named):
            inner.add(link(href, url))
            if "mention" in classes:
                mentions.append(path_of(link(href, url) or "").rstrip("/").rpartition("/")[2])
    return {
        "format": _format(cooked, text, content.media),
        "text": text,
        "media": content.media,
        "links": tuple(each for each in content.links if each not in inner and each.partition("#")[0] != url),
        "mentions": distinct(mentions),
    }


def _format(cooked: str, text: str, media: tuple[Media, ...]) -> Format:
    if 'class="poll' in cooked:
        return Format.POLL
    if text or not media:
        return Format.TEXT
    kinds = {medium.kind for medium in media}
    if kinds == {"image"}:
        return Format.CAROUSEL if len(media) > 1 else Format.IMAGE
    return Format.VIDEO if "video" in kinds else Format.AUDIO


def _listed(entry: Mapping[str, Any], site: str) -> dict[str, Any]:
    excerpt, picture = string(entry.get("excerpt")), link(entry.get("image_url"), f"{site}/")
    return {
        "format": Format.TEXT,
        "text": html_to_text(excerpt) if excerpt else None,
        "media": (Media(kind="image", url=picture),) if picture else (),
        "links": (),
    }


def tags_of(said: object) -> tuple[str, ...]:
    """Tags, by name or as objects that have one."""
    return hashtags.unique(
        (string(tag) or string(mapping(tag).get("name")) or "").strip() for tag in sequence(said)
    )  # fmt: skip


def likes_on(post: Mapping[str, Any]) -> Count | None:
    """Likes of one post. Answers leave out what nobody did: a summary without likes says that there are none."""
    if (stated := read_count(post.get("like_count"))) is not None:
        return stated
    summary = post.get("actions_summary")
    if not isinstance(summary, list):
        return None
    found = next((mapping(one) for one in summary if mapping(one).get("id") == _LIKE), {})
    return read_count(found.get("count", 0))


def has_topic_likes(entry: Mapping[str, Any]) -> bool:
    return read_count(entry.get("like_count")) is not None


def is_by_account(post: Mapping[str, Any], handle: str) -> bool | None:
    """Whether the watched user wrote a post, or, for a category or a whole forum, its staff; ``None``: not said."""
    kind, _, name = handle.partition("/")
    if kind == "u":
        author = string(post.get("username"))
        return author.casefold() == name.casefold() if author else None
    if any(post.get(key) is True for key in _STAFF):
        return True
    # older answers say of nobody if they are an admin
    return False if isinstance(post.get("staff"), bool) or isinstance(post.get("admin"), bool) else None


def answered_number(post: Mapping[str, Any]) -> str | None:
    """Number, in its topic, of the post that this one answers: the one it was written under, else the first of the
    same topic that it quotes."""
    stated = identifier(post.get("reply_to_post_number"))
    if stated is not None:
        return stated
    topic = identifier(post.get("topic_id"))
    for attributes in _QUOTE.findall(string(post.get("cooked")) or ""):
        about: dict[str, str] = dict(_OF_QUOTE.findall(attributes))
        if about.get("topic") == topic and "post" in about:
            return about["post"]
    return None


def is_small_action(post: Mapping[str, Any]) -> bool:
    """ "This topic was closed", and its like."""
    return post.get("post_type") == _SMALL_ACTION


def reason_to_skip(entry: Mapping[str, Any]) -> str | None:
    """Why a topic or post is none that we keep."""
    if entry.get("archetype") == "private_message":
        return "private_message"
    return "deleted_stub" if entry.get("deleted_at") or entry.get("user_deleted") is True else None


def opener(entry: Mapping[str, Any], users: Mapping[str, str]) -> str | None:
    """Who began a listed topic: the poster who is called so, else the first of them."""
    posters = [mapping(one) for one in sequence(entry.get("posters"))]
    posters.sort(key=lambda one: _OPENER not in (string(one.get("description")) or ""))
    for one in posters[:1]:
        return string(mapping(one.get("user")).get("username")) or users.get(identifier(one.get("user_id")) or "")
    return None


def names_of(users: Iterable[object]) -> dict[str, str]:
    """User id → name."""
    found = ((identifier(mapping(one).get("id")), string(mapping(one).get("username"))) for one in users)
    return {number: name for number, name in found if number and name}


def _topic_metrics(entry: Mapping[str, Any], first: Mapping[str, Any]) -> Metrics:
    posts = read_count(entry.get("posts_count"))
    likes = read_count(entry.get("like_count")) or likes_on(first)
    comments = Count(posts.value - 1) if posts and posts.value else None
    return _metrics({"like_count": likes, "comment_count": comments, "view_count": read_count(entry.get("views"))})


def _metrics(counts: Mapping[str, Count | None]) -> Metrics:
    known: dict[str, Any] = {column: count.value for column, count in counts.items() if count}
    missing = dict.fromkeys((column for column in counts if column not in known), MissingReason.NOT_OBSERVED)
    return Metrics(**known, missing=missing | dict.fromkeys(_NOT_PUBLIC, MissingReason.NOT_PUBLIC))
