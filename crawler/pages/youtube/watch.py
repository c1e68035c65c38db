"""A video's own page: the player's data for what is exact, the page's data for what people see."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from crawler.items import Format, Media, Metrics, MissingReason, Outcome, Platform, Post, PostList, Reason
from crawler.pages.base import Capture, PageProblem, PlatformPage
from crawler.pages.walls import problem_of
from crawler.pages.youtube.channel import read_channel
from crawler.pages.youtube.listed import picture_url, post_url
from crawler.pages.youtube.wording import (
    CHANNEL_ID,
    VIDEO_ID,
    count_among_words,
    count_values,
    date_in,
    gate,
    handle_in,
    host_of,
    is_youtube,
    json_states,
    links_in,
    mentions_in,
    path_of,
    rough_count,
    text_of,
)
from crawler.reading import hashtags
from crawler.reading.counted import counted
from crawler.reading.counts import Count, read_count
from crawler.reading.dates import Moment, read_date
from crawler.reading.jsonvalue import mapping, sequence, string
from crawler.reading.relative_dates import read_relative_date
from crawler.reading.relay import objects

_WATCH_PATH = re.compile(r"/watch/?")
_VIDEO_PATH = re.compile(r"/(?:shorts|live|embed|v)/([A-Za-z0-9_-]{11})/?")
_SHORT_PATH = re.compile(r"/([A-Za-z0-9_-]{11})/?")
_ANSWER_PATH = re.compile(r".*/youtubei/v1/(?:browse|next|player|get_watch|reel/[a-z_]+)/?")
_NOT_FOR_US = re.compile(r"private|privad|privat|privé|приват|非公開|비공개|خاص", re.IGNORECASE)
_OF_AGE = re.compile(r"\bage\b|inappropriate|edad|alter|âge|возраст|年齢", re.IGNORECASE)
_MEMBERS = re.compile(r"members?[- ]only|join this channel", re.IGNORECASE)
_COMMENTS_OFF = re.compile(
    r"comments are turned off|desactivad|deaktiviert|désactivé|desativad|disattivat|отключ", re.IGNORECASE
)
_META_COUNT = re.compile(
    rb"<meta itemprop=[\"'](?:interactionCount|userInteractionCount)[\"'] content=[\"']([0-9]{1,15})[\"']"
)
_META_ACTION = re.compile(
    rb"interactionType[\"'] content=[\"']https?://schema\.org/(Like|Watch)Action[\"'][^<]{0,20}>[^<]{0,20}"
    rb"<meta itemprop=[\"']userInteractionCount[\"'] content=[\"']([0-9]{1,15})[\"']"
)

_MAX_SECONDS = 10**6


class _VideoPage(PlatformPage):
    platform = Platform.YOUTUBE

    @property
    def video_id(self) -> str | None:
        """The video that the address names."""
        return video_in(str(self.response.url))

    @property
    def asked_for(self) -> str:
        return f"The video {self.video_id}" if self.video_id else "The video of this page"

    def states(self) -> list[Mapping[str, Any]]:
        """The data of the page. Raises :class:`PageProblem` for gates and errors."""
        status, body = self.response.status or 200, bytes(self.response.body)
        if problem := gate(status, dict(self.response.headers), body, self.asked_for):
            raise problem
        if status >= 400:
            raise problem_of(status, body, self.asked_for)
        states = list(json_states(body))
        if not states:
            raise problem_of(200, body, self.asked_for)
        return states


class WatchPage(_VideoPage):
    """``/watch?v=…``, ``/shorts/…``, ``/live/…`` as the server sends it."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.youtube.com/watch?v=AcmeVideo01&hl=en&gl=US",
        "https://www.youtube.com/shorts/AcmeShort01",
        "https://m.youtube.com/watch?v=AcmeVideo01",
        "https://www.youtube.com/live/AcmeLive001",
        "https://youtu.be/AcmeVideo01",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return video_in(url) is not None and is_youtube(url, head)

    def read(self) -> PostList:
        video = Video(self.states(), self.capture, self.video_id, bytes(self.response.body))
        return video.as_list(self.asked_for)


class AnswerPage(_VideoPage):
    """What the site's own interface answers (``browse``, ``next``, ``player``), as a browser recorded it.

    robots.txt forbids that interface to crawlers: nothing here is ever asked for.
    """

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.youtube.com/youtubei/v1/browse?prettyPrint=false",
        "https://www.youtube.com/youtubei/v1/next",
        "https://youtubei.googleapis.com/youtubei/v1/player?key=x",
        "https://www.youtube.com/youtubei/v1/reel/reel_item_watch",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        if _ANSWER_PATH.fullmatch(path_of(url)):
            return True
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        return start[:1] in (b"{", b"[") and (
            b'"serviceTrackingParams"' in head
            or b'"playerMicroformatRenderer"' in head
            or b'"playabilityStatus"' in head
        )

    def read(self) -> PostList:
        states = self.states()
        if any("videoDetails" in one or "playabilityStatus" in one or "currentVideoEndpoint" in one or _watched(one)
               for one in states):  # fmt: skip
            return Video(states, self.capture, None, b"").as_list("The video of this answer")
        return read_channel(states[0], self.capture, "The YouTube channel of this answer", None)


class Video:
    """One video, from all that a page holds of it."""

    def __init__(
        self, states: Sequence[Mapping[str, Any]], capture: Capture, video_id: str | None, body: bytes
    ) -> None:
        self.capture = capture
        self._body = body
        self._wanted = video_id
        players = [one for one in states if "videoDetails" in one or "playabilityStatus" in one or _has_player(one)]
        self.player = next((one for one in players if self._is_wanted(one)), mapping(players[0] if players else None))
        self.details = mapping(self.player.get("videoDetails"))
        self.micro = mapping(mapping(self.player.get("microformat")).get("playerMicroformatRenderer"))
        trees = [one for one in states if _watched(one) or not any(one is player for player in players)]
        self.tree = next(
            (one for one in trees if "contents" in one or "overlay" in one or "engagementPanels" in one), {}
        )

    def as_list(self, asked_for: str) -> PostList:
        """The post. Raises :class:`PageProblem` where the video is not shown, or the page holds none."""
        if not self.title:
            raise self._problem(asked_for)
        if self.video_id is None:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{asked_for}: the page does not say which video it is.")
        flags = [name for name, is_set in (("upcoming", self.is_upcoming), ("live_now", self.is_live_now),
                                           ("members_only", self.is_for_members), ("unlisted", self.is_unlisted))
                 if is_set]  # fmt: skip
        return PostList(posts=(self._post(self.video_id),), flags=tuple(flags))

    def _is_wanted(self, player: Mapping[str, Any]) -> bool:
        stated = mapping(player.get("videoDetails")).get("videoId")
        return self._wanted is None or stated is None or stated == self._wanted

    @cached_property
    def primary(self) -> Mapping[str, Any]:
        return _found(self.tree, "videoPrimaryInfoRenderer")

    @cached_property
    def secondary(self) -> Mapping[str, Any]:
        return _found(self.tree, "videoSecondaryInfoRenderer")

    @cached_property
    def reel(self) -> Mapping[str, Any]:
        """What lies over a Short."""
        return _found(self.tree.get("overlay"), "reelPlayerOverlayRenderer") or _found(
            self.tree.get("overlay"), "reelPlayerOverlayViewModel"
        )

    @cached_property
    def described(self) -> Mapping[str, Any]:
        return _found(self.tree.get("engagementPanels"), "videoDescriptionHeaderRenderer")

    @cached_property
    def video_id(self) -> str | None:
        current = mapping(self.tree.get("currentVideoEndpoint"))
        stated = (
            self.details.get("videoId"),
            self.micro.get("externalVideoId"),
            mapping(current.get("watchEndpoint")).get("videoId"),
            mapping(current.get("reelWatchEndpoint")).get("videoId"),
            video_in(string(self.micro.get("canonicalUrl")) or ""),
            self._wanted,
        )
        return next((one for one in stated if isinstance(one, str) and VIDEO_ID.fullmatch(one)), None)

    @cached_property
    def title(self) -> str:
        """As its owner wrote it; the page's own heading may be translated."""
        return (
            text_of(self.details.get("title")) or text_of(self.micro.get("title")) or text_of(self.primary.get("title"))
            or text_of(self.described.get("title"))
        ).strip()  # fmt: skip

    @cached_property
    def text(self) -> str | None:
        for said in (self.details.get("shortDescription"), self.micro.get("description"),
                     self.secondary.get("attributedDescription"), self.secondary.get("description")):  # fmt: skip
            if said is not None:
                return text_of(said).strip()
        return None

    @property
    def is_live_now(self) -> bool:
        stated = mapping(mapping(self.primary.get("viewCount")).get("videoViewCountRenderer"))
        broadcast = mapping(self.micro.get("liveBroadcastDetails"))
        return self.details.get("isLive") is True or stated.get("isLive") is True or broadcast.get("isLiveNow") is True

    @property
    def is_upcoming(self) -> bool:
        return self.details.get("isUpcoming") is True or "upcomingEventData" in self.details

    @property
    def is_for_members(self) -> bool:
        badges = {string(one.get("style")) for one in objects(self.primary.get("badges"))}
        status = mapping(self.player.get("playabilityStatus"))
        return "BADGE_STYLE_TYPE_MEMBERS_ONLY" in badges or bool(_MEMBERS.search(text_of(status.get("reason"))))

    @property
    def is_unlisted(self) -> bool:
        return self.micro.get("isUnlisted") is True

    @cached_property
    def is_short(self) -> bool:
        listed = self.capture.listed
        return (
            self.micro.get("isShortsEligible") is True
            or "/shorts/" in (string(self.micro.get("canonicalUrl")) or "")
            or bool(self.reel)
            or (listed is not None and listed.format == Format.SHORT_VIDEO)
        )

    def _post(self, video_id: str) -> Post:
        handle, channel_id, name = self._owner()
        moment = self._published()
        text = self.text
        is_broadcast = self.details.get("isLiveContent") is True or self.is_live_now or self.is_upcoming
        is_short = self.is_short and not is_broadcast
        account = handle or (self.capture.account.handle if self.capture.account else None) or channel_id or ""
        written = f"{self.title}\n{text or ''}"
        picture = picture_url(self.micro.get("thumbnail")) or picture_url(self.details.get("thumbnail"))
        return Post(
            platform=Platform.YOUTUBE,
            native_id=video_id,
            account=account,
            author=handle or name or account or None,
            url=post_url(video_id, is_short=is_short),
            format=Format.SHORT_VIDEO if is_short else Format.LIVE if is_broadcast else Format.VIDEO,
            title=self.title,
            text=text,
            language=string(self.micro.get("defaultAudioLanguage")),
            published_at=moment.at if moment else None,
            published_precision=moment.precision if moment else None,
            published_text=self._date_words or None if moment is None or moment.precision != "second" else None,
            media=(Media(kind="video", url=picture, duration_seconds=self._length),),
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(written)),
            mentions=mentions_in(text or ""),
            links=links_in(text or ""),
            is_promoted_label=True if _found(self.player, "paidContentOverlayRenderer") else None,
            metrics=Metrics(**count_values({
                "view_count": self._views(), "like_count": self._likes(), "comment_count": self._comments(),
                "share_count": MissingReason.NOT_PUBLIC,
            })),
        )  # fmt: skip

    @property
    def _length(self) -> float | None:
        seconds = read_count(self.details.get("lengthSeconds") or self.micro.get("lengthSeconds"))
        return float(seconds.value) if seconds and 0 < seconds.value < _MAX_SECONDS else None

    def _owner(self) -> tuple[str | None, str | None, str | None]:
        """Handle, channel id and name of who published it; of several owners the first."""
        owner = mapping(mapping(self.secondary.get("owner")).get("videoOwnerRenderer"))
        channel_id = string(self.details.get("channelId")) or string(self.micro.get("externalChannelId"))
        names = [self.micro.get("ownerProfileUrl")]
        for place in (owner.get("navigationEndpoint"), self.described.get("channelNavigationEndpoint"),
                      owner.get("title"), self.reel.get("reelPlayerHeaderSupportedRenderers")):  # fmt: skip
            for number, one in enumerate(objects(place)):
                if number > 500:
                    break
                names += [one.get("canonicalBaseUrl"), one.get("subtitle") and text_of(one.get("subtitle"))]
                browse = string(one.get("browseId")) or ""
                channel_id = channel_id or (browse if CHANNEL_ID.fullmatch(browse) else None)
        handle = next((found for name in names if (found := handle_in(name))), None)
        name = (
            text_of(self.details.get("author"))
            or text_of(self.micro.get("ownerChannelName"))
            or text_of(owner.get("title"))
        )
        return handle, channel_id if channel_id and CHANNEL_ID.fullmatch(channel_id) else None, name or None

    @cached_property
    def _date_words(self) -> str:
        return (text_of(self.primary.get("dateText")) or text_of(self.described.get("publishDate")))[:100]

    def _published(self) -> Moment | None:
        latest = self.capture.fetched_at
        for said in (self.micro.get("publishDate"), self.micro.get("uploadDate")):
            if (moment := read_date(said, latest=latest)) is not None:
                return moment
        if self.is_upcoming:
            return None
        if (moment := date_in(self._date_words, latest)) is not None:
            return Moment(moment.at, moment.precision, self._date_words)
        ago = text_of(self.primary.get("relativeDateText")) or self._date_words
        return read_relative_date(ago, latest)

    def _views(self) -> Count | MissingReason | None:
        if self.is_live_now or self.is_upcoming:
            return MissingReason.NOT_OBSERVED
        for said in (self.details.get("viewCount"), self.micro.get("viewCount")):
            if (count := read_count(said)) is not None:
                return count
        shown = mapping(mapping(self.primary.get("viewCount")).get("videoViewCountRenderer"))
        for words in (
            text_of(shown.get("viewCount")),
            text_of(self.described.get("views")),
            text_of(shown.get("shortViewCount")),
        ):
            if words and (count := count_among_words(words)) is not None:
                return count
        if found := dict(_META_ACTION.findall(self._body)).get(b"Watch"):
            return Count(int(found))
        if (plain := _META_COUNT.search(self._body)) and not _META_ACTION.search(self._body):
            return Count(int(plain.group(1)))
        return MissingReason.NOT_PARSED if shown else None

    def _likes(self) -> Count | MissingReason | None:
        """Exact from the player, or from what the button says to screen readers; else as its face shows it."""
        if (count := read_count(self.micro.get("likeCount"))) is not None:
            return count
        if found := dict(_META_ACTION.findall(self._body)).get(b"Like"):
            return Count(int(found))
        if self.details.get("allowRatings") is False:
            return MissingReason.HIDDEN
        rough: Count | None = None
        is_shown = False
        for words, face in self._like_buttons():
            is_shown = True
            exact = [one.count for one in counted(words) if one.count.rounded is None]
            if len(exact) == 1:
                return exact[0]
            rough = rough or rough_count(face)
        if rough is not None:
            return rough
        # the button is there and says only "Like"
        return MissingReason.HIDDEN if is_shown else None

    def _like_buttons(self) -> Iterator[tuple[str, str]]:
        """What each like button says aloud and shows before it is pressed; afterwards it counts the reader too."""
        places = (self.primary.get("videoActions"), self.reel)
        for one in (each for place in places for each in objects(place)):
            if "likeButtonViewModel" in one:
                button = _found(mapping(one["likeButtonViewModel"]), "defaultButtonViewModel")
                said = mapping(button.get("buttonViewModel"))
                if said:
                    yield text_of(said.get("accessibilityText")), text_of(said.get("title"))
            elif _icon(mapping(one.get("toggleButtonRenderer"))) == "LIKE":
                said = mapping(mapping(one["toggleButtonRenderer"]).get("defaultText"))
                aloud = mapping(mapping(said.get("accessibility")).get("accessibilityData"))
                yield text_of(aloud.get("label")), text_of(said)
            elif "likeButtonRenderer" in one:
                said = mapping(one["likeButtonRenderer"])
                number = said.get("likeCount")
                shown = text_of(said.get("likeCountText"))
                yield (str(number) if isinstance(number, int) and said.get("likesDisabled") is not True else ""), shown

    def _comments(self) -> Count | MissingReason | None:
        for panel in map(mapping, sequence(self.tree.get("engagementPanels"))[:50]):
            said = mapping(panel.get("engagementPanelSectionListRenderer"))
            if "comments-section" in f"{said.get('panelIdentifier')} {said.get('targetId')}" or (
                said.get("panelIdentifier") == "comment-item-section"
            ):
                header = mapping(mapping(said.get("header")).get("engagementPanelTitleHeaderRenderer"))
                words = text_of(header.get("contextualInfo"))
                if words:
                    return rough_count(words) or MissingReason.NOT_PARSED
        for name, key in (
            ("commentsEntryPointHeaderRenderer", "commentCount"),
            ("commentsHeaderRenderer", "countText"),
        ):
            words = text_of(_found(self.tree, name).get(key))
            if (count := count_among_words(words)) is not None and count.value:
                return count
        button = _found(self.reel.get("viewCommentsButton"), "buttonRenderer")
        if (count := rough_count(text_of(button.get("text")))) is not None:
            return count
        if not self.primary and not self.reel:
            return None
        notes = [text_of(mapping(one["messageRenderer"]).get("text")) for one in objects(self.tree.get("contents"))
                 if "messageRenderer" in one][:10]  # fmt: skip
        has_place = any("comment" in (string(one.get(key)) or "") for one in objects(self.tree.get("contents"))
                        for key in ("sectionIdentifier", "targetId"))  # fmt: skip
        is_off = any(_COMMENTS_OFF.search(note) for note in notes) or not has_place
        return MissingReason.HIDDEN if is_off else MissingReason.NOT_OBSERVED

    def _problem(self, asked_for: str) -> PageProblem:
        status = mapping(self.player.get("playabilityStatus"))
        kind = string(status.get("status")) or ""
        words = " ".join(
            [text_of(status.get("reason")), *(text_of(one) for one in sequence(status.get("messages"))[:3])]
        )[:300].strip()
        said = f" (“{words}”)" if words else ""
        if not kind or kind == "OK":
            return PageProblem(Outcome.LAYOUT_CHANGED, f"{asked_for}: the page holds no video in a shape that we know.")
        if "not a bot" in words.lower().replace("’", "'"):
            return PageProblem(
                Outcome.BLOCKED, f"{asked_for}: YouTube takes us for a bot{said}.", Reason.PERMISSION_MISSING
            )
        if kind == "LOGIN_REQUIRED" and (status.get("desktopLegacyAgeGateReason") or _OF_AGE.search(words)):
            return PageProblem(
                Outcome.LOGIN_WALL, f"{asked_for} is shown to signed-in adults only{said}.", Reason.PERMISSION_MISSING
            )
        if kind == "LOGIN_REQUIRED" or _NOT_FOR_US.search(words):
            return PageProblem(Outcome.GONE, f"{asked_for} is not public{said}.", Reason.PERMISSION_MISSING)
        if _MEMBERS.search(words):
            return PageProblem(
                Outcome.LOGIN_WALL, f"{asked_for} is for paying members only{said}.", Reason.PERMISSION_MISSING
            )
        return PageProblem(Outcome.GONE, f"{asked_for} is not there any more{said}.")


def video_in(url: str) -> str | None:
    """The id of the video that an address of YouTube names; ``None`` for other addresses."""
    path = path_of(url)
    if _WATCH_PATH.fullmatch(path):
        try:
            stated = parse_qs(urlsplit(url).query).get("v", [""])[0]
        except ValueError:
            return None
        return stated if VIDEO_ID.fullmatch(stated) else None
    found = _VIDEO_PATH.fullmatch(path) or (_SHORT_PATH.fullmatch(path) if host_of(url) == "youtu.be" else None)
    return found.group(1) if found else None


def _found(value: object, key: str) -> Mapping[str, Any]:
    return next((mapping(one[key]) for one in objects(value) if key in one), {})


def _icon(button: Mapping[str, Any]) -> object:
    return mapping(button.get("defaultIcon")).get("iconType")


def _has_player(state: Mapping[str, Any]) -> bool:
    return "playerMicroformatRenderer" in mapping(state.get("microformat"))


def _watched(state: Mapping[str, Any]) -> bool:
    return "twoColumnWatchNextResults" in mapping(state.get("contents")) or "singleColumnWatchNextResults" in mapping(
        state.get("contents")
    )
