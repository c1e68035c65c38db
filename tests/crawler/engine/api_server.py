"""The official interfaces of four networks on one loopback port, in the shapes that their documentation shows.

Instagram and Facebook stand under ``/v24.0``, Threads under ``/v1.0``, X under ``/2``. Paging links repeat the token,
as the real ones do. Whatever is asked, robots.txt too, is written down in ``asked``.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from attrs import define, field, frozen

from crawler.reading.snowflakes import instagram_code

TOKEN = "EAAB/secret+token%7C0123456789abcdef"
"""With the characters that addresses and JSON escape."""
FORBIDDING = "User-agent: *\nDisallow: /\n"
OWN_ID = "17841400000000001"
PAGE_ID = "10001"
USER_ID = "2244"


@frozen
class Asked:
    path: str
    headers: Mapping[str, str]

    @property
    def has_token(self) -> bool:
        return any(TOKEN in part or TOKEN in unquote(part) for part in (self.path, *self.headers.values()))


@frozen
class Answer:
    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(factory=dict)


def json_answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    kind = {"Content-Type": "application/json; charset=UTF-8"}
    return Answer(json.dumps(value).encode(), status, {**kind, **(headers or {})})


def graph_error(code: int, message: str, status: int = 400, **more: Any) -> Answer:
    """An error as Meta's interfaces answer it."""
    return json_answer({"error": {"message": message, "type": "OAuthException", "code": code, **more}}, status)


@define
class Interfaces:
    """One account on each network; all show ``count`` posts, an hour apart, the newest two hours old."""

    now: datetime = field(factory=lambda: datetime.now(UTC))
    token: str = TOKEN
    count: int = 7
    page_size: int = 3
    """Posts a page on Meta's networks, whatever was asked for."""
    robots: str = FORBIDDING
    robots_status: int = 200
    base: str = ""
    asked: list[Asked] = field(factory=list)
    overrides: dict[str, Answer | Callable[[Asked], Answer]] = field(factory=dict)
    """Pattern of the path → what is answered instead."""
    x_posts_given: int = 0
    """Posts of X that left this server: what it would send a bill for."""
    extra_headers: dict[str, str] = field(factory=dict)
    """Of every good answer of an interface."""

    @property
    def host(self) -> str:
        return urlsplit(self.base).netloc

    @property
    def base_urls(self) -> dict[str, str]:
        """As a plan has them: interfaces and public sites, all here."""
        apis = {"instagram": "/v24.0", "facebook": "/v24.0", "threads": "/v1.0", "x": ""}
        sites = (*apis, "linkedin", "tiktok", "pinterest")
        return {name: self.base + path for name, path in apis.items()} | {f"{name}.site": self.base for name in sites}

    def paths(self, part: str = "") -> list[str]:
        """Without robots.txt."""
        return [each.path for each in self.asked if part in each.path and each.path != "/robots.txt"]

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        parts = urlsplit(asked.path)
        if parts.path == "/robots.txt":
            return Answer(self.robots.encode(), self.robots_status, {"Content-Type": "text/plain"})
        for pattern, said in list(self.overrides.items()):
            if re.search(pattern, asked.path):
                return said(asked) if callable(said) else said
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        given = asked.headers.get("Authorization", "").removeprefix("Bearer ")
        is_x = parts.path.startswith("/2/")
        if given != self.token:
            return self._refused(is_x=is_x)
        found = self._x(parts.path, query) if is_x else self._meta(parts.path, query)
        return Answer(found.body, found.status, {**found.headers, **self.extra_headers})

    def _refused(self, *, is_x: bool) -> Answer:
        if is_x:
            said = {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"}
            return json_answer(said, 401)
        return graph_error(190, f"Error validating access token: Session has expired ({self.token}).", 401)

    def _published(self, number: int) -> datetime:
        """Number 0 is the newest."""
        return self.now - timedelta(hours=2 + number)

    # --- X ---

    def _x(self, path: str, query: Mapping[str, str]) -> Answer:
        if path in ("/2/users/by/username/mill", f"/2/users/{USER_ID}"):
            counts = {"followers_count": 120, "following_count": 3, "tweet_count": self.count, "listed_count": 0}
            user = {"id": USER_ID, "username": "mill", "name": "The Mill", "public_metrics": counts}
            return json_answer({"data": user})
        if path == f"/2/users/{USER_ID}/tweets":
            start = int(query.get("pagination_token", "t0")[1:])
            end = min(start + int(query["max_results"]), self.count)
            meta: dict[str, Any] = {"result_count": end - start}
            if end < self.count:
                meta["next_token"] = f"t{end}"
            return self._tweets(range(start, end), meta)
        if path == "/2/tweets":
            wanted = [number for number in range(self.count) if self.tweet_id(number) in query["ids"].split(",")]
            return self._tweets(wanted, {})
        detail = f"Could not find user with username: [{path.rpartition('/')[2]}]."
        return json_answer({"errors": [{"title": "Not Found Error", "detail": detail, "resource_type": "user"}]})

    def _tweets(self, numbers: Any, meta: Mapping[str, Any]) -> Answer:
        listed = [self._tweet(number) for number in numbers]
        self.x_posts_given += len(listed)
        return json_answer({**({"data": listed} if listed else {}), **({"meta": meta} if meta else {})})

    def tweet_id(self, number: int) -> str:
        return str(((int(self._published(number).timestamp() * 1000) - 1288834974657) << 22) + number)

    def _tweet(self, number: int) -> dict[str, Any]:
        counts = {"like_count": 5, "reply_count": 1, "retweet_count": 2, "quote_count": 0, "bookmark_count": 1}
        return {
            "id": self.tweet_id(number), "text": f"Loaf {number} is out of the oven.", "author_id": USER_ID,
            "created_at": f"{self._published(number):%Y-%m-%dT%H:%M:%S.000Z}", "lang": "en",
            "public_metrics": {**counts, "impression_count": 90}, "edit_history_tweet_ids": [self.tweet_id(number)],
        }  # fmt: skip

    # --- Instagram, Facebook, Threads ---

    def _meta(self, path: str, query: Mapping[str, str]) -> Answer:
        name = path.strip("/").partition("/")[2]
        match name.split("/"):
            case ["me", "accounts"]:
                own = {"id": OWN_ID, "username": "own"}
                return json_answer({"data": [{"id": PAGE_ID, "name": "Mine", "instagram_business_account": own}]})
            case ["debug_token"]:
                ends = int((self.now + timedelta(days=50)).timestamp())
                return json_answer({"data": {"is_valid": True, "expires_at": ends, "type": "USER"}})
            case ["profile_lookup"]:
                return json_answer({"username": query["username"], "name": "The Mill", "follower_count": 300})
            case ["profile_posts"]:
                return self._page(query, self._thread, "/v1.0/profile_posts?username=mill")
            case ["mill" | "10001"]:
                page: dict[str, Any] = {
                    "id": PAGE_ID,
                    "username": "mill",
                    "name": "The Mill",
                    "fan_count": 80,
                    "followers_count": 81,
                }
                return json_answer(page)
            case ["10001", "posts"]:
                return self._page(query, self._page_post, f"/v24.0/{PAGE_ID}/posts?fields={query['fields']}")
            case [node] if node == OWN_ID:
                return self._discovery(query["fields"])
        return graph_error(803, f"(#803) Some of the aliases you requested do not exist: {name}", 404)

    def _page(self, query: Mapping[str, str], entry: Callable[[int], dict[str, Any]], link: str) -> Answer:
        start = int(query.get("after", "c0")[1:])
        end = min(start + self.page_size, self.count)
        paging: dict[str, Any] = {}
        if end < self.count:
            # the real ones repeat the token here
            following = f"{self.base}{link}&access_token={self.token}&after=c{end}"
            paging = {"cursors": {"after": f"c{end}"}, "next": following}
        return json_answer({"data": [entry(number) for number in range(start, end)], "paging": paging})

    def _discovery(self, fields: str) -> Answer:
        named = re.search(r"username\((\w+)\)", fields)
        if named is None or named.group(1) != "mill":
            return graph_error(
                110, "Invalid user id", error_subcode=2207013, error_user_msg="The user with that name cannot be found."
            )
        after = re.search(r"after\(c(\d+)\)", fields)
        start = int(after.group(1)) if after else 0
        end = min(start + self.page_size, self.count)
        media: dict[str, Any] = {"data": [self._medium(number) for number in range(start, end)]}
        if end < self.count:
            media["paging"] = {"cursors": {"after": f"c{end}"}}
        user = {"username": "mill", "name": "The Mill", "followers_count": 90, "media_count": self.count}
        return json_answer({"business_discovery": {**user, "media": media, "id": "1784"}, "id": OWN_ID})

    def _medium(self, number: int) -> dict[str, Any]:
        return {
            "id": f"180{number}", "caption": f"Loaf {number} #bread", "like_count": 9, "comments_count": 2,
            "media_type": "IMAGE", "permalink": f"https://www.instagram.com/p/{self._code(number)}/",
            "timestamp": f"{self._published(number):%Y-%m-%dT%H:%M:%S}+0000",
        }  # fmt: skip

    def _thread(self, number: int) -> dict[str, Any]:
        return {
            "id": f"181{number}", "text": f"Loaf {number}", "media_type": "TEXT_POST", "username": "mill",
            "permalink": f"https://www.threads.com/@mill/post/{self._code(number)}", "shortcode": self._code(number),
            "timestamp": f"{self._published(number):%Y-%m-%dT%H:%M:%S}+0000",
        }  # fmt: skip

    def _page_post(self, number: int) -> dict[str, Any]:
        return {
            "id": f"{PAGE_ID}_{900 + number}", "message": f"Loaf {number}", "from": {"id": PAGE_ID, "name": "The Mill"},
            "created_time": f"{self._published(number):%Y-%m-%dT%H:%M:%S}+0000", "shares": {"count": 1},
            "permalink_url": f"https://www.facebook.com/mill/posts/{900 + number}",
            "reactions": {"data": [], "summary": {"total_count": 12}},
            "comments": {"data": [], "summary": {"total_count": 3}},
        }  # fmt: skip

    def _code(self, number: int) -> str:
        media_id = (int(self._published(number).timestamp() * 1000) - 1314220021721 << 23) + number
        return instagram_code(str(media_id)) or ""

    @contextmanager
    def served(self) -> Iterator[Interfaces]:
        """While it is open, it answers on a port of its own."""
        interfaces = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                found = interfaces.answer(Asked(self.path, dict(self.headers)))
                self.send_response(found.status)
                for name, value in found.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(found.body)))
                self.end_headers()
                self.wfile.write(found.body)

            def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the base class calls it so
                """The tests look at ``asked``."""

        server = _QuietServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        self.base = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""
