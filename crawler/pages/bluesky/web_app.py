"""The machine-readable parts of a page of the web app: JSON-LD, or the labels of pages from before 2025."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import unescape
from typing import Any

from lxml import etree

from crawler.items import Outcome, Reason
from crawler.pages.base import PageProblem, PlatformPage
from crawler.pages.bluesky.accounts import HANDLE
from crawler.pages.bluesky.addresses import POST_URI, WEB_POST, path_of
from crawler.pages.walls import problem_of
from crawler.reading.counts import read_count
from crawler.reading.html_root import html_root
from crawler.reading.jsonvalue import NotJsonError, mapping, parse, string
from crawler.reading.text import clean


class WebApp:
    """The machine-readable parts of a page of the web app."""

    def __init__(self, page: PlatformPage, asked_for: str) -> None:
        self.asked_for = asked_for
        self.flags: list[str] = []
        self._body = bytes(page.response.body)
        self._status = page.response.status or 200
        self._tree = html_root(self._body)
        if self._status >= 400:
            raise problem_of(self._status, self._body, asked_for)

    def changed(self) -> PageProblem:
        return problem_of(200, self._body, self.asked_for)

    def missing(self) -> PageProblem:
        """What it means that the page holds no post: its author may want signed-in readers only."""
        if self._summary("bsky_handle") and not self._summary("bsky_did"):
            sentence = f"{self.asked_for} is shown to signed-in people only, as its author wants it."
            return PageProblem(Outcome.LOGIN_WALL, sentence, Reason.TOKEN_MISSING)
        return self.changed()

    def linked_data(self, *types: str) -> Mapping[str, Any]:
        """The first JSON-LD object of one of ``types``; empty when there is none."""
        for script in self._elements("//script[@type='application/ld+json']"):
            # raw line ends stand inside the strings, which strict JSON forbids
            try:
                said = parse(script.text or "", strict=False)
            except NotJsonError:
                self.flags.append("broken_jsonld")
                continue
            for one in as_list(said):
                if mapping(one).get("@type") in types:
                    return mapping(one)
        return {}

    def labelled_post(self) -> Mapping[str, Any]:
        """What pages from before 2025 say instead, in JSON-LD's words: meta elements and a summary for noscript."""
        metas = {one.get("name"): one.get("content") for one in self._elements("//meta[@name]")}
        labels = {metas.get(f"twitter:label{number}"): metas.get(f"twitter:value{number}") for number in range(1, 10)}
        # other sites that run the web app call it a name
        published = self._elements(
            "//meta[@property='article:published_time' or @name='article:published_time']/@content"
        )
        counted = {"Likes": "LikeAction", "Replies": "CommentAction", "Reposts": "ShareAction"}
        return {
            "author": {"alternateName": self._summary("bsky_handle")},
            "text": self._summary("bsky_post_text"),
            "interactionStatistic": [
                {"interactionType": action, "userInteractionCount": labels[label]}
                for label, action in counted.items()
                if label in labels
            ],
        } | ({"datePublished": str(published[0])} if published else {})

    def labelled_profile(self) -> Mapping[str, Any]:
        """The same for a profile; such pages count nothing."""
        return {
            "mainEntity": {
                "name": self._summary("bsky_display_name"),
                "alternateName": self._summary("bsky_handle"),
                "identifier": self._summary("bsky_did"),
                "description": self._summary("bsky_profile_description"),
            }
        }

    def _summary(self, name: str) -> str | None:
        found = self._elements(f"//*[@id='{name}']")
        return "".join(found[0].itertext()) if found else None

    def own_uri(self, collection: str) -> str | None:
        for element in self._elements("//link[@rel='alternate'][starts-with(@href, 'at://')]"):
            uri = clean(element.get("href"))
            if f"/{collection}/" in uri and POST_URI.fullmatch(uri):
                return uri
        rkey = self._elements("//link[@rel='canonical'] | //meta[@property='og:url']")
        did = (self._summary("bsky_did") or "").strip()
        for element in rkey:
            found = WEB_POST.fullmatch(path_of(element.get("href") or element.get("content") or ""))
            uri = f"at://{did}/{collection}/{found.group(2)}" if found else ""
            if POST_URI.fullmatch(uri):
                return uri
        return None

    def handle(self, person: Mapping[str, Any]) -> str | None:
        said = unescaped(person.get("alternateName"))
        found = HANDLE.fullmatch(said.strip()) if said else None
        return found.group(1) if found else None

    def counts(self, said: object) -> dict[str, int]:
        """schema.org action name → count."""
        counts = {}
        for one in map(mapping, as_list(said)):
            kind = one.get("interactionType")
            name = (string(kind) or string(mapping(kind).get("@type")) or "").rpartition("/")[2]
            count = read_count(one.get("userInteractionCount"))
            if name and count is not None:
                counts[name] = count.value
        return counts

    def _elements(self, path: str) -> list[etree._Element]:
        return [] if self._tree is None else self._tree.xpath(path)


def unescaped(said: object) -> str | None:
    """A text that was escaped for HTML before it came into the JSON; ``None`` when ``said`` is no text."""
    text = string(said)
    return None if text is None else clean(unescape(text))


def as_list(said: object) -> Sequence[Any]:
    """A JSON-LD value, which may stand alone or in a list; nothing is an empty list."""
    return said if isinstance(said, list) else [] if said is None else [said]
