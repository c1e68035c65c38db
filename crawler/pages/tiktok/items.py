"""A video or an account of TikTok as its states and interfaces spell it (``itemStruct``, ``user`` with ``stats``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import evolve

from crawler.items import Format, Media, Metrics, Platform, Post, Precision, Profile
from crawler.pages.base import Capture
from crawler.reading import hashtags
from crawler.reading.counts import Count, read_count
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, link, mapping, positive, sequence, string
from crawler.reading.language import language_tag
from crawler.reading.relay import objects
from crawler.reading.snowflakes import tiktok_time
from crawler.reading.stated import columns

SITE = "https://www.tiktok.com"
COUNTS = {
    "like_count": "diggCount", "comment_count": "commentCount", "share_count": "shareCount", "view_count": "playCount",
    "save_count": "collectCount",
}  # fmt: skip
_ACCOUNT_COUNTS = {
    "follower_count": "followerCount",
    "following_count": "followingCount",
    "post_count": "videoCount",
}


def is_item(value: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a video or photo post."""
    return "createTime" in value and ("stats" in value or "statsV2" in value) and "desc" in value and "id" in value


def author_of(item: Mapping[str, Any]) -> str | None:
    """The handle of whoever published an item."""
    author = item.get("author")
    # until 2023 an item names its author only, and the accounts stand beside the items
    return identifier(mapping(author).get("uniqueId")) if isinstance(author, dict) else identifier(author)


_NOT_FOR_ALL = ("privateItem", "secret", "forFriend", "takeDown", "isReviewing", "divertToPrivate")
"""Marks of what its owner sees, and perhaps friends, but not everybody."""


def is_public(item: Mapping[str, Any]) -> bool:
    """Whether everybody sees an item: its owner's own list has what nobody else does."""
    return not any(item.get(mark) in (True, 1) for mark in _NOT_FOR_ALL)


def read_item(item: Mapping[str, Any], capture: Capture) -> Post | None:
    """The post that an item states; ``None`` when it has no number."""
    handle = author_of(item)
    pictures = [mapping(one) for one in sequence(mapping(item.get("imagePost")).get("images"))]
    video = mapping(item.get("video"))
    extra = [mapping(one) for one in sequence(item.get("textExtra"))]
    for part in sequence(item.get("contents")):
        extra += [mapping(one) for one in sequence(mapping(part).get("textExtra"))]
    # the text's own spelling first: a challenge is written small
    tags = [
        *(string(one.get("hashtagName")) or "" for one in extra),
        *(string(mapping(one).get("title")) or "" for one in sequence(item.get("challenges"))),
    ]
    language = language_tag(string(item.get("textLanguage")))
    post = post_of(
        item.get("id"), handle, string(item.get("desc")), item.get("createTime"), capture,
        media=tuple(map(_picture, pictures)) or (film(video.get("originCover") or video.get("cover"), video),),
        metrics=Metrics(**counts_of(COUNTS, item)),
    )  # fmt: skip
    return post and evolve(
        post,
        language=language if language and language not in ("un", "und") else None,
        is_pinned=item.get("isPinnedItem") is True,
        is_promoted_label=True if any(item.get(name) for name in ("isAd", "adAuthorization", "BAInfo")) else None,
        hashtags=hashtags.unique(tag for tag in tags if tag),
        mentions=hashtags.unique(string(one.get("userUniqueId")) or "" for one in extra),
    )


def post_of(
    number: object, handle: str | None, text: str | None, created: object, capture: Capture,
    *, media: tuple[Media, ...], metrics: Metrics,
) -> Post | None:  # fmt: skip
    """What every source states of a post, in the form of each; ``None`` when ``number`` is none."""
    native_id = identifier(number)
    if native_id is None or not (native_id.isascii() and native_id.isdigit()):
        return None
    handle = handle or (capture.account.handle if capture.account else "")
    published = read_date(created, latest=capture.fetched_at)
    rough = tiktok_time(native_id, capture.fetched_at)
    is_photo = any(one.kind == "image" for one in media)
    return Post(
        platform=Platform.TIKTOK,
        native_id=native_id,
        account=handle,
        author=handle or None,
        url=f"{SITE}/@{handle}/{'photo' if is_photo else 'video'}/{native_id}",
        format=(Format.CAROUSEL if len(media) > 1 else Format.IMAGE) if is_photo else Format.SHORT_VIDEO,
        text=text,
        published_at=published.at if published else rough,
        published_precision=Precision.SECOND if published else Precision.MINUTE if rough else None,
        media=media,
        hashtags=hashtags.unique(tag for _, tag in hashtags.written(text or "")),
        metrics=metrics,
    )


def film(cover: object, video: Mapping[str, Any]) -> Media:
    """The video, shown by its cover: the file itself is not public for long."""
    seconds = video.get("duration")
    is_length = isinstance(seconds, int | float) and 0 < seconds < 10**6
    return Media(
        kind="video",
        url=link(cover),
        width=positive(video.get("width")),
        height=positive(video.get("height")),
        duration_seconds=float(seconds) if is_length and seconds else None,
    )


def first_link(urls: object) -> str | None:
    """The first address of a list."""
    return next((url for one in sequence(urls) if (url := link(one))), None)


def _picture(one: Mapping[str, Any]) -> Media:
    return Media(
        kind="image",
        url=first_link(mapping(one.get("imageURL")).get("urlList")),
        width=positive(one.get("imageWidth")),
        height=positive(one.get("imageHeight")),
    )


def read_profile(state: object, handle: str, capture: Capture) -> Profile | None:
    """The account with this handle in a state."""
    for user, stated in _accounts(state):
        if not _is_named(user, handle):
            continue
        name = identifier(user.get("uniqueId")) or handle
        outward = string(mapping(user.get("bioLink")).get("link"))
        url = link(outward) or (link(f"https://{outward}") if outward else None)
        verified, created = user.get("verified"), read_date(user.get("createTime"), latest=capture.fetched_at)
        return Profile(
            platform=Platform.TIKTOK,
            native_account_id=identifier(user.get("id")),
            handle=name,
            url=f"{SITE}/@{name}",
            name=string(user.get("nickname")),
            bio=string(user.get("signature")),
            links=(url,) if url else (),
            avatar_url=link(user.get("avatarLarger") or user.get("avatarMedium") or user.get("avatarThumbUrl")),
            is_verified=verified if isinstance(verified, bool) else None,
            created_at=created.at if created else None,
            **counts_of(_ACCOUNT_COUNTS, stated),
        )
    return None


def handle_in(state: object) -> str | None:
    """The handle of the first account in a state that stands there with its counts."""
    return next((name for user, _ in _accounts(state) if (name := identifier(user.get("uniqueId")))), None)


def is_private(state: object, handle: str) -> bool:
    """Whether an account shows its videos to its followers only."""
    own = (user for user, _ in _accounts(state) if _is_named(user, handle))
    return any(user.get("privateAccount") is True or user.get("secret") is True for user in own)


def _is_named(user: Mapping[str, Any], handle: str) -> bool:
    return (identifier(user.get("uniqueId")) or "").casefold() == handle.casefold()


def _accounts(state: object) -> Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Accounts with the object that holds their counts, as ``stats`` and ``statsV2``."""
    for one in objects(state):
        if isinstance(one.get("user"), dict) and ("stats" in one or "statsV2" in one):
            yield one["user"], one
        users, stats = mapping(one.get("users")), mapping(one.get("stats"))
        for name, user in users.items() if stats else ():
            yield mapping(user), {"stats": stats.get(name)}
        if isinstance(one.get("userInfo"), dict) and "uniqueId" in one["userInfo"]:
            yield one["userInfo"], {"stats": one["userInfo"]}


def counts_of(names: Mapping[str, str], holder: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that ``stats`` and ``statsV2`` of an object state. ``names``: column → name there."""
    plain, exact = mapping(holder.get("stats")), mapping(holder.get("statsV2"))
    return columns({column: _count(plain.get(name), exact.get(name)) for column, name in names.items()})


def _count(plain: object, exact: object) -> object:
    """What two spellings of one count state: where they differ, the second is exact."""
    said = plain if exact in (None, "") else exact
    count = read_count(said)
    if count is None or (exact not in (None, "") and plain is not None and read_count(plain) != count):
        return said
    return _as_shown(count)


def _as_shown(count: Count) -> Count:
    """A count with its rounding: TikTok cuts them from 10,000 up to one decimal of the thousand, from a million up to
    one of the million."""
    step = 100_000 if count.value >= 1_000_000 else 100 if count.value >= 10_000 else 1
    if count.rounded is not None or step == 1 or count.value % step:
        return count
    return Count(count.value, len(str(count.value)) - len(str(step)) + 1)
