"""A post or an account of X in the shapes of its own interfaces: v1.1 (syndication), ``tweet-result``, GraphQL."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from html import unescape
from typing import Any

from crawler.items import Format, Media, Metrics, MissingReason, Platform, Post, PostList, Precision, Profile, Role
from crawler.pages.base import Capture
from crawler.reading import hashtags
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, link, mapping, positive, sequence, string
from crawler.reading.snowflakes import x_time

SITE = "https://x.com"
_HANDLE = re.compile(r"(?<![\w@./])@([A-Za-z0-9_]{1,20})")
_OWN_LINK = re.compile(r"https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/[^/]+/status/\d+/(?:photo|video)/\d+/?")
_KINDS = {"photo": "image", "video": "video", "animated_gif": "gifv"}
_LIVE = re.compile(r"https?://(?:x|twitter)\.com/i/(?:broadcasts|spaces)/")


def is_tweet(value: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a post in one of the shapes."""
    if isinstance(value.get("legacy"), dict) and "rest_id" in value:
        return "full_text" in value["legacy"] and "favorite_count" in value["legacy"]
    return "id_str" in value and ("full_text" in value or "text" in value) and "user" in value and "created_at" in value


def post_url(handle: str | None, native_id: str) -> str:
    """The permalink of a post."""
    return f"{SITE}/{handle or 'i'}/status/{native_id}"


def named(text: str) -> tuple[str, ...]:
    """Handles in a text, each once."""
    return hashtags.unique(_HANDLE.findall(text))


def format_of(media: Iterable[Media], *, has_poll: bool, links: Iterable[str]) -> Format:
    """The medium, by what is attached."""
    found = list(media)
    if has_poll:
        return Format.POLL
    if any(one.kind in ("video", "gifv") for one in found):
        return Format.VIDEO
    if found:
        return Format.CAROUSEL if len(found) > 1 else Format.IMAGE
    outward = list(links)
    if any(_LIVE.match(one) for one in outward):
        return Format.LIVE
    return Format.LINK if outward else Format.TEXT


class TweetReader:
    """Collects the posts of one page. ``owner``: handle of the account that the page is about; others' posts are left
    out unless the account reposted them. Without it every post is taken, each for its own author."""

    def __init__(self, capture: Capture, owner: str | None, flags: tuple[str, ...] = ()) -> None:
        self._capture = capture
        self._owner = owner.casefold() if owner else None
        self._posts: dict[str, Post] = {}
        self._skipped: Counter[str] = Counter()
        self._flags = flags

    @property
    def count(self) -> int:
        return len(self._posts)

    @property
    def understood(self) -> int:
        """Entries that were posts, taken or left out."""
        return len(self._posts) + sum(self._skipped.values())

    def add(self, said: Mapping[str, Any], *, is_pinned: bool = False) -> bool:
        """Whether the object was a post of the account."""
        tweet = _Tweet(said)
        if tweet.native_id is None:
            self._skipped["not_understood"] += 1
            return False
        if self._owner is not None and tweet.handle is not None and tweet.handle.casefold() != self._owner:
            self._skipped["foreign_post"] += 1
            return False
        post = tweet.post(self._capture, is_pinned=is_pinned)
        self._posts.setdefault(post.native_id, post)
        return True

    def put(self, post: Post) -> None:
        self._posts.setdefault(post.native_id, post)

    def skip(self, reason: str) -> None:
        self._skipped[reason] += 1

    def result(self, profile: Profile | None = None, **more: Any) -> PostList:
        return PostList(
            posts=tuple(self._posts.values()), profile=profile, skipped=dict(self._skipped), flags=self._flags, **more
        )


class _Tweet:
    """One object, its three shapes brought to one."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        tweet = mapping(said.get("tweet")) or said  # a post with limited visibility is wrapped once more
        self.outer = tweet
        self.legacy = mapping(tweet.get("legacy")) or tweet
        self.native_id = identifier(tweet.get("rest_id") or self.legacy.get("id_str"))
        result = mapping(mapping(mapping(tweet.get("core")).get("user_results")).get("result"))
        self.user = mapping(self.legacy.get("user")) or {**mapping(result.get("legacy")), **mapping(result.get("core"))}
        self.handle = identifier(self.user.get("screen_name"))

    @property
    def text(self) -> str | None:
        note = mapping(mapping(mapping(self.outer.get("note_tweet")).get("note_tweet_results")).get("result"))
        said = string(note.get("text")) or string(self.legacy.get("full_text")) or string(self.legacy.get("text"))
        return None if said is None else unescape(said).strip()

    @property
    def entities(self) -> Mapping[str, Any]:
        return mapping(self.legacy.get("entities"))

    def _attached(self) -> list[Mapping[str, Any]]:
        extended = mapping(self.legacy.get("extended_entities"))
        found = (
            sequence(extended.get("media"))
            or sequence(self.legacy.get("mediaDetails"))
            or sequence(self.entities.get("media"))
        )
        return [mapping(one) for one in found]

    def media(self) -> Iterable[Media]:
        for one in self._attached():
            size, large = mapping(one.get("original_info")), mapping(mapping(one.get("sizes")).get("large"))
            kind = _KINDS.get(str(one.get("type")), "unknown")
            video = mapping(one.get("video_info"))
            variants = [
                mapping(each)
                for each in sequence(video.get("variants"))
                if mapping(each).get("content_type") == "video/mp4"
            ]
            best = max(variants, key=lambda each: positive(each.get("bitrate")) or 0, default={})
            url = link(best.get("url")) if kind != "image" else None
            millis = video.get("duration_millis")
            yield Media(
                kind=kind,
                url=url or link(one.get("media_url_https") or one.get("media_url")),
                width=positive(size.get("width") or large.get("w")),
                height=positive(size.get("height") or large.get("h")),
                duration_seconds=millis / 1000 if isinstance(millis, int) and 0 < millis < 10**9 else None,
                alt_text=string(one.get("ext_alt_text")),
            )

    def links(self) -> tuple[str, ...]:
        found = (link(mapping(one).get("expanded_url")) for one in sequence(self.entities.get("urls")))
        quoted = (
            identifier(mapping(self.quoted).get("rest_id")) or identifier(mapping(self.quoted).get("id_str")) or "-"
        )
        return tuple(dict.fromkeys(
            url for url in found if url and not _OWN_LINK.match(url) and not url.endswith(f"/status/{quoted}")
        ))  # fmt: skip

    @property
    def quoted(self) -> Mapping[str, Any]:
        found = mapping(mapping(self.outer.get("quoted_status_result")).get("result"))
        return found or mapping(self.legacy.get("quoted_status")) or mapping(self.legacy.get("quoted_tweet"))

    @property
    def reposted(self) -> Mapping[str, Any]:
        found = mapping(mapping(self.legacy.get("retweeted_status_result")).get("result"))
        return found or mapping(self.legacy.get("retweeted_status"))

    def post(self, capture: Capture, *, is_pinned: bool) -> Post:
        original = _Tweet(self.reposted) if self.reposted else None
        text = self.text
        media, links = tuple(self.media()), self.links()
        role, answered = Role.ORIGINAL, None
        if original is not None or (text or "").startswith("RT @"):
            role = Role.REPOST
        elif answer := identifier(self.legacy.get("in_reply_to_status_id_str")):
            role, answered = Role.REPLY, answer
        elif self.legacy.get("in_reply_to_screen_name"):
            role = Role.REPLY
        elif self.quoted or self.legacy.get("is_quote_status") is True:
            role = Role.QUOTE
            answered = identifier(self.legacy.get("quoted_status_id_str"))
        carried = original or (_Tweet(self.quoted) if self.quoted and role == Role.QUOTE else None)
        at = self._published(capture)
        native_id = self.native_id or ""
        author = original.handle if original else self.handle
        card = mapping(mapping(self.outer.get("card")).get("legacy")) or mapping(self.legacy.get("card"))
        tags = [string(mapping(one).get("text")) or "" for one in sequence(self.entities.get("hashtags"))]
        people = [
            identifier(mapping(one).get("screen_name")) or "" for one in sequence(self.entities.get("user_mentions"))
        ]
        edits = sequence(mapping(self.outer.get("edit_control")).get("edit_tweet_ids"))
        edited = self.legacy.get("isEdited")
        return Post(
            platform=Platform.X,
            native_id=native_id,
            account=self.handle or (capture.account.handle if capture.account else ""),
            author=author,
            url=post_url(self.handle, native_id),
            role=role,
            format=format_of(
                original.media() if original else media,
                has_poll="poll" in str(card.get("name", "")),
                links=original.links() if original else links,
            ),
            text=text,
            language=_language(self.legacy.get("lang")),
            published_at=at,
            published_precision=Precision.SECOND if at else None,
            is_edited=edited if isinstance(edited, bool) else True if len(edits) > 1 else None,
            is_pinned=is_pinned,
            original_native_id=carried.native_id if carried else answered,
            original_url=post_url(carried.handle, carried.native_id) if carried and carried.native_id else None,
            original_published_at=carried._published(capture) if carried else None,
            media=media,
            hashtags=hashtags.unique(tags) or hashtags.unique(tag for _, tag in hashtags.written(text or "")),
            mentions=hashtags.unique(people),
            links=links,
            metrics=self._metrics(),
        )

    def _published(self, capture: Capture) -> Any:
        read = read_date(self.legacy.get("created_at"), latest=capture.fetched_at)
        return read.at if read else x_time(self.native_id or "")

    def _metrics(self) -> Metrics:
        values: dict[str, Any] = {}
        missing: dict[str, MissingReason] = {}
        views = mapping(self.outer.get("views"))
        for column, said, absent in (
            ("like_count", self.legacy.get("favorite_count"), MissingReason.NOT_OBSERVED),
            (
                "comment_count",
                self.legacy.get("reply_count", self.legacy.get("conversation_count")),
                MissingReason.NOT_OBSERVED,
            ),
            ("share_count", self.legacy.get("retweet_count"), MissingReason.NOT_OBSERVED),
            ("quote_count", self.legacy.get("quote_count"), MissingReason.NOT_OBSERVED),
            ("save_count", self.legacy.get("bookmark_count"), MissingReason.NOT_OBSERVED),
            ("view_count", views.get("count"), MissingReason.NOT_OBSERVED),
        ):
            count = read_count(said)
            if count is None:
                missing[column] = absent if said is None else MissingReason.NOT_PARSED
            else:
                values[column] = count.value
        return Metrics(**values, missing=missing)


def read_user(user: Mapping[str, Any]) -> Profile | None:
    """An account in the v1.1 shape (GraphQL's ``legacy`` too)."""
    handle = identifier(user.get("screen_name"))
    if handle is None:
        return None
    counts: dict[str, Any] = {}
    missing: dict[str, MissingReason] = {}
    for column, name in (
        ("follower_count", "followers_count"), ("following_count", "friends_count"), ("post_count", "statuses_count"),
    ):  # fmt: skip
        count = read_count(user.get(name))
        if count is None:
            missing[column] = MissingReason.NOT_OBSERVED
        else:
            counts[column] = count.value
    about = mapping(user.get("entities"))
    urls = [*sequence(mapping(about.get("url")).get("urls")), *sequence(mapping(about.get("description")).get("urls"))]
    pinned = sequence(user.get("pinned_tweet_ids_str"))
    created = read_date(user.get("created_at"))
    bio = string(user.get("description"))
    verified = user.get("is_blue_verified", user.get("verified"))
    return Profile(
        platform=Platform.X,
        native_account_id=identifier(user.get("id_str") or user.get("rest_id")),
        handle=handle,
        url=f"{SITE}/{handle}",
        name=string(user.get("name")),
        bio=unescape(bio).strip() if bio is not None else None,
        links=tuple(dict.fromkeys(url for one in urls if (url := link(mapping(one).get("expanded_url"))))),
        avatar_url=link(user.get("profile_image_url_https")),
        banner_url=link(user.get("profile_banner_url")),
        pinned_native_id=identifier(pinned[0]) if pinned else None,
        is_verified=bool(verified or user.get("verified_type")) if verified is not None else None,
        created_at=created.at if created else None,
        **counts,
        missing=missing,
    )


def _language(said: object) -> str | None:
    tag = string(said)
    # und, qme, zxx, …: codes by which X says that there is no language
    return tag if tag and tag not in ("und", "zxx", "art", "qam", "qct", "qht", "qme", "qst") else None
