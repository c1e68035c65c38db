"""The API v1.1 as archives and collections of 2012–2023 keep it, and the site's own answers of those years.

A list of posts (timelines, lists, favourites), ``{"statuses": […]}`` (search), ``{"results": […]}`` (premium search),
one post, or one a line (streams); ``{"globalObjects": {"tweets": {…}, "users": {…}}}`` (the site until 2023), where a
post names its author by number. Likes and reposts are stated; replies and quotes where the interface had them.
developer.x.com/en/docs/x-api/v1/data-dictionary

``tweets.js`` of the archive that X gives people of their own account is the same, ``[{"tweet": {…}}]`` behind
``window.YTD.tweets.part0 =``; it names nobody, because whose it is goes without saying.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from crawler.items import OWN_EXPORT, Outcome, PostList, Profile
from crawler.pages.base import PageProblem
from crawler.pages.walls import is_html, problem_of
from crawler.pages.x.page import XPage
from crawler.pages.x.tweets import TweetReader, is_tweet, read_user
from crawler.reading.jsonvalue import identifier, mapping, sequence
from crawler.reading.relay import json_documents, objects
from crawler.reading.x_export import X_EXPORT

_PATH = re.compile(
    r"(?:.*/)?1\.1/(?:statuses|search|lists|favorites|tweets/search|collections)/[\w/.-]{1,80}"
    r"|/i/api/2/(?:timeline|search|notifications)/[\w/.-]{1,60}|/2/timeline/[\w/.-]{1,60}"
)
_START = re.compile(rb"[\[\s]*\{")
_LISTS = ("statuses", "results", "tweets")
_MOST_POSTS = 10_000


class StatusesPage(XPage):
    """Posts as the API v1.1 states them."""

    this_is = "This answer"
    examples: ClassVar[tuple[str, ...]] = (
        "https://api.twitter.com/1.1/statuses/user_timeline.json?screen_name=acme&tweet_mode=extended",
        "https://api.twitter.com/1.1/search/tweets.json?q=from%3Aacme",
        "https://api.twitter.com/1.1/statuses/show.json?id=20",
        "https://twitter.com/i/api/2/search/adaptive.json?q=acme",
        "https://api.twitter.com/2/timeline/profile/12.json",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:
        if _PATH.fullmatch(urlsplit(url).path):
            return not is_html(content_type, head) or status >= 400
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        if X_EXPORT.match(start):
            return True
        if not _START.match(start) or b'"rest_id"' in head or b'"__typename"' in head:
            return False
        if start[:40].lstrip(b"{ \t\r\n").startswith(b'"globalObjects"'):
            return True
        is_post = b'"id_str"' in head and b'"created_at"' in head and b'"in_reply_to_status_id_str"' in head
        return is_post and (b'"full_text"' in head or b'"truncated"' in head)

    def read(self) -> PostList:
        export = X_EXPORT.match(self.body)
        documents = json_documents(self.body[export.end() :] if export else self.body.removeprefix(b"\xef\xbb\xbf"))
        if not documents:
            raise problem_of(self.status, self.body, self.asked_for)
        first = mapping(documents[0])
        if "errors" in first and not any(name in first for name in (*_LISTS, "globalObjects", "id_str")):
            return self.refused(first, self._asked("id"))
        if self.status >= 400:
            raise problem_of(self.status, self.body, self.asked_for)
        ref = self.capture.account
        owner = ref.handle if ref else None
        reader = TweetReader(self.capture, owner=owner, flags=(OWN_EXPORT,) if export else ())
        users: list[Mapping[str, Any]] = []
        for tweet in islice((one for document in documents for one in _posts(document)), _MOST_POSTS):
            if tweet.get("promoted_content") or tweet.get("promotedMetadata"):
                reader.skip("promoted")
            else:
                reader.add(tweet)
            users.append(mapping(tweet.get("user")))
        if not reader.understood and not any(map(_is_empty_list, documents)):
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no post.")
        return reader.result(self._profile(users))

    def _profile(self, users: list[Mapping[str, Any]]) -> Profile | None:
        """The account whose posts were asked for, or the only one there is."""
        ref = self.capture.account
        names = {(identifier(user.get("screen_name")) or "").casefold() for user in users}
        wanted = (ref.handle if ref else self._asked("screen_name") or "").casefold()
        if not wanted and len(names) == 1:
            wanted = names.pop()
        for user in users:
            if (
                wanted
                and "followers_count" in user
                and (identifier(user.get("screen_name")) or "").casefold() == wanted
            ):
                return read_user(user, self.capture)
        return None

    def _asked(self, name: str) -> str | None:
        return identifier(parse_qs(urlsplit(str(self.response.url)).query).get(name, [None])[0])


def _posts(document: Any) -> Iterator[Mapping[str, Any]]:
    """Every post of an answer, in its order; what a post repeats or quotes is part of it."""
    answer = mapping(document)
    shared = mapping(answer.get("globalObjects"))
    if shared:
        tweets, users = mapping(shared.get("tweets")), mapping(shared.get("users"))
        shown = _shown(answer.get("timeline"))
        # without the timeline it is not said what stands there only because others repeat or quote it
        carried = {identifier(mapping(one).get(f"{kind}_status_id_str")) for one in tweets.values() for kind in _KINDS}
        for number, one in tweets.items():
            if number in shown if shown else number not in carried:
                yield _joined(mapping(one), tweets, users) | {"promotedMetadata": shown.get(number)}
        return
    listed = next((answer[name] for name in _LISTS if isinstance(answer.get(name), list)), None)
    for one in sequence(document) or sequence(listed) or [document]:
        own = mapping(mapping(one).get("tweet"))
        if isinstance(one, dict) and is_tweet(one):
            yield one
        elif own and is_tweet({"user": {}, **own}):
            yield {"user": {}, **own}


_KINDS = ("retweeted", "quoted")


def _joined(tweet: Mapping[str, Any], tweets: Mapping[str, Any], users: Mapping[str, Any]) -> dict[str, Any]:
    """A post with its author, and with the posts that it names by number."""
    whole = {**tweet, "user": mapping(users.get(str(tweet.get("user_id_str"))))}
    for kind in _KINDS:
        inner = mapping(tweets.get(str(tweet.get(f"{kind}_status_id_str"))))
        if inner:
            whole[f"{kind}_status"] = {**inner, "user": mapping(users.get(str(inner.get("user_id_str"))))}
    return whole


def _shown(timeline: object) -> dict[str, bool]:
    """Number of each post that has an entry of its own → whether somebody paid for it to stand there."""
    found: dict[str, bool] = {}
    for one in objects(timeline):
        tweet = mapping(mapping(one.get("content")).get("tweet"))
        if number := identifier(tweet.get("id")):
            found[number] = bool(tweet.get("promotedMetadata"))
    return found


def _is_empty_list(document: Any) -> bool:
    answer = mapping(document)
    return document == [] or any(answer.get(name) == [] for name in _LISTS) or "globalObjects" in answer
