"""X's embeds and answers: syndication timelines, ``tweet-result``, oEmbed, GraphQL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

from crawler.items import (
    Absence,
    Format,
    Metrics,
    MissingReason,
    Outcome,
    Platform,
    Post,
    PostList,
    Precision,
    Reason,
    Role,
)
from crawler.pages.base import PageProblem, PlatformPage
from crawler.pages.walls import problem_of
from crawler.pages.x.tweets import TweetReader, is_tweet, named, post_url, read_user
from crawler.reading import hashtags
from crawler.reading.charset import decode
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import NotJsonError, identifier, link, mapping, parse, sequence, string
from crawler.reading.relay import json_blocks, objects
from crawler.reading.snowflakes import x_time
from crawler.reading.text import html_links, html_to_text

_TIMELINE_PATH = re.compile(r"/srv/timeline-(?:profile|list)/screen-name/([A-Za-z0-9_]{1,20})/?")
_TWEET_PATH = re.compile(r"/tweet-result/?")
_GRAPHQL_PATH = re.compile(r"(?:/i/api)?/graphql/[\w-]+/(?:UserTweets|UserTweetsAndReplies|UserMedia|UserHighlightsTweets|TweetDetail|TweetResultByRestId|TweetResultsByRestIds|UserByScreenName|ListLatestTweetsTimeline)\w*/?")  # fmt: skip  # noqa: E501
_STATUS = re.compile(r"/(?:@?([A-Za-z0-9_]{1,20})|i(?:/web)?)/status(?:es)?/(\d{1,20})")


class _AnswerPage(PlatformPage):
    platform = Platform.X

    @property
    def asked_for(self) -> str:
        ref = self.capture.account
        return f"The X account {ref.handle}" if ref else "This answer of X"

    @property
    def body(self) -> bytes:
        return bytes(self.response.body)

    def payload(self) -> Mapping[str, Any]:
        status = self.response.status or 200
        if status >= 400:
            raise problem_of(status, self.body, self.asked_for)
        try:
            return mapping(parse(self.body))
        except NotJsonError:
            raise problem_of(status, self.body, self.asked_for) from None


class TimelinePage(_AnswerPage):
    """A syndication timeline: ``__NEXT_DATA__`` with an account's posts, popular ones for many accounts."""

    examples: ClassVar[tuple[str, ...]] = ("https://syndication.twitter.com/srv/timeline-profile/screen-name/acme",)

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return _TIMELINE_PATH.fullmatch(urlsplit(url).path) is not None

    def read(self) -> PostList:
        status = self.response.status or 200
        if status >= 400:
            raise problem_of(status, self.body, self.asked_for)
        html = decode(self.body, self.response.headers.get("Content-Type", "")).text
        state = next((one for one in json_blocks(html, "pageProps")), None)
        props = mapping(mapping(mapping(state).get("props")).get("pageProps"))
        if not props:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the timeline holds no data.")
        found = _TIMELINE_PATH.fullmatch(urlsplit(str(self.response.url)).path)
        handle = identifier(mapping(props.get("headerProps")).get("screenName")) or (found.group(1) if found else None)
        reader = TweetReader(self.capture, owner=handle, flags=("order_is_not_time",))
        profile = None
        for entry in sequence(mapping(props.get("timeline")).get("entries")):
            tweet = mapping(mapping(mapping(entry).get("content")).get("tweet"))
            if tweet:
                reader.add(tweet)
                profile = profile or (read_user(mapping(tweet.get("user"))) if _is_by(tweet, handle) else None)
        if not reader.understood:
            raise PageProblem(
                Outcome.PARTIAL,
                f"{self.asked_for}: the timeline is empty; the account has no posts, is protected, or is not shown"
                " here.",
                Reason.NO_PUBLIC_PREVIEW,
            )
        return reader.result(profile)


class TweetResultPage(_AnswerPage):
    """``tweet-result``: one post as embeds get it; a tombstone when it is gone."""

    examples: ClassVar[tuple[str, ...]] = ("https://cdn.syndication.twimg.com/tweet-result?id=20&token=a",)

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        if _TWEET_PATH.fullmatch(urlsplit(url).path):
            return True
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n{")[:60]
        return start.startswith((b'"__typename":"Tweet', b'"__typename": "Tweet'))

    def read(self) -> PostList:
        asked = parse_qs(urlsplit(str(self.response.url)).query).get("id", [""])[0]
        if self.response.status == 404 and asked.isdigit():
            return PostList(absences=(Absence(platform=Platform.X, native_id=asked, kind="gone", status=404),))
        answer = self.payload()
        if answer.get("__typename") == "TweetTombstone" or "tombstone" in answer:
            words = string(mapping(mapping(answer.get("tombstone")).get("text")).get("text")) or ""
            if asked.isdigit():
                return PostList(absences=(Absence(platform=Platform.X, native_id=asked, kind="gone", status=200),))
            raise PageProblem(Outcome.GONE, f"This post of X is gone (“{words[:120]}”).")
        reader = TweetReader(self.capture, owner=None)
        if not is_tweet(answer) or not reader.add(answer):
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no post.")
        return reader.result()


class OembedPage(_AnswerPage):
    """oEmbed of a post: author, text and day, no counts."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://publish.x.com/oembed?url=https://x.com/acme/status/20",
        "https://publish.twitter.com/oembed?url=https%3A%2F%2Ftwitter.com%2Facme%2Fstatus%2F20",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        parts = urlsplit(url)
        target = unquote(parts.query)
        if parts.path.rstrip("/").endswith("oembed") and _STATUS.search(target):
            return True
        return b'class=\\"twitter-tweet' in head and b'"author_url"' in head

    def read(self) -> PostList:
        asked = _STATUS.search(unquote(urlsplit(str(self.response.url)).query))
        if self.response.status in (403, 404) and asked:
            return PostList(
                absences=(
                    Absence(platform=Platform.X, native_id=asked.group(2), kind="gone", status=self.response.status),
                )
            )
        answer = self.payload()
        html = string(answer.get("html")) or ""
        found = _STATUS.search(link(answer.get("url")) or "") or asked
        if not found or "twitter-tweet" not in html:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no post.")
        native_id = found.group(2)
        words = re.search(r"<p\b[^>]*>(.*?)</p>", html, re.DOTALL)
        text = html_to_text(words.group(1)) if words else None
        handle = urlsplit(link(answer.get("author_url")) or "").path.strip("/") or found.group(1) or ""
        exact = x_time(native_id)
        links = html_links(html)
        day = re.search(r">([^<>]+)</a>\s*</blockquote>", html)
        stated = read_date(day.group(1)) if day else None
        language = re.search(r'<p\b[^>]*\blang="([a-z-]{2,8})"', html)
        return PostList(
            posts=(
                Post(
                    platform=Platform.X,
                    native_id=native_id,
                    account=handle,
                    author=handle or None,
                    url=post_url(handle, native_id),
                    role=Role.REPOST if (text or "").startswith("RT @") else Role.ORIGINAL,
                    format=_embedded_format(links),
                    text=re.sub(r"\s*pic\.(?:x|twitter)\.com/\w+$", "", text) if text else text,
                    language=language.group(1) if language and language.group(1) not in ("und", "zxx") else None,
                    published_at=exact or (stated.at if stated else None),
                    published_precision=Precision.SECOND if exact else Precision.DAY if stated else None,
                    hashtags=hashtags.unique(tag for _, tag in hashtags.written(text or "")),
                    mentions=named(text or ""),
                    metrics=Metrics(
                        missing=dict.fromkeys(
                            ("like_count", "comment_count", "share_count", "view_count"), MissingReason.NOT_OBSERVED
                        )
                    ),
                ),
            )
        )


class GraphqlPage(_AnswerPage):
    """GraphQL answers of the site: an account's posts, one post with its replies, an account."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://x.com/i/api/graphql/abcDEF_12-3/UserTweets?variables=%7B%22userId%22%3A%2212%22%7D",
        "https://api.x.com/graphql/abcDEF_12-3/TweetResultByRestId?variables=%7B%22tweetId%22%3A%2220%22%7D",
        "https://twitter.com/i/api/graphql/abcDEF_12-3/TweetDetail?variables=%7B%22focalTweetId%22%3A%2220%22%7D",
        "https://x.com/i/api/graphql/abcDEF_12-3/UserByScreenName?variables=%7B%22screen_name%22%3A%22acme%22%7D",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        if _GRAPHQL_PATH.fullmatch(urlsplit(url).path):
            return True
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        return start.startswith(b"{") and (b'"tweet_results"' in head or b'"tweetResult"' in head or (
            b'"rest_id"' in head and b'"__typename"' in head
        ))  # fmt: skip

    def read(self) -> PostList:
        answer = self.payload()
        data = answer.get("data")
        asked = _asked_tweet(str(self.response.url))
        if not data:
            errors = [mapping(one) for one in sequence(answer.get("errors"))]
            words = "; ".join(string(one.get("message")) or "" for one in errors)[:200]
            limited = any(one.get("code") == 88 for one in errors)
            raise PageProblem(
                Outcome.ERROR if limited else Outcome.LAYOUT_CHANGED,
                f"{self.asked_for}: the answer holds no data" + (f" (“{words}”)." if words else "."),
                Reason.RATE_LIMITED if limited else None,
            )
        users = [
            one
            for one in objects(data)
            if "screen_name" in mapping(one.get("legacy")) or "screen_name" in mapping(one.get("core"))
        ]
        owner = self._owner(users, asked)
        reader = TweetReader(self.capture, owner=owner)
        pinned = {
            identifier(one.get("rest_id"))
            for entry in objects(data) if entry.get("type") == "TimelinePinEntry"
            for one in objects(entry) if is_tweet(one)
        }  # fmt: skip
        inner: set[int] = set()
        for one in objects(data):
            if not is_tweet(one) or id(one) in inner:
                continue
            # what a post carries is part of it, not a post of the account
            for key in ("quoted_status_result", "retweeted_status_result"):
                for part in objects(one.get(key) or mapping(one.get("legacy")).get(key)):
                    inner.add(id(part))
            if asked is not None and identifier(one.get("rest_id")) != asked:
                reader.skip("conversation")
                continue
            reader.add(one, is_pinned=identifier(one.get("rest_id")) in pinned)
        profile = None
        for user in users:
            whole = {"rest_id": user.get("rest_id"), "is_blue_verified": user.get("is_blue_verified"),
                     **mapping(user.get("legacy")), **mapping(user.get("core"))}  # fmt: skip
            if owner is None or (identifier(whole.get("screen_name")) or "").casefold() == owner.casefold():
                profile = profile or (read_user(whole) if "followers_count" in whole else None)
        gone = any(
            "Tombstone" in str(one.get("__typename")) or one.get("__typename") == "TweetUnavailable"
            for one in objects(data)
        )
        if not reader.understood and (profile is None or asked):
            if asked and (gone or mapping(data).get("tweetResult") == {}):
                return PostList(absences=(Absence(platform=Platform.X, native_id=asked, kind="gone", status=200),))
            if mapping(mapping(data).get("user")) == {} and "user" in mapping(data):
                raise PageProblem(Outcome.NOT_FOUND, f"{self.asked_for} does not exist; check the link in the list.")
            if not gone:
                raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no post and no account.")
        return reader.result(profile)

    def _owner(self, users: list[Mapping[str, Any]], asked: str | None) -> str | None:
        if self.capture.account is not None:
            return self.capture.account.handle
        if asked is not None:
            return None
        wanted = _asked(str(self.response.url), "userId")
        if wanted:
            for user in users:
                if identifier(user.get("rest_id")) == wanted:
                    legacy = {**mapping(user.get("legacy")), **mapping(user.get("core"))}
                    return identifier(legacy.get("screen_name"))
        return _asked(str(self.response.url), "screen_name")


def _is_by(tweet: Mapping[str, Any], handle: str | None) -> bool:
    name = identifier(mapping(tweet.get("user")).get("screen_name"))
    return name is not None and handle is not None and name.casefold() == handle.casefold()


def _asked(url: str, name: str) -> str | None:
    said = parse_qs(urlsplit(url).query).get("variables", [""])[0]
    try:
        return identifier(mapping(parse(said)).get(name)) if said else None
    except NotJsonError:
        return None


def _asked_tweet(url: str) -> str | None:
    return _asked(url, "focalTweetId") or _asked(url, "tweetId")


def _embedded_format(links: list[tuple[str, frozenset[str]]]) -> Format | None:
    """What the embed's links give away; a picture and a video look alike."""
    outward = [href for href, _ in links if "t.co/" in href]
    return None if outward else Format.TEXT
