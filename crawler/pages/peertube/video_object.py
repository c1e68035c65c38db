"""A video as an ActivityPub object."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from crawler.items import PostList
from crawler.pages.open_page import host_or_none
from crawler.pages.peertube.answers import UUID, PeerTubePage
from crawler.pages.peertube.videos import VideoReader
from crawler.reading.activity import object_type
from crawler.reading.durations import iso_seconds
from crawler.reading.jsonvalue import link, mapping, sequence, string
from crawler.reading.urls import path_of

_ADDRESS = re.compile(rf"/videos/watch/{UUID.pattern}")
_NAMESPACE = b"joinpeertube.org/ns"
_MOST_LINKS = 100


class VideoObject(PeerTubePage):
    """An ActivityPub ``Video``, as servers give it for ``Accept: application/activity+json``."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://framatube.org/videos/watch/9c9de5e8-0a1e-484a-b099-e80766180a6d",
        "http://127.0.0.1:9000/videos/watch/9c9de5e8-0a1e-484a-b099-e80766180a6d",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — what it says decides
        if not head:
            return _ADDRESS.fullmatch(path_of(url)) is not None
        return _NAMESPACE in head and not head.lstrip().startswith(b"<") and object_type(head) == "Video"

    @property
    def asked_for(self) -> str:
        return f"A video on {self.host}"

    def read(self) -> PostList:
        said = mapping(self.answer())
        if not any(isinstance(one, str) and one.endswith("Public") for one in (*_list(said, "to"), *_list(said, "cc"))):
            return PostList(skipped={"not_public": 1})
        reader = VideoReader(self)
        reader.add(_in_words_of_the_interface(said))
        if not reader.is_understood:
            raise self.changed("the answer holds no video")
        return reader.result()


def _in_words_of_the_interface(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """What :class:`VideoReader` reads. Likes and comments are mostly only linked, and then not stated."""
    links = [mapping(one) for one in _list(said, "url")[:_MOST_LINKS]]
    page = next((one.get("href") for one in links if one.get("mediaType") == "text/html"), None)
    files = [file for one in links for file in (one, *map(mapping, sequence(one.get("tag"))[:_MOST_LINKS]))]
    pictures = [mapping(one) for one in _list(said, "icon")]
    tags = [mapping(one) for one in _list(said, "tag")]
    return {
        **{key: said.get(key) for key in ("uuid", "name", "views", "originallyPublishedAt", "commentsEnabled")},
        "url": page or said.get("id"),
        "publishedAt": said.get("published"),
        "description": said.get("content"),
        "duration": iso_seconds(said.get("duration")),
        "isLive": said.get("isLiveBroadcast"),
        "language": {"id": mapping(said.get("language")).get("identifier")},
        "commentsPolicy": {"id": said.get("commentsPolicy")},
        "aspectRatio": said.get("aspectRatio"),
        "tags": [(string(one.get("name")) or "").lstrip("#") for one in tags if one.get("type") == "Hashtag"],
        "files": [one for one in files if (string(one.get("mediaType")) or "").startswith("video/")],
        "thumbnails": [{"fileUrl": one.get("url"), "width": one.get("width")} for one in pictures],
        **{count: mapping(said.get(count)).get("totalItems") for count in ("likes", "dislikes", "comments")},
        "channel": _actor(said, "video-channels"),
        "account": _actor(said, "accounts"),
    }


def _actor(said: Mapping[str, Any], place: str) -> Mapping[str, str | None]:
    for one in _list(said, "attributedTo"):
        address = link(one) or link(mapping(one).get("id")) or ""
        _, found, name = path_of(address).rpartition(f"/{place}/")
        if found:
            return {"name": name.strip("/"), "host": host_or_none(address)}
    return {}


def _list(said: Mapping[str, Any], key: str) -> Sequence[Any]:
    value = said.get(key)
    return value if isinstance(value, list) else [] if value is None else [value]
