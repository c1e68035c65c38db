"""Serves the example market over HTTP on loopback, in the shapes of the real services.

One port for each server of the cast, so that the crawler meets several hosts, as it would outside.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from attrs import frozen

from crawler.items import Platform
from crawler.market import blog_shapes, bluesky_shapes, mastodon_shapes
from crawler.market.cast import Player
from crawler.market.drawings import drawing
from crawler.market.generator import Market, did

_ROBOTS = "User-agent: *\nDisallow: /settings/\nDisallow: /interact/\n"
_FORBIDDING = "User-agent: *\nDisallow: /\n"
_JSON = "application/json; charset=utf-8"


@frozen(kw_only=True)
class Answer:
    """What one request gets back."""

    body: bytes
    content_type: str = _JSON
    status: int = 200
    headers: Mapping[str, str] = {}


Site = Callable[[str, Mapping[str, str]], Answer]


class MarketServer:
    """Context manager: while it is open, every server of the cast answers on its own loopback port.

    ``ports`` fixes the ports by server name, so that the same market can be visited again from another process.
    """

    def __init__(self, market: Market, ports: Mapping[str, int] | None = None) -> None:
        self.market = market
        self._ports = dict(ports or {})
        self._servers: dict[str, ThreadingHTTPServer] = {}
        self._threads: list[threading.Thread] = []
        self.request_count = 0

    def __enter__(self) -> Self:
        for name in self.server_names:
            server = _Server(("127.0.0.1", self._ports.get(name, 0)), _handler(self, name))
            self._servers[name] = server
            thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True, name=name)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers.values():
            server.shutdown()
            server.server_close()
        for thread in self._threads:
            thread.join()

    @property
    def server_names(self) -> Iterable[str]:
        """Those of the cast, each once."""
        return dict.fromkeys(player.server for player in self.market.cast)

    @property
    def addresses(self) -> dict[str, str]:
        """Server name → ``127.0.0.1:port``."""
        return {name: f"127.0.0.1:{server.server_address[1]}" for name, server in self._servers.items()}

    def base(self, name: str) -> str:
        return f"http://{self.addresses[name]}"

    def account_url(self, player: Player) -> str:
        """The link that a user would paste for this account."""
        if player.platform == Platform.MASTODON:
            return f"{self.base(player.server)}/@{player.handle}"
        if player.platform == Platform.BLUESKY:
            return f"https://bsky.app/profile/{player.handle}"
        if player.platform == Platform.INSTAGRAM:
            return f"https://www.instagram.com/{player.handle}/"
        return f"{self.base(player.server)}/"

    def answer(self, name: str, path: str, query: Mapping[str, str]) -> Answer:
        self.request_count += 1
        if path == "/robots.txt":
            robots = _FORBIDDING if name == "instagram" else _ROBOTS
            return Answer(body=robots.encode(), content_type="text/plain")
        players = [player for player in self.market.cast if player.server == name]
        if path.startswith("/media/") and path.endswith(".png"):
            return Answer(body=drawing(path), content_type="image/png")
        if name.startswith("mastodon"):
            return _mastodon(self.market, players, self.base(name), path, query)
        if name == "appview":
            return _appview(self.market, players, self.base(name), path, query)
        if name == "instagram":
            return _walled()
        return _blog(self.market, players[0], self.base(name), path)


def _mastodon(market: Market, players: list[Player], base: str, path: str, query: Mapping[str, str]) -> Answer:
    by_id = {mastodon_shapes.account_id(player): player for player in players}
    parts = path.strip("/").split("/")
    if path == "/.well-known/nodeinfo":
        return _json(
            {"links": [{"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": f"{base}/nodeinfo/2.0"}]}
        )
    if path == "/nodeinfo/2.0":
        return _json(
            {"version": "2.0", "software": {"name": "mastodon", "version": "4.5.0"}, "protocols": ["activitypub"]}
        )
    if path == "/api/v1/instance":
        return _json({"uri": base.removeprefix("http://"), "version": "4.5.0", "title": "Example market"})
    if path == "/api/v2/instance":
        return _json({"domain": base.removeprefix("http://"), "version": "4.5.0", "title": "Example market"})
    if path == "/api/v1/accounts/lookup":
        handle = query.get("acct", "").removeprefix("@").split("@")[0].lower()
        found = [player for player in players if player.handle == handle]
        return _account(market, found[0], base) if found else _not_found()
    if parts[:3] == ["api", "v1", "accounts"] and len(parts) >= 4 and parts[3] in by_id:
        player = by_id[parts[3]]
        if len(parts) == 4:
            return _account(market, player, base)
        if parts[4:] == ["statuses"]:
            return _statuses(market, player, base, path, query)
    if parts[:3] == ["api", "v1", "statuses"] and parts[4:] in ([], ["context"]):
        for player in players:
            for post in market.posts(player):
                if post.mastodon_id == parts[3] and not player.is_walled:
                    is_thread = parts[4:] == ["context"]
                    shape = mastodon_shapes.context(market, post) if is_thread else None
                    return _json(shape or mastodon_shapes.status(market, post, base))
    return _not_found()


def _account(market: Market, player: Player, base: str) -> Answer:
    if player.is_walled:
        return _walled()
    return _json(mastodon_shapes.account(market, player, base))


def _statuses(market: Market, player: Player, base: str, path: str, query: Mapping[str, str]) -> Answer:
    if player.is_walled:
        return _walled()
    limit = min(_number(query.get("limit"), 20), 40)
    posts = market.posts(player)
    if "max_id" in query:
        posts = [post for post in posts if int(post.mastodon_id) < _number(query["max_id"], 0)]
    page = posts[:limit]
    headers = {}
    if len(posts) > limit:
        following = urlencode({**query, "limit": limit, "max_id": page[-1].mastodon_id})
        headers["Link"] = f'<{base}{path}?{following}>; rel="next"'
    return _json([mastodon_shapes.status(market, post, base) for post in page], headers=headers)


def _appview(market: Market, players: list[Player], base: str, path: str, query: Mapping[str, str]) -> Answer:
    def player_of(actor: str) -> Player | None:
        return next((player for player in players if actor in (player.handle, did(player.handle))), None)

    method = path.removeprefix("/xrpc/")
    if method == "app.bsky.feed.getPosts":
        uris = set(query.get("uris", "").split("\n"))
        posts = [post for player in players for post in market.posts(player) if post.at_uri in uris]
        return _json({"posts": [bluesky_shapes.post_view(market, post, base) for post in posts]})
    if method == "app.bsky.feed.getPostThread":
        every = [post for player in players for post in market.posts(player)]
        asked = [post for post in every if post.at_uri == query.get("uri")]
        if asked:
            return _json({"thread": bluesky_shapes.thread(market, asked[0], base)})
        return _json({"error": "NotFound", "message": "Post not found"}, status=400)
    if method not in ("app.bsky.actor.getProfile", "app.bsky.feed.getAuthorFeed"):
        return _json({"error": "MethodNotImplemented", "message": "Method Not Implemented"}, status=501)
    player = player_of(query.get("actor", ""))
    if player is None:
        return _json({"error": "InvalidRequest", "message": "Profile not found"}, status=400)
    if method == "app.bsky.actor.getProfile":
        return _json(bluesky_shapes.profile(market, player))
    limit = min(_number(query.get("limit"), 50), 100)
    posts = market.posts(player)
    if "cursor" in query:
        posts = [post for post in posts if post.record_key < query["cursor"]]
    answer: dict[str, Any] = {"feed": [bluesky_shapes.feed_entry(market, post, base) for post in posts[:limit]]}
    if len(posts) > limit:
        answer["cursor"] = posts[limit - 1].record_key
    return _json(answer)


def _blog(market: Market, player: Player, base: str, path: str) -> Answer:
    feed_path, feed_type = blog_shapes.FEEDS[player.server]
    if path == "/":
        return Answer(body=blog_shapes.home(market, player, base).encode(), content_type="text/html; charset=utf-8")
    if path == feed_path:
        return Answer(body=blog_shapes.feed(market, player, base).encode(), content_type=feed_type)
    for post in market.posts(player):
        if path == f"/blog/{post.slug}":
            page = blog_shapes.article(market, post, base)
            return Answer(body=page.encode(), content_type="text/html; charset=utf-8")
    return Answer(
        body=b"<!doctype html><title>Not found</title>", content_type="text/html", status=HTTPStatus.NOT_FOUND
    )


def _json(value: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(body=json.dumps(value).encode(), status=status, headers=headers or {})


def _not_found() -> Answer:
    return _json({"error": "Record not found"}, status=HTTPStatus.NOT_FOUND)


def _walled() -> Answer:
    return _json({"error": "This method requires an authenticated user"}, status=HTTPStatus.UNAUTHORIZED)


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdigit() else default


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A visitor who hangs up is no news; anything else is."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _handler(server: MarketServer, name: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # the standard library calls it so
            parts = urlsplit(self.path)
            query = {key: "\n".join(values) for key, values in parse_qs(parts.query).items()}
            answer = server.answer(name, parts.path, query)
            etag = f'"{sha256(answer.body).hexdigest()[:20]}"'
            unchanged = answer.status == HTTPStatus.OK and self.headers.get("If-None-Match") == etag
            body = b"" if unchanged else answer.body
            self.send_response(HTTPStatus.NOT_MODIFIED if unchanged else answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", etag)
            for key, value in answer.headers.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the standard library's name
            """The market is silent: what was asked for stands in the crawl's own log."""

    return Handler
