"""A medium or an account of Instagram in any of the shapes in which its own interfaces answer.

GraphQL (``__typename``, ``shortcode``, ``edge_…``), the app's v1 (``pk``, ``code``, ``media_type``), ``xdt_`` answers,
which carry either, and the answers of 2017 (``code``, ``date``, ``likes``). A list of reels gives less: no caption, no
time; its ids still tell the second.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from crawler.items import Format, Media, Metrics, MissingReason, Platform, Post, PostList, Precision, Profile
from crawler.pages.base import Capture
from crawler.reading import hashtags
from crawler.reading.alt_text import written_by_hand
from crawler.reading.captions import linked, mentioned
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, link, mapping, positive, sequence, string
from crawler.reading.snowflakes import instagram_id, instagram_time

SITE = "https://www.instagram.com"
_PUT_IN_PLACE = 3
"""What some answers give as the number of likes when likes are hidden."""
_IMAGE, _VIDEO, _CAROUSEL = 1, 2, 8
_KINDS = {
    "GraphImage": _IMAGE, "XDTGraphImage": _IMAGE, "XIGPolarisImageMedia": _IMAGE,
    "GraphVideo": _VIDEO, "XDTGraphVideo": _VIDEO, "XIGPolarisVideoMedia": _VIDEO,
    "GraphSidecar": _CAROUSEL, "XDTGraphSidecar": _CAROUSEL, "XIGPolarisCarouselMedia": _CAROUSEL,
}  # fmt: skip
_FORMATS = {_IMAGE: Format.IMAGE, _VIDEO: Format.VIDEO, _CAROUSEL: Format.CAROUSEL}
_TIMES = ("taken_at", "taken_at_timestamp", "date")
_COUNTS = ("like_count", "edge_media_preview_like", "edge_liked_by", "likes", "play_count", "comment_count")
_VIEWS = ("play_count", "ig_play_count", "view_count", "video_play_count", "video_view_count", "video_views")
_ADS = "https://www.facebook.com/ads/"


def is_media(value: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a whole post, not a reference to one or a part of a carousel."""
    if not isinstance(value.get("code") or value.get("shortcode"), str) or "text_post_app_info" in value:
        return False
    has_counts = any(name in value for name in _COUNTS)
    if any(name in value for name in _TIMES):
        return has_counts or "media_type" in value or "__typename" in value
    return has_counts and "pk" in value


def parts_of(media: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """A carousel's pictures and films, which look like media themselves."""
    children = sequence(mapping(media.get("edge_sidecar_to_children")).get("edges"))
    return [mapping(one) for one in sequence(media.get("carousel_media"))] or [
        mapping(mapping(edge).get("node")) for edge in children
    ]


def post_url(code: str, *, is_reel: bool) -> str:
    """The permalink of a short code."""
    return f"{SITE}/{'reel' if is_reel else 'p'}/{code}/"


class MediaReader:
    """Collects the posts of one page.

    ``owner`` is the handle of the account that the page is about, ``owner_ids`` its numbers as far as the page tells
    them: others' posts are left out. Without ``owner`` every post is taken, each for its own author.
    """

    def __init__(self, capture: Capture, owner: str | None, owner_ids: Iterable[str | None] = ()) -> None:
        self._capture = capture
        self._owner = owner
        ref = capture.account
        known = (owner, *owner_ids, ref.native_account_id if ref else None)
        self._names = {said.casefold() for said in known if said}
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
        is_own = self._owner is None or not ids or bool(ids & self._names)
        # what an account made together with another one stands on its page as its own, under the other's name
        is_shared = not is_own and self._is_coauthored(media)
        account = (None if is_shared else handle) or self._known_handle()
        if is_advertisement(media):
            self._skipped["advertisement"] += 1
        elif _is_story(media):
            self._skipped["story"] += 1
        elif not is_own and not is_shared:
            self._skipped["foreign_post" if handle else "names_no_account"] += 1
        elif account is None:
            self._skipped["names_no_account"] += 1
        elif (post := self._post(media, account, handle)) is None:
            self._skipped["not_understood"] += 1
        else:
            self._posts.setdefault(post.native_id, post)

    def result(self, profile: Profile | None = None) -> PostList:
        return PostList(posts=tuple(self._posts.values()), profile=profile, skipped=dict(self._skipped))

    def _known_handle(self) -> str | None:
        """Whose page it is, where the object does not say."""
        return self._owner or (self._capture.account.handle if self._capture.account else None)

    def _is_coauthored(self, media: Mapping[str, Any]) -> bool:
        producers = (*sequence(media.get("coauthor_producers")), *sequence(media.get("invited_coauthor_producers")))
        return any((_name_in(one) or "").casefold() in self._names for one in producers)

    def _post(self, media: Mapping[str, Any], account: str, handle: str | None) -> Post | None:
        code = identifier(media.get("shortcode")) or identifier(media.get("code"))
        native_id = instagram_id(code) if code else None
        if native_id is None or code is None:
            return None
        kind = _kind(media)
        is_clip = media.get("product_type") == "clips"
        stated = next((media[name] for name in _TIMES if media.get(name)), None)
        published = read_date(stated, latest=self._capture.fetched_at)
        at = published.at if published else instagram_time(native_id, self._capture.fetched_at)
        caption = _caption(media)
        edited = media.get("caption_is_edited")
        return Post(
            platform=Platform.INSTAGRAM,
            native_id=native_id,
            account=account,
            author=handle,
            url=post_url(code, is_reel=is_clip),
            format=Format.SHORT_VIDEO if is_clip and kind == _VIDEO else _FORMATS.get(kind or 0),
            title=string(media.get("title")) or None,
            text=caption,
            published_at=at,
            published_precision=Precision.SECOND if at else None,
            is_edited=edited if isinstance(edited, bool) else None,
            is_pinned=any(
                sequence(media.get(name))
                for name in ("pinned_for_users", "timeline_pinned_user_ids", "clips_tab_pinned_user_ids")
            ),
            is_promoted_label=_is_paid(media),
            media=tuple(_media(media, kind)),
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(caption or "")),
            mentions=mentioned(caption or ""),
            links=linked(caption or ""),
            metrics=_metrics(media, kind),
        )


def read_user(user: Mapping[str, Any]) -> Profile | None:
    """An account, in either shape; ``None`` when the object names none."""
    handle = identifier(user.get("username"))
    if handle is None:
        return None
    counts: dict[str, Any] = {}
    missing: dict[str, MissingReason] = {}
    for column, said in (
        ("follower_count", _stated(user, "follower_count", "edge_followed_by", "followers_count", "followed_by")),
        ("following_count", _stated(user, "following_count", "edge_follow", "follows_count", "follows")),
        ("post_count", _stated(user, "media_count", "edge_owner_to_timeline_media", "posts_count", "media")),
    ):
        _put(counts, missing, column, said)
    bio = string(user.get("biography"))
    outward = [user.get("external_url"), *(mapping(one).get("url") for one in sequence(user.get("bio_links")))]
    verified = user.get("is_verified", user.get("verified"))
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
    """The first of these that is a count, bare or in an object of its own."""
    for name in names:
        value = user.get(name)
        if isinstance(value, dict):
            value = value.get("count")
        if value is not None and not isinstance(value, list):
            return value
    return None


def _kind(media: Mapping[str, Any]) -> int | None:
    stated = media.get("media_type")
    if isinstance(stated, int) and not isinstance(stated, bool) and stated in _FORMATS:
        return stated
    named = _KINDS.get(str(media.get("__typename")))
    if named is not None:
        return named
    if parts_of(media):
        return _CAROUSEL
    return None if media.get("is_video") is None else _VIDEO if media["is_video"] is True else _IMAGE


def _caption(media: Mapping[str, Any]) -> str | None:
    """``""``: there is none; ``None``: the answer does not say."""
    if "edge_media_to_caption" in media:
        edges = sequence(mapping(media["edge_media_to_caption"]).get("edges"))
        return string(mapping(mapping(edges[0]).get("node")).get("text")) if edges else ""
    if "caption" in media:
        said = media["caption"]
        return "" if said is None else string(said) if isinstance(said, str) else string(mapping(said).get("text"))
    return None


def _is_paid(media: Mapping[str, Any]) -> bool | None:
    said = media.get("is_paid_partnership")
    sponsors = sequence(mapping(media.get("edge_media_to_sponsor_user")).get("edges"))
    if said is True or sequence(media.get("sponsor_tags")) or sponsors:
        return True
    return False if said is False else None


def makers_of(media: Mapping[str, Any]) -> frozenset[str]:
    """Handles of the account that published a medium and of those that made it together with it."""
    user = mapping(media.get("user")) or mapping(media.get("owner"))
    named = map(_name_in, (user, *sequence(media.get("coauthor_producers"))))
    return frozenset(name for name in named if name)


def _name_in(said: object) -> str | None:
    return identifier(mapping(said).get("username"))


def is_advertisement(media: Mapping[str, Any]) -> bool:
    """An advertisement that was shown between posts. A post that its account promotes is one of its posts still."""
    link_said = media.get("link")
    return (
        media.get("product_type") == "ad"
        or bool(media.get("ad_id"))
        or bool(media.get("ad_action"))
        or (isinstance(link_said, str) and link_said.startswith(_ADS))
    )


def _is_story(media: Mapping[str, Any]) -> bool:
    """What vanishes after a day is no post, though its object looks like one."""
    return media.get("product_type") == "story" or bool(media.get("expiring_at")) or media.get("is_reel_media") is True


def _media(media: Mapping[str, Any], kind: int | None) -> Iterable[Media]:
    children = parts_of(media)
    for part in children or [media]:
        part_kind = _kind(part) or (kind if not children else None)
        versions = sequence(mapping(part.get("image_versions2")).get("candidates"))
        best = mapping(versions[0]) if versions else {}
        size = mapping(part.get("dimensions"))
        videos = sequence(part.get("video_versions"))
        is_video = part_kind == _VIDEO
        seconds = part.get("video_duration")
        url = link(part.get("video_url") or (mapping(videos[0]).get("url") if videos else None)) if is_video else None
        picture = link(part.get("display_url") or part.get("display_src") or best.get("url"))
        if url or picture:
            yield Media(
                kind="video" if is_video else "image",
                url=url or picture,
                width=positive(part.get("original_width") or size.get("width") or best.get("width")),
                height=positive(part.get("original_height") or size.get("height") or best.get("height")),
                duration_seconds=float(seconds) if isinstance(seconds, int | float) and 0 < seconds < 10**6 else None,
                alt_text=written_by_hand(part.get("accessibility_caption")),
            )


def _metrics(media: Mapping[str, Any], kind: int | None) -> Metrics:
    values: dict[str, Any] = {}
    missing = dict.fromkeys(("share_count", "save_count"), MissingReason.NOT_PUBLIC)
    disabled = media.get("like_and_view_counts_disabled")
    likes = _stated(media, "like_count", "edge_media_preview_like", "edge_liked_by", "likes")
    if disabled is True or likes == -1 or (likes == _PUT_IN_PLACE and disabled is not False):
        missing["like_count"] = MissingReason.HIDDEN
    else:
        _put(values, missing, "like_count", likes)
    comments = _stated(
        media, "comment_count", "edge_media_to_parent_comment", "edge_media_to_comment", "edge_media_preview_comment",
        "comments",
    )  # fmt: skip
    is_closed = media.get("comments_disabled") is True or media.get("commenting_disabled_for_viewer") is True
    if comments in (None, 0) and is_closed:
        missing["comment_count"] = MissingReason.HIDDEN
    else:
        _put(values, missing, "comment_count", comments)
    if kind != _VIDEO:
        missing["view_count"] = MissingReason.NOT_PUBLIC
    elif disabled is True:
        missing["view_count"] = MissingReason.HIDDEN
    else:
        # 0 is what answers give that do not count views: a film that has likes has been seen
        _put(values, missing, "view_count", next((media[name] for name in _VIEWS if media.get(name)), None))
    shares = read_count(media.get("reshare_count"))
    if shares is not None:
        values["share_count"] = shares.value
        del missing["share_count"]
    return Metrics(**values, missing=missing)


def _put(values: dict[str, int], missing: dict[str, MissingReason], column: str, said: object) -> None:
    count = read_count(said)
    if count is None or count.rounded is not None:  # these answers do not round: such a value is something else
        missing[column] = MissingReason.NOT_OBSERVED if said is None else MissingReason.NOT_PARSED
    else:
        values[column] = count.value
