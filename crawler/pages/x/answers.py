"""X's embeds and answers: syndication timelines, ``tweet-result``, oEmbed, GraphQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

from crawler.items import Format, Metrics, Outcome, Platform, Post, PostList, Precision, Reason, Role
from crawler.pages.base import PageProblem
from crawler.pages.x.page import XPage
from crawler.pages.x.tweets import (
    CARRIED,
    TweetReader,
    author_of,
    flat_user,
    is_tweet,
    language,
    named,
    post_url,
    read_user,
    reposted_from,
)
from crawler.reading import hashtags
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import NotJsonError, identifier, link, mapping, parse, sequence, string
from crawler.reading.oembed import markup_in
from crawler.reading.relay import json_blocks, objects
from crawler.reading.snowflakes import x_time
from crawler.reading.stated import columns
from crawler.reading.text import html_links, html_to_text
from crawler.reading.urls import path_of

_TIMELINE_PATH = re.compile(r"/srv/timeline-(?:profile|list)/screen-name/([A-Za-z0-9_]{1,20})/?")
_TWEET_PATH = re.compile(r"/tweet-result/?")
_GRAPHQL_NAMES = (
    "UserTweets|UserTweetsAndReplies|UserMedia|UserHighlightsTweets|TweetDetail|TweetResultByRestId"
    "|TweetResultsByRestIds|UserByScreenName|UserByRestId|ListLatestTweetsTimeline|SearchTimeline"
)
_GRAPHQL_PATH = re.compile(rf"(?:/i/api)?/graphql/[\w-]+/(?:{_GRAPHQL_NAMES})\w*/?")
_STATUS = re.compile(r"/(?:@?([A-Za-z0-9_]{1,20})|i(?:/web)?)/status(?:es)?/(\d{1,20})")
_WORDS = re.compile(r"<p\b[^<>]{0,300}>")
_TONGUE = re.compile(r'\blang="([a-z-]{2,8})"')
_DAY = re.compile(r">([^<>]{1,60})</a>\s{0,20}</blockquote>")
_MOST_POSTS = 2_000
_PICTURE_LINK = re.compile(r"\s?pic\.(?:x|twitter)\.com/\w+$")


class _AnswerPage(XPage):
    this_is = "This answer"


class TimelinePage(_AnswerPage):
    """A syndication timeline: ``__NEXT_DATA__`` with an account's posts, popular ones for many accounts."""

    examples: ClassVar[tuple[str, ...]] = ("https://syndication.twitter.com/srv/timeline-profile/screen-name/acme",)

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return _TIMELINE_PATH.fullmatch(urlsplit(url).path) is not None

    def read(self) -> PostList:
        state = next(json_blocks(self.html(), "pageProps"), None)
        props = mapping(mapping(mapping(state).get("props")).get("pageProps"))
        if not props:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the timeline holds no data.")
        found = _TIMELINE_PATH.fullmatch(self.path)
        handle = identifier(mapping(props.get("headerProps")).get("screenName")) or (found.group(1) if found else None)
        reader = TweetReader(self.capture, owner=handle, flags=("order_is_not_time",))
        profile = None
        for entry in sequence(mapping(props.get("timeline")).get("entries")):
            content = mapping(mapping(entry).get("content"))
            tweet = mapping(content.get("tweet"))
            if not tweet:
                continue
            if content.get("promotedMetadata") or mapping(entry).get("promotedMetadata"):
                reader.skip("promoted")
                continue
            reader.add(tweet)
            profile = profile or (
                read_user(mapping(tweet.get("user")), self.capture) if _is_by(tweet, handle) else None
            )
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
        is_named = asked.isascii() and asked.isdigit()
        if self.status == 404 and is_named:
            return self.gone(asked, 404)
        answer = self.answer()
        if answer.get("__typename") == "TweetTombstone" or "tombstone" in answer:
            words = string(mapping(mapping(answer.get("tombstone")).get("text")).get("text")) or ""
            return self._buried(words, asked if is_named else None)
        reader = TweetReader(self.capture, owner=None)
        if not is_tweet(answer) or not reader.add(answer):
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no post.")
        return reader.result()

    def _buried(self, words: str, asked: str | None) -> PostList:
        """What stands on the stone: most are removed for good, some only hidden from readers who are not signed in."""
        said = f" (“{words.partition('. ')[0][:120].strip(' .')}”)" if words else ""
        if _HIDDEN_POST.search(words):
            raise PageProblem(
                Outcome.LOGIN_WALL, f"{self.asked_for}: X shows this post to signed-in people only{said}.",
                Reason.NO_PUBLIC_PREVIEW,
            )  # fmt: skip
        if asked is None:
            raise PageProblem(Outcome.GONE, f"This post of X is gone{said}.")
        return self.gone(asked, 200)


_HIDDEN_POST = re.compile(r"age-restricted|adult content|log in|protected|limits who can", re.IGNORECASE)


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
        return b'class=\\"twitter-tweet' in markup_in(head) and b'"author_url"' in head

    def read(self) -> PostList:
        asked = _STATUS.search(unquote(urlsplit(str(self.response.url)).query))
        if self.status == 404 and asked:
            return self.gone(asked.group(2), 404)
        if self.status == 403 and asked:
            raise PageProblem(
                Outcome.LOGIN_WALL, f"{self.asked_for}: the account shows its posts to its followers only (403).",
                Reason.PERMISSION_MISSING,
            )  # fmt: skip
        answer = self.answer()
        html = string(answer.get("html")) or ""
        found = _STATUS.search(link(answer.get("url")) or "") or asked
        if not found or "twitter-tweet" not in html:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no post.")
        return PostList(posts=(self._post(answer, html, found.group(2), found.group(1)),))

    def _post(self, answer: Mapping[str, Any], html: str, native_id: str, named_as: str | None) -> Post:
        begin = _WORDS.search(html)
        text = html_to_text(html[begin.end() :].partition("</p>")[0]) if begin else None
        handle = path_of(link(answer.get("author_url")) or "").strip("/") or named_as or ""
        exact = x_time(native_id, self.capture.fetched_at)
        day = _DAY.search(html)
        stated = read_date(day.group(1), latest=self.capture.fetched_at) if day else None
        tongue = _TONGUE.search(begin.group()) if begin else None
        original = reposted_from(text or "")
        return Post(
            platform=Platform.X,
            native_id=native_id,
            account=handle,
            author=original or handle or None,
            url=post_url(handle, native_id),
            role=Role.REPOST if original else Role.ORIGINAL,
            # a picture, a video and a link look alike: a short link
            format=None if any("t.co/" in href for href, _ in html_links(html)) else Format.TEXT,
            text=_PICTURE_LINK.sub("", text) if text else text,
            language=language(tongue.group(1)) if tongue else None,
            published_at=exact or (stated.at if stated else None),
            published_precision=Precision.SECOND if exact else Precision.DAY if stated else None,
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(text or "")),
            mentions=named(text or ""),
            metrics=Metrics(**columns(dict.fromkeys(("like_count", "comment_count", "share_count", "view_count")))),
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
        if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return False
        is_result = b'"tweet_results"' in head or b'"tweetResult"' in head
        return is_result or (b'"rest_id"' in head and b'"__typename"' in head)

    def read(self) -> PostList:
        answer = self.answer()
        data = answer.get("data") or (answer if is_tweet(answer) or "rest_id" in answer else None)
        asked = self._asked("focalTweetId") or self._asked("tweetId")
        if not data:
            return self.refused(answer, asked)
        users = [flat_user(one) for one in objects(data) if _is_user(one)]
        owner = self._owner(users, asked)
        reader = TweetReader(self.capture, owner=owner)
        self._collect(data, reader, asked, owner)
        profile = next(
            (found for user in users if _is_named(user, owner) and "followers_count" in user
             and (found := read_user(user, self.capture)) is not None), None,
        )  # fmt: skip
        if reader.count == 0 and (profile is None or asked is not None):
            return self._without_posts(data, reader, asked, users)
        return reader.result(profile if asked is None else None)

    def _collect(self, data: object, reader: TweetReader, asked: str | None, owner: str | None) -> None:
        """Every post of the account, or the one that was asked for and what its author said before and after."""
        pinned, promoted, inner = _numbers_below(data, _is_pin), _numbers_below(data, _is_promoted), set[int]()
        found = list(islice((one for one in objects(data) if is_tweet(one)), _MOST_POSTS))
        replies = _numbers_below(data, _is_thread)
        speakers = {
            _author(one) for one in found
            if (number := identifier(one.get("rest_id"))) == asked or (asked is None and number not in replies)
        }  # fmt: skip
        for one in found:
            if id(one) in inner:
                continue
            # what a post carries is part of it, not a post of the account
            for key in CARRIED:
                inner.update(id(part) for part in objects(one.get(key) or mapping(one.get("legacy")).get(key)))
            number = identifier(one.get("rest_id"))
            if number in promoted:
                reader.skip("promoted")
            elif owner is None and _author(one) not in speakers:
                reader.skip("conversation")
            else:
                reader.add(one, is_pinned=number in pinned)

    def _owner(self, users: list[dict[str, Any]], asked: str | None) -> str | None:
        if self.capture.account is not None:
            return self.capture.account.handle
        if asked is not None:
            return None
        wanted = self._asked("userId")
        named_so = next((identifier(user.get("screen_name")) for user in users if user.get("id_str") == wanted), None)
        return named_so if wanted and named_so else self._asked("screen_name")

    def _asked(self, name: str) -> str | None:
        """A variable of the question."""
        said = parse_qs(urlsplit(str(self.response.url)).query).get("variables", [""])[0]
        try:
            return identifier(mapping(parse(said)).get(name)) if said else None
        except NotJsonError:
            return None

    def _without_posts(
        self, data: object, reader: TweetReader, asked: str | None, users: list[dict[str, Any]]
    ) -> PostList:
        """Why an answer holds no post of the account: each reason has its own outcome."""
        said = mapping(data)
        names = {str(one.get("__typename")): one for one in objects(data)}
        away = names.get("UserUnavailable")
        if away is not None:
            raise self.unavailable(identifier(away.get("reason")) or identifier(away.get("message")) or "")
        is_gone = any("Tombstone" in name or name == "TweetUnavailable" for name in names)
        if asked is not None and (is_gone or said.get("tweetResult") == {}):
            return self.gone(asked, 200)
        if said.get("user") == {} or ("user" in said and said["user"] is None):
            raise PageProblem(Outcome.NOT_FOUND, f"{self.asked_for} does not exist; check the link in the list.")
        if any(user.get("protected") is True for user in users):
            raise self.unavailable("protected")
        if not reader.understood and not is_gone:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no post and no account.")
        return reader.result()


def _is_user(one: Mapping[str, Any]) -> bool:
    return "screen_name" in mapping(one.get("legacy")) or "screen_name" in mapping(one.get("core"))


def _is_named(user: Mapping[str, Any], handle: str | None) -> bool:
    return handle is None or (identifier(user.get("screen_name")) or "").casefold() == handle.casefold()


def _is_by(tweet: Mapping[str, Any], handle: str | None) -> bool:
    return handle is not None and _is_named(mapping(tweet.get("user")), handle)


def _author(tweet: Mapping[str, Any]) -> str | None:
    return identifier(flat_user(author_of(tweet)).get("screen_name"))


def _is_pin(one: Mapping[str, Any]) -> bool:
    return one.get("type") == "TimelinePinEntry"


def _is_thread(one: Mapping[str, Any]) -> bool:
    """Below a post: what was answered to it."""
    return str(one.get("entryId")).startswith("conversationthread-")


def _is_promoted(one: Mapping[str, Any]) -> bool:
    return bool(one.get("promotedMetadata"))


def _numbers_below(data: object, is_one: Callable[[Mapping[str, Any]], bool]) -> frozenset[str | None]:
    """Numbers of the posts inside such objects."""
    inside: Iterator[Mapping[str, Any]] = (part for one in objects(data) if is_one(one) for part in objects(one))
    return frozenset(identifier(one.get("rest_id")) for one in inside if is_tweet(one))
