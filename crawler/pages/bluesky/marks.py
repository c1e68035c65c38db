"""What is marked in the text of a post: mentions, links and hashtags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crawler.pages.bluesky.accounts import HANDLE
from crawler.reading import hashtags
from crawler.reading.distinct import distinct
from crawler.reading.jsonvalue import identifier, link, mapping, sequence, string
from crawler.reading.text import clean


class Marks:
    """Mentions, links and hashtags of a post: its facets (byte ranges of the text) and what is written without one."""

    def __init__(self, text: str, record: Mapping[str, Any]) -> None:
        data = text.encode("utf-8", "surrogatepass")
        tags = [(len(text[:at].encode("utf-8", "surrogatepass")), tag) for at, tag in hashtags.written(text)]
        mentions: list[str | None] = []
        links: list[str | None] = []
        for facet in map(mapping, sequence(record.get("facets"))):
            place = mapping(facet.get("index"))
            start, end = place.get("byteStart"), place.get("byteEnd")
            if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(data)):
                start = end = len(data)  # a facet that points nowhere still names what it links
            shown = clean(data[start:end].decode("utf-8", "replace"))
            for feature in map(mapping, sequence(facet.get("features"))):
                kind = (string(feature.get("$type")) or "").rpartition("#")[2]
                if kind == "tag" and (tag := string(feature.get("tag"))):
                    tags.append((start, tag.strip().lstrip("#＃")))
                elif kind == "link":
                    links.append(link(feature.get("uri")))
                elif kind == "mention":
                    found = HANDLE.fullmatch(shown.strip())
                    mentions.append(found.group(1) if found else identifier(feature.get("did")))
        tags.sort(key=lambda one: one[0])
        outline = [said.strip().lstrip("#") for one in sequence(record.get("tags")) if (said := string(one))]
        self.hashtags = hashtags.unique([*(clean(tag) for _, tag in tags), *outline])
        self.mentions = distinct(mentions)
        self.links = distinct(links)
