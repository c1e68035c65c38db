"""Two invented servers of the fediverse that are not Mastodon, to be served on loopback.

Both write down what they are asked. Posts are a day apart, number 0 is the newest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from attrs import define, field, frozen

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
NOT_THERE = "<!doctype html><title>Not found</title>"


@frozen
class Said:
    status: int
    headers: Mapping[str, str]
    body: bytes


def said(value: Any, kind: str = "application/json", status: int = 200) -> Said:
    body = value if isinstance(value, str) else json.dumps(value)
    return Said(status, {"Content-Type": kind}, body.encode())


@define
class Server:
    base: str = ""
    now: datetime = field(factory=lambda: datetime.now(UTC))
    post_count: int = 12
    asked: list[str] = field(factory=list)

    def answer(self, target: str, headers: Mapping[str, str]) -> Said:
        self.asked.append(target)
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/robots.txt":
            return said("", "text/plain", 404)
        return self.find(parts.path, query, headers)

    def find(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Said:
        raise NotImplementedError

    def at(self, number: int) -> str:
        return f"{self.now - timedelta(days=number, hours=1):%Y-%m-%dT%H:%M:%S}.000Z"


@define
class Akkoma(Server):
    """Looks nobody up, takes no name for an id, sends no ``Link`` header, and gives five posts a page at most."""

    def find(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Said:
        account = {
            "id": "Ab77", "username": "mill", "acct": "mill", "url": f"{self.base}/users/mill", "note": "",
            "fields": [], "followers_count": 41, "following_count": 2, "statuses_count": self.post_count,
        }  # fmt: skip
        if path == "/api/v1/instance":
            return said({"version": "2.7.2 (compatible; Akkoma 3.15.2)"})
        if path == "/api/v1/accounts/search":
            return said([{**account, "id": "Ab78", "username": "miller", "acct": "miller"}, account])
        if path == "/api/v1/accounts/Ab77":
            return said(account)
        if path == "/api/v1/accounts/Ab77/statuses":
            above = next((number for number in range(self.post_count) if f"P{number:03}" == query.get("max_id")), -1)
            numbers = range(above + 1, min(above + 6, self.post_count))
            return said([self.status(number, account) for number in numbers])
        if path.endswith("/context"):
            return said({"ancestors": [], "descendants": self.below(path.split("/")[4])})
        return said({"error": "Can't find user"}, status=404)

    def status(self, number: int, account: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "id": f"P{number:03}", "created_at": self.at(number), "in_reply_to_id": None, "visibility": "public",
            "uri": f"{self.base}/objects/{number}", "url": f"{self.base}/notice/P{number:03}", "reblog": None,
            "content": f"Loaf {number}<br/>is out", "account": account, "media_attachments": [], "mentions": [],
            "tags": [], "favourites_count": 3, "reblogs_count": 0, "replies_count": 2 if number < 8 else 0,
            "pleroma": {"emoji_reactions": [{"name": "🍞", "count": 4, "me": False}]},
        }  # fmt: skip

    def below(self, native_id: str) -> list[dict[str, Any]]:
        """A guest asks and is answered half an hour later; another is not."""

        def one(name: str, parent: str, author: str, answered: str, minute: int) -> dict[str, Any]:
            return {
                "id": f"{native_id}{name}", "in_reply_to_id": parent, "in_reply_to_account_id": answered,
                "created_at": f"2026-11-20T08:{minute:02}:00.000Z", "content": "<p>Is it sourdough?</p>",
                "account": {"id": author, "username": "curious", "display_name": "Curious Guest"},
            }  # fmt: skip

        return [
            one("a", native_id, "31", "Ab77", 0),
            one("b", f"{native_id}a", "Ab77", "31", 30),
            one("c", native_id, "32", "Ab77", 40),
        ]


@define
class Small(Server):
    """Like snac: all posts at once whatever page is asked for, ids that a change moves, an own post that was boosted in
    the booster's name, and single posts by ActivityPub only. ``edited``: number of a post that was edited;
    ``is_closed``: the client API lists no posts any more, as since snac 2.9."""

    post_count: int = 3
    edited: int | None = None
    gone: int | None = None
    is_closed: bool = False

    def find(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Said:
        account = {
            "id": "46ef", "username": "mill", "acct": "mill", "url": f"{self.base}/mill", "note": "", "fields": [],
            "followers_count": 0, "statuses_count": 0,
        }  # fmt: skip
        if path == "/api/v1/instance":
            return said({"version": "4.0.0 (not true; really snac/2.75)"})
        if path in ("/api/v1/accounts/lookup", "/api/v1/accounts/46ef"):
            return said(account)
        if path == "/api/v1/accounts/46ef/statuses" and not self.is_closed:
            return said([self.status(number, account) for number in range(self.post_count) if number != self.gone])
        if path in ("/.well-known/webfinger", "/mill", "/mill/outbox"):
            return self.activities(path)
        return said("", "text/html", 401 if path.startswith("/api/") else 404)

    def activities(self, path: str) -> Said:
        context, actor, kind = "https://www.w3.org/ns/activitystreams", f"{self.base}/mill", "application/activity+json"
        if path == "/.well-known/webfinger":
            return said({"links": [{"rel": "self", "type": kind, "href": actor}]}, "application/jrd+json")
        if path == "/mill":
            about = {"type": "Person", "preferredUsername": "mill", "outbox": f"{actor}/outbox"}
            return said({"@context": context, "id": actor, "url": actor, **about}, kind)
        notes = [
            {
                "type": "Note", "id": f"{actor}/p/{number}", "url": f"{actor}/p/{number}", "attributedTo": actor,
                "published": self.at(number), "to": [PUBLIC], "content": f"Loaf {number}<br>",
            }
            for number in range(self.post_count)
            if number != self.gone
        ]  # fmt: skip
        items = [{"type": "Create", "id": f"{note['id']}/Create", "actor": actor, "object": note} for note in notes]
        box = {"type": "OrderedCollection", "id": f"{actor}/outbox", "totalItems": len(items), "orderedItems": items}
        return said({"@context": context, **box}, kind)

    def status(self, number: int, account: Mapping[str, Any]) -> dict[str, Any]:
        is_edited = number == self.edited
        own = {
            "id": f"{1795887652 + 300 * is_edited}{number:032x}", "created_at": self.at(number), "visibility": "public",
            "uri": f"{self.base}/mill/p/{number}", "url": f"{self.base}/mill/p/{number}", "reblog": None,
            "content": f"Loaf {number}{', of rye' if is_edited else ''}<br>", "account": account, "favourites_count": 1,
            "reblogs_count": int(number == 1), "replies_count": 2, "edited_at": self.at(0) if is_edited else None,
        }  # fmt: skip
        fan = {"id": "77", "username": "fan", "acct": "fan@far.example", "url": "https://far.example/fan"}
        return own if number != 1 else {**own, "content": "", "account": fan, "reblog": own}


@define
class Press(Server):
    """A blog with ActivityPub and nothing else; ``is_locked``: it answers only who signs."""

    is_locked: bool = False

    def find(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Said:
        actor = f"{self.base}/author/mill/"
        outbox = f"{self.base}/wp-json/activitypub/1.0/actors/3/outbox"
        if path == "/.well-known/webfinger" and query.get("resource", "").startswith("acct:mill@"):
            links = [{"rel": "self", "type": "application/activity+json", "href": actor}]
            return said({"subject": query["resource"], "links": links}, "application/jrd+json")
        if path == "/.well-known/nodeinfo":
            rel = "http://nodeinfo.diaspora.software/ns/schema/2.0"
            return said({"links": [{"rel": rel, "href": f"{self.base}/wp-json/activitypub/1.0/nodeinfo/2.0"}]})
        if path.endswith("/nodeinfo/2.0"):
            return said({"version": "2.0", "software": {"name": "wordpress", "version": "6.8"}})
        if headers.get("Accept", "").startswith("application/activity+json"):
            if self.is_locked:
                return said("Request not signed", "text/plain", 401)
            context = {"@context": ["https://www.w3.org/ns/activitystreams"]}
            if path == "/author/mill/":
                about = {"type": "Person", "preferredUsername": "mill", "name": "The Mill", "url": actor}
                return said({**context, "id": actor, **about, "outbox": outbox}, "application/activity+json")
            if path.endswith("/outbox"):
                return said({**context, **self.box(outbox, query.get("page"))}, "application/activity+json")
        return said(NOT_THERE, "text/html", 404)

    def box(self, outbox: str, page: str | None) -> dict[str, Any]:
        if page is None:
            first = f"{outbox}?page=1"
            return {"id": outbox, "type": "OrderedCollection", "totalItems": self.post_count, "first": first}
        start = (int(page) - 1) * 5
        numbers = range(start, min(start + 5, self.post_count))
        following = {"next": f"{outbox}?page={int(page) + 1}"} if numbers and numbers[-1] + 1 < self.post_count else {}
        items = [{"type": "Create", "id": f"{self.base}/?p={number}#activity", "object": self.article(number)}
                 for number in numbers]  # fmt: skip
        return {"id": f"{outbox}?page={page}", "type": "OrderedCollectionPage", "orderedItems": items, **following}

    def article(self, number: int) -> dict[str, Any]:
        return {
            "id": f"{self.base}/?p={number}", "type": "Article", "name": f"Loaf {number}", "summary": "In short.",
            "content": f"<p>Loaf {number} at length.</p>", "published": self.at(number), "to": [PUBLIC],
            "attributedTo": f"{self.base}/author/mill/", "url": f"{self.base}/loaf-{number}/",
        }  # fmt: skip
