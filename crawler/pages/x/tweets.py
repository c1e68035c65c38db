"""A post or an account of X in the shapes of its own interfaces: v1.1 (syndication), ``tweet-result``, GraphQL."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from html import unescape
from typing import Any

from crawler.items import Format, Media, Metrics, Platform, Post, PostList, Precision, Profile, Role
from crawler.pages.base import Capture
from crawler.reading import hashtags
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, link, mapping, positive, sequence, string
from crawler.reading.language import language_tag
from crawler.reading.snowflakes import x_time
from crawler.reading.stated import columns

SITE = "https://x.com"
OWN_LINK = re.compile(r"https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/[^/]+/status/\d+/(?:photo|video)/\d+/?")
"""Leads from a post to its own picture or video."""
_HANDLE = re.compile(r"(?<![\w@./])@([A-Za-z0-9_]{1,20})")
_REPOST = re.compile(r"RT @([A-Za-z0-9_]{1,20}):? ?")
_KINDS = {"photo": "image", "video": "video", "animated_gif": "gifv"}
_LIVE = re.compile(r"https?://(?:x|twitter)\.com/i/(?:broadcasts|spaces)/")
# codes by which X says that there is no language
_NO_LANGUAGE = frozenset({"und", "zxx", "art", "qam", "qct", "qht", "qme", "qst"})


def is_tweet(value: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a post in one of the shapes."""
    legacy = value.get("legacy")
    if isinstance(legacy, dict):
        return "full_text" in legacy and "favorite_count" in legacy and ("rest_id" in value or "id_str" in legacy)
    return "id_str" in value and ("full_text" in value or "text" in value) and "user" in value and "created_at" in value


def post_url(handle: str | None, native_id: str) -> str:
    """The permalink of a post."""
    return f"{SITE}/{handle or 'i'}/status/{native_id}"


def named(text: str) -> tuple[str, ...]:
    """Handles in a text, each once."""
    return hashtags.unique(_HANDLE.findall(text))


def reposted_from(text: str) -> str | None:
    """Whose post a text repeats, by its beginning ("RT @acme: …"); ``None`` when it is no repost."""
    found = _REPOST.match(text)
    return found.group(1) if found else None


def language(said: object) -> str | None:
    """A post's language, unless X says that there is none."""
    tag = language_tag(string(said))
    return tag if tag and tag not in _NO_LANGUAGE else None


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


def medium(kind: object, urls: tuple[object, ...], size: Mapping[str, Any], millis: object, alt: object) -> Media:
    """One attached medium; of ``urls`` the first that is an address, ``millis`` is its length."""
    return Media(
        kind=_KINDS.get(str(kind), "unknown"),
        url=next((url for one in urls if (url := link(one))), None),
        width=positive(size.get("width") or size.get("w")),
        height=positive(size.get("height") or size.get("h")),
        duration_seconds=millis / 1000 if isinstance(millis, int) and 0 < millis < 10**9 else None,
        alt_text=string(alt),
    )


def best_file(variants: object, rate: str) -> object:
    """The address of the MP4 with the highest ``rate`` of a video's variants."""
    files = [mapping(one) for one in sequence(variants) if mapping(one).get("content_type") == "video/mp4"]
    rates = [said if isinstance(said := one.get(rate), int) else 0 for one in files]
    return files[rates.index(max(rates))].get("url") if files else None


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
        post = read_tweet(said, self._capture, is_pinned=is_pinned)
        if post is None:
            self._skipped["not_understood"] += 1
            return False
        return self.put(post)

    def put(self, post: Post) -> bool:
        """Whether the post was one of the account; what came first stays."""
        if self._owner is not None and post.account and post.account.casefold() != self._owner:
            self._skipped["foreign_post"] += 1
            return False
        self._posts.setdefault(post.native_id, post)
        return True

    def skip(self, reason: str) -> None:
        self._skipped[reason] += 1

    def result(self, profile: Profile | None = None, **more: Any) -> PostList:
        return PostList(
            posts=tuple(self._posts.values()), profile=profile, skipped=dict(self._skipped), flags=self._flags, **more
        )


def read_tweet(said: Mapping[str, Any], capture: Capture, *, is_pinned: bool = False) -> Post | None:
    """The post that an object in one of the shapes states; ``None`` when it has no number."""
    tweet = _Tweet(said)
    native_id = tweet.native_id
    if native_id is None or not native_id.isdigit():
        return None
    role, carried = tweet.role, tweet.carried
    media, links = tuple(tweet.media()), tweet.links
    at = tweet.published(capture)
    handle = tweet.handle or (capture.account.handle if capture.account else None)
    return Post(
        platform=Platform.X,
        native_id=native_id,
        account=handle or "",
        author=(carried.handle or reposted_from(tweet.text or "")) if role == Role.REPOST else handle,
        url=post_url(handle, native_id),
        role=role,
        format=format_of(media, has_poll=tweet.has_poll, links=links),
        text=tweet.text,
        language=language(tweet.legacy.get("lang")),
        published_at=at,
        published_precision=Precision.SECOND if at else None,
        is_edited=tweet.is_edited,
        is_pinned=is_pinned,
        original_native_id=carried.native_id,
        original_url=post_url(carried.handle, carried.native_id) if carried.native_id and carried.handle else None,
        original_published_at=carried.published(capture) if carried.native_id else None,
        media=media,
        hashtags=tweet.hashtags,
        mentions=tweet.mentions,
        links=links,
        metrics=tweet.metrics(),
    )


class _Tweet:
    """One object, its three shapes brought to one."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self.outer = mapping(said.get("tweet")) or said  # a post with limited visibility is wrapped once more
        self.legacy = mapping(self.outer.get("legacy")) or self.outer
        if whole := mapping(self.legacy.get("extended_tweet")):
            # until 2023: what does not fit into 140 characters stands apart, the rest being cut short
            self.legacy = {**self.legacy, **whole}
        self.native_id = identifier(self.outer.get("rest_id") or self.legacy.get("id_str"))
        result = author_of(self.outer)
        user = mapping(self.legacy.get("user")) or mapping(self.outer.get("user")) or flat_user(result)
        self.handle = identifier(user.get("screen_name"))

    @cached_property
    def _note(self) -> Mapping[str, Any]:
        """The whole text of a long post, of which the rest states the beginning."""
        return mapping(mapping(mapping(self.outer.get("note_tweet")).get("note_tweet_results")).get("result"))

    @cached_property
    def text(self) -> str | None:
        said = string(self._note.get("text")) or string(self.legacy.get("full_text")) or string(self.legacy.get("text"))
        return None if said is None else unescape(said).strip()

    def entity(self, kind: str, name: str) -> list[str]:
        """``name`` of each entity of a kind, of the whole text."""
        whole, start = mapping(self._note.get("entity_set")), mapping(self.legacy.get("entities"))
        found = sequence(whole.get(kind)) or sequence(start.get(kind))
        return [string(mapping(one).get(name)) or "" for one in found]

    @property
    def hashtags(self) -> tuple[str, ...]:
        if mapping(self.legacy.get("entities")) or self._note:
            return hashtags.unique(self.entity("hashtags", "text"))
        return hashtags.unique(tag for _, tag in hashtags.written(self.text or ""))

    @property
    def mentions(self) -> tuple[str, ...]:
        if mapping(self.legacy.get("entities")) or self._note:
            return hashtags.unique(self.entity("user_mentions", "screen_name"))
        return named(self.text or "")

    @property
    def links(self) -> tuple[str, ...]:
        found = map(link, self.entity("urls", "expanded_url"))
        quoted = f"/status/{self._number_of('quoted') or '-'}"
        return tuple(
            dict.fromkeys(url for url in found if url and not OWN_LINK.match(url) and not url.endswith(quoted))
        )

    def media(self) -> Iterator[Media]:
        attached = (
            sequence(mapping(self.legacy.get("extended_entities")).get("media"))
            or sequence(self.legacy.get("mediaDetails"))
            or sequence(mapping(self.legacy.get("entities")).get("media"))
        )
        for one in map(mapping, attached):
            video = mapping(one.get("video_info"))
            size = mapping(one.get("original_info")) or mapping(mapping(one.get("sizes")).get("large"))
            still = (one.get("media_url_https"), one.get("media_url"))
            yield medium(
                one.get("type"), (best_file(video.get("variants"), "bitrate"), *still), size,
                video.get("duration_millis"), one.get("ext_alt_text"),
            )  # fmt: skip

    @property
    def has_poll(self) -> bool:
        card = mapping(mapping(self.outer.get("card")).get("legacy")) or mapping(self.legacy.get("card"))
        return "poll" in str(card.get("name", ""))

    def _inner(self, *names: str) -> Mapping[str, Any]:
        """A post inside this one, under the first of these names that holds one."""
        for name in names:
            value = mapping(self.outer.get(name)) or mapping(self.legacy.get(name))
            if found := mapping(value.get("result")) or value:
                return found
        return {}

    def _number_of(self, kind: str) -> str | None:
        inner = self._inner(*_INNER[kind])
        return _Tweet(inner).native_id if inner else identifier(self.legacy.get(f"{kind}_status_id_str"))

    @property
    def role(self) -> Role:
        if self._inner(*_INNER["retweeted"]) or reposted_from(self.text or ""):
            return Role.REPOST
        if self.legacy.get("in_reply_to_status_id_str") or self.legacy.get("in_reply_to_screen_name"):
            return Role.REPLY
        if self._inner(*_INNER["quoted"]) or self.legacy.get("is_quote_status") is True:
            return Role.QUOTE
        return Role.ORIGINAL

    @property
    def carried(self) -> _Tweet:
        """The post that this one repeats, answers or quotes; without a number where it does not say which."""
        if self.role == Role.REPLY:
            return _Tweet({
                "id_str": self.legacy.get("in_reply_to_status_id_str"),
                "user": {"screen_name": self.legacy.get("in_reply_to_screen_name")},
            })  # fmt: skip
        kind = "retweeted" if self.role == Role.REPOST else "quoted"
        inner = self._inner(*_INNER[kind]) if self.role != Role.ORIGINAL else {}
        return _Tweet(inner or {"id_str": self._number_of(kind) if self.role != Role.ORIGINAL else None})

    @property
    def is_edited(self) -> bool | None:
        said = self.legacy.get("isEdited")
        if isinstance(said, bool):
            return said
        return True if len(sequence(mapping(self.outer.get("edit_control")).get("edit_tweet_ids"))) > 1 else None

    def published(self, capture: Capture) -> datetime | None:
        read = read_date(self.legacy.get("created_at"), latest=capture.fetched_at)
        return read.at if read else x_time(self.native_id or "", capture.fetched_at)

    def metrics(self) -> Metrics:
        said = self.legacy
        answers = said.get("reply_count")
        return Metrics(**columns({
            "like_count": said.get("favorite_count"),
            "comment_count": said.get("conversation_count") if answers is None else answers,
            "share_count": said.get("retweet_count"),
            "quote_count": said.get("quote_count"),
            "save_count": said.get("bookmark_count"),
            "view_count": mapping(self.outer.get("views") or said.get("ext_views")).get("count"),
        }))  # fmt: skip


_INNER = {
    "retweeted": ("retweeted_status_result", "retweeted_status"),
    "quoted": ("quoted_status_result", "quoted_status", "quoted_tweet"),
}


CARRIED = tuple(name for names in _INNER.values() for name in names)
"""Where a post holds the one that it repeats or quotes."""


def author_of(tweet: Mapping[str, Any]) -> Mapping[str, Any]:
    """The account in a GraphQL post, in today's place or in that of 2021."""
    core = mapping(tweet.get("core"))
    return mapping(mapping(core.get("user_results")).get("result")) or mapping(core.get("user"))


def flat_user(result: Mapping[str, Any]) -> dict[str, Any]:
    """An account as GraphQL answers it, its parts brought together under the names of v1.1."""
    counts, avatar = mapping(result.get("relationship_counts")), mapping(result.get("avatar"))
    verification = mapping(result.get("verification"))
    stated = {
        "id_str": result.get("rest_id"),
        "is_blue_verified": result.get("is_blue_verified", verification.get("is_blue_verified")),
        "verified_type": verification.get("verified_type"),
        "profile_image_url_https": avatar.get("image_url"),
        "profile_banner_url": mapping(result.get("banner")).get("image_url"),
        "description": mapping(result.get("profile_bio")).get("description"),
        "protected": mapping(result.get("privacy")).get("protected"),
        "followers_count": counts.get("followers"),
        "friends_count": counts.get("following"),
        "statuses_count": mapping(result.get("tweet_counts")).get("tweets"),
    }
    known = {name: value for name, value in stated.items() if value is not None}
    return {**mapping(result.get("legacy")), **known, **mapping(result.get("core"))}


def read_user(user: Mapping[str, Any], capture: Capture) -> Profile | None:
    """An account in the v1.1 shape; ``None`` when it has no name."""
    handle = identifier(user.get("screen_name"))
    if handle is None:
        return None
    about = mapping(user.get("entities"))
    urls = [*sequence(mapping(about.get("url")).get("urls")), *sequence(mapping(about.get("description")).get("urls"))]
    pinned = sequence(user.get("pinned_tweet_ids_str"))
    created = read_date(user.get("created_at"), latest=capture.fetched_at)
    bio = string(user.get("description"))
    verified = user.get("is_blue_verified", user.get("verified"))
    return Profile(
        platform=Platform.X,
        native_account_id=identifier(user.get("id_str")),
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
        **columns({
            "follower_count": user.get("followers_count"),
            "following_count": user.get("friends_count"),
            "post_count": user.get("statuses_count"),
        }),
    )  # fmt: skip
