"""Lemmy's views (a post with its creator, community and counts) as posts; communities and users as profiles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Self

from attrs import frozen

from crawler.items import Absence, Format, Media, Metrics, MissingReason, Platform, Post, PostList, Profile, Role
from crawler.pages.open_page import WordedPage, host_or_none, published_fields
from crawler.reading import hashtags
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, link, mapping, positive, string
from crawler.reading.markdown import read_markdown
from crawler.reading.stated import columns
from crawler.reading.urls import host_of, path_of

_CROSSPOST = re.compile(r"\s*cross-?posted from:?\s*<?(https?://[^\s<>\"]{4,1000})", re.IGNORECASE)
_POST_PATH = re.compile(r"/post/([0-9]{1,18})/?")
_MENTION = re.compile(r"(?<![\w@./])@([\w.-]{1,100}@[\w-]{1,100}(?:\.[\w-]{1,100}){1,5})")
_VIDEO_SITE = re.compile(r"(?:(?:www\.|m\.|music\.)?youtube\.com|youtu\.be|(?:www\.|player\.)?vimeo\.com|v\.redd\.it)")
_MEDIA = (
    (re.compile(r"\.(?:jpe?g|png|gif|webp|avif|jxl|bmp)$|^/pictrs/image/[^/.]+$", re.IGNORECASE), Format.IMAGE),
    (re.compile(r"\.(?:mp4|webm|mov|m4v|gifv|mkv)$", re.IGNORECASE), Format.VIDEO),
    (re.compile(r"\.(?:mp3|ogg|oga|opus|m4a|flac|wav)$", re.IGNORECASE), Format.AUDIO),
)
_PINNED = ("featured_community", "featured_local", "stickied", "sticky", "instance_sticky")
_EDITED = ("updated_at", "updated", "edited_at")
_TYPES = {"Image": "image/*"}
"""What PieFed calls a post, as the type of what stands behind its link."""
_ELSEWHERE = "other_community"
_OF_PIEFED = frozenset({"user_name", "restricted_to_mods"})
"""What only PieFed says, of a user and of a community."""
_PROFILE_COUNTS = {
    "follower_count": ("subscribers", "total_subscriptions_count", "subscriptions_count"),
    "post_count": ("posts", "post_count"),
}
_BY_TYPE = {"image": Format.IMAGE, "video": Format.VIDEO, "audio": Format.AUDIO}


@frozen
class Shown:
    """What the one address that a post may carry makes of it."""

    format: Format
    media: tuple[Media, ...] = ()

    @classmethod
    def of(cls, target: str | None, media_type: str | None, *, has_player: bool = False, **known: Any) -> Self:
        """``media_type`` and ``has_player`` (there is something to play at the address) where the server says so;
        ``known`` are fields of the medium."""
        if target is None:
            return cls(Format.TEXT)
        path = path_of(target)
        kind = _BY_TYPE.get((media_type or "").partition("/")[0].lower())
        kind = kind or next((each for pattern, each in _MEDIA if pattern.search(path)), None)
        if kind is None and (has_player or _VIDEO_SITE.fullmatch(host_of(target))):
            return cls(Format.VIDEO, (Media(kind="video", url=known.get("preview")),))
        if kind is None:
            return cls(Format.LINK)
        known.pop("preview", None)
        return cls(kind, (Media(kind=kind.value, url=target, **known),))


class Views:
    """Posts of one answer, each once."""

    def __init__(self, page: WordedPage, owner: str | None) -> None:
        self.is_understood = False
        self._page = page
        self._owner = owner
        """``u/name@host`` when the answer is about a user, on whose page everything stands then."""
        self._posts: dict[str, Post] = {}
        self._absences: dict[str, Absence] = {}
        self._skipped: dict[str, int] = {}
        self._flags: dict[str, None] = {}

    def result(self, *, flags: tuple[str, ...] = (), **more: Any) -> PostList:
        return PostList(
            posts=tuple(self._posts.values()),
            absences=tuple(self._absences.values()),
            skipped=self._skipped,
            flags=tuple(dict.fromkeys((*self._flags, *flags))),
            **more,
        )

    def skip(self, why: str) -> None:
        self._skipped[why] = self._skipped.get(why, 0) + 1

    def add(self, view: Mapping[str, Any]) -> None:
        """A PostView; a CommentView, in a list that mixes both, is an answer to somebody."""
        if mapping(view.get("comment")):
            self.is_understood = True
            self.skip("comment")
            return
        post = mapping(view.get("post"))
        creator, community = mapping(view.get("creator")), mapping(view.get("community"))
        native_id, title = identifier(post.get("id")), string(post.get("name")) or string(post.get("title"))
        if native_id is None or not native_id.isdecimal() or title is None:
            self.skip("unreadable")
            return
        self.is_understood = True
        if self._is_of_another(community):
            self.skip(_ELSEWHERE)
            return
        if self._is_gone(post, native_id):
            return
        if community.get("local") is False:
            self._flags["remote_copy"] = None
        written = string(post.get("body")) or ""
        text, links = read_markdown(written)
        target = link(post.get("url"))
        shown = _shown(view, post, target)
        carried = _CROSSPOST.match(written)
        original = link(carried.group(1)) if carried else None
        author = address_of(creator, self._page.host) if name_in(creator) else None
        self._posts.setdefault(
            native_id,
            Post(
                platform=Platform.LEMMY,
                host=self._page.host,
                native_id=native_id,
                account=self._account(community, author),
                author=author,
                url=link(post.get("ap_id")),
                role=Role.QUOTE if original else Role.ORIGINAL,
                format=shown.format,
                title=title.strip(),
                text=text,
                **self._dates(post),
                is_pinned=any(post.get(key) is True for key in _PINNED),
                original_native_id=self._number_in(original),
                original_url=original,
                media=shown.media,
                hashtags=hashtags.unique(tag.strip() for tag in (string(post.get("tags")) or "").split(",")),
                mentions=tuple(dict.fromkeys(_MENTION.findall(text))),
                links=tuple(dict.fromkeys([*([target] if target and not shown.media else []), *links])),
                metrics=_metrics(mapping(view.get("counts")) or post),
            ),
        )

    @property
    def is_of_others(self) -> bool:
        """Nothing but posts of communities that nobody asked for: the server passed over the question."""
        return _ELSEWHERE in self._skipped and not self._posts and not self._absences

    def _is_of_another(self, community: Mapping[str, Any]) -> bool:
        ref, name = self._page.ref, string(community.get("name"))
        wanted = ref.handle.removeprefix("c/").partition("@")[0] if ref and ref.handle.startswith("c/") else None
        return wanted is not None and name is not None and name.strip().casefold() != wanted.casefold()

    def _is_gone(self, said: Mapping[str, Any], native_id: str) -> bool:
        why = next((key for key in ("removed", "deleted") if said.get(key) is True), None)
        if why is not None:
            self.skip(why)
            absence = Absence(platform=Platform.LEMMY, host=self._page.host, native_id=native_id, kind="gone")
            self._absences.setdefault(native_id, absence)
        return why is not None

    def _account(self, community: Mapping[str, Any], author: str | None) -> str:
        if self._owner is not None:
            return self._owner
        if string(community.get("name")):
            return f"c/{address_of(community, self._page.host)}"
        return f"u/{author}" if author else ""

    def _dates(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Times without a zone, as servers before 0.19 write them, are UTC."""
        latest, stated = self._page.capture.fetched_at, said.get("published_at") or said.get("published")
        moment = read_date(stated, zone=UTC, latest=latest)
        edited = read_date(next((said[key] for key in _EDITED if said.get(key)), None), zone=UTC, latest=latest)
        if moment is None:
            self._flags["implausible_date"] = None
        return published_fields(moment, stated) | {
            "edited_at": edited.at if edited else None,
            "is_edited": edited is not None,
        }

    def _number_in(self, address: str | None) -> str | None:
        found = _POST_PATH.fullmatch(path_of(address or ""))
        return found.group(1) if found and host_or_none(address) == self._page.host else None


def name_in(said: Mapping[str, Any]) -> str:
    """The name of a user or community; PieFed has a word of its own for a user's."""
    return (string(said.get("name")) or string(said.get("user_name")) or "").strip()


def address_of(said: Mapping[str, Any], asked: str) -> str:
    """``name@host`` of a user or community; ``asked`` is the server that names it, and its home where it says so."""
    name = name_in(said)
    home = None if said.get("local") is True else host_or_none(link(said.get("actor_id")) or link(said.get("ap_id")))
    return f"{name}@{home or asked}"


def profile_of(
    kind: str, view: Mapping[str, Any], said: Mapping[str, Any], asked: str, *, fetched_at: datetime
) -> Profile:
    """``kind``: ``c`` of a community, ``u`` of a user, which ``said`` is in ``view``."""
    counts = mapping(view.get("counts")) or said
    stated = {
        column: next((counts[key] for key in keys if key in counts), None) for column, keys in _PROFILE_COUNTS.items()
    }
    found = columns(stated, not_public=("following_count",))
    if kind == "u":
        found["missing"]["follower_count"] = MissingReason.NOT_PUBLIC
    written = [said.get(key) for key in ("description", "sidebar", "bio", "about")]
    bio, links = read_markdown(next((text for each in written if (text := string(each))), ""))
    number = identifier(said.get("id"))
    created = read_date(said.get("published_at") or said.get("published"), zone=UTC, latest=fetched_at)
    return Profile(
        platform=Platform.LEMMY,
        host=asked,
        native_account_id=f"{kind}/{number}" if number else None,
        handle=f"{kind}/{address_of(said, asked)}",
        url=link(said.get("actor_id")) or link(said.get("ap_id")),
        name=string(said.get("title")) or string(said.get("display_name")) or name_in(said),
        bio=bio,
        links=links,
        avatar_url=link(said.get("icon")) or link(said.get("avatar")),
        banner_url=link(said.get("banner")),
        category="community" if kind == "c" else "bot" if True in (said.get("bot_account"), said.get("bot")) else None,
        software="piefed" if said.keys() & _OF_PIEFED else "lemmy",
        created_at=created.at if created else None,
        **found,
    )


def _shown(view: Mapping[str, Any], post: Mapping[str, Any], target: str | None) -> Shown:
    kind, about = string(post.get("post_type")), mapping(view.get("image_details"))
    if kind == "Poll" or mapping(post.get("poll")):
        return Shown(Format.POLL)
    if kind == "Image":
        about = {"link": target, **mapping(post.get("image_details"))}
    size = {}
    if about and link(about.get("link")) == target:
        size = {"width": positive(about.get("width")), "height": positive(about.get("height"))}
    return Shown.of(
        target,
        string(post.get("url_content_type")) or _TYPES.get(kind or ""),
        has_player=link(post.get("embed_video_url")) is not None or kind == "Video",
        alt_text=string(post.get("alt_text")),
        preview=link(post.get("thumbnail_url")),
        **size,
    )


def _metrics(counts: Mapping[str, Any]) -> Metrics:
    stated = {"like_count": counts.get("upvotes"), "comment_count": counts.get("comments")}
    found = columns(stated, not_public=("share_count", "view_count", "save_count"))
    if stated["like_count"] is None and read_count(counts.get("score")) is not None:
        # the difference of votes is not the number of those in favour
        found["missing"]["like_count"] = MissingReason.HIDDEN
    return Metrics(**found)
