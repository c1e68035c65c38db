"""Stories in the answers that Facebook's pages carry: what belongs to which post, by ids.

One post's parts stand scattered over many objects: the story (``post_id``, a base-64 ``id``), its feedback (``id`` is
base 64 of ``feedback:<number>``; a comment's has ``<number>_<comment>``), its video. They are gathered first, then
joined.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from attrs import define, field

from crawler.items import Format, Media, Metrics, MissingReason, Platform, Post, Precision
from crawler.pages.base import Capture
from crawler.reading import hashtags
from crawler.reading.counts import Count, read_count
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, link, mapping, positive, sequence, string
from crawler.reading.relay import objects

SITE = "https://www.facebook.com"
_FEEDBACK = re.compile(r"feedback:(\d{5,25})")
_STORY = re.compile(r"S:_I(\d{3,25}):(?:(VK|\d+):)?(\d{5,25})(?::\d+)?")
_COUNT_KEYS = frozenset(
    ("reaction_count", "share_count", "comment_rendering_instance", "total_comment_count", "share_count_reduced",
     "likers", "unified_reactors", "top_reactions", "i18n_reaction_count", "i18n_share_count",
     "comments_count_summary_renderer", "video_view_count", "video_post_view_count", "play_count",
     "post_play_count", "comment_count", "total_count")
)  # fmt: skip
_ADDRESS_PARTS = re.compile(r"/(?:posts|videos|reel|photos|permalink|watch)/")
_NUMBER_IN_PATH = re.compile(r"/(?:(reel|videos)/(?:[^/]+/)?|(?:posts|photos)/(?:[^/]+/)*)(\d{5,25})/?$")
_MACHINE_ALT = re.compile(r"^May be (?:an?|art|closeup|text)\b|^No (?:photo|alternative)", re.IGNORECASE)


def post_number(url: str) -> str | None:
    """The number of a post or video in its address; ``None`` for addresses that carry none (``pfbid…``)."""
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    for name in ("story_fbid", "v", "fbid", "multi_permalinks"):
        said = query.get(name, "")
        if said.isascii() and said.isdigit():
            return said
    found = _NUMBER_IN_PATH.search(parts.path)
    return found.group(2) if found else None


def story_ids(encoded: object) -> tuple[str, str] | None:
    """Account and post (or video) that a story's base-64 id names."""
    found = _STORY.fullmatch(_decoded(encoded))
    return (found.group(1), found.group(3)) if found else None


def feedback_number(encoded: object) -> str | None:
    """The post whose feedback a base-64 id names; ``None`` for a comment's."""
    found = _FEEDBACK.fullmatch(_decoded(encoded))
    return found.group(1) if found else None


@define
class _Story:
    key: str
    parts: list[Mapping[str, Any]] = field(factory=list)
    feedback: str | None = None


@define
class StoryReader:
    """Gathers a page's objects; :meth:`posts` joins them. ``owner`` (handle or number of the account that the page is
    about) leaves out what others published."""

    capture: Capture
    owner: str | None = None
    skipped: dict[str, int] = field(factory=dict)
    _stories: dict[str, _Story] = field(factory=dict)
    _counts: dict[str, list[Mapping[str, Any]]] = field(factory=dict)
    _videos: dict[str, list[Mapping[str, Any]]] = field(factory=dict)
    _photos: dict[str, list[Mapping[str, Any]]] = field(factory=dict)

    def collect(self, document: object) -> None:
        """Take in one JSON document."""
        for one in objects(document):
            encoded = one.get("id")
            if (number := feedback_number(encoded)) and not _COUNT_KEYS.isdisjoint(one):
                self._counts.setdefault(number, []).append(one)
            elif story_ids(encoded) and ("creation_time" in one or "post_id" in one or "message" in one):
                key = str(encoded)
                self._stories.setdefault(key, _Story(key)).parts.append(one)
            elif (
                "playable_duration_in_ms" in one
                or "length_in_second" in one
                or "publish_time" in one
                or "play_count" in one
            ):
                if (number := identifier(one.get("id"))) and number.isdigit():
                    self._videos.setdefault(number, []).append(one)
            elif one.get("__typename") == "Photo" and (number := identifier(one.get("id"))):
                self._photos.setdefault(number, []).append(one)

    @property
    def has_payload(self) -> bool:
        return bool(self._stories or self._counts or self._videos)

    def posts(self) -> Iterator[Post]:
        """The posts of the page, in its order."""
        seen: set[str] = set()
        for story in self._stories.values():
            post = self._post(story)
            if post is None or post.native_id in seen:
                continue
            if not self._is_owners(story, post):
                self.skipped["foreign_post"] = self.skipped.get("foreign_post", 0) + 1
                continue
            seen.add(post.native_id)
            yield post
        for number, parts in self._videos.items():
            if number not in seen and (post := self._video(number, parts)) is not None:
                seen.add(number)
                yield post

    def photo(self, number: str) -> Post | None:
        """The post of a photo's own page, which may carry no story."""
        parts = self._photos.get(number, [])
        merged = _merged(parts)
        fid = next((fid for one in parts if (fid := feedback_number(mapping(one.get("feedback")).get("id")))), None)
        created = read_date(merged.get("created_time") or merged.get("creation_time"), latest=self.capture.fetched_at)
        if not merged or (fid is None and number not in self._counts):
            return None
        owner = mapping(merged.get("owner"))
        words = string(mapping(merged.get("message") or {}).get("text"))
        return Post(
            platform=Platform.FACEBOOK,
            native_id=fid or number,
            account=_handle(owner) or "",
            author=_handle(owner),
            url=link(merged.get("url")) or f"{SITE}/photo/?fbid={number}",
            format=Format.IMAGE,
            text=words,
            published_at=created.at if created else None,
            published_precision=Precision.SECOND if created else None,
            media=tuple(_pictures([merged])),
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(words or "")),
            metrics=self._metrics(fid or number, None),
        )

    def _is_owners(self, story: _Story, post: Post) -> bool:
        if self.owner is None:
            return True
        wanted = self.owner.casefold()
        ids = story_ids(story.key)
        names = {post.account.casefold(), (post.author or "").casefold(), ids[0] if ids else ""}
        names |= {str(actor.get("id")) for part in story.parts for actor in map(mapping, sequence(part.get("actors")))}
        # an account without a name in its address is known by its number only: then nothing can be held against it
        return wanted in names or not {name for name in names if name and not name.isdigit()}

    def _post(self, story: _Story) -> Post | None:
        ids = story_ids(story.key)
        whole = next(
            (part for part in story.parts if "attachments" in part or "comet_sections" in part or "message" in part),
            None,
        )
        if ids is None or whole is None:
            return None
        everything = [*story.parts, *(one for one in _own_objects(whole))]
        created = next(
            (
                read
                for part in everything
                if (read := read_date(part.get("creation_time"), latest=self.capture.fetched_at))
            ),
            None,
        )
        video_id = next((number for part in everything if (number := _video_of(part))), None)
        urls = [url for part in everything for name in ("wwwURL", "url", "permalink_url")
                if (url := link(part.get(name))) and _ADDRESS_PARTS.search(urlsplit(url).path + "/")]  # fmt: skip
        fid = next(
            (number for part in everything if (number := feedback_number(mapping(part.get("feedback")).get("id")))),
            None,
        )
        post_id = identifier(next((part["post_id"] for part in everything if part.get("post_id")), None))
        is_video = ":VK:" in _decoded(story.key)
        native_id = ids[1] if is_video else post_id or ids[1]
        fid = (
            fid
            or (post_id if post_id in self._counts else None)
            or (native_id if native_id in self._counts else None)
            or post_id
        )
        if created is None and fid not in self._counts:
            return None
        actors = [actor for part in everything for actor in map(mapping, sequence(part.get("actors")))]
        actors += [mapping(mapping(part.get("short_form_video_context")).get("video_owner")) for part in story.parts]
        actor = next((one for one in actors if _handle(one)), actors[0] if actors else {})
        message = next(
            (mapping(part["message"]) for part in everything if mapping(part.get("message")).get("text") is not None),
            {},
        )
        text = string(message.get("text"))
        pictures = _pictures(_attached(everything))
        media = [*self._clips(video_id), *pictures] if video_id else list(pictures)
        is_reel = is_video and (
            any("/reel/" in url for url in urls) or any("short_form_video_context" in part for part in story.parts)
        )
        kind = _format(media, everything, is_reel=is_reel, video_id=video_id)
        url = self._address(native_id, urls, _handle(actor), is_reel=is_reel, is_video=is_video)
        links = _links(message, everything)
        return Post(
            platform=Platform.FACEBOOK,
            native_id=native_id,
            account=_handle(actor) or (self.capture.account.handle if self.capture.account else "") or ids[0],
            author=_handle(actor),
            url=url,
            format=Format.LINK
            if kind is Format.TEXT and any("l.facebook.com" not in one for one in links) and _has_card(everything)
            else kind,
            text=text if text is not None else ("" if media else None),
            published_at=created.at if created else None,
            published_precision=Precision.SECOND if created else None,
            is_promoted_label=True
            if any(mapping(part.get("branded_content_post_info")) for part in story.parts)
            else None,
            media=tuple(media[:1] if video_id else media),
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(text or "")),
            mentions=tuple(_mentions(message)),
            links=links,
            metrics=self._metrics(fid, video_id),
        )

    def _video(self, number: str, parts: list[Mapping[str, Any]]) -> Post | None:
        """A video that stands alone (watch page, videos tab)."""
        merged = _merged(parts)
        everything = [one for part in parts for one in _own_objects(part)]
        fid = next(
            (found for one in everything if (found := feedback_number(mapping(one.get("feedback")).get("id")))), None
        )
        created = next(
            (
                read
                for one in (merged, *everything)
                for name in ("publish_time", "created_time", "creation_time")
                if (read := read_date(one.get(name), latest=self.capture.fetched_at))
            ),
            None,
        )
        owner = next((mapping(one["owner"]) for one in everything if _handle(mapping(one.get("owner")))), {})
        has_counts = fid in self._counts or any(name in merged for name in ("play_count", "video_view_count"))
        if created is None or not has_counts:
            return None
        text = next(
            (
                said
                for one in everything
                for name in ("savable_description", "message", "title_with_fallback", "title")
                if (said := _words(one.get(name)))
            ),
            None,
        )
        url = next((found for one in everything for name in ("permalink_url", "url") if (found := link(one.get(name)))
                    and re.search(r"/(?:videos|reel|watch)/", urlsplit(found).path)), None)  # fmt: skip
        is_reel = url is not None and "/reel/" in url
        return Post(
            platform=Platform.FACEBOOK,
            native_id=number,
            account=_handle(owner)
            or (self.capture.account.handle if self.capture.account else "")
            or (self.owner or ""),
            author=_handle(owner),
            url=url or f"{SITE}/watch/?v={number}",
            format=Format.SHORT_VIDEO
            if is_reel
            else Format.LIVE
            if merged.get("is_live_streaming") is True
            else Format.VIDEO,
            text=text,
            published_at=created.at,
            published_precision=Precision.SECOND,
            media=tuple(self._clips(number)),
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(text or "")),
            metrics=self._metrics(fid or number, number),
        )

    def _clips(self, number: str) -> Iterator[Media]:
        everything = [one for part in self._videos.get(number, []) for one in _own_objects(part)]
        seconds = next(
            (
                value
                for one in everything
                if isinstance(value := one.get("length_in_second"), int | float) and value > 0
            ),
            None,
        )
        millis = next(
            (value for one in everything if isinstance(value := one.get("playable_duration_in_ms"), int) and value > 0),
            None,
        )
        sized = next((one for one in everything if positive(one.get("width")) and positive(one.get("height"))), {})
        address = next(
            (
                found
                for one in everything
                for name in ("browser_native_hd_url", "browser_native_sd_url", "playable_url")
                if (found := link(one.get(name)))
            ),
            None,
        )
        yield Media(
            kind="video",
            url=address,
            width=positive(sized.get("width")),
            height=positive(sized.get("height")),
            duration_seconds=float(seconds) if seconds else millis / 1000 if millis else None,
        )

    def _address(self, native_id: str, urls: list[str], handle: str | None, *, is_reel: bool, is_video: bool) -> str:
        if is_reel:
            return f"{SITE}/reel/{native_id}"
        if is_video:
            return f"{SITE}/watch/?v={native_id}"
        if urls:
            parts = urlsplit(urls[0])
            return f"{SITE}{parts.path}" + (f"?{parts.query}" if "story_fbid" in parts.query else "")
        return f"{SITE}/{handle}/posts/{native_id}" if handle else f"{SITE}/{native_id}"

    def _metrics(self, fid: str | None, video_id: str | None) -> Metrics:
        rows = self._counts.get(fid or "", [])
        videos = (
            [one for part in self._videos.get(video_id or "", []) for one in _own_objects(part)] if video_id else []
        )
        values: dict[str, Any] = {}
        rounded: dict[str, int] = {}
        missing: dict[str, MissingReason] = {"save_count": MissingReason.NOT_PUBLIC}
        for column, found in (
            ("like_count", _best(
                *(mapping(row.get("reaction_count")).get("count") for row in rows),
                *(mapping(row.get(name)).get("count") for name in ("unified_reactors", "likers") for row in rows),
                *(row.get("i18n_reaction_count") for row in rows),
            )),
            ("comment_count", _best(
                *(_comments(row) for row in rows), *(row.get("total_comment_count") for row in rows),
            )),
            ("share_count", _best(
                *(mapping(row.get("share_count")).get("count") for row in rows),
                *(row.get(name) for name in ("i18n_share_count", "share_count_reduced") for row in rows),
            )),
            ("view_count", _best(
                *(one.get(name) for name in ("play_count", "video_view_count") for one in (*videos, *rows)),
            ) if video_id else None),
        ):  # fmt: skip
            if found is None:
                is_never = column == "view_count" and not video_id
                missing[column] = MissingReason.NOT_PUBLIC if is_never else MissingReason.NOT_OBSERVED
                continue
            values[column] = found.value
            if found.rounded is not None:
                rounded[column] = found.rounded
        return Metrics(**values, reactions=_kinds(rows), missing=missing, rounded=rounded)


def _decoded(encoded: object) -> str:
    if not isinstance(encoded, str) or not 8 <= len(encoded) <= 200:
        return ""
    try:
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True).decode("ascii", "replace")
    except (binascii.Error, ValueError):
        return ""


_NOT_OWN = frozenset(
    ("attached_story", "interesting_top_level_comments", "comment_list_renderer", "top_level_comments", "comments")
)


def _own_objects(story: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The objects inside a story, without those of a story that it shares and of its comments."""
    waiting: list[Any] = [story]
    left = 20_000
    while waiting and left:
        left -= 1
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting.extend(
                part for name, part in reversed(one.items())
                if isinstance(part, dict | list) and name not in _NOT_OWN
            )  # fmt: skip
        else:
            waiting.extend(part for part in reversed(one) if isinstance(part, dict | list))


def _merged(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for part in parts:
        merged |= {name: value for name, value in part.items() if value is not None}
    return merged


def _handle(actor: Mapping[str, Any]) -> str | None:
    """The name in an actor's address, else its number."""
    for name in ("url", "profile_url"):
        url = link(actor.get(name))
        if url:
            parts = urlsplit(url)
            first = parts.path.strip("/").split("/")[0]
            if first == "profile.php":
                return parse_qs(parts.query).get("id", [""])[0] or None
            if first and first not in ("people", "pages"):
                return first
    return identifier(actor.get("id"))


def _video_of(part: Mapping[str, Any]) -> str | None:
    for name in ("video", "playback_video"):
        one = mapping(part.get(name))
        number = identifier(one.get("id"))
        if number and number.isdigit():
            return number
    media = mapping(part.get("media"))
    if media.get("__typename") == "Video" and (number := identifier(media.get("id"))):
        return number
    return None


def _attached(everything: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    found = []
    for part in everything:
        media = mapping(part.get("media"))
        if media.get("__typename") == "Photo" or media.get("__isMedia") == "Photo":
            found.append(media)
    return found


def _pictures(photos: Iterable[Mapping[str, Any]]) -> list[Media]:
    """Each photo once, with the largest size that is stated."""
    sizes: dict[str, Media] = {}
    for photo in photos:
        number = identifier(photo.get("id")) or ""
        pictures = [mapping(photo.get(name)) for name in ("viewer_image", "photo_image", "image", "largeShareImage")]
        best = max(pictures, key=lambda one: positive(one.get("width")) or 0)
        address = next((found for one in pictures if (found := link(one.get("uri")))), None)
        alt = string(photo.get("accessibility_caption"))
        known = sizes.get(number)
        width, height = positive(best.get("width")), positive(best.get("height"))
        if known is not None:
            address, alt = known.url or address, known.alt_text or alt
            if (known.width or 0) >= (width or 0):
                width, height = known.width, known.height
        sizes[number] = Media(
            kind="image", url=address, width=width, height=height,
            alt_text=None if alt is None or _MACHINE_ALT.search(alt) else alt,
        )  # fmt: skip
    return list(sizes.values())


def _format(media: list[Media], everything: list[Mapping[str, Any]], *, is_reel: bool, video_id: str | None) -> Format:
    if is_reel:
        return Format.SHORT_VIDEO
    if video_id:
        is_live = any(
            part.get("is_live_streaming") is True or part.get("broadcast_status") == "LIVE" for part in everything
        )
        return Format.LIVE if is_live else Format.VIDEO
    if media:
        total = max((count for part in everything if (count := _subattachments(part))), default=len(media))
        return Format.CAROUSEL if total > 1 else Format.IMAGE
    if any("poll" in str(part.get("__typename", "")).lower() for part in everything):
        return Format.POLL
    return Format.LINK if _has_card(everything) else Format.TEXT


def _subattachments(part: Mapping[str, Any]) -> int:
    for name, value in part.items():
        if name.endswith("_subattachments"):
            count = mapping(value).get("count")
            return count if isinstance(count, int) else len(sequence(mapping(value).get("nodes")))
    return 0


def _has_card(everything: list[Mapping[str, Any]]) -> bool:
    return any(
        "story_attachment_link_renderer" in part or ("web_link" in part and "target" in part) for part in everything
    )


def _links(message: Mapping[str, Any], everything: list[Mapping[str, Any]]) -> tuple[str, ...]:
    found: list[str] = []
    for one in sequence(message.get("ranges")):
        entity = mapping(mapping(one).get("entity"))
        found.append(_outward(mapping(entity.get("web_link")).get("url") or entity.get("url")))
    for part in everything:
        renderer = mapping(part.get("story_attachment_link_renderer"))
        found += [_outward(mapping(one.get("web_link")).get("url")) for one in objects(renderer)]
    return tuple(dict.fromkeys(url for url in found if url))


def _outward(said: object) -> str:
    """Where a link leads that passes through the network's own counter; ``""`` for links inside the network."""
    url = link(said)
    if url is None:
        return ""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in ("l.facebook.com", "lm.facebook.com"):
        return link(parse_qs(parts.query).get("u", [""])[0]) or ""
    return "" if host == "facebook.com" or host.endswith(".facebook.com") else url


def _mentions(message: Mapping[str, Any]) -> Iterator[str]:
    seen: set[str] = set()
    for one in sequence(message.get("ranges")):
        entity = mapping(mapping(one).get("entity"))
        if entity.get("__typename") in ("User", "Page") and (name := _handle(entity)) and name not in seen:
            seen.add(name)
            yield name


def _words(value: object) -> str | None:
    said = string(mapping(value).get("text")) if isinstance(value, dict) else string(value)
    return said.strip() if said and said.strip() else None


def _comments(row: Mapping[str, Any]) -> object:
    instance = mapping(mapping(row.get("comment_rendering_instance")).get("comments"))
    summary = mapping(
        mapping(mapping(row.get("comments_count_summary_renderer")).get("feedback")).get("comment_rendering_instance")
    )
    inner = mapping(mapping(summary).get("comments"))
    return instance.get("total_count", inner.get("total_count", mapping(row.get("comment_count")).get("total_count")))


def _best(*said: object) -> Count | None:
    """The first exact count, else the first rounded one."""
    found = [count for one in said if (count := read_count(one)) is not None]
    # a short text without a unit ("262") is exact, one with a unit is not
    return next((count for count in found if count.rounded is None), found[0] if found else None)


def _kinds(rows: list[Mapping[str, Any]]) -> dict[str, int]:
    kinds: dict[str, int] = {}
    for row in rows:
        for edge in map(mapping, sequence(mapping(row.get("top_reactions")).get("edges"))):
            name = string(mapping(edge.get("node")).get("localized_name"))
            count = read_count(edge.get("reaction_count"))
            if name and count is not None:
                kinds.setdefault(name.lower(), count.value)
    return kinds
