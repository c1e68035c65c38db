"""What a channel writes in its posts tab: text, pictures, polls, videos that it points to.

``backstagePostRenderer`` (``postRenderer`` in feeds), inside ``backstagePostThreadRenderer``; a post that shares
another is a ``sharedPostRenderer`` around it. Likes stand rounded in ``voteCount``, exact in what the button says to
screen readers ("along with 1,204 other people"); the button for comments has no number where there are none, and is
missing where they are switched off. Dates are relative; an edited post says so behind its date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from crawler.items import Format, Media, Metrics, MissingReason, Platform, Post, Precision, Role
from crawler.pages.base import Capture
from crawler.pages.youtube.wording import (
    CHANNEL_ID,
    SITE,
    VIDEO_ID,
    count_among_words,
    count_values,
    handle_in,
    links_in,
    mentions_in,
    pictures,
    rough_count,
    text_of,
)
from crawler.reading import hashtags
from crawler.reading.counted import counted
from crawler.reading.counts import Count
from crawler.reading.jsonvalue import link, mapping, positive, sequence, string
from crawler.reading.relative_dates import read_relative_date
from crawler.reading.relay import objects
from crawler.reading.wrapped_links import unwrapped

POST_ID = re.compile(r"Ug[A-Za-z0-9_-]{10,60}")
_KINDS = ("sharedPostRenderer", "backstagePostRenderer", "postRenderer")
_EDITED = re.compile(r"\s*[(（][^()（）]{1,40}[)）]\s*$")
_MOST_POSTS = 500


@frozen(kw_only=True)
class ListedPost:
    """One post of a list, with whom it says it is by."""

    post: Post
    author_id: str | None
    """Channel id, where it is named."""


def community_posts(value: object, capture: Capture, account: str | None) -> Iterator[ListedPost]:
    """Every post of a tree, in its order, each once; what a post shares is part of it. ``account``: whose they are
    where a post does not say."""
    seen: set[str] = set()
    for kind, said in _renderers(value):
        found = _listed(said, capture, account, is_sharing=kind == _KINDS[0])
        if found is not None and found.post.native_id not in seen and len(seen) < _MOST_POSTS:
            seen.add(found.post.native_id)
            yield found


def parts_of_posts(value: object) -> frozenset[int]:
    """Identities of the objects inside posts: a video that one points to is no entry of the list."""
    return frozenset(id(part) for _, said in _renderers(value) for part in objects(said))


def post_url(post_id: str) -> str:
    return f"{SITE}/post/{post_id}"


def _renderers(value: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The outermost posts; each part is looked at twice at most."""
    inside: set[int] = set()
    for one in objects(value):
        if id(one) in inside:
            continue
        for kind in _KINDS:
            if said := mapping(one.get(kind)):
                inside.update(id(part) for part in objects(said))
                yield kind, said


def _listed(said: Mapping[str, Any], capture: Capture, account: str | None, *, is_sharing: bool) -> ListedPost | None:
    post_id = string(said.get("postId")) or ""
    if not POST_ID.fullmatch(post_id):
        return None
    author_id, handle = _author(said, "endpoint" if is_sharing else "authorEndpoint", "displayName")
    words = said.get("content") if is_sharing else said.get("contentText")
    text = text_of(words).strip()
    shared = next((one for _, one in _renderers(said.get("originalPost"))), {}) if is_sharing else {}
    shared_id = string(shared.get("postId"))
    shared_by = _author(shared, "authorEndpoint", "authorText")[1]
    attached = mapping(said.get("backstageAttachment"))
    media = tuple(_pictures(attached))
    links = (*_links(words, text), *_pointed_to(attached))
    when = text_of(said.get("publishedTimeText")).strip()
    moment = read_relative_date(_EDITED.sub("", when), capture.fetched_at)
    role = (Role.QUOTE if text else Role.REPOST) if is_sharing else Role.ORIGINAL
    name = handle or account or author_id or ""
    post = Post(
        platform=Platform.YOUTUBE,
        native_id=post_id,
        account=name,
        author=shared_by or name if role == Role.REPOST else name,
        url=post_url(shared_id if role == Role.REPOST and shared_id else post_id),
        role=role,
        format=_format(attached, media, links),
        text=text,
        published_at=moment.at if moment else None,
        published_precision=Precision.RELATIVE if moment else None,
        published_text=when[:100] or None,
        is_edited=True if _EDITED.search(when) else None,
        original_native_id=shared_id,
        original_url=post_url(shared_id) if shared_id else None,
        media=media,
        hashtags=hashtags.unique(tag for _, tag in hashtags.written(text)),
        mentions=mentions_in(text),
        links=tuple(dict.fromkeys(links)),
        metrics=Metrics(**count_values({
            "like_count": _likes(said),
            "comment_count": _comments(said),
            "share_count": MissingReason.NOT_PUBLIC,
            "view_count": MissingReason.NOT_PUBLIC,
        })),
    )  # fmt: skip
    return ListedPost(post=post, author_id=author_id)


def _author(said: Mapping[str, Any], *names: str) -> tuple[str | None, str | None]:
    """Channel id and handle, as far as they are named."""
    found = [mapping(one.get("browseEndpoint")) for name in (*names, "authorText") for one in objects(said.get(name))]
    ids = (string(one.get("browseId")) or "" for one in found)
    handles = (handle_in(one.get("canonicalBaseUrl")) for one in found)
    return next((one for one in ids if CHANNEL_ID.fullmatch(one)), None), next(filter(None, handles), None)


def _pictures(attached: Mapping[str, Any]) -> Iterator[Media]:
    for one in objects([attached.get("backstageImageRenderer"), attached.get("postMultiImageRenderer")]):
        sizes = [mapping(each) for each in pictures(one.get("image"))[:20]]
        best = max(sizes, key=lambda each: positive(each.get("width")) or 0, default=None)
        if best is not None and (url := link(best.get("url"), "https://yt3.ggpht.com/")):
            yield Media(kind="image", url=url, width=positive(best.get("width")), height=positive(best.get("height")))


def _links(words: object, text: str) -> Iterator[str]:
    """Where the links of the text lead: written they may be cut short."""
    for run in map(mapping, sequence(mapping(words).get("runs"))[:500]):
        target = mapping(mapping(run.get("navigationEndpoint")).get("urlEndpoint")).get("url")
        if (url := link(unwrapped(target)) if isinstance(target, str) else None) is not None:
            yield url
    yield from links_in(text)


def _pointed_to(attached: Mapping[str, Any]) -> Iterator[str]:
    video = string(mapping(attached.get("videoRenderer")).get("videoId")) or ""
    if VIDEO_ID.fullmatch(video):
        yield f"{SITE}/watch?v={video}"
    playlist = string(mapping(attached.get("playlistRenderer")).get("playlistId")) or ""
    if re.fullmatch(r"[\w-]{2,64}", playlist):
        yield f"{SITE}/playlist?list={playlist}"


def _format(attached: Mapping[str, Any], media: tuple[Media, ...], links: tuple[str, ...]) -> Format:
    if "pollRenderer" in attached or "quizRenderer" in attached:
        return Format.POLL
    if media:
        return Format.CAROUSEL if len(media) > 1 else Format.IMAGE
    return Format.LINK if links else Format.TEXT


def _buttons(said: Mapping[str, Any]) -> Mapping[str, Any]:
    return mapping(mapping(said.get("actionButtons")).get("commentActionButtonsRenderer"))


def _aloud(button: Mapping[str, Any]) -> str:
    """What a button or text says to screen readers."""
    found = (mapping(button.get(name)) for name in ("accessibilityData", "accessibility"))
    return next((text_of(mapping(one.get("accessibilityData")).get("label")) or text_of(one.get("label"))
                 for one in found if one), "")  # fmt: skip


def _likes(said: Mapping[str, Any]) -> Count | MissingReason:
    button = mapping(mapping(_buttons(said).get("likeButton")).get("toggleButtonRenderer"))
    shown = mapping(said.get("voteCount"))
    for words in (_aloud(button), _aloud(shown)):
        exact = [one.count for one in counted(words) if one.count.rounded is None]
        if len(exact) == 1:
            return exact[0]
    face = text_of(shown)
    return rough_count(face) or (MissingReason.NOT_PARSED if face else MissingReason.NOT_OBSERVED)


def _comments(said: Mapping[str, Any]) -> Count | MissingReason:
    buttons = _buttons(said)
    button = mapping(mapping(buttons.get("replyButton")).get("buttonRenderer"))
    if not button:
        return MissingReason.NOT_OBSERVED
    shown = mapping(button.get("text"))
    if not shown:
        return Count(0)
    exact = count_among_words(_aloud(shown))
    if exact is not None and exact.rounded is None:
        return exact
    return rough_count(text_of(shown)) or exact or MissingReason.NOT_PARSED
