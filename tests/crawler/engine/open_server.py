"""YouTube (pages and Data API), Telegram's previews and Reddit's API on one loopback port, with one account each.

Everything that is asked is written down in ``asked``. Posts are a day apart, number 0 is the newest.
"""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from attrs import define, field, frozen

KEY = "AIza-mill-0123456789"
CLIENT_ID, SECRET = "mill-client-id", "mill-client-secret"
CHANNEL = "UCmillmillmillmillmillmi"
TAB_SIZE, OLD_SHORT = 4, 30
ROBOTS = "User-agent: *\nDisallow: /youtubei/\nDisallow: /feeds/videos.xml\nDisallow: /r/\nDisallow: /user/\n"


@frozen
class Asked:
    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""


@define
class OpenNetworks:
    """``video_count`` videos, two Shorts above thirty that are older than the horizon, and so many messages and
    submissions as are said."""

    now: datetime = field(factory=lambda: datetime.now(UTC))
    video_count: int = 6
    message_count: int = 5
    submission_count: int = 5
    has_preview: bool = True
    tokens: list[str] = field(factory=list)
    """Reddit's tokens that were given out; only the last is accepted."""
    ends_early: bool = False
    """The first token is not accepted from its first use on."""
    base: str = ""
    asked: list[Asked] = field(factory=list)

    @property
    def host(self) -> str:
        return urlsplit(self.base).netloc

    @property
    def base_urls(self) -> dict[str, str]:
        apis = {"youtube": f"{self.base}/youtube/v3", "reddit": self.base}
        return apis | {f"{name}.site": self.base for name in ("youtube", "telegram", "reddit")}

    def paths(self, part: str = "") -> list[str]:
        return [each.path for each in self.asked if part in each.path and each.path != "/robots.txt"]

    def answer(self, asked: Asked, body: bytes) -> tuple[int, str, bytes]:
        self.asked.append(asked)
        parts = urlsplit(asked.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/robots.txt":
            return 200, "text/plain", ROBOTS.encode()
        if parts.path.startswith("/youtube/v3/"):
            return self._json(self._data_api(parts.path.rpartition("/")[2], query, asked.headers))
        if parts.path == "/api/v1/access_token":
            return self._json(self._sign_in(asked, body))
        if parts.path.startswith(("/r/", "/api/")):
            return self._json(self._reddit(parts.path, query, asked.headers))
        if parts.path.startswith(("/@", "/channel/", "/watch")):
            return 200, "text/html; charset=utf-8", self._youtube(parts.path, query).encode()
        return 200, "text/html; charset=utf-8", self._telegram(parts.path, query).encode()

    def published(self, number: int) -> datetime:
        return self.now - timedelta(days=number, hours=3)

    @staticmethod
    def _json(found: tuple[int, Any]) -> tuple[int, str, bytes]:
        return found[0], "application/json; charset=UTF-8", json.dumps(found[1]).encode()

    # --- YouTube ---

    def _youtube(self, path: str, query: Mapping[str, str]) -> str:
        if path == "/watch":
            return self._watch(query["v"])
        tab = path.rpartition("/")[2]
        if tab == "videos":
            items = [self._lockup(number) for number in range(min(self.video_count, TAB_SIZE))]
        else:
            items = (
                [self._short(number) for number in (1, 2, *range(OLD_SHORT, OLD_SHORT + 30))] if tab == "shorts" else []
            )
        if tab == "videos" and self.video_count > TAB_SIZE:
            items.append({"continuationItemRenderer": {}})
        tabs = [
            {"tabRenderer": {"endpoint": {"commandMetadata": {"webCommandMetadata": {"url": f"/@mill/{name}"}}},
                             "selected": name == tab, "content": {"richGridRenderer": {"contents": items}}}}
            for name in ("featured", "videos", "shorts")
        ]  # fmt: skip
        about = {"title": "The Mill", "externalId": CHANNEL, "vanityChannelUrl": "http://www.youtube.com/@mill"}
        said = {"contents": {"twoColumnBrowseResultsRenderer": {"tabs": tabs}},
                "metadata": {"channelMetadataRenderer": about}}  # fmt: skip
        return f"<!doctype html><html>ytcfg<script>var ytInitialData = {json.dumps(said)};</script></html>"

    def _lockup(self, number: int) -> dict[str, Any]:
        ago = f"{number} days ago" if number else "3 hours ago"
        parts = [{"text": {"content": "1.2K views"}}, {"text": {"content": ago}}]
        rows = {"contentMetadataViewModel": {"metadataRows": [{"metadataParts": parts}]}}
        about = {"title": {"content": f"Loaf {number}"}, "metadata": rows}
        said = {"contentId": f"MillVideo{number:02}", "contentType": "LOCKUP_CONTENT_TYPE_VIDEO",
                "metadata": {"lockupMetadataViewModel": about}}  # fmt: skip
        return {"richItemRenderer": {"content": {"lockupViewModel": said}}}

    def _short(self, number: int) -> dict[str, Any]:
        said = {"entityId": f"shorts-shelf-item-MillShort{number:02}",
                "overlayMetadata": {"primaryText": {"content": f"Crumb {number}"},
                                    "secondaryText": {"content": "41 views"}}}  # fmt: skip
        return {"richItemRenderer": {"content": {"shortsLockupViewModel": said}}}

    def _watch(self, video: str) -> str:
        number = int(video[-2:])
        age = 400 if number >= OLD_SHORT else number
        details = {"videoId": video, "title": f"Title of {video}", "viewCount": "1234", "channelId": CHANNEL,
                   "shortDescription": "Bread.", "lengthSeconds": "60"}  # fmt: skip
        micro = {"publishDate": self.published(age).isoformat(), "likeCount": "7",
                 "ownerProfileUrl": "http://www.youtube.com/@mill", "isShortsEligible": "Short" in video}  # fmt: skip
        said = {"videoDetails": details, "microformat": {"playerMicroformatRenderer": micro}}
        return f"<!doctype html><html>ytcfg<script>var ytInitialPlayerResponse = {json.dumps(said)};</script></html>"

    def _data_api(self, name: str, query: Mapping[str, str], headers: Mapping[str, str]) -> tuple[int, Any]:
        if headers.get("x-goog-api-key") != KEY or "key" in query:
            return 400, {
                "error": {"code": 400, "message": "API key not valid.", "details": [{"reason": "API_KEY_INVALID"}]}
            }
        if name == "channels":
            snippet = {"title": "The Mill", "customUrl": "@mill", "description": ""}
            uploads = {"relatedPlaylists": {"uploads": f"UU{CHANNEL[2:]}"}}
            counts = {"subscriberCount": "1230", "videoCount": str(self.video_count)}
            item = {"id": CHANNEL, "snippet": snippet, "contentDetails": uploads, "statistics": counts}
            return 200, {"kind": "youtube#channelListResponse", "items": [item]}
        if name == "playlistItems":
            start = int(query.get("pageToken", "0"))
            items = [{"contentDetails": {"videoId": f"MillVideo{number:02}",
                                         "videoPublishedAt": self.published(number).isoformat()}}
                     for number in range(start, min(start + TAB_SIZE, self.video_count))]  # fmt: skip
            said: dict[str, Any] = {"kind": "youtube#playlistItemListResponse", "items": items}
            return 200, said | ({"nextPageToken": str(start + TAB_SIZE)} if start + TAB_SIZE < self.video_count else {})
        return 200, {
            "kind": "youtube#videoListResponse",
            "items": [self._video(video) for video in query["id"].split(",")],
        }

    def _video(self, video: str) -> dict[str, Any]:
        snippet = {"title": video, "publishedAt": self.published(int(video[-2:])).isoformat()}
        counts = {"viewCount": "1234", "likeCount": "7"}
        return {"id": video, "snippet": snippet, "contentDetails": {"duration": "PT5M"}, "statistics": counts}

    # --- Telegram ---

    def _telegram(self, path: str, query: Mapping[str, str]) -> str:
        head = '<!doctype html><html><head><link href="//telegram.org/css/telegram-web.css?39"></head>'
        if path == "/mill" or not self.has_preview:
            more = '<a class="tgme_page_context_link" href="/s/mill">Preview channel</a>' if self.has_preview else ""
            return (f'{head}<div class="tgme_page"><div class="tgme_page_title">The Mill</div>'
                    f'<div class="tgme_page_extra">1 234 subscribers</div>{more}</div></html>')  # fmt: skip
        oldest_known = int(query.get("before", self.message_count + 1))
        numbers = range(max(1, oldest_known - 2), oldest_known)
        more = f'<a class="tme_messages_more" data-before="{numbers[0]}"></a>' if numbers[0] > 1 else ""
        shown = "".join(
            f'<div class="tgme_widget_message" data-post="mill/{number}">'
            f'<div class="tgme_widget_message_text">Loaf {number}</div>'
            f'<span class="tgme_widget_message_views">1.2K</span><time datetime='
            f'"{self.published(self.message_count - number).isoformat()}"></time></div>'
            for number in numbers
        )
        return (
            f'{head}<div class="tgme_channel_info"></div><section class="tgme_channel_history">{more}{shown}</section>'
        )

    # --- Reddit ---

    def _sign_in(self, asked: Asked, body: bytes) -> tuple[int, Any]:
        basic = "Basic " + b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
        if asked.method != "POST" or asked.headers.get("authorization") != basic or b"client_credentials" not in body:
            return 401, {"message": "Unauthorized", "error": 401}
        token = f"reddit-token-{len(self.tokens)}"
        self.tokens += [token, *(["somebody-elses"] if self.ends_early and not self.tokens else [])]
        return 200, {"access_token": token, "token_type": "bearer", "expires_in": 86400, "scope": "*"}

    def _reddit(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> tuple[int, Any]:
        if not self.tokens or headers.get("authorization") != f"Bearer {self.tokens[-1]}":
            return 401, {"message": "Unauthorized", "error": 401}
        if path == "/r/mill/about":
            return 200, {"kind": "t5", "data": {"id": "2mill", "display_name": "mill", "subscribers": 90}}
        wanted = query.get("id", "").split(",")
        start = int(query.get("after", "t3_0")[3:])
        numbers = [number for number in range(self.submission_count) if f"t3_{number + 1}" in wanted] or list(
            range(start, min(start + 2, self.submission_count))
        )
        children = [{"kind": "t3", "data": self._submission(number)} for number in numbers]
        after = f"t3_{start + 2}" if start + 2 < self.submission_count else None
        return 200, {"kind": "Listing", "data": {"children": children, "after": after}}

    def _submission(self, number: int) -> dict[str, Any]:
        name = f"t3_{number + 1}"
        return {
            "name": name, "title": f"Loaf {number}", "selftext": "", "author": "baker", "subreddit": "mill",
            "created_utc": self.published(number).timestamp(), "permalink": f"/r/mill/comments/{name[3:]}/loaf/",
            "is_self": True, "num_comments": 2, "num_crossposts": 0, "score": 9, "hide_score": number == 0,
        }  # fmt: skip

    @contextmanager
    def served(self) -> Iterator[OpenNetworks]:
        networks = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                asked = Asked(self.command, self.path, {name.lower(): said for name, said in self.headers.items()})
                status, kind, body = networks.answer(asked, self.rfile.read(length))
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815 - the base class calls it so

            def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the base class calls it so
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        self.base = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
