"""Posts and accounts of Threads as the answers of its own interfaces carry them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from crawler.items import (
    Format,
    Media,
    Metrics,
    MissingReason,
    Platform,
    Post,
    PostList,
    Precision,
    Profile,
    Role,
)
from crawler.pages.base import Capture
from crawler.reading import hashtags
from crawler.reading.alt_text import written_by_hand
from crawler.reading.captions import mentioned
from crawler.reading.counted import counted
from crawler.reading.counts import Count, read_count
from crawler.reading.dates import read_date
from crawler.reading.distinct import distinct
from crawler.reading.jsonvalue import identifier, link, mapping, positive, sequence, string
from crawler.reading.relay import objects
from crawler.reading.snowflakes import instagram_id, instagram_time

SITE = "https://www.threads.com"


def handle_of(post: object) -> str | None:
    """Who wrote a post."""
    return identifier(mapping(mapping(post).get("user")).get("username"))


def author_of(blocks: list[Any], code: str) -> str | None:
    """Who wrote the post of this code."""
    found = (one for block in blocks for one in objects(block) if is_post(one) and one.get("code") == code)
    return next((handle for one in found if (handle := handle_of(one))), None)


def profile_in(documents: Iterator[Any], handle: str | None) -> Profile | None:
    """The account of that handle, or the first one, that an answer states with its followers."""
    for document in documents:
        for one in objects(document):
            name = identifier(one.get("username"))
            if "follower_count" in one and name and (handle is None or name.casefold() == handle.casefold()):
                return read_user(one)
    return None


def _is_advertisement(post: Mapping[str, Any]) -> bool:
    return bool(post.get("ad_id")) or post.get("product_type") == "ad"


def is_post(value: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a whole post."""
    return "text_post_app_info" in value and "taken_at" in value and ("code" in value or "pk" in value)


def is_reply(post: Mapping[str, Any]) -> bool:
    """Whether a post answers another one."""
    info = mapping(post.get("text_post_app_info"))
    return bool(info.get("reply_to_author")) or info.get("is_reply") is True


class ThreadReader:
    """Posts of one account; without ``owner`` every post is taken, each for its own author."""

    def __init__(self, capture: Capture, owner: str | None) -> None:
        self._capture = capture
        self._owner = owner.casefold() if owner else None
        self._posts: dict[str, Post] = {}
        self._skipped: Counter[str] = Counter()

    @property
    def count(self) -> int:
        return len(self._posts)

    def add(self, said: Mapping[str, Any], extra: Mapping[str, Any] | None = None) -> None:
        """``extra``: the entry of the thread that holds the post, which may say more of it."""
        handle = handle_of(said)
        if _is_advertisement(said):
            self._skipped["advertisement"] += 1
        elif self._owner is not None and (handle or "").casefold() != self._owner:
            self._skipped["foreign_post"] += 1
        elif handle is None:
            self._skipped["names_no_account"] += 1
        elif (post := self._post(said, handle, extra or {})) is None:
            self._skipped["not_understood"] += 1
        else:
            self._posts.setdefault(post.native_id, post)

    def result(self, profile: Profile | None = None) -> PostList:
        return PostList(posts=tuple(self._posts.values()), profile=profile, skipped=dict(self._skipped))

    def _post(self, said: Mapping[str, Any], handle: str, extra: Mapping[str, Any]) -> Post | None:
        code = identifier(said.get("code"))
        native_id = (identifier(said.get("pk")) or "").split("_")[0] or (instagram_id(code) if code else None)
        if not native_id or not native_id.isdigit():
            return None
        info = mapping(said.get("text_post_app_info"))
        share = mapping(info.get("share_info"))
        reposted, quoted = mapping(share.get("reposted_post")), mapping(share.get("quoted_post"))
        caption = mapping(said.get("caption"))
        text = string(caption.get("text")) if caption else "" if "caption" in said else None
        text = text.replace("\u2060", "").strip() if text is not None else None
        published = read_date(said.get("taken_at"), latest=self._capture.fetched_at)
        at = published.at if published else instagram_time(native_id, self._capture.fetched_at)
        carried = reposted or quoted
        role = Role.REPOST if reposted else Role.ORIGINAL
        if not reposted and is_reply(said):
            role = Role.REPLY
        elif not reposted and quoted:
            role = Role.QUOTE
        media = tuple(_media(said))
        preview = mapping(info.get("link_preview_attachment"))
        outward = [_unwrapped(preview.get("url"))]
        fragments = sequence(mapping(info.get("text_fragments")).get("fragments"))
        outward += [_unwrapped(mapping(mapping(one).get("link_fragment")).get("uri")) for one in fragments]
        edited = caption.get("has_been_edited", info.get("is_edited", said.get("caption_is_edited")))
        carried_id = (identifier(carried.get("pk")) or "").split("_")[0]
        carried_user = identifier(mapping(carried.get("user")).get("username"))
        carried_code = identifier(carried.get("code"))
        original_url = f"{SITE}/@{carried_user}/post/{carried_code}" if carried_user and carried_code else None
        paid = said.get("is_paid_partnership")
        return Post(
            platform=Platform.THREADS,
            native_id=native_id,
            account=handle,
            author=carried_user if reposted and carried_user else handle,
            url=original_url if reposted else f"{SITE}/@{handle}/post/{code}" if code else None,
            role=role,
            format=_format(said, media, has_link=bool(preview), has_poll=bool(info.get("poll"))),
            text=text,
            published_at=at,
            published_precision=Precision.SECOND if at else None,
            is_edited=edited if isinstance(edited, bool) else None,
            is_pinned=bool(mapping(info.get("pinned_post_info")).get("is_pinned_to_profile")),
            is_promoted_label=paid if isinstance(paid, bool) else None,
            original_native_id=carried_id or None,
            original_url=original_url,
            original_published_at=instagram_time(carried_id, self._capture.fetched_at) if carried_id else None,
            media=media,
            hashtags=hashtags.unique([*_tags(info), *(tag for _, tag in hashtags.written(text or ""))]),
            mentions=mentioned(text or ""),
            links=distinct(outward),
            metrics=_metrics(said, info, extra),
        )


def _metrics(said: Mapping[str, Any], info: Mapping[str, Any], extra: Mapping[str, Any]) -> Metrics:
    values: dict[str, Any] = {}
    rounded: dict[str, int] = {}
    missing = {"view_count": MissingReason.NOT_PUBLIC, "save_count": MissingReason.NOT_PUBLIC}
    hidden = said.get("like_and_view_counts_disabled") is True
    replies: object = info.get("direct_reply_count")
    if replies is None and isinstance(extra.get("view_replies_cta_string"), str):
        # the only place where older answers say it: "2,839 replies"
        replies = next((one.count for one in counted(extra["view_replies_cta_string"])), None)
    for column, value in (
        ("like_count", None if hidden else said.get("like_count")),
        ("comment_count", replies),
        ("share_count", info.get("repost_count")),
        ("quote_count", info.get("quote_count")),
    ):
        count = value if isinstance(value, Count) else read_count(value)
        if count is None:
            missing[column] = MissingReason.HIDDEN if hidden and column == "like_count" else MissingReason.NOT_OBSERVED
        else:
            values[column] = count.value
            if count.rounded is not None:
                rounded[column] = count.rounded
    return Metrics(**values, missing=missing, rounded=rounded)


def _format(said: Mapping[str, Any], media: tuple[Media, ...], *, has_link: bool, has_poll: bool) -> Format:
    if has_poll:
        return Format.POLL
    if said.get("media_type") == 8 or len(media) > 1:
        return Format.CAROUSEL
    if media:
        return Format.VIDEO if media[0].kind == "video" else Format.IMAGE
    if said.get("audio") and mapping(said.get("audio")).get("audio_src"):
        return Format.AUDIO
    return Format.LINK if has_link else Format.TEXT


def _media(said: Mapping[str, Any]) -> Iterator[Media]:
    for part in [mapping(one) for one in sequence(said.get("carousel_media"))] or [said]:
        videos = sequence(part.get("video_versions"))
        pictures = sequence(mapping(part.get("image_versions2")).get("candidates"))
        if videos or pictures:
            yield Media(
                kind="video" if videos else "image",
                url=link(mapping((videos or pictures)[0]).get("url")),
                width=positive(part.get("original_width")),
                height=positive(part.get("original_height")),
                alt_text=written_by_hand(part.get("accessibility_caption")),
            )


def _tags(info: Mapping[str, Any]) -> Iterator[str]:
    tag = string(mapping(info.get("tag_header")).get("display_name"))
    if tag:
        yield tag.lstrip("#")


def _unwrapped(said: object) -> str | None:
    url = link(said)
    if url is None:
        return None
    parts = urlsplit(url)
    if (parts.hostname or "").startswith("l.threads."):
        return link(parse_qs(parts.query).get("u", [""])[0])
    return url


def read_user(said: Mapping[str, Any]) -> Profile | None:
    """An account; ``None`` when the object names none."""
    handle = identifier(said.get("username"))
    followers = read_count(said.get("follower_count"))
    if handle is None:
        return None
    links = [link(mapping(one).get("url")) for one in sequence(said.get("bio_links"))]
    verified = said.get("is_verified")
    bio = string(said.get("biography")) or string(mapping(said.get("text_app_biography")).get("text"))
    return Profile(
        platform=Platform.THREADS,
        native_account_id=identifier(said.get("pk") or said.get("id")),
        handle=handle,
        url=f"{SITE}/@{handle}",
        name=string(said.get("full_name")),
        bio=bio,
        links=distinct(links),
        avatar_url=link(said.get("profile_pic_url")),
        is_verified=verified if isinstance(verified, bool) else None,
        follower_count=followers.value if followers else None,
        missing={} if followers else {"follower_count": MissingReason.NOT_OBSERVED},
    )
