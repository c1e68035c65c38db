"""YouTube's Data API v3: the channel, what it uploaded, and the videos by fifty."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit
from zoneinfo import ZoneInfo

from crawler.items import (
    Absence,
    Format,
    Media,
    Metrics,
    MissingReason,
    NextRequest,
    Outcome,
    Platform,
    Post,
    PostList,
    Profile,
    Reason,
    RequestKind,
)
from crawler.pages.base import AccountRef, PageProblem, PlatformPage
from crawler.pages.walls import problem_of
from crawler.pages.youtube.listed import picture_url, post_url
from crawler.pages.youtube.wording import (
    CHANNEL_ID,
    SITE,
    VIDEO_ID,
    count_values,
    links_in,
    mentions_in,
    path_of,
)
from crawler.reading import hashtags
from crawler.reading.counts import Count, read_count
from crawler.reading.dates import Moment, read_date
from crawler.reading.durations import iso_seconds
from crawler.reading.jsonvalue import NotJsonError, identifier, link, mapping, parse, sequence, string

DEFAULT_BASE_URL = "https://www.googleapis.com/youtube/v3"
PAGE_SIZE = 50
UNIT = 1
"""What one of these questions costs of the day's 10,000 (developers.google.com/youtube/v3/determine_quota_cost)."""

_CHANNELS_PATH = re.compile(r".*/channels")
_PLAYLIST_PATH = re.compile(r".*/playlistItems")
_VIDEOS_PATH = re.compile(r".*/videos")
_PACIFIC = ZoneInfo("America/Los_Angeles")
"""Where the day of a quota ends at midnight."""
_SHORT_SECONDS = 181
_QUOTA = {"quotaExceeded", "dailyLimitExceeded", "rateLimitExceeded", "userRateLimitExceeded"}
_BAD_KEY = {
    "keyInvalid",
    "badRequest",
    "API_KEY_INVALID",
    "accessNotConfigured",
    "forbidden",
    "ipRefererBlocked",
    "keyExpired",
}


def channel_request(ref: AccountRef, base_urls: Mapping[str, str]) -> NextRequest:
    """The channel, by its id when that is known (a renamed channel keeps it)."""
    known = ref.native_account_id or ref.handle
    if CHANNEL_ID.fullmatch(known):
        which = {"id": known}
    elif ref.handle.startswith("user/"):
        which = {"forUsername": ref.handle.removeprefix("user/")}
    else:
        which = {"forHandle": ref.handle.removeprefix("c/")}
    query = urlencode({"part": "snippet,statistics,contentDetails,status", **which})
    return NextRequest(url=f"{_base(base_urls)}/channels?{query}", kind=RequestKind.PROFILE, cost=UNIT)


def videos_request(ids: Sequence[str], base_urls: Mapping[str, str]) -> NextRequest:
    """Videos by their ids, at most 50."""
    query = urlencode({"part": "snippet,statistics,contentDetails,status,liveStreamingDetails", "id": ",".join(ids),
                       "maxResults": PAGE_SIZE})  # fmt: skip
    return NextRequest(
        url=f"{_base(base_urls)}/videos?{query}",
        kind=RequestKind.POST,
        native_id=ids[0] if len(ids) == 1 else None,
        cost=UNIT,
    )


def _uploads_request(playlist: str, base_urls: Mapping[str, str], token: str | None = None) -> NextRequest:
    query = {"part": "snippet,contentDetails", "playlistId": playlist, "maxResults": PAGE_SIZE}
    url = f"{_base(base_urls)}/playlistItems?{urlencode(query | ({'pageToken': token} if token else {}))}"
    return NextRequest(url=url, kind=RequestKind.LISTING, cost=UNIT)


def _base(base_urls: Mapping[str, str]) -> str:
    return base_urls.get(Platform.YOUTUBE, DEFAULT_BASE_URL).rstrip("/")


class _DataPage(PlatformPage):
    platform = Platform.YOUTUBE
    kind: ClassVar[str]
    path: ClassVar[re.Pattern[str]]

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        is_said = f'"youtube#{cls.kind}'.encode() in head and not head.lstrip().startswith(b"<")
        is_ours = "/youtube/v3/" in url or is_said
        if not is_ours and b'"domain": "youtube.' in head and b'"errors"' in head:
            is_ours = True
        return is_ours and (cls.path.fullmatch(path_of(url)) is not None or is_said)

    @property
    def asked_for(self) -> str:
        ref = self.capture.account
        return f"The YouTube channel {ref.handle}" if ref else "This answer of YouTube's Data API"

    @property
    def query(self) -> Mapping[str, list[str]]:
        try:
            return parse_qs(urlsplit(str(self.response.url)).query)
        except ValueError:
            return {}

    def payload(self) -> Mapping[str, Any]:
        """The answer; raises :class:`PageProblem` for errors and for anything that is no JSON object."""
        status, body = self.response.status or 200, bytes(self.response.body)
        try:
            answer = mapping(parse(body))
        except NotJsonError:
            raise problem_of(status, body, self.asked_for) from None
        if status >= 400 or "error" in answer:
            raise self._problem(status, mapping(answer.get("error")))
        if not isinstance(answer.get("items"), list) and string(answer.get("kind")) is None:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no list.")
        return answer

    def _problem(self, status: int, error: Mapping[str, Any]) -> PageProblem:
        reasons = {string(mapping(one).get("reason")) for one in sequence(error.get("errors"))}
        reasons |= {string(mapping(one).get("reason")) for one in sequence(error.get("details"))}
        words = (string(error.get("message")) or "")[:200]
        said = f" (“{words}”)" if words else ""
        if reasons & _QUOTA or status == 429:
            until = self._quota_ends("rate" in str(reasons).lower())
            return PageProblem(
                Outcome.ERROR,
                f"{self.asked_for}: the day's quota of your key is used up{said}; asked again after"
                f" {until:%Y-%m-%d %H:%M} UTC.",
                Reason.RATE_LIMITED,
                pause_until=until,
            )
        if status in (400, 401, 403) and (reasons & _BAD_KEY or status != 400 or "key" in words.lower()):
            if "API key" in words or reasons & {"keyInvalid", "API_KEY_INVALID", "keyExpired"} or status == 401:
                how = "make a new one (rivalscope connect youtube)"
                sentence = f"{self.asked_for}: YouTube does not accept the key{said}; {how}."
                return PageProblem(Outcome.ERROR, sentence, Reason.TOKEN_EXPIRED)
            sentence = f"{self.asked_for}: the key may not read this{said}; switch on the YouTube Data API v3 for it."
            return PageProblem(Outcome.BLOCKED, sentence, Reason.PERMISSION_MISSING)
        if status == 404 or reasons & {"playlistNotFound", "channelNotFound", "videoNotFound"}:
            return PageProblem(Outcome.NOT_FOUND, f"{self.asked_for} was not found{said}; check the link in the list.")
        return PageProblem(
            Outcome.ERROR, f"{self.asked_for}: the Data API answered with an error ({status}){said}.", Reason.HTTP_ERROR
        )

    def _quota_ends(self, is_short: bool) -> datetime:
        """Midnight in California; a limit on haste ends within a minute."""
        now = self.capture.fetched_at
        if is_short:
            return now + timedelta(minutes=1)
        local = now.astimezone(_PACIFIC)
        midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight.astimezone(now.tzinfo)


class ChannelsAnswer(_DataPage):
    """``channels.list``: the channel and its counts; leads to its uploads."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.googleapis.com/youtube/v3/channels?part=snippet&forHandle=AcmeCoffee",
        "http://127.0.0.1:8001/youtube/v3/channels?part=snippet&id=UCaaaaaaaaaaaaaaaaaaaaaa",
    )
    kind: ClassVar[str] = "channelListResponse"
    path: ClassVar[re.Pattern[str]] = _CHANNELS_PATH

    def read(self) -> PostList:
        items = [mapping(one) for one in sequence(self.payload().get("items"))]
        if not items:
            raise PageProblem(
                Outcome.NOT_FOUND,
                f"{self.asked_for} was not found; check the link, or give the one with its handle (@name) or its id"
                " (/channel/UC…).",
            )
        said = items[0]
        channel_id, snippet = identifier(said.get("id")), mapping(said.get("snippet"))
        if channel_id is None or not CHANNEL_ID.fullmatch(channel_id):
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no channel.")
        statistics = mapping(said.get("statistics"))
        custom = (string(snippet.get("customUrl")) or "").removeprefix("@")
        handle = custom or channel_id
        bio = (string(snippet.get("description")) or "").strip()
        created = read_date(snippet.get("publishedAt"), latest=self.capture.fetched_at)
        is_hidden = statistics.get("hiddenSubscriberCount") is True
        counts: dict[str, Count | MissingReason | None] = {
            "follower_count": MissingReason.HIDDEN if is_hidden else read_count(statistics.get("subscriberCount")),
            "post_count": read_count(statistics.get("videoCount")),
            "following_count": MissingReason.NOT_PUBLIC,
        }
        values = count_values(counts)
        if (followers := values.get("follower_count")) is not None and followers >= 1_000:
            # the API rounds to three digits, as the pages do
            values["rounded"] = {"follower_count": 3}
        profile = Profile(
            platform=Platform.YOUTUBE,
            native_account_id=channel_id,
            handle=handle,
            url=f"{SITE}/@{custom}" if custom else f"{SITE}/channel/{channel_id}",
            name=string(snippet.get("title")),
            bio=bio,
            links=links_in(bio),
            avatar_url=link(mapping(mapping(snippet.get("thumbnails")).get("high")).get("url")),
            created_at=created.at if created else None,
            **values,
        )
        uploads = identifier(mapping(mapping(said.get("contentDetails")).get("relatedPlaylists")).get("uploads"))
        ref = self.capture.account
        more: tuple[NextRequest, ...] = ()
        if ref is not None and ref.access is not None:
            more = (_uploads_request(uploads or f"UU{channel_id[2:]}", self.capture.base_urls),)
        return PostList(profile=profile, next_requests=more, used_units=UNIT)


class PlaylistAnswer(_DataPage):
    """``playlistItems.list``: what was uploaded and when; what each video is stands in ``videos.list``."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.googleapis.com/youtube/v3/playlistItems?part=snippet&playlistId=UUaaaaaaaaaaaaaaaaaaaaaa",
        "http://127.0.0.1:8001/youtube/v3/playlistItems?playlistId=UUaaaaaaaaaaaaaaaaaaaaaa&pageToken=CAUQAA",
    )
    kind: ClassVar[str] = "playlistItemListResponse"
    path: ClassVar[re.Pattern[str]] = _PLAYLIST_PATH

    def read(self) -> PostList:
        answer = self.payload()
        items = [mapping(one) for one in sequence(answer.get("items"))]
        understood = [post for one in items if (post := self._post(one)) is not None]
        # one that was put on the list twice is one video
        posts = {post.native_id: post for post in understood}
        if items and not posts:
            raise PageProblem(
                Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the uploads are in a shape that we do not know."
            )
        token = identifier(answer.get("nextPageToken"))
        playlist = next(iter(self.query.get("playlistId", ())), None)
        ref = self.capture.account
        more: tuple[NextRequest, ...] = ()
        if token and playlist and ref is not None and ref.access is not None and self.query.get("pageToken") != [token]:
            more = (_uploads_request(playlist, self.capture.base_urls, token),)
        left = len(items) - len(understood)
        return PostList(
            posts=tuple(posts.values()),
            next_requests=more,
            skipped={"not_understood": left} if left else {},
            is_index=ref is not None,
            used_units=UNIT,
        )

    def _post(self, said: Mapping[str, Any]) -> Post | None:
        snippet, details = mapping(said.get("snippet")), mapping(said.get("contentDetails"))
        video_id = identifier(details.get("videoId")) or identifier(mapping(snippet.get("resourceId")).get("videoId"))
        if video_id is None or not VIDEO_ID.fullmatch(video_id):
            return None
        # the snippet's date is when it was put on the list
        published = read_date(
            details.get("videoPublishedAt") or snippet.get("publishedAt"), latest=self.capture.fetched_at
        )
        return _post(self, video_id, snippet, published, Format.VIDEO, None, {})


class VideosAnswer(_DataPage):
    """``videos.list``: videos with their counts; one that was asked for and is not there is gone or not public."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.googleapis.com/youtube/v3/videos?part=snippet,statistics&id=AcmeVideo01,AcmeVideo02",
        "http://127.0.0.1:8001/youtube/v3/videos?id=AcmeVideo01",
    )
    kind: ClassVar[str] = "videoListResponse"
    path: ClassVar[re.Pattern[str]] = _VIDEOS_PATH

    def read(self) -> PostList:
        answer = self.payload()
        items = [mapping(one) for one in sequence(answer.get("items"))]
        posts = {post.native_id: post for one in items if (post := self._post(one)) is not None}
        asked = [one for one in ",".join(self.query.get("id", ())).split(",") if VIDEO_ID.fullmatch(one)]
        if items and not posts:
            raise PageProblem(
                Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the videos are in a shape that we do not know."
            )
        stated = {identifier(one.get("id")) for one in items}
        absences = [
            Absence(platform=Platform.YOUTUBE, native_id=one, kind="gone") for one in asked if one not in stated
        ]
        return PostList(posts=tuple(posts.values()), absences=tuple(absences), used_units=UNIT)

    def _post(self, said: Mapping[str, Any]) -> Post | None:
        video_id, snippet = identifier(said.get("id")), mapping(said.get("snippet"))
        if video_id is None or not VIDEO_ID.fullmatch(video_id) or not snippet:
            return None
        published = read_date(snippet.get("publishedAt"), latest=self.capture.fetched_at)
        broadcast = mapping(said.get("liveStreamingDetails"))
        state = string(snippet.get("liveBroadcastContent"))
        seconds = iso_seconds(mapping(said.get("contentDetails")).get("duration"))
        words = f"{snippet.get('title')}\n{snippet.get('description')}\n{snippet.get('tags')}".lower()
        is_short = seconds is not None and seconds < _SHORT_SECONDS and "#short" in words and not broadcast
        form = Format.LIVE if broadcast else Format.SHORT_VIDEO if is_short else Format.VIDEO
        statistics = mapping(said.get("statistics"))
        counts: dict[str, Count | MissingReason | None] = {
            "view_count": MissingReason.NOT_OBSERVED
            if state in ("live", "upcoming")
            else read_count(statistics.get("viewCount")),
            # what an owner hides or switches off is left out of the answer
            "like_count": read_count(statistics.get("likeCount")) or (MissingReason.HIDDEN if statistics else None),
            "comment_count": read_count(statistics.get("commentCount"))
            or (MissingReason.HIDDEN if statistics else None),
        }
        return _post(self, video_id, snippet, published, form, seconds, counts)


def _post(
    page: _DataPage,
    video_id: str,
    snippet: Mapping[str, Any],
    published: Moment | None,
    form: Format,
    seconds: float | None,
    counts: Mapping[str, Count | MissingReason | None],
) -> Post:
    ref = page.capture.account
    title, text = (string(snippet.get("title")) or "").strip(), (string(snippet.get("description")) or "").strip()
    account = ref.handle if ref else identifier(snippet.get("channelId")) or ""
    thumbnails = [mapping(one) for one in mapping(snippet.get("thumbnails")).values()]
    all_counts = {
        "view_count": None,
        "like_count": None,
        "comment_count": None,
        **counts,
        "share_count": MissingReason.NOT_PUBLIC,
    }
    return Post(
        platform=Platform.YOUTUBE,
        native_id=video_id,
        account=account,
        author=string(snippet.get("channelTitle")) or account or None,
        url=post_url(video_id, is_short=form == Format.SHORT_VIDEO),
        format=form,
        title=title,
        text=text,
        language=string(snippet.get("defaultAudioLanguage")) or string(snippet.get("defaultLanguage")),
        published_at=published.at if published else None,
        published_precision=published.precision if published else None,
        media=(Media(kind="video", url=picture_url({"thumbnails": thumbnails}), duration_seconds=seconds),),
        hashtags=hashtags.unique(tag for _, tag in hashtags.written(f"{title}\n{text}")),
        mentions=mentions_in(text),
        links=links_in(text),
        metrics=Metrics(**count_values(all_counts)),
    )
