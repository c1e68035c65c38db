"""An invented village on loopback: a Mastodon server, a Bluesky AppView and a blog, in the shapes of the real ones."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from attrs import define, field, frozen

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


@frozen
class Asked:
    path: str
    headers: Mapping[str, str]


@frozen
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@define
class Piece:
    """One post of the village, whichever the network."""

    name: str
    at: datetime
    likes: int = 3
    is_pinned: bool = False
    is_hidden: bool = False
    """Alive, but in no listing."""


@define
class Village:
    """One account on each network; all show the same ``pieces``, newest first."""

    now: datetime = NOW
    base: str = "http://village.example"
    page_size: int = 5
    blog_software: str = "Mill Pages 3"
    knows_feed_pages: bool = False
    pieces: list[Piece] = field(factory=list)
    answered: dict[str, list[Any]] = field(factory=dict)
    """Name of a piece → what stands below it, as a Mastodon server tells it."""
    asked: list[Asked] = field(factory=list)
    moved_to: str | None = None
    """Address of the account that the Mastodon account names as its new one."""
    overrides: dict[str, Callable[[], Answer]] = field(factory=dict)
    """Path prefix → what is answered instead."""

    def add(self, count: int, newest: timedelta = timedelta(hours=1)) -> list[Piece]:
        """``count`` posts, a day apart, the newest ``newest`` old; newer ones have higher names."""
        made = [
            Piece(name=f"{1000 - number}", at=self.now - newest - timedelta(days=number)) for number in range(count)
        ]
        self.pieces = [*self.pieces, *made]
        return made

    def remove(self, name: str) -> None:
        self.pieces = [piece for piece in self.pieces if piece.name != name]

    @property
    def listed(self) -> list[Piece]:
        return [piece for piece in self.pieces if not piece.is_hidden]

    def paths(self, part: str = "") -> list[str]:
        return [each.path for each in self.asked if part in each.path]

    def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        self.asked.append(Asked(target, dict(headers)))
        for prefix, make in self.overrides.items():
            if target.startswith(prefix):
                return make()
        parts = urlsplit(target)
        found = self._find(parts.path, parse_qs(parts.query))
        if found.status == 200:
            etag = f'"{sha256(found.body).hexdigest()[:16]}"'
            if headers.get("If-None-Match") == etag:
                return Answer(304, {"ETag": etag}, b"")
            return Answer(200, {**found.headers, "ETag": etag}, found.body)
        return found

    def _find(self, path: str, query: Mapping[str, list[str]]) -> Answer:
        if path == "/robots.txt":
            return Answer(404, {"Content-Type": "text/plain"}, b"none")
        if path.startswith("/api/v1/"):
            return self._mastodon(path.removeprefix("/api/v1/"), query)
        if path.startswith("/xrpc/"):
            return self._bluesky(path.removeprefix("/xrpc/"), query)
        return self._blog(path, query)

    # --- Mastodon ---

    def _mastodon(self, path: str, query: Mapping[str, list[str]]) -> Answer:
        account = {
            "id": "77", "username": "mill", "acct": "mill", "display_name": "The Mill", "locked": False, "bot": False,
            "created_at": "2022-04-01T00:00:00.000Z", "note": "<p>Flour and patience.</p>", "fields": [], "emojis": [],
            "url": f"{self.base}/@mill", "uri": f"{self.base}/users/mill", "avatar": "", "header": "",
            "followers_count": 410, "following_count": 12, "statuses_count": 40,
            **({"moved": {"id": "5", "url": self.moved_to}} if self.moved_to else {}),
        }  # fmt: skip
        if path in {"accounts/lookup", "accounts/77"}:
            return _json(account)
        if path == "instance":
            return _json({"uri": "village.example", "title": "The village", "version": "4.5.0"})
        if path.endswith("/context"):
            return _json({"ancestors": [], "descendants": self.answered.get(path.split("/")[1], [])})
        if path == "accounts/77/statuses":
            before = int(query.get("max_id", ["999999"])[0])
            page = [piece for piece in self.listed if int(piece.name) < before][: self.page_size]
            headers = {}
            if page and any(int(piece.name) < int(page[-1].name) for piece in self.listed):
                following = urlencode({"limit": 40, "max_id": page[-1].name})
                headers["Link"] = f'<{self.base}/api/v1/accounts/77/statuses?{following}>; rel="next"'
            return _json([self._status(piece, account) for piece in page], headers)
        for piece in self.pieces:
            if path == f"statuses/{piece.name}":
                return _json(self._status(piece, account))
        return _json({"error": "Record not found"}, status=404)

    def _status(self, piece: Piece, account: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "id": piece.name, "created_at": _z(piece.at), "edited_at": None, "in_reply_to_id": None,
            "in_reply_to_account_id": None, "sensitive": False, "spoiler_text": "", "visibility": "public",
            "language": "en", "uri": f"{self.base}/users/mill/statuses/{piece.name}",
            "url": f"{self.base}/@mill/{piece.name}", "content": f"<p>Loaf {piece.name} is out of the oven.</p>",
            "replies_count": 1, "reblogs_count": 2, "favourites_count": piece.likes, "reblog": None, "account": account,
            "media_attachments": [], "mentions": [], "tags": [], "emojis": [], "card": None, "poll": None,
            "pinned": piece.is_pinned,
        }  # fmt: skip

    # --- Bluesky ---

    def _bluesky(self, method: str, query: Mapping[str, list[str]]) -> Answer:
        author = {"did": "did:plc:villagemill", "handle": "mill.example", "displayName": "The Mill"}
        if method == "app.bsky.actor.getProfile":
            counts = {"followersCount": 90, "followsCount": 4, "postsCount": 40}
            return _json({**author, **counts, "description": "Flour.", "createdAt": "2023-05-01T00:00:00.000Z"})
        if method == "app.bsky.feed.getAuthorFeed":
            start = int(query.get("cursor", ["0"])[0])
            end = start + self.page_size
            pinned = [piece for piece in self.listed if piece.is_pinned] if start == 0 else []
            reason = {"$type": "app.bsky.feed.defs#reasonPin"}
            feed: list[dict[str, Any]] = [{"post": self._view(each, author), "reason": reason} for each in pinned]
            feed += [{"post": self._view(piece, author)} for piece in self.listed[start:end]]
            return _json({"feed": feed, **({"cursor": str(end)} if end < len(self.listed) else {})})
        if method == "app.bsky.feed.getPosts":
            wanted = query.get("uris", [])
            return _json({"posts": [self._view(each, author) for each in self.pieces if _uri(each) in wanted]})
        if method == "app.bsky.feed.getPostThread":
            found = [self._view(each, author) for each in self.pieces if _uri(each) in query.get("uri", [])]
            return _json({"thread": {"$type": "app.bsky.feed.defs#threadViewPost", "post": found[0], "replies": []}})
        return _json({"error": "MethodNotImplemented", "message": "no"}, status=501)

    def _view(self, piece: Piece, author: Mapping[str, Any]) -> dict[str, Any]:
        text = f"Loaf {piece.name}."
        record = {"$type": "app.bsky.feed.post", "createdAt": _z(piece.at), "text": text, "langs": ["en"]}
        return {
            "uri": _uri(piece), "cid": f"bafy{piece.name}", "author": author, "record": record, "replyCount": 1,
            "repostCount": 2, "likeCount": piece.likes, "quoteCount": 0, "indexedAt": _z(piece.at), "labels": [],
        }  # fmt: skip

    # --- the blog ---

    def _blog(self, path: str, query: Mapping[str, list[str]]) -> Answer:
        if path == "/":
            link = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
            return _html(f"<html><head><title>The Mill</title>{link}</head><body><h1>The Mill</h1></body></html>")
        if path == "/feed.xml":
            start = (int(query.get("paged", ["1"])[0]) - 1) * self.page_size if self.knows_feed_pages else 0
            page = self.listed[start : start + self.page_size]
            if start and not page:
                return Answer(404, {"Content-Type": "application/rss+xml"}, b"<rss version='2.0'><channel/></rss>")
            items = "".join(
                f"<item><title>Loaf {piece.name}</title><link>{self.base}/posts/{piece.name}</link>"
                f"<guid>{self.base}/posts/{piece.name}</guid><pubDate>{format_datetime(piece.at)}</pubDate>"
                f"<description>Short.</description></item>"
                for piece in page
            )
            head = f'<?xml version="1.0"?><rss version="2.0"><channel><title>The Mill</title><link>{self.base}/</link>'
            head += f"<generator>{self.blog_software}</generator>"
            body = f"{head}<description>Bread</description>{items}</channel></rss>"
            return Answer(200, {"Content-Type": "application/rss+xml; charset=utf-8"}, body.encode())
        for piece in self.pieces:
            if path == f"/posts/{piece.name}":
                data = {
                    "@context": "https://schema.org", "@type": "BlogPosting", "headline": f"Loaf {piece.name}",
                    "datePublished": _z(piece.at), "articleBody": "A longer text about bread. " * 12,
                    "commentCount": 4, "author": {"@type": "Person", "name": "Odo Miller"},
                }  # fmt: skip
                title = f"<title>Loaf {piece.name}</title>"
                head = f'{title}<script type="application/ld+json">{json.dumps(data)}</script>'
                return _html(f"<html><head>{head}</head><body><article><p>Bread.</p></article></body></html>")
        return Answer(404, {"Content-Type": "text/html"}, b"<html><body>Nothing here</body></html>")


def _uri(piece: Piece) -> str:
    return f"at://did:plc:villagemill/app.bsky.feed.post/{piece.name}"


def _z(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"


def _json(value: Any, headers: Mapping[str, str] | None = None, status: int = 200) -> Answer:
    kind = {"Content-Type": "application/json; charset=utf-8"}
    return Answer(status, {**kind, **(headers or {})}, json.dumps(value).encode())


def _html(text: str) -> Answer:
    return Answer(200, {"Content-Type": "text/html; charset=utf-8"}, text.encode())


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


@contextmanager
def _served(village: Village) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found = village.answer(self.path, dict(self.headers))
            self.send_response(found.status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(found.body)))
            self.end_headers()
            self.wfile.write(found.body)

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the base class calls it so
            """The tests look at ``village.asked``."""

    server = _QuietServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    address = f"127.0.0.1:{server.server_address[1]}"
    village.base = f"http://{address}"
    try:
        yield address
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def village() -> Village:
    return Village()


@pytest.fixture
def new_village() -> type[Village]:
    return Village


@pytest.fixture
def serve() -> Callable[[Village], AbstractContextManager[str]]:
    """``with serve(village) as "127.0.0.1:port"``."""
    return _served


@pytest.fixture
def answer() -> type[Answer]:
    return Answer
