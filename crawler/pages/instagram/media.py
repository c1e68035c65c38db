"""A medium or an account of Instagram in any of the three shapes in which its own interfaces answer.

GraphQL (``__typename``, ``shortcode``, ``edge_…``), the app's v1 (``pk``, ``code``, ``media_type``), and ``xdt_``
answers, which carry either.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from crawler.items import Format, Media, Metrics, MissingReason, Platform, Post, PostList, Precision, Profile
from crawler.pages.base import Capture
from crawler.reading import hashtags
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, link, mapping, positive, sequence, string
from crawler.reading.snowflakes import instagram_id, instagram_time

SITE = "https://www.instagram.com"
_MENTION = re.compile(r"(?<![\w@./])@([A-Za-z0-9_](?:[A-Za-z0-9_.]{0,28}[A-Za-z0-9_])?)")
_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")
_WRITTEN_BY_MACHINE = re.compile(
    r"^Photo (?:by|shared by)\b|^Video by\b|\bMay be (?:an?|art|closeup|text)\b|^No (?:photo|alternative)",
    re.IGNORECASE,
)
_PUT_IN_PLACE = 3
"""What some answers give as the number of likes when likes are hidden."""
_KINDS = {
    "GraphImage": 1,
    "GraphVideo": 2,
    "GraphSidecar": 8,
    "XDTGraphImage": 1,
    "XDTGraphVideo": 2,
    "XDTGraphSidecar": 8,
}
_LIKE_WORDS = ("like_count", "edge_media_preview_like", "edge_liked_by", "media_type", "__typename")
_VIEW_WORDS = ("play_count", "ig_play_count", "view_count", "video_play_count", "video_view_count")


def is_media(value: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a whole post, not a reference to one or a part of a carousel."""
    return (
        isinstance(value.get("code") or value.get("shortcode"), str)
        and ("taken_at" in value or "taken_at_timestamp" in value)
        and any(word in value for word in _LIKE_WORDS)
        and "text_post_app_info" not in value
    )  # fmt: skip


def post_url(code: str, *, is_reel: bool) -> str:
    """The permalink of a short code."""
    return f"{SITE}/{'reel' if is_reel else 'p'}/{code}/"


def mentioned(text: str) -> tuple[str, ...]:
    """Handles in a caption, each once."""
    return hashtags.unique(found.rstrip(".") for found in _MENTION.findall(text))


def linked(text: str) -> tuple[str, ...]:
    """Absolute links in a caption, each once."""
    return tuple(dict.fromkeys(url for said in _LINK.findall(text) if (url := link(said))))


def own_words(alt: object) -> str | None:
    """Alternative text unless Instagram wrote it by itself."""
    said = string(alt)
    return None if said is None or _WRITTEN_BY_MACHINE.search(said) else said


class MediaReader:
    """Collects the posts of one page. ``owner``: handle or id of the account that the page is about; others' posts are
    left out. Without it every post is taken, each for its own author."""

    def __init__(self, capture: Capture, owner: str | None) -> None:
        self._capture = capture
        self._owner = owner.casefold() if owner else None
        self._posts: dict[str, Post] = {}
        self._skipped: Counter[str] = Counter()

    @property
    def count(self) -> int:
        return len(self._posts)

    def add(self, media: Mapping[str, Any], owner: Mapping[str, Any] | None = None) -> None:
        """``owner``: the account that the object stands under, where it does not say itself."""
        user = mapping(media.get("user")) or mapping(media.get("owner")) or (owner or {})
        if not user.get("username") and owner:
            user = {**user, **owner}
        handle = identifier(user.get("username"))
        ids = {said.casefold() for said in (handle, identifier(user.get("id")), identifier(user.get("pk"))) if said}
        if self._owner is not None and ids and self._owner not in ids and not self._is_coauthored(media):
            self._skipped["foreign_post"] += 1
            return
        post = self._post(media, handle or (self._owner if self._owner and not self._owner.isdigit() else None))
        if post is None:
            self._skipped["not_understood"] += 1
        else:
            self._posts.setdefault(post.native_id, post)

    def result(self, profile: Profile | None = None) -> PostList:
        return PostList(posts=tuple(self._posts.values()), profile=profile, skipped=dict(self._skipped))

    def _is_coauthored(self, media: Mapping[str, Any]) -> bool:
        producers = (*sequence(media.get("coauthor_producers")), *sequence(media.get("invited_coauthor_producers")))
        return any((identifier(mapping(one).get("username")) or "").casefold() == self._owner for one in producers)

    def _post(self, media: Mapping[str, Any], handle: str | None) -> Post | None:
        code = identifier(media.get("shortcode")) or identifier(media.get("code"))
        native_id = (instagram_id(code) if code else None) or (
            identifier(media.get("pk") or media.get("id")) or ""
        ).split("_")[0]
        if not native_id or not code:
            return None
        kind = _kind(media)
        is_clip = media.get("product_type") == "clips"
        published = read_date(media.get("taken_at", media.get("taken_at_timestamp")), latest=self._capture.fetched_at)
        at = published.at if published else instagram_time(native_id)
        caption = _caption(media)
        edited = media.get("caption_is_edited")
        return Post(
            platform=Platform.INSTAGRAM,
            native_id=native_id,
            account=handle or self._listed_handle() or "",
            author=handle,
            url=post_url(code, is_reel=is_clip),
            format=_format(kind, is_clip=is_clip),
            title=string(media.get("title")) or None,
            text=caption,
            published_at=at,
            published_precision=Precision.SECOND if at else None,
            is_edited=edited if isinstance(edited, bool) else None,
            is_pinned=bool(sequence(media.get("pinned_for_users")) or sequence(media.get("timeline_pinned_user_ids"))),
            is_promoted_label=_is_paid(media),
            media=tuple(_media(media, kind)),
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(caption or "")),
            mentions=mentioned(caption or ""),
            links=linked(caption or ""),
            metrics=_metrics(media, kind),
        )

    def _listed_handle(self) -> str | None:
        return self._capture.account.handle if self._capture.account else None


def read_user(user: Mapping[str, Any]) -> Profile | None:
    """An account, in either shape; ``None`` when the object names none."""
    handle = identifier(user.get("username"))
    if handle is None:
        return None
    counts: dict[str, Any] = {}
    missing: dict[str, MissingReason] = {}
    timeline = mapping(user.get("edge_owner_to_timeline_media"))
    for column, said in (
        ("follower_count", _stated(user, "follower_count", "edge_followed_by", "followers_count")),
        ("following_count", _stated(user, "following_count", "edge_follow", "follows_count")),
        ("post_count", user.get("media_count", timeline.get("count"))),
    ):
        count = read_count(said)
        if count is None:
            missing[column] = MissingReason.NOT_OBSERVED if said is None else MissingReason.NOT_PARSED
        else:
            counts[column] = count.value
    bio = string(user.get("biography"))
    outward = [user.get("external_url"), *(mapping(one).get("url") for one in sequence(user.get("bio_links")))]
    verified = user.get("is_verified")
    hd_picture = mapping(user.get("hd_profile_pic_url_info")).get("url")
    return Profile(
        platform=Platform.INSTAGRAM,
        native_account_id=identifier(user.get("id") or user.get("pk")),
        handle=handle,
        url=f"{SITE}/{handle}/",
        name=string(user.get("full_name")),
        bio=bio.strip() if bio is not None else None,
        links=tuple(dict.fromkeys(url for one in outward if (url := link(one)))),
        avatar_url=link(hd_picture or user.get("profile_pic_url_hd") or user.get("profile_pic_url")),
        is_verified=verified if isinstance(verified, bool) else None,
        category=string(user.get("category_name")) or string(user.get("category")),
        **counts,
        missing=missing,
    )


def _stated(user: Mapping[str, Any], *names: str) -> object:
    for name in names:
        value = user.get(name)
        if isinstance(value, dict):
            value = value.get("count")
        if value is not None:
            return value
    return None


def _kind(media: Mapping[str, Any]) -> int | None:
    stated = media.get("media_type")
    if stated in (1, 2, 8):
        return int(stated)
    named = _KINDS.get(str(media.get("__typename")))
    if named is not None:
        return named
    return None if media.get("is_video") is None else 2 if media["is_video"] is True else 1


def _format(kind: int | None, *, is_clip: bool) -> Format | None:
    if kind == 2 and is_clip:
        return Format.SHORT_VIDEO
    return {1: Format.IMAGE, 2: Format.VIDEO, 8: Format.CAROUSEL}.get(kind or 0)


def _caption(media: Mapping[str, Any]) -> str | None:
    if "edge_media_to_caption" in media:
        edges = sequence(mapping(media["edge_media_to_caption"]).get("edges"))
        return string(mapping(mapping(edges[0]).get("node")).get("text")) if edges else ""
    if "caption" in media:
        said = media["caption"]
        return "" if said is None else string(said) if isinstance(said, str) else string(mapping(said).get("text"))
    return None


def _is_paid(media: Mapping[str, Any]) -> bool | None:
    said = media.get("is_paid_partnership")
    if (
        said is True
        or sequence(media.get("sponsor_tags"))
        or sequence(mapping(media.get("edge_media_to_sponsor_user")).get("edges"))
    ):
        return True
    return False if said is False else None


def _media(media: Mapping[str, Any], kind: int | None) -> Iterable[Media]:
    children = [mapping(one) for one in sequence(media.get("carousel_media"))] or [
        mapping(mapping(edge).get("node"))
        for edge in sequence(mapping(media.get("edge_sidecar_to_children")).get("edges"))
    ]
    for part in children or [media]:
        part_kind = _kind(part) or (kind if not children else None)
        versions = sequence(mapping(part.get("image_versions2")).get("candidates"))
        best = mapping(versions[0]) if versions else {}
        size = mapping(part.get("dimensions"))
        video = mapping(sequence(part.get("video_versions"))[0]) if sequence(part.get("video_versions")) else {}
        is_video = part_kind == 2
        seconds = part.get("video_duration")
        url = link(part.get("video_url") or video.get("url")) if is_video else None
        picture = link(part.get("display_url") or part.get("thumbnail_src") or best.get("url"))
        if url or picture:
            yield Media(
                kind="video" if is_video else "image",
                url=url or picture,
                width=positive(part.get("original_width") or size.get("width") or best.get("width")),
                height=positive(part.get("original_height") or size.get("height") or best.get("height")),
                duration_seconds=float(seconds) if isinstance(seconds, int | float) and 0 < seconds < 10**6 else None,
                alt_text=own_words(part.get("accessibility_caption")),
            )


def _metrics(media: Mapping[str, Any], kind: int | None) -> Metrics:
    values: dict[str, Any] = {}
    missing = dict.fromkeys(("share_count", "save_count"), MissingReason.NOT_PUBLIC)
    disabled = media.get("like_and_view_counts_disabled")
    likes = _stated(media, "like_count", "edge_media_preview_like", "edge_liked_by")
    if disabled is True or likes == -1 or (likes == _PUT_IN_PLACE and disabled is not False):
        missing["like_count"] = MissingReason.HIDDEN
    else:
        _put(values, missing, "like_count", likes)
    comments = _stated(
        media, "comment_count", "edge_media_to_parent_comment", "edge_media_to_comment", "edge_media_preview_comment"
    )
    if comments in (None, 0) and (
        media.get("comments_disabled") is True or media.get("commenting_disabled_for_viewer") is True
    ):
        missing["comment_count"] = MissingReason.HIDDEN
    else:
        _put(values, missing, "comment_count", comments)
    views = next((media[name] for name in _VIEW_WORDS if media.get(name)), None)
    if kind == 2 and disabled is True:
        missing["view_count"] = MissingReason.HIDDEN
    elif kind == 2:
        _put(values, missing, "view_count", views)
    else:
        missing["view_count"] = MissingReason.NOT_PUBLIC
    shares = media.get("reshare_count")
    if isinstance(shares, int) and not isinstance(shares, bool) and shares >= 0:
        values["share_count"] = shares
        del missing["share_count"]
    return Metrics(**values, missing=missing)


def _put(values: dict[str, int], missing: dict[str, MissingReason], column: str, said: object) -> None:
    count = read_count(said)
    if count is None:
        missing[column] = MissingReason.NOT_OBSERVED if said is None else MissingReason.NOT_PARSED
    else:
        values[column] = count.value
