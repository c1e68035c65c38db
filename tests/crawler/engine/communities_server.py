"""A Forem, a Tumblr blog and a Discourse forum on one loopback port; everything that is asked is written down.

Posts are a day apart, number 1 is the newest. A topic with the number 0 is there once ``newest_topic`` says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from attrs import define

from tests.crawler.engine.open_server import Asked, OpenNetworks

TOPICS_A_PAGE = 3
ABOUT = 9
"""The pinned topic that every category has, older than any horizon."""
ROBOTS = "User-agent: *\nDisallow: /u/\nDisallow: /search\nDisallow: /t/*/*.rss\nDisallow: /c/*.rss\n"


@define
class Communities(OpenNetworks):
    """``article_count`` articles, ``blog_count`` posts of the blog, ``topic_count`` topics of the forum."""

    article_count: int = 33
    blog_count: int = 52
    topic_count: int = 5
    newest_topic: int = 1

    @property
    def base_urls(self) -> dict[str, str]:
        return {"tumblr": self.base}

    def answer(self, asked: Asked, body: bytes) -> tuple[int, str, bytes]:
        self.asked.append(asked)
        parts = urlsplit(asked.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/robots.txt":
            return 200, "text/plain", ROBOTS.encode()
        if parts.path == "/api/articles":
            return self._json((200, self._articles(query)))
        if parts.path == "/api/comments":
            answer = self._reply("a2", "mill", 20) | {"children": []}
            return self._json((200, [self._reply("a1", "guest", 0) | {"children": [answer]}]))
        if parts.path == "/api/read/json":
            said = json.dumps(self._blog(query))
            return 200, "text/javascript; charset=utf-8", f"var tumblr_api_read = {said};\n".encode()
        if parts.path == f"/t/{1000 - self.newest_topic}/posts.json":
            answer = self._said(3, "baker", 30) | {"staff": True, "reply_to_post_number": 2}
            return self._json((200, {"post_stream": {"posts": [answer]}}))
        if parts.path.startswith("/t/"):
            return self._json(self._topic(int(parts.path.removeprefix("/t/").removesuffix(".json"))))
        return self._json((200, self._topics(parts.path, query)))

    def _articles(self, query: Mapping[str, str]) -> list[dict[str, Any]]:
        size, page = int(query["per_page"]), int(query["page"])
        numbers = range(1, self.article_count + 1)[(page - 1) * size : page * size]
        return [
            {
                "type_of": "article", "id": 1000 - number, "title": f"Article {number}", "description": "Loaves.",
                "url": f"{self.base}/mill/article-{number}", "published_at": self._moment(number),
                "public_reactions_count": number, "comments_count": int(number == 1), "tag_list": ["bread"],
                "user": {"username": "mill", "name": "The Mill"},
            }
            for number in numbers
        ]  # fmt: skip

    def _blog(self, query: Mapping[str, str]) -> dict[str, Any]:
        start = int(query["start"])
        numbers = range(1, self.blog_count + 1)
        posts = [
            {
                "id": str(1000 - number), "url": f"https://mill.tumblr.com/post/{1000 - number}", "type": "quote",
                "unix-timestamp": int(self.published(number).timestamp()), "quote-text": f"Loaf {number}",
                "note-count": str(number),
            }
            for number in numbers[start : start + int(query["num"])]
        ]  # fmt: skip
        blog = {"name": "mill", "title": "The Mill"}
        return {"tumblelog": blog, "posts-start": start, "posts-total": len(numbers), "posts": posts}

    def _topics(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        page = int(query.get("page", 0))
        numbers = range(self.newest_topic, self.topic_count + 1)
        shown = [self._entry(number) for number in numbers[page * TOPICS_A_PAGE : (page + 1) * TOPICS_A_PAGE]]
        if page == 0:
            about = {**self._entry(0), "id": ABOUT, "pinned": True, "created_at": "2019-01-01T00:00:00.000Z"}
            shown.insert(0, about)
        listing: dict[str, Any] = {"topics": shown}
        if (page + 1) * TOPICS_A_PAGE < len(numbers):
            listing["more_topics_url"] = f"{path.removesuffix('.json')}?page={page + 1}"
        return {"users": [{"id": 3, "username": "baker"}], "topic_list": listing}

    def _entry(self, number: int) -> dict[str, Any]:
        return {
            "id": 1000 - number, "title": f"Topic {number}", "slug": f"topic-{number}", "posts_count": 3, "views": 40,
            "like_count": number, "archetype": "regular", "created_at": self._moment(number),
            "posters": [{"user_id": 3}],
        }  # fmt: skip

    def _topic(self, native_id: int) -> tuple[int, Any]:
        first = {"id": 1, "post_number": 1, "username": "baker", "cooked": "<p>Rye.</p>", "version": 1}
        posts = [first, self._said(2, "guest", 0)]
        is_newest = native_id == 1000 - self.newest_topic
        stream = [1, 2, 3] if is_newest else [1, 2]
        entry = self._entry(1000 - native_id) | {"posts_count": len(stream)}
        return 200, {"post_stream": {"posts": posts, "stream": stream}, **entry}

    def _said(self, number: int, name: str, minutes: int) -> dict[str, Any]:
        at = (self.published(1) + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")
        return {
            "id": number, "post_number": number, "username": name, "cooked": "<p>A secret of mine.</p>", "version": 1,
            "created_at": at, "staff": False,
        }  # fmt: skip

    def _reply(self, code: str, name: str, minutes: int) -> dict[str, Any]:
        at = (self.published(1) + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")
        words = "<p>A secret of mine.</p>"
        return {"type_of": "comment", "id_code": code, "created_at": at, "body_html": words, "user": {"username": name}}

    def _moment(self, number: int) -> str:
        return (
            (self.published(number) - timedelta(microseconds=self.now.microsecond)).isoformat().replace("+00:00", "Z")
        )
