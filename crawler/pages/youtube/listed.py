"""Videos as lists show them, in every generation of YouTube's layout."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from crawler.items import Format, Media, Metrics, MissingReason, Platform, Post, Precision
from crawler.pages.base import Capture
from crawler.pages.youtube.wording import (
    CHANNEL_ID,
    SITE,
    VIDEO_ID,
    count_among_words,
    count_values,
    handle_in,
    is_time_ago,
    pictures,
    seconds_of,
    text_of,
)
from crawler.reading import hashtags
from crawler.reading.counts import Count
from crawler.reading.jsonvalue import link, mapping, positive, sequence, string
from crawler.reading.relative_dates import read_relative_date
from crawler.reading.relay import objects

MAX_VIDEOS = 500
_RENDERERS = (
    "gridVideoRenderer", "videoRenderer", "compactVideoRenderer", "channelVideoPlayerRenderer", "playlistVideoRenderer",
    "videoWithContextRenderer",
)  # fmt: skip
_REELS = ("reelItemRenderer", "shortsLockupViewModel")
# who is watching a broadcast, or waiting for it, is no count of views: a mark on the picture tells, or these words
_WATCHING = re.compile(
    r"\bwatching\b|zuschauer|sehen zu|en train de regarder|spectateur|\bviendo\b|espectador|assistindo|guardando"
    r"|spettator|kijker|aan het kijken|oglądając|\bсмотр|зрител|дивлять|izliyor|sleduje|視聴中|正在观看|正在觀看"
    r"|시청 중|يشاهد|กำลังรับชม|đang xem|menonton|tittar|ser på|katsoo",
    re.IGNORECASE,
)
_WAITING = re.compile(
    r"\bwaiting\b|wartet|warten|en attente|esperando|aguardando|in attesa|wachten|oczekuj|ожида|очіку|bekliyor|čeká"
    r"|待機|等待|대기 중|ينتظر|กำลังรอ|đang chờ|menunggu|väntar|venter",
    re.IGNORECASE,
)
_KINDS = (*_RENDERERS, *_REELS, "lockupViewModel")


@frozen(kw_only=True)
class ListedVideo:
    """One video of a list, as far as the list says it."""

    video_id: str
    title: str
    views: Count | None = None
    views_missing: MissingReason = MissingReason.NOT_OBSERVED
    when: str = ""
    """How long ago, as written."""
    seconds: float | None = None
    is_short: bool = False
    is_live: bool = False
    is_upcoming: bool = False
    owner_id: str | None = None
    """Channel id, where the list names the owner."""
    owner_handle: str | None = None
    picture_url: str | None = None


def listed_videos(value: object, inside: frozenset[int] = frozenset()) -> Iterator[ListedVideo]:
    """Every video of a tree, in its order, each once. ``inside``: identities of objects that are part of something
    else."""
    seen: set[str] = set()
    for one in objects(value):
        for kind in _KINDS:
            if kind not in one or id(one) in inside:
                continue
            said = mapping(one[kind])
            video = _short(said) if kind in _REELS else _lockup(said) if kind == "lockupViewModel" else _rendered(said)
            if video is not None and video.video_id not in seen and len(seen) < MAX_VIDEOS:
                seen.add(video.video_id)
                yield video


def listed_post(video: ListedVideo, capture: Capture, account: str, *, is_broadcast: bool = False) -> Post:
    """A list's entry as a post; its own page says more. ``is_broadcast``: the list is one of streams."""
    moment = read_relative_date(video.when, capture.fetched_at)
    is_running = video.is_live or video.is_upcoming
    counts: dict[str, Count | MissingReason | None] = {
        # what a running broadcast shows is who is watching now
        "view_count": MissingReason.NOT_OBSERVED if is_running else video.views or video.views_missing,
        "like_count": MissingReason.NOT_OBSERVED,
        "comment_count": MissingReason.NOT_OBSERVED,
        "share_count": MissingReason.NOT_PUBLIC,
    }
    return Post(
        platform=Platform.YOUTUBE,
        native_id=video.video_id,
        account=account,
        author=account,
        url=post_url(video.video_id, is_short=video.is_short),
        format=Format.SHORT_VIDEO if video.is_short else Format.LIVE if is_running or is_broadcast else Format.VIDEO,
        title=video.title,
        published_at=moment.at if moment else None,
        published_precision=Precision.RELATIVE if moment else None,
        published_text=video.when[:100] or None,
        media=(Media(kind="video", url=video.picture_url, duration_seconds=video.seconds),),
        hashtags=hashtags.unique(tag for _, tag in hashtags.written(video.title)),
        metrics=Metrics(**count_values(counts)),
    )


def post_url(video_id: str, *, is_short: bool) -> str:
    return f"{SITE}/shorts/{video_id}" if is_short else f"{SITE}/watch?v={video_id}"


def _rendered(said: Mapping[str, Any]) -> ListedVideo | None:
    """2015–2024: ``videoId``, ``title``, ``viewCountText``, ``publishedTimeText``, overlays on the picture."""
    video_id = string(said.get("videoId")) or ""
    title = text_of(said.get("title")) or text_of(said.get("headline"))
    if not VIDEO_ID.fullmatch(video_id) or not title:
        return None
    style, length, is_upcoming = "", text_of(said.get("lengthText")), "upcomingEventData" in said
    for overlay in map(mapping, sequence(said.get("thumbnailOverlays"))):
        status = mapping(overlay.get("thumbnailOverlayTimeStatusRenderer"))
        style = string(status.get("style")) or style
        length = length or text_of(status.get("text"))
    marks = {
        string(mapping(mapping(one).get("metadataBadgeRenderer")).get("style")) for one in sequence(said.get("badges"))
    }
    # in a playlist views and date stand in one line
    line = text_of(said.get("videoInfo")).split(" • ")
    ago = next(filter(is_time_ago, line), "")
    views_said = next((words for words in line if words != ago and count_among_words(words) is not None), "")
    stated = text_of(said.get("viewCountText")) or text_of(said.get("shortViewCountText")) or views_said
    byline = next((said[key] for key in ("longBylineText", "shortBylineText", "ownerText") if key in said), None)
    owner_id, owner_handle = _channel_in(byline)
    return ListedVideo(
        video_id=video_id,
        title=title,
        views=count_among_words(stated) if stated else None,
        views_missing=MissingReason.NOT_PARSED if stated else MissingReason.NOT_OBSERVED,
        when=text_of(said.get("publishedTimeText")) or ago,
        seconds=seconds_of(length),
        is_short=style == "SHORTS" or "reelWatchEndpoint" in mapping(said.get("navigationEndpoint")),
        is_live=style == "LIVE" or "BADGE_STYLE_TYPE_LIVE_NOW" in marks or bool(_WATCHING.search(stated)),
        is_upcoming=is_upcoming or style == "UPCOMING" or bool(_WAITING.search(stated)),
        owner_id=owner_id,
        owner_handle=owner_handle,
        picture_url=picture_url(said.get("thumbnail")),
    )


def _short(said: Mapping[str, Any]) -> ListedVideo | None:
    """The Shorts tab: ``shortsLockupViewModel`` since 2024, ``reelItemRenderer`` before."""
    tap = mapping(mapping(said.get("onTap")).get("innertubeCommand"))
    reel = mapping(tap.get("reelWatchEndpoint")) or mapping(
        mapping(said.get("navigationEndpoint")).get("reelWatchEndpoint")
    )
    video_id = string(said.get("videoId")) or string(reel.get("videoId")) or ""
    if not video_id and (found := re.search(r"([A-Za-z0-9_-]{11})$", string(said.get("entityId")) or "")):
        video_id = found.group(1)
    overlay = mapping(said.get("overlayMetadata"))
    title = text_of(overlay.get("primaryText")) or text_of(said.get("headline"))
    if not VIDEO_ID.fullmatch(video_id) or not title:
        return None
    stated = text_of(overlay.get("secondaryText")) or text_of(said.get("viewCountText"))
    shown = mapping(mapping(said.get("thumbnailViewModel")).get("thumbnailViewModel")) or mapping(
        said.get("thumbnailViewModel")
    )
    return ListedVideo(
        video_id=video_id,
        title=title,
        views=count_among_words(stated) if stated else None,
        views_missing=MissingReason.NOT_PARSED if stated else MissingReason.NOT_OBSERVED,
        is_short=True,
        picture_url=picture_url(shown.get("image")) or picture_url(said.get("thumbnail")),
    )


def _lockup(said: Mapping[str, Any]) -> ListedVideo | None:
    """Since 2025: ``lockupViewModel``, its facts in rows of texts."""
    kind, video_id = string(said.get("contentType")) or "", string(said.get("contentId")) or ""
    about = mapping(mapping(said.get("metadata")).get("lockupMetadataViewModel"))
    title = text_of(about.get("title"))
    is_video = kind in ("LOCKUP_CONTENT_TYPE_VIDEO", "LOCKUP_CONTENT_TYPE_SHORTS", "LOCKUP_CONTENT_TYPE_MOVIE")
    if not is_video or not VIDEO_ID.fullmatch(video_id) or not title:
        return None
    rows = mapping(mapping(about.get("metadata")).get("contentMetadataViewModel"))
    stated, when = "", ""
    for part in [mapping(part) for row in sequence(rows.get("metadataRows"))[:10]
                 for part in sequence(mapping(row).get("metadataParts"))[:10]]:  # fmt: skip
        words = text_of(part.get("text"))
        if is_time_ago(words):
            when = when or words
        elif count_among_words(words) is not None and not part.get("avatarStack"):
            stated = stated or words
    badges = [mapping(one.get("thumbnailBadgeViewModel")) for one in objects(said.get("contentImage"))
              if "thumbnailBadgeViewModel" in one][:10]  # fmt: skip
    styles = {string(badge.get("badgeStyle")) or "" for badge in badges}
    words_on_it = [text_of(badge.get("text")) for badge in badges]
    tap = mapping(mapping(mapping(said.get("rendererContext")).get("commandContext")).get("onTap"))
    command = mapping(tap.get("innertubeCommand"))
    is_live = any(style.endswith("_LIVE") for style in styles) or bool(_WATCHING.search(stated))
    is_upcoming = (
        any("UPCOMING" in style for style in styles)
        or any("upcomingEventData" in one for one in objects(said.get("contentImage")))
        or any(word.upper() in ("UPCOMING", "PREMIERE") for word in words_on_it)
        or bool(_WAITING.search(stated))
    )
    owner_id, owner_handle = _channel_in(rows)
    return ListedVideo(
        video_id=video_id,
        title=title,
        views=count_among_words(stated) if stated else None,
        when=when,
        seconds=next((seconds for word in words_on_it if (seconds := seconds_of(word)) is not None), None),
        is_short=kind == "LOCKUP_CONTENT_TYPE_SHORTS" or "reelWatchEndpoint" in command,
        is_live=is_live,
        is_upcoming=is_upcoming,
        owner_id=owner_id,
        owner_handle=owner_handle,
        picture_url=picture_url(
            next((one["image"] for one in objects(said.get("contentImage")) if "image" in one), None)
        ),
    )


def _channel_in(value: object) -> tuple[str | None, str | None]:
    """Channel id and handle of the first channel that something leads to."""
    for number, one in enumerate(objects(value)):
        if number > 500:
            break
        endpoint = mapping(one.get("browseEndpoint"))
        browse = string(endpoint.get("browseId")) or ""
        if CHANNEL_ID.fullmatch(browse):
            return browse, handle_in(endpoint.get("canonicalBaseUrl"))
    return None, None


def picture_url(value: object) -> str | None:
    """The largest of a picture's sizes, without the signature that changes from day to day."""
    sizes = [mapping(one) for one in pictures(value)[:20]]
    best = max(sizes, key=lambda one: positive(one.get("width")) or 0, default=None)
    url = link(best.get("url"), "https://i.ytimg.com/") if best else None
    return url.partition("?")[0] if url else None
