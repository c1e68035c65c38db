"""What LinkedIn says of a post as JSON-LD: counters, media, and the medium that they give away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crawler.items import Format, Media, Metrics
from crawler.pages.linkedin.page import handle_of
from crawler.reading.interactions import interactions
from crawler.reading.jsonld import JsonLd, Node, strings, types, values
from crawler.reading.jsonvalue import link, mapping, positive
from crawler.reading.language import language_tag
from crawler.reading.relay import objects
from crawler.reading.stated import columns

NOT_PUBLIC = ("share_count", "view_count", "save_count")
# a native video's own node stands beside, or in place of, the posting
_POSTINGS = ("socialmediaposting", "discussionforumposting", "videoobject", "article", "newsarticle", "blogposting")


def posting(said: JsonLd, number: str | None) -> Node | None:
    """The node of the post with this number, else the first of the kind that says most."""
    found = [one for one in said.nodes if types(one) & set(_POSTINGS)]
    found.sort(key=lambda one: min(_POSTINGS.index(kind) for kind in types(one) & set(_POSTINGS)))
    own = (one for one in found if number and number in " ".join(strings(one, "@id", "url", "mainentityofpage")))
    return next(own, next(iter(found), None))


def postings_in(nodes: Iterable[Node]) -> Iterator[Node]:
    """Every post in nodes, however deep; never one inside another."""
    inner: set[int] = set()
    for one in objects(list(nodes)):
        if types(one) & set(_POSTINGS) and id(one) not in inner:
            inner.update(id(part) for part in objects(dict(one)))
            yield one


def author_of(node: Node, said: JsonLd) -> str | None:
    """Handle of who wrote a post."""
    author = mapping(said.resolve(next(iter(values(node, "author", "creator")), {})))
    return handle_of(link(next(iter(strings(author, "url")), None)))


def language_of(node: Node) -> str | None:
    """The language that a post is said to be in."""
    return language_tag(next(iter(strings(node, "inlanguage")), None))


def post_metrics(node: Node, comments_elsewhere: object = None) -> Metrics:
    """The node's own counters. ``comments_elsewhere``: how many comments another part of the page states."""
    said = interactions(node)
    comments = said.get("commentaction", said.get("replyaction", next(iter(values(node, "commentcount")), None)))
    rare = {"view_count": said.get("viewaction", said.get("watchaction")), "share_count": said.get("shareaction")}
    stated = {
        "like_count": said.get("likeaction"),
        "comment_count": comments_elsewhere if comments is None else comments,
        **{column: value for column, value in rare.items() if value is not None},
    }
    return Metrics(**columns(stated, not_public=NOT_PUBLIC))


def post_media(node: Node) -> Iterator[Media]:
    """Videos, or else pictures of a post."""
    videos = [*values(node, "video", "associatedmedia"), *([node] if "videoobject" in types(node) else ())]
    for one in map(mapping, videos):
        yield Media(
            kind="video",
            url=link(next(iter(strings(one, "contenturl", "embedurl", "thumbnailurl")), None)),
            width=_pixels(one, "width"),
            height=_pixels(one, "height"),
        )
    for one in () if videos else values(node, "image"):
        url = link(next(iter(strings(one, "url", "contenturl")), None) if isinstance(one, Mapping) else one)
        if url:
            yield Media(kind="image", url=url)


def kind_of(node: Node, media: Iterable[Media], *, has_document: bool = False) -> Format:
    """The medium, by the addresses that LinkedIn gives to attached pictures."""
    found = list(media)
    if any(one.kind == "video" for one in found):
        return Format.VIDEO
    addresses = " ".join(one.url or "" for one in found)
    if "articleshare" in addresses or "article-cover" in addresses:
        return Format.LINK
    if has_document or "document" in addresses:
        return Format.CAROUSEL
    # a picture of the author's own stands where a post has none
    pictures = [one for one in found if not re.search(r"profile-displayphoto|company-logo", one.url or "")]
    if len(pictures) > 1:
        return Format.CAROUSEL
    if not pictures:
        return Format.TEXT
    # of a shared link, ``text`` is the link's title and ``articleBody`` what was said about it
    title, words = strings(node, "text"), strings(node, "articlebody")
    return Format.LINK if title and words and title != words and "/sync/" in addresses else Format.IMAGE


def _pixels(node: Mapping[str, Any], name: str) -> int | None:
    said = next(iter(values(node, name)), None)
    return positive(int(said)) if isinstance(said, str) and re.fullmatch(r"[0-9]{1,5}", said) else positive(said)
