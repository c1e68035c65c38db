"""Reddit's submissions (``t3``) and comments (``t1``) as its interfaces write them, as posts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from attrs import evolve

from crawler.items import Absence, Format, Media, Metrics, MissingReason, Platform, Post, PostList, Role
from crawler.pages.base import Capture
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, link, mapping, positive, sequence, string
from crawler.reading.text import clean
from crawler.reading.urls import absolute

SITE = "https://www.reddit.com"
POST_ID = re.compile(r"t3_[a-z0-9]{1,13}")
_COMMENT_ID = re.compile(r"t1_[a-z0-9]{1,13}")
_HOST = re.compile(r"(?:[a-z0-9-]{1,10}\.)?reddit\.com|redd\.it")
_PATH = re.compile(r"/[^\s\"'\\\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffd]{1,500}")
_NOBODY = ("[deleted]", "[removed]", "")
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp)$", re.IGNORECASE)
_BARE_LINK = re.compile(r"https?://[^\s<>\"\])]+")
_MAX_CHILDREN = 1_000


def site_of(base_urls: Mapping[str, str]) -> str:
    """Where the public pages are."""
    return base_urls.get(f"{Platform.REDDIT}.site", SITE).rstrip("/")


def permalink_of(path: str | None) -> str | None:
    """The address of a post from the path that Reddit gives it."""
    return f"{SITE}{path}" if path and _PATH.fullmatch(path) else absolute(path, SITE) if path else None


def is_reddit(url: str) -> bool:
    try:
        return _HOST.fullmatch((urlsplit(url).hostname or "").lower()) is not None
    except ValueError:
        return False


class Submissions:
    """Collects the posts of one answer or page, each id once."""

    def __init__(self, capture: Capture, *, is_escaped: bool = False, owner: str | None = None) -> None:
        self.capture = capture
        self.is_escaped = is_escaped
        self.owner = owner
        """Name of the user whose own page it is; their comments are replies of theirs."""
        self.is_understood = False
        self._posts: dict[str, Post] = {}
        self._absences: dict[str, Absence] = {}
        self._skipped: dict[str, int] = {}

    def add_children(self, listing: Mapping[str, Any]) -> None:
        """The children of a ``Listing``."""
        for child in sequence(mapping(listing.get("data")).get("children"))[:_MAX_CHILDREN]:
            kind, data = mapping(child).get("kind"), mapping(mapping(child).get("data"))
            if kind == "t3":
                self.add(data)
            elif kind == "t1" and self.owner is not None and string(data.get("author")) == self.owner:
                self.add_reply(data)
            else:
                self.skip("comment" if kind == "t1" else "no_post")

    def add(self, said: Mapping[str, Any]) -> None:
        """One submission."""
        native_id = identifier(said.get("name")) or f"t3_{identifier(said.get('id'))}"
        title, path = self.text(said.get("title")), string(said.get("permalink"))
        if not POST_ID.fullmatch(native_id) or title is None:
            self.skip("unreadable")
            return
        if said.get("promoted") is True or said.get("is_created_from_ads_ui") is True:
            self.skip("advertisement")
            return
        carried = mapping(next(iter(sequence(said.get("crosspost_parent_list"))), None))
        author, removed = self._author(said), string(said.get("removed_by_category"))
        text = self.text(said.get("selftext"))
        if removed or (text or "").strip() in ("[removed]", "[deleted]"):
            text = None
            self._absences[native_id] = Absence(platform=Platform.REDDIT, native_id=native_id, kind="gone")
        url = permalink_of(path)
        published = read_date(said.get("created_utc"), latest=self.capture.fetched_at)
        edited = read_date(said.get("edited"), latest=self.capture.fetched_at) if said.get("edited") else None
        content = carried or said
        self.keep(
            Post(
                platform=Platform.REDDIT,
                native_id=native_id,
                account=self.account(said, author),
                author=author,
                url=url,
                format=_format(content),
                title=title.strip(),
                text=text.strip() if text is not None else None,
                published_at=published.at if published else None,
                published_precision=published.precision if published else None,
                edited_at=edited.at if edited else None,
                is_edited=bool(said.get("edited")),
                is_pinned=said.get("stickied") is True or said.get("pinned") is True,
                media=tuple(self._media(content)),
                links=self._links(said, text),
                metrics=_metrics(said),
                **self._carried(said, carried),
            )
        )

    def add_reply(self, said: Mapping[str, Any]) -> None:
        """A comment by the account itself."""
        native_id = identifier(said.get("name")) or f"t1_{identifier(said.get('id'))}"
        text, path = self.text(said.get("body")), string(said.get("permalink"))
        if not _COMMENT_ID.fullmatch(native_id) or text is None:
            self.skip("unreadable")
            return
        published = read_date(said.get("created_utc"), latest=self.capture.fetched_at)
        missing = {"share_count": MissingReason.NOT_PUBLIC, "view_count": MissingReason.NOT_PUBLIC,
                   "comment_count": MissingReason.NOT_OBSERVED}  # fmt: skip
        score = read_count(said.get("score"))
        if said.get("score_hidden") is True or score is None:
            missing["like_count"] = (
                MissingReason.HIDDEN if said.get("score_hidden") is True else MissingReason.NOT_OBSERVED
            )
            score = None
        answered = identifier(said.get("parent_id")) or identifier(said.get("link_id"))
        self.keep(
            Post(
                platform=Platform.REDDIT,
                native_id=native_id,
                account=f"u/{self.owner}",
                author=self.owner,
                url=permalink_of(path),
                role=Role.REPLY,
                format=Format.TEXT,
                text=text.strip(),
                published_at=published.at if published else None,
                published_precision=published.precision if published else None,
                original_native_id=answered,
                original_url=link(said.get("link_permalink")) if answered and answered.startswith("t3_") else None,
                metrics=Metrics(like_count=score.value if score else None, missing=missing),
            )
        )

    def keep(self, post: Post) -> None:
        self.is_understood = True
        known = self._posts.get(post.native_id)
        if known is None:
            self._posts[post.native_id] = post
        elif post.is_pinned and not known.is_pinned:
            self._posts[post.native_id] = evolve(known, is_pinned=True)

    def skip(self, why: str) -> None:
        self._skipped[why] = self._skipped.get(why, 0) + 1

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(self._posts)

    def result(self, **more: Any) -> PostList:
        absences = (*self._absences.values(), *more.pop("absences", ()))
        return PostList(posts=tuple(self._posts.values()), absences=absences, skipped=self._skipped, **more)

    def text(self, value: object) -> str | None:
        said = string(value)
        return clean(unescape(said)) if said is not None and self.is_escaped else said

    def account(self, said: Mapping[str, Any], author: str | None) -> str:
        """``r/name`` or ``u/name``: whose page the post stands on."""
        ref = self.capture.account
        if ref is not None and ref.handle.startswith("u/"):
            return f"u/{author}" if author and author.lower() == ref.handle[2:].lower() else ref.handle
        if self.owner is not None:
            return f"u/{self.owner}"
        place = string(said.get("subreddit")) or ""
        if place.lower().startswith("u_"):
            return f"u/{author or place[2:]}"
        return f"r/{place}" if place else ref.handle if ref is not None else ""

    def _author(self, said: Mapping[str, Any]) -> str | None:
        name = string(said.get("author")) or ""
        return None if name in _NOBODY else name

    def _carried(self, said: Mapping[str, Any], carried: Mapping[str, Any]) -> dict[str, Any]:
        original = identifier(said.get("crosspost_parent")) or identifier(carried.get("name"))
        if original is None or not POST_ID.fullmatch(original):
            return {}
        made = read_date(carried.get("created_utc"), latest=self.capture.fetched_at)
        return {
            "role": Role.QUOTE,
            "original_native_id": original,
            "original_url": permalink_of(string(carried.get("permalink"))),
            "original_published_at": made.at if made else None,
        }

    def _links(self, said: Mapping[str, Any], text: str | None) -> tuple[str, ...]:
        found = [self.address(said.get("url_overridden_by_dest"))] if said.get("is_self") is not True else []
        found += [absolute(each.rstrip(".,;:!?")) for each in _BARE_LINK.findall((text or "")[:50_000])[:500]]
        return tuple(dict.fromkeys(one for one in found if one and not is_reddit(one) and "//i.redd.it/" not in one
                                   and "//v.redd.it/" not in one))  # fmt: skip

    def address(self, value: object) -> str | None:
        said = self.text(value)
        return absolute(said, SITE) if said else None

    def _media(self, said: Mapping[str, Any]) -> Iterator[Media]:
        gallery = sequence(mapping(said.get("gallery_data")).get("items"))
        if gallery:
            known = mapping(said.get("media_metadata"))
            for item in map(mapping, gallery[:100]):
                about = mapping(known.get(str(item.get("media_id"))))
                source = mapping(about.get("s"))
                kind = "gifv" if about.get("e") == "AnimatedImage" else "image"
                url = self.address(source.get("u")) or self.address(source.get("gif"))
                yield Media(kind=kind, url=url, width=positive(source.get("x")), height=positive(source.get("y")))
            return
        video = mapping(mapping(said.get("media")).get("reddit_video")) or mapping(
            mapping(said.get("preview")).get("reddit_video_preview")
        )
        shown = self._preview(said)
        if video:
            duration = video.get("duration")
            yield Media(
                kind="gifv" if video.get("is_gif") is True else "video",
                url=(self.address(video.get("fallback_url")) or "").partition("?")[0] or None,
                width=positive(video.get("width")),
                height=positive(video.get("height")),
                duration_seconds=float(duration) if isinstance(duration, int) and 0 < duration < 10**6 else None,
            )
        elif _format(said) == Format.VIDEO:
            yield Media(kind="video", url=shown.url if shown else None)
        elif _format(said) == Format.IMAGE:
            yield Media(
                kind="image",
                url=self.address(said.get("url_overridden_by_dest")) or self.address(said.get("url")),
                width=shown.width if shown else None,
                height=shown.height if shown else None,
            )

    def _preview(self, said: Mapping[str, Any]) -> Media | None:
        first = mapping(next(iter(sequence(mapping(said.get("preview")).get("images"))), None))
        source = mapping(first.get("source"))
        url = self.address(source.get("url"))
        if url is None:
            return None
        return Media(kind="image", url=url, width=positive(source.get("width")), height=positive(source.get("height")))


def _format(said: Mapping[str, Any]) -> Format:
    hint = string(said.get("post_hint")) or ""
    embedded = mapping(mapping(said.get("media")).get("oembed"))
    if mapping(said.get("poll_data")):
        return Format.POLL
    gallery = sequence(mapping(said.get("gallery_data")).get("items"))
    if said.get("is_gallery") is True or gallery:
        return Format.IMAGE if len(gallery) == 1 else Format.CAROUSEL
    if said.get("is_video") is True or hint in ("hosted:video", "rich:video") or embedded.get("type") == "video":
        return Format.VIDEO
    if said.get("is_self") is True:
        return Format.TEXT
    url = string(said.get("url_overridden_by_dest")) or string(said.get("url")) or ""
    if hint == "image" or said.get("domain") == "i.redd.it" or _PICTURE.search(url.partition("?")[0]):
        return Format.IMAGE
    return Format.LINK


def _metrics(said: Mapping[str, Any]) -> Metrics:
    values: dict[str, Any] = {}
    missing = {"share_count": MissingReason.NOT_PUBLIC, "view_count": MissingReason.NOT_PUBLIC}
    for column, key in (("like_count", "score"), ("comment_count", "num_comments"), ("quote_count", "num_crossposts")):
        count = read_count(said.get(key))
        if column == "like_count" and said.get("hide_score") is True:
            missing[column] = MissingReason.HIDDEN
        elif count is None:
            missing[column] = MissingReason.NOT_OBSERVED if said.get(key) is None else MissingReason.NOT_PARSED
        else:
            values[column] = count.value
    return Metrics(**values, missing=missing)
