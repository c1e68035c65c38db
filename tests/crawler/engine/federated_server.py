"""PeerTube, Lemmy and Misskey on one loopback port, with one account each; pages are smaller than what is asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from attrs import define, field

from tests.crawler.engine.open_server import Asked, OpenNetworks

PAGE = 3
COUNT = 7
"""Posts of each account that are not older than the horizon; one more is."""
OLD_DAYS = 400
WORDS = "What a reader wrote"
BAKER = {"id": "9baker", "username": "baker", "host": None, "name": "Baker"}


@define
class Federation(OpenNetworks):
    counts_comments: bool = True
    """A PeerTube server says in a video how many comments it has; else only the list of comments does."""
    gone: set[int] = field(factory=set)
    """Posts that were removed, on all three."""
    questions: list[dict[str, Any]] = field(factory=list)
    """What Misskey was asked."""

    @property
    def base_urls(self) -> dict[str, str]:
        return {}

    def answer(self, asked: Asked, body: bytes) -> tuple[int, str, bytes]:
        self.asked.append(asked)
        parts = urlsplit(asked.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path.startswith("/api/v1/"):
            return self._json(self._peertube(parts.path.removeprefix("/api/v1/"), query))
        if parts.path == "/api/v3/community":
            return 404, "text/plain", b""  # as 1.0 answers what it does not know any more
        if parts.path.startswith(("/api/v3/", "/api/v4/")):
            return self._json(self._lemmy(parts.path.removeprefix("/api/v3/").removeprefix("/api/v4/"), query))
        if parts.path.startswith("/api/"):
            if asked.method != "POST" or asked.headers.get("content-type") != "application/json":
                return 405, "text/plain", b"ask by POST"
            self.questions.append(json.loads(body))
            return self._json(self._misskey(parts.path.removeprefix("/api/"), self.questions[-1]))
        return 404, "text/plain", b"none"

    @property
    def numbers(self) -> list[int]:
        return [number for number in range(COUNT + 1) if number not in self.gone]

    def moment(self, number: int) -> str:
        at = self.published(number) if number < COUNT else self.now - timedelta(days=OLD_DAYS)
        return at.isoformat().replace("+00:00", "Z")

    # --- PeerTube ---

    def _peertube(self, path: str, query: Mapping[str, str]) -> tuple[int, Any]:
        match path.split("/"):
            case ["video-channels", "loaves"]:
                return 200, self._channel() | {"followersCount": 90, "displayName": "Loaves", "isLocal": True}
            case ["video-channels", "loaves", "videos"]:
                start = int(query["start"])
                shown = self.numbers[start : start + PAGE]
                return 200, {"total": len(self.numbers), "data": [self._film(number) for number in shown]}
            case ["videos", uuid] if int(uuid[:8]) in self.numbers:
                counted = {"comments": 2} if self.counts_comments else {}
                return 200, self._film(int(uuid[:8])) | counted | {"tags": ["bread"], "commentsEnabled": True}
            case ["videos", uuid, "comment-threads"] if int(uuid[:8]) in self.numbers:
                thread = self._comment("reader", 11) | {"totalReplies": 1, "totalRepliesFromVideoAuthor": 1}
                return 200, {"total": 1, "totalNotDeletedComments": 4, "data": [thread]}
            case ["videos", _, "comment-threads", "11"]:
                answer = self._comment("baker", 12) | {"inReplyToCommentId": 11}
                return 200, {"comment": self._comment("reader", 11), "children": [{"comment": answer, "children": []}]}
        return 404, {"status": 404, "title": "Not Found", "detail": "Video not found", "type": "about:blank"}

    def _comment(self, name: str, number: int) -> dict[str, Any]:
        """Written on the third day before today; an answer half an hour after its comment."""
        at = self.published(3) + timedelta(minutes=30 * (name == "baker"))
        return {
            "id": number, "threadId": 11, "text": WORDS, "createdAt": at.isoformat().replace("+00:00", "Z"),
            "isDeleted": False, "account": {"name": name, "host": self.host},
        }  # fmt: skip

    def _channel(self) -> dict[str, Any]:
        return {"id": 5, "name": "loaves", "host": self.host, "url": f"{self.base}/video-channels/loaves"}

    def _film(self, number: int) -> dict[str, Any]:
        uuid = f"{number:08}-885d-45be-b7fc-a788ad8507d3"
        return {
            "uuid": uuid, "url": f"{self.base}/videos/watch/{uuid}", "name": f"Loaf {number}", "privacy": {"id": 1},
            "isLocal": True, "publishedAt": self.moment(number), "duration": 60, "views": 9, "likes": 3, "dislikes": 1,
            "truncatedDescription": "Crumb", "isLive": False, "channel": self._channel(),
            "account": {"name": "baker", "host": self.host},
        }  # fmt: skip

    # --- Lemmy ---

    def _lemmy(self, path: str, query: Mapping[str, str]) -> tuple[int, Any]:
        community = {"id": 9, "name": "bread", "actor_id": f"{self.base}/c/bread", "local": True}
        if path == "community":
            return 200, {"community_view": {"community": community, "counts": {"subscribers": 40, "posts": COUNT + 1}}}
        if path == "post/list":
            start = int(query.get("page_cursor", "P0")[1:])
            shown = [self._view(number, community) for number in self.numbers[start : start + PAGE]]
            following = f"P{start + PAGE}" if start + PAGE < len(self.numbers) else None
            return 200, {"items": shown, "next_page": following}
        if path == "comment/list":
            return 200, {"items": [self._said(12, "0.12", "reader"), self._said(15, "0.12.15", "baker")]}
        number = int(query["id"]) - 100
        if number in self.numbers:
            return 200, {"post_view": self._view(number, community)}
        return 404, {"error": "couldnt_find_post"}

    def _said(self, number: int, path: str, name: str) -> dict[str, Any]:
        at = self._comment(name, number)["createdAt"]
        comment = {"id": number, "path": path, "content": WORDS, "published_at": at}
        creator = {"name": name, "local": True}
        return {"comment": comment, "creator": creator, "creator_is_moderator": name == "baker"}

    def _view(self, number: int, community: Mapping[str, Any]) -> dict[str, Any]:
        post = {"id": 100 + number, "name": f"Loaf {number}", "ap_id": f"{self.base}/post/{100 + number}",
                "published": self.moment(number), "removed": False, "deleted": False}  # fmt: skip
        creator = {"id": 3, "name": "baker", "local": True}
        counts = {"upvotes": 6, "downvotes": 1, "score": 5, "comments": 2}
        return {"post": post, "creator": creator, "community": community, "counts": counts}

    # --- Misskey ---

    def _misskey(self, path: str, asked: Mapping[str, Any]) -> tuple[int, Any]:
        if path == "users/show" and (asked.get("username") == "baker" or asked.get("userId") == "9baker"):
            return 200, BAKER | {"followersCount": 12, "followingCount": 3, "notesCount": COUNT + 1}
        if path == "users/notes" and asked["userId"] == "9baker":
            behind = int(asked["untilId"][1:]) if "untilId" in asked else -1
            shown = [number for number in self.numbers if number > behind][:PAGE]
            return 200, [self.note(number) for number in shown]
        if path == "notes/show" and int(asked["noteId"][1:]) in self.numbers:
            return 200, self.note(int(asked["noteId"][1:]))
        if path == "notes/replies":
            above = str(asked["noteId"])
            name = "baker" if above.startswith("answer") else "reader"
            user = BAKER if name == "baker" else {"id": "9reader", "username": "reader", "host": None}
            said = {"replyId": above, "createdAt": self._comment(name, 0)["createdAt"], "text": WORDS}
            answer = {"id": f"answer-{above}", "repliesCount": int(name == "reader")}
            return 200, [self.note(0, user) | said | answer]
        return 400, {"error": {"message": "No such note.", "code": "NO_SUCH_NOTE", "kind": "client"}}

    def note(self, number: int, user: Mapping[str, Any] = BAKER) -> dict[str, Any]:
        return {
            "id": f"n{number}", "createdAt": self.moment(number), "userId": user["id"], "user": user, "cw": None,
            "text": f"Loaf {number}", "visibility": "public", "renoteCount": 1, "repliesCount": 2, "files": [],
            "reactions": {"❤": 3, ":loaf@.:": 1}, "replyId": None, "renoteId": None,
        }  # fmt: skip


@define
class PieFed(Federation):
    """The same community on a server that knows its own interface only."""

    def answer(self, asked: Asked, body: bytes) -> tuple[int, str, bytes]:
        self.asked.append(asked)
        parts = urlsplit(asked.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if not parts.path.startswith("/api/alpha/"):
            return 404, "text/html", b"<!doctype html><title>Page not found</title><h1>Ooops</h1>"
        return self._json(self._piefed(parts.path.removeprefix("/api/alpha/"), query))

    def _piefed(self, path: str, query: Mapping[str, str]) -> tuple[int, Any]:
        community = {
            "id": 9, "name": "bread", "actor_id": f"{self.base}/c/bread", "local": True, "restricted_to_mods": False,
        }  # fmt: skip
        if path == "community":
            counts = {"total_subscriptions_count": 40, "post_count": COUNT + 1}
            return 200, {"community_view": {"community": community, "counts": counts}}
        if path == "post/list":
            page = int(query.get("page_cursor", "1"))
            shown = self.numbers[(page - 1) * PAGE : page * PAGE]
            posts = [self._in_its_words(number, community) for number in shown]
            return 200, {"posts": posts, "next_page": str(page + 1) if shown else None}
        if path == "comment/list":
            comments = [self._said(12, "0.12", "reader"), self._said(15, "0.12.15", "baker")]
            return 200, {"comments": comments if "page" not in query else [], "next_page": "2"}
        number = int(query["id"]) - 100
        if number in self.numbers:
            return 200, {"post_view": self._in_its_words(number, community)}
        return 400, {"code": 400, "message": "No result found", "status": "Bad Request"}

    def _in_its_words(self, number: int, community: Mapping[str, Any]) -> dict[str, Any]:
        view = self._view(number, community)
        post = view["post"] | {"title": view["post"]["name"], "post_type": "Discussion", "sticky": False}
        return view | {"post": {name: said for name, said in post.items() if name != "name"},
                       "creator": {"id": 3, "user_name": "baker", "local": True}}  # fmt: skip
