"""Posts in the Relay store of X's signed-out pages, brought to the shape of its GraphQL answers.

The store is flat: records by id, linked by ``{"__ref": id}`` and ``{"__refs": [id, …]}``. A page holds several pieces
of it; later ones complete the first.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any

from crawler.reading.jsonvalue import identifier, mapping, sequence
from crawler.reading.seroval import values_after

_STORE = "relayRecords"
_NOTE = ("note_tweet", "note_tweet_results", "result")
_RESULTS = re.compile(r"TweetResults:(\d{1,20})")
_DEEPEST = 3
"""A post, the one it reposts or quotes, and the one that that one quotes."""

Record = Mapping[str, Any]


class Store:
    """All pieces of a page's store."""

    def __init__(self, html: str) -> None:
        self._records: dict[str, Record] = {}
        if _STORE in html:
            for piece in values_after(html, _STORE):
                for name, record in mapping(piece).items():
                    if isinstance(record, dict):
                        stated = {key: value for key, value in record.items() if value is not None}
                        self._records[name] = {**record, **self._records.get(name, {}), **stated}

    def posts(self) -> Iterator[Record]:
        """Every post in the order of the page, as GraphQL answers it (``rest_id``, ``legacy``, ``core``, …)."""
        for record in self._records.values():
            if record.get("__typename") == "Tweet" and isinstance(self._at(record, "details"), dict):
                yield self._post(record, 0)

    def users(self) -> Iterator[Record]:
        """Every account, in the shape of a GraphQL user."""
        for record in self._records.values():
            if record.get("__typename") == "User":
                yield self._user(record)

    def unavailable(self) -> str | None:
        """Why the page shows an account to nobody, in X's words (``Suspended``)."""
        for record in self._records.values():
            if record.get("__typename") == "UserUnavailable":
                return identifier(record.get("reason")) or identifier(record.get("message")) or ""
        return None

    def _at(self, record: Record, *names: str) -> Record:
        """The record at the end of a chain of links."""
        for name in names:
            value = mapping(record.get(name))
            record = self._records.get(str(value["__ref"]), {}) if "__ref" in value else value
        return record

    def _list(self, record: Record, name: str) -> list[Record]:
        links = sequence(mapping(record.get(name)).get("__refs"))
        return [self._plain(one) for link in links if (one := self._records.get(str(link)))]

    def _plain(self, record: Record) -> Record:
        """A record with the records that it links to directly."""
        return {name: self._at(record, name) if _is_link(value) else value for name, value in record.items()}

    def _post(self, record: Record, depth: int) -> Record:
        counts, details = self._at(record, "counts"), self._at(record, "details")
        legacy: dict[str, Any] = {
            "id_str": record.get("rest_id"),
            "full_text": details.get("full_text"),
            "created_at": details.get("created_at_ms"),
            "lang": details.get("language"),
            **{name: value for name, value in counts.items() if name.endswith("_count")},
            "entities": {
                "hashtags": self._list(details, "hashtag_entities"),
                "urls": self._list(record, "url_entities"),
                "user_mentions": self._list(record, "mention_entities"),
                "media": self._list(record, "media_entities2"),
            },
            "in_reply_to_status_id_str": self._number_at(record, "reply_to_results"),
            "in_reply_to_screen_name": self._at(record, "reply_to_user_results", "result", "core").get("screen_name"),
            "quoted_status_id_str": self._number_at(record, "quoted_tweet_results"),
            "is_quote_status": bool(record.get("quoted_tweet_results")),
        }
        reposted = self._at(record, "legacy", "retweeted_status_results", "result")
        if reposted and depth < _DEEPEST:
            legacy["retweeted_status_result"] = {"result": self._post(reposted, depth + 1)}
        post = {
            "rest_id": record.get("rest_id"),
            "legacy": legacy,
            "core": {"user_results": {"result": self._user(self._at(record, "core", "user_results", "result"))}},
            "views": self._at(record, "views"),
            "note_tweet": {"note_tweet_results": {"result": self._at(record, *_NOTE)}},
            "card": {"legacy": {**self._at(record, "card"), **self._at(record, "card", "legacy")}},
            "edit_control": self._at(record, "edit_control"),
        }
        quoted = self._at(record, "quoted_tweet_results", "result")
        if quoted and depth < _DEEPEST:
            post["quoted_status_result"] = {"result": self._post(quoted, depth + 1)}
        return post

    def _user(self, record: Record) -> Record:
        names = ("core", "avatar", "banner", "profile_bio", "relationship_counts", "tweet_counts", "privacy",
                 "verification")  # fmt: skip
        return {"rest_id": record.get("rest_id"), **{name: self._at(record, name) for name in names}}

    def _number_at(self, record: Record, name: str) -> str | None:
        """The number of a post that is linked to, also where its record is not in the page."""
        link = identifier(mapping(record.get(name)).get("__ref"))
        if link is None:
            return None
        found = identifier(self._records.get(link, {}).get("rest_id"))
        if found is None:
            try:
                named = _RESULTS.fullmatch(base64.b64decode(link, validate=True).decode("ascii", "replace"))
            except (binascii.Error, ValueError):
                return None
            found = named.group(1) if named else None
        return found


def _is_link(value: object) -> bool:
    return isinstance(value, dict) and "__ref" in value
