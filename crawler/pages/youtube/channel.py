"""A channel's pages: its home and its tabs, each with the newest thirty or so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from crawler.items import (
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
from crawler.pages.base import Capture, PageProblem, PlatformPage
from crawler.pages.walls import problem_of
from crawler.pages.youtube.about import with_about
from crawler.pages.youtube.community import community_posts, parts_of_posts
from crawler.pages.youtube.listed import listed_post, listed_videos
from crawler.pages.youtube.wording import (
    CHANNEL_ID,
    SITE,
    VIDEO_ID,
    count_among_words,
    gate,
    handle_in,
    is_youtube,
    json_states,
    path_of,
    pictures,
    site_of,
    text_of,
)
from crawler.reading.jsonvalue import link, mapping, sequence, string
from crawler.reading.relay import objects

LOCALE = "hl=en&gl=US"
"""Asked for so that what has words is in English; pages in other languages are read all the same."""
TABS = ("videos", "shorts", "streams")

_PATH = re.compile(
    r"/(@[^/]{1,100}|channel/UC[\w-]{22}|(?:c|user)/[^/]{1,100})"
    r"(?:/(featured|videos|shorts|streams|live|playlists|community|posts|about|podcasts|store|releases|courses))?/?"
)
_CONSENT_PATH = re.compile(r"/(?:m|ml|d)/?")
_VIDEO_WORDS = re.compile(
    r"vide|víde|видео|відео|動画|동영상|视频|影片|فيديو|ویدیو|วิดีโอ|वीडियो|βίντεο|film|סרטונים", re.IGNORECASE
)
_GONE = re.compile(
    r"terminat|removed|closed|no longer|suspend|gesperrt|gekündigt|cancelad|supprim|eliminad", re.IGNORECASE
)


class ChannelPage(PlatformPage):
    """``/@name``, ``/channel/UC…``, ``/c/name``, ``/user/name``, and their tabs."""

    platform = Platform.YOUTUBE
    examples: ClassVar[tuple[str, ...]] = (
        "https://www.youtube.com/@AcmeCoffee",
        "https://www.youtube.com/@AcmeCoffee/videos?hl=en&gl=US",
        "https://www.youtube.com/channel/UCaaaaaaaaaaaaaaaaaaaaaa/shorts",
        "https://m.youtube.com/c/AcmeCoffee/streams",
        "https://www.youtube.com/user/AcmeCoffee",
        "https://consent.youtube.com/m?continue=https%3A%2F%2Fwww.youtube.com%2F%40AcmeCoffee",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        path = path_of(url)
        if urlsplit(url).hostname == "consent.youtube.com" or (
            _CONSENT_PATH.fullmatch(path) and b"consent.youtube.com" in head
        ):
            return True
        return _PATH.fullmatch(path) is not None and is_youtube(url, head)

    @property
    def asked_for(self) -> str:
        ref = self.capture.account
        found = _PATH.fullmatch(path_of(str(self.response.url)))
        return f"The YouTube channel {ref.handle if ref else found.group(1) if found else 'of this page'}"

    def read(self) -> PostList:
        status, body = self.response.status or 200, bytes(self.response.body)
        if problem := gate(status, dict(self.response.headers), body, self.asked_for):
            raise problem
        if status >= 400:
            raise problem_of(status, body, self.asked_for)
        tree = next(
            (one for one in json_states(body) if "metadata" in one or "contents" in one or "alerts" in one), None
        )
        if tree is None:
            raise problem_of(200, body, self.asked_for)
        found = _PATH.fullmatch(path_of(str(self.response.url)))
        tab = found.group(2) if found else None
        return read_channel(tree, self.capture, self.asked_for, tab, is_crawl=self.capture.account is not None)


def read_channel(
    tree: Mapping[str, Any], capture: Capture, asked_for: str, tab: str | None, *, is_crawl: bool = False
) -> PostList:
    """A channel's data tree (``ytInitialData``, or the answer of ``browse``) as posts and profile.

    ``tab`` is the tab that the address names. A crawl lands nothing from the home page, where what is popular stands
    first.
    """
    if alert := _alert(tree):
        raise _no_channel(alert, asked_for)
    if problem := _age_gate(tree, asked_for):
        raise problem
    profile = with_about(channel_profile(tree), tree, capture)
    account = profile.handle if profile else capture.account.handle if capture.account else _continued(tree, capture)
    contents = [tree.get(key) for key in ("contents", "onResponseReceivedActions", "onResponseReceivedEndpoints")]
    if account is None and not any(contents):
        raise PageProblem(Outcome.LAYOUT_CHANGED, f"{asked_for}: the page holds no channel in a shape that we know.")
    posts: dict[str, Post] = {}
    skipped: dict[str, int] = {}
    owner = profile.native_account_id if profile else None
    shown = _selected_tab(tree) or tab
    written = parts_of_posts(contents)
    for listed in community_posts(contents, capture, account):
        if owner is not None and listed.author_id not in (None, owner):
            skipped["other_author"] = skipped.get("other_author", 0) + 1
        else:
            posts.setdefault(listed.post.native_id, listed.post)
    for video in listed_videos(contents, written):
        if owner is not None and video.owner_id not in (None, owner):
            skipped["other_author"] = skipped.get("other_author", 0) + 1
            continue
        named = video.owner_handle or video.owner_id
        whose = (account if profile or capture.account else named or account) or named or ""
        posts.setdefault(video.video_id, listed_post(video, capture, whose, is_broadcast=shown == "streams"))
    if profile is None and not posts:
        raise PageProblem(Outcome.LAYOUT_CHANGED, f"{asked_for}: the page holds no channel in a shape that we know.")
    if is_crawl and tab not in TABS:
        return PostList(profile=profile, next_requests=_tab_requests(tree, capture, profile), skipped=skipped)
    more = tuple(
        NextRequest(
            url=f"{site_of(capture.base_urls)}/watch?v={post.native_id}&{LOCALE}",
            kind=RequestKind.POST,
            native_id=post.native_id,
            published_at=post.published_at,
        )
        for post in (posts.values() if is_crawl else ())
        if VIDEO_ID.fullmatch(post.native_id)
    )
    has_more = any("continuationItemRenderer" in one for one in objects(contents))
    return PostList(
        posts=tuple(posts.values()),
        profile=None if is_crawl else profile,
        next_requests=more,
        skipped=skipped,
        end_note=_END_NOTE.format(tab=tab, count=len(posts)) if has_more and is_crawl else None,
    )


def _continued(tree: Mapping[str, Any], capture: Capture) -> str | None:
    """Whose tab a list goes on with that names nobody: the channel whose page was open."""
    found = (
        _PATH.fullmatch(path_of(capture.open_page))
        if capture.open_page and is_youtube(capture.open_page, b"")
        else None
    )
    if found is None or "contents" in tree or not any(name.startswith("onResponseReceived") for name in tree):
        return None
    return found.group(1).removeprefix("@").removeprefix("channel/")


_END_NOTE = (
    "YouTube's {tab} tab shows its newest {count} only; older ones are read with a free key for its Data API"
    " (RIVALSCOPE_YOUTUBE_TOKEN)."
)


def channel_profile(tree: Mapping[str, Any]) -> Profile | None:
    """The channel that a tree is of; ``None`` where it says nothing of one."""
    about = mapping(mapping(tree.get("metadata")).get("channelMetadataRenderer"))
    header = mapping(tree.get("header"))
    old = mapping(header.get("c4TabbedHeaderRenderer"))
    new = mapping(mapping(mapping(header.get("pageHeaderRenderer")).get("content")).get("pageHeaderViewModel"))
    channel_id = string(about.get("externalId")) or string(old.get("channelId")) or ""
    rows = mapping(mapping(new.get("metadata")).get("contentMetadataViewModel"))
    parts = [
        text_of(mapping(part).get("text"))
        for row in sequence(rows.get("metadataRows"))[:10]
        for part in sequence(mapping(row).get("metadataParts"))[:10]
    ]
    handle = (
        handle_in(about.get("vanityChannelUrl"))
        or next((text[1:] for text in parts if re.fullmatch(r"@\S{1,100}", text)), None)
        or (text_of(old.get("channelHandleText")).removeprefix("@") or None)
    )
    if not CHANNEL_ID.fullmatch(channel_id) and handle is None:
        return None
    counted = [text for text in parts if not text.startswith("@") and count_among_words(text) is not None]
    if old:
        counted = [text_of(old.get("subscriberCountText")), text_of(old.get("videosCountText"))]
    videos = next((text for text in counted if _VIDEO_WORDS.search(text)), None)
    subscribers = next((text for text in counted if text and text != videos), None)
    picture = next((mapping(one).get("url") for one in pictures(about.get("avatar"))[:1]), None)
    bio = text_of(about.get("description")).strip()
    return Profile(
        platform=Platform.YOUTUBE,
        native_account_id=channel_id if CHANNEL_ID.fullmatch(channel_id) else None,
        handle=handle or channel_id,
        url=f"{SITE}/@{handle}" if handle else f"{SITE}/channel/{channel_id}",
        name=text_of(about.get("title")) or text_of(old.get("title")) or None,
        bio=bio,
        links=_header_links(header),
        avatar_url=link(picture),
        is_verified=_is_verified(old, new) if old or new else None,
        **_profile_counts(subscribers, videos),
    )


def _profile_counts(subscribers: str | None, videos: str | None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    missing = {"following_count": MissingReason.NOT_PUBLIC}
    rounded: dict[str, int] = {}
    for name, said in (("follower_count", subscribers), ("post_count", videos)):
        count = count_among_words(said) if said else None
        if count is None:
            # a channel may hide how many subscribe
            missing[name] = MissingReason.NOT_PARSED if said else MissingReason.NOT_OBSERVED
            continue
        values[name] = count.value
        if count.rounded is not None:
            rounded[name] = count.rounded
    return {**values, "missing": missing, "rounded": rounded}


def _is_verified(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    styles = {string(one.get("style")) for one in objects(old.get("badges"))}
    names = {string(one.get("imageName")) for one in objects(new.get("title"))}
    return bool(styles & {"BADGE_STYLE_TYPE_VERIFIED", "BADGE_STYLE_TYPE_VERIFIED_ARTIST"}) or any(
        name and (name.startswith("CHECK_CIRCLE") or "AUDIO_BADGE" in name) for name in names
    )


def _header_links(header: Mapping[str, Any]) -> tuple[str, ...]:
    found: list[str | None] = []
    for number, one in enumerate(objects([header.get("c4TabbedHeaderRenderer"), header.get("pageHeaderRenderer")])):
        if number > 5_000:
            break
        said = mapping(one.get("firstLink")) or mapping(
            mapping(one.get("attribution")).get("attributionViewModel")
        ).get("text")
        words = text_of(said).strip()
        if words and re.fullmatch(r"[\w-]+(?:\.[\w-]+)+(?:/\S*)?", words):
            found.append(link(f"https://{words}"))
    return tuple(dict.fromkeys(address for address in found if address))


def _tab_requests(tree: Mapping[str, Any], capture: Capture, profile: Profile | None) -> tuple[NextRequest, ...]:
    """The tabs that the channel has, of those that list videos."""
    has = {name for name, _ in _tabs(tree)} & set(TABS) or {TABS[0]}
    channel = profile.native_account_id if profile else None
    where = f"channel/{channel}" if channel else f"@{profile.handle}" if profile else ""
    return tuple(
        NextRequest(url=f"{site_of(capture.base_urls)}/{where}/{name}?{LOCALE}", kind=RequestKind.LISTING)
        for name in TABS
        if name in has and where
    )


def _tabs(tree: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """Last part of each tab's address, and whether it is the one that is shown."""
    contents = mapping(tree.get("contents"))
    columns = mapping(contents.get("twoColumnBrowseResultsRenderer")) or mapping(
        contents.get("singleColumnBrowseResultsRenderer")
    )
    for tab in sequence(columns.get("tabs"))[:30]:
        said = mapping(mapping(tab).get("tabRenderer"))
        command = mapping(mapping(mapping(said.get("endpoint")).get("commandMetadata")).get("webCommandMetadata"))
        address = string(command.get("url")) or ""
        yield address.partition("?")[0].rstrip("/").rpartition("/")[2], said.get("selected") is True


def _selected_tab(tree: Mapping[str, Any]) -> str | None:
    return next((name for name, is_shown in _tabs(tree) if is_shown), None)


def _alert(tree: Mapping[str, Any]) -> str | None:
    """What the page says is wrong with the channel; ``None`` for a page that shows one."""
    if "contents" in tree and "metadata" in tree:
        return None
    for alert in map(mapping, sequence(tree.get("alerts"))[:10]):
        said = mapping(alert.get("alertRenderer"))
        if said.get("type") == "ERROR":
            return text_of(said.get("text"))[:300] or "no words"
    return None


def _age_gate(tree: Mapping[str, Any], asked_for: str) -> PageProblem | None:
    """A channel that asks for its viewer's age shows who is not signed in its name only."""
    if "metadata" in tree or not any("channelAgeGateRenderer" in one for one in objects(tree.get("contents"))):
        return None
    return PageProblem(Outcome.LOGIN_WALL, f"{asked_for} is shown to signed-in adults only.", Reason.PERMISSION_MISSING)


def _no_channel(alert: str, asked_for: str) -> PageProblem:
    if _GONE.search(alert):
        return PageProblem(Outcome.GONE, f"{asked_for} is gone (“{alert}”).")
    return PageProblem(Outcome.NOT_FOUND, f"{asked_for} does not exist (“{alert}”); check the link in the list.")
