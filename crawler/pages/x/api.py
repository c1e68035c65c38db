"""X's official API v2: user lookup, an account's posts, posts by id."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from attrs import evolve

from crawler.items import (
    Absence,
    Media,
    Metrics,
    NextRequest,
    Outcome,
    Platform,
    Post,
    PostList,
    Precision,
    Profile,
    Reason,
    RequestKind,
    Role,
)
from crawler.pages.base import AccountRef, PageProblem
from crawler.pages.walls import is_html, problem_of
from crawler.pages.x.page import XPage
from crawler.pages.x.tweets import SITE, best_file, format_of, language, medium, post_url, reposted_from
from crawler.reading import hashtags
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import NotJsonError, identifier, link, mapping, parse, sequence, string
from crawler.reading.snowflakes import x_time
from crawler.reading.stated import columns

DEFAULT_BASE_URL = "https://api.x.com"
PAGE_SIZE = 100
SMALLEST_PAGE = 5
"""The least that the API lets one ask an account's posts for."""
USER_COST = 2
"""A user costs what two posts cost (docs.x.com, pricing of February 2026)."""

_POST_QUERY = {
    "tweet.fields": "created_at,public_metrics,entities,attachments,referenced_tweets,lang,note_tweet,author_id,"
    "in_reply_to_user_id,edit_history_tweet_ids",
    # every post and account that an answer holds is charged for: those referred to are known by their numbers, and
    # who writes is known
    "expansions": "attachments.media_keys",
    "media.fields": "type,url,preview_image_url,width,height,duration_ms,alt_text,public_metrics,variants",
}
_USER_FIELDS = (
    "created_at,description,entities,location,name,pinned_tweet_id,profile_image_url,protected,public_metrics,url,"
    "username,verified,verified_type"
)
_LOOKUP_PATH = re.compile(r".*/2/users/(?:by/username/[A-Za-z0-9_]{1,20}|\d{1,20}|me)/?")
_TWEETS_PATH = re.compile(r".*/2/(?:users/\d{1,20}/tweets|tweets(?:/\d{1,20}|/search/(?:recent|all))?)/?")
_OTHER_POST = re.compile(
    r"https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/(?P<handle>[^/]+)/status/(?P<id>\d+)(?:/(?:photo|video)/\d+)?/?"
)
_PERMISSION = "read access to posts and users"


def lookup_request(ref: AccountRef, base_urls: Mapping[str, str]) -> NextRequest:
    """The account, by its number when that is known (a renamed account keeps it)."""
    which = ref.native_account_id if (ref.native_account_id or "").isdigit() else f"by/username/{ref.handle}"
    url = f"{_base(base_urls)}/2/users/{which}?{urlencode({'user.fields': _USER_FIELDS})}"
    return NextRequest(url=url, kind=RequestKind.PROFILE, cost=USER_COST)


def posts_request(ids: Sequence[str], base_urls: Mapping[str, str]) -> NextRequest:
    """Posts by their numbers, at most 100."""
    query = {"ids": ",".join(ids), **_POST_QUERY}
    return NextRequest(
        url=f"{_base(base_urls)}/2/tweets?{urlencode(query)}",
        kind=RequestKind.POST,
        native_id=ids[0] if len(ids) == 1 else None,
        cost=len(ids),
    )


def fitted(request: NextRequest, units: int) -> NextRequest | None:
    """The same request for at most ``units`` posts: a smaller page, or fewer of the posts by number."""
    parts = urlsplit(request.url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if "max_results" in query and units >= SMALLEST_PAGE:
        size = min(units, int(query["max_results"]))
        query["max_results"] = str(size)
        return evolve(request, url=parts._replace(query=urlencode(query)).geturl(), cost=size)
    if "ids" in query and units > 0:
        ids = query["ids"].split(",")[:units]
        query["ids"] = ",".join(ids)
        native_id = ids[0] if len(ids) == 1 else None
        return evolve(request, url=parts._replace(query=urlencode(query)).geturl(), cost=len(ids), native_id=native_id)
    return None


def _base(base_urls: Mapping[str, str]) -> str:
    return base_urls.get(Platform.X, DEFAULT_BASE_URL).rstrip("/")


class _ApiPage(XPage):
    this_is = "This answer of the interface"

    def header(self, wanted: str) -> str:
        return next((value for name, value in self.response.headers.items() if name.lower() == wanted), "")

    def payload(self) -> Mapping[str, Any]:
        """The first JSON document; raises :class:`PageProblem` for errors."""
        answer: Mapping[str, Any] | None = None
        with suppress(NotJsonError):
            answer = mapping(parse(self.body))
        if self.status == 429 and not _is_spent(answer or {}):
            raise self._limited(answer or {})
        if answer is None:
            raise problem_of(self.status, self.body, self.asked_for)
        if self.status >= 400 or ("title" in answer and "data" not in answer and "type" in answer):
            raise self._problem(self.status, answer)
        return answer

    def _problem(self, status: int, answer: Mapping[str, Any]) -> PageProblem:
        """RFC 7807 answers: ``title``, ``detail``, ``type``, ``reason``."""
        words = _words(answer)
        said = f" (“{words[:240].strip()}”)" if words else ""
        kind = f"{answer.get('type')} {answer.get('title')}".lower()
        if _is_spent(answer) or status == 402:
            return PageProblem(
                Outcome.PARTIAL, f"{self.asked_for}: the prepaid amount for X is used up{said}.", Reason.BUDGET_SPENT
            )
        if status == 401:
            return PageProblem(
                Outcome.ERROR,
                f"{self.asked_for}: X does not accept the token{said}; get a new one with rivalscope connect x.",
                Reason.TOKEN_EXPIRED,
            )
        if status == 403:
            return PageProblem(
                Outcome.BLOCKED,
                f"{self.asked_for}: the token lacks a permission, {_PERMISSION}{said}; rivalscope connect x says how to"
                " get it.",
                Reason.PERMISSION_MISSING,
            )
        if status == 404 or "not-found" in kind or "not found" in kind:
            return PageProblem(Outcome.NOT_FOUND, f"{self.asked_for} was not found{said}; check the link in the list.")
        return PageProblem(
            Outcome.ERROR, f"{self.asked_for}: X answered with an error ({status}){said}.", Reason.HTTP_ERROR
        )

    def _limited(self, answer: Mapping[str, Any]) -> PageProblem:
        until = self._reset() or self.capture.fetched_at + timedelta(minutes=15)
        words = _words(answer)
        said = f" (“{words[:120]}”)" if words else ""
        return PageProblem(
            Outcome.ERROR,
            f"{self.asked_for}: X's limit is reached{said}; asked again after {until:%Y-%m-%d %H:%M} UTC.",
            Reason.RATE_LIMITED,
            pause_until=until,
        )

    def _reset(self) -> datetime | None:
        reset = self.header("x-rate-limit-reset")
        if not (reset.isascii() and reset.isdigit() and len(reset) <= 11):
            return None
        until = datetime.fromtimestamp(int(reset), UTC)
        latest = self.capture.fetched_at + timedelta(days=1, minutes=5)
        return until if self.capture.fetched_at < until < latest else None

    def pause(self) -> datetime | None:
        """When the limit starts anew, once nothing of it is left."""
        return self._reset() if self.header("x-rate-limit-remaining") == "0" else None


class LookupPage(_ApiPage):
    """``/2/users/…``: the account and its counts; leads to its posts."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://api.x.com/2/users/by/username/acme?user.fields=public_metrics",
        "http://127.0.0.1:8001/2/users/2244994945",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:
        if _LOOKUP_PATH.fullmatch(urlsplit(url).path):
            return not is_html(content_type, head) or status >= 400
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        words = (b'"public_metrics"', b'"username"', b'"tweet_count"')
        return start.startswith((b'{"data":{', b'{"data": {')) and all(word in head for word in words)

    def read(self) -> PostList:
        answer = self.payload()
        user = mapping(answer.get("data"))
        errors = [mapping(one) for one in sequence(answer.get("errors"))]
        if not user:
            if errors:
                raise self.unavailable(_words(errors[0]))
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no account.")
        profile = _profile(user, self.capture.fetched_at)
        number = identifier(user.get("id"))
        if profile is None or number is None:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no account.")
        ref = self.capture.account
        if user.get("protected") is True:
            raise PageProblem(
                Outcome.LOGIN_WALL, f"{self.asked_for} shows its posts to its followers only.",
                Reason.PERMISSION_MISSING,
            )  # fmt: skip
        more: tuple[NextRequest, ...] = ()
        if ref is not None and ref.access is not None:
            size = min(max(ref.access.page_size or PAGE_SIZE, SMALLEST_PAGE), PAGE_SIZE)
            query = {"max_results": size, **_POST_QUERY}
            url = f"{_base(self.capture.base_urls)}/2/users/{number}/tweets?{urlencode(query)}"
            more = (NextRequest(url=url, kind=RequestKind.LISTING, cost=size),)
        return PostList(profile=profile, next_requests=more, used_units=USER_COST, pause_until=self.pause())


class TweetsPage(_ApiPage):
    """``/2/users/:id/tweets`` and ``/2/tweets``: posts with their public metrics; also as archives' JSON lines."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://api.x.com/2/users/2244994945/tweets?max_results=100",
        "https://api.twitter.com/2/tweets?ids=20,21",
        "http://127.0.0.1:8001/2/tweets/20",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:
        if _TWEETS_PATH.fullmatch(urlsplit(url).path):
            return not is_html(content_type, head) or status >= 400
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        is_answer = start.startswith((b'{"data":', b'{"meta"', b'{"includes"')) or b'"author_id"' in head
        return start.startswith(b"{") and is_answer and b'"public_metrics"' in head and b'"retweet_count"' in head

    def read(self) -> PostList:
        posts: dict[str, Post] = {}
        absences: dict[str, Absence] = {}
        token: str | None = None
        listed_count = 0
        charged: set[str | None] = set()
        for answer in self._answers():
            data = answer.get("data")
            listed = [mapping(one) for one in (data if isinstance(data, list) else [data] if data else [])]
            listed_count += len(listed)
            includes = _Includes(mapping(answer.get("includes")))
            charged |= {identifier(one.get("id")) for one in listed} | includes.posts.keys()
            for one in listed:
                post = self._post(one, includes)
                if post is not None:
                    posts.setdefault(post.native_id, post)
            for error in sequence(answer.get("errors")):
                self._absent(mapping(error), absences)
            meta = mapping(answer.get("meta"))
            token = identifier(meta.get("next_token"))
            if not listed and not absences and "result_count" not in meta:
                raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no posts.")
        if listed_count and not posts:
            raise PageProblem(
                Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the posts are in a shape that we do not know."
            )
        return PostList(
            posts=tuple(posts.values()),
            absences=tuple(absences.values()),
            next_requests=self._next(token),
            used_units=len(charged),
            pause_until=self.pause(),
        )

    def _answers(self) -> Iterator[Mapping[str, Any]]:
        """The answer; or those that an archive keeps one a line, each whole or a post with all that it refers to."""
        lines = [] if self.status >= 400 else list(_lines(self.body))
        if len(lines) > 1 or (lines and "public_metrics" in lines[0]):
            yield from map(_unflattened, lines)
            return
        first = self.payload()
        errors = [mapping(one) for one in sequence(first.get("errors"))]
        is_of_posts = "data" in first or bool(mapping(first.get("meta")))
        if errors and not is_of_posts and not any(one.get("resource_type") == "tweet" for one in errors):
            raise self.unavailable(_words(errors[0]))
        yield first

    def _absent(self, error: Mapping[str, Any], absences: dict[str, Absence]) -> None:
        native_id = identifier(error.get("resource_id")) or identifier(error.get("value"))
        is_gone = "not-found" in str(error.get("type")) or "not found" in str(error.get("title")).lower()
        # an original that a post refers to may be gone too: only what was asked for is missing
        if is_gone and native_id and native_id.isdigit() and error.get("parameter") in ("ids", "id"):
            absences[native_id] = Absence(platform=Platform.X, native_id=native_id, kind="gone", status=404)

    def _next(self, token: str | None) -> tuple[NextRequest, ...]:
        parts = urlsplit(str(self.response.url))
        ref = self.capture.account
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if not token or ref is None or ref.access is None or query.get("pagination_token") == token:
            return ()
        size = min(max(ref.access.page_size or PAGE_SIZE, SMALLEST_PAGE), PAGE_SIZE)
        query |= {"pagination_token": token, "max_results": str(size)}
        url = f"{_base(self.capture.base_urls)}{parts.path[parts.path.find('/2/') :]}?{urlencode(query)}"
        return (NextRequest(url=url, kind=RequestKind.LISTING, cost=size),)

    def _post(self, said: Mapping[str, Any], includes: _Includes) -> Post | None:
        native_id, text = identifier(said.get("id")), string(said.get("text"))
        if native_id is None or not native_id.isdigit() or text is None:
            return None
        ref = self.capture.account
        handle = includes.handle(said.get("author_id")) or (ref.handle if ref else None)
        role, carried_id = _role(said, text)
        carried = includes.posts.get(carried_id or "", {})
        carried_by = includes.handle(carried.get("author_id")) or _linked_author(said, carried_id)
        carried_by = carried_by or (reposted_from(text) if role == Role.REPOST else None)
        carried_at = read_date(carried.get("created_at"), latest=self.capture.fetched_at)
        media, note = tuple(includes.media_of(said)), mapping(said.get("note_tweet"))
        entities = {**mapping(said.get("entities")), **mapping(note.get("entities"))}
        links, polls = _links(entities), sequence(mapping(said.get("attachments")).get("poll_ids"))
        read = read_date(said.get("created_at"), latest=self.capture.fetched_at)
        at = read.at if read else x_time(native_id, self.capture.fetched_at)
        edits = sequence(said.get("edit_history_tweet_ids"))
        return Post(
            platform=Platform.X,
            native_id=native_id,
            account=handle or "",
            author=carried_by if role == Role.REPOST else handle,
            url=post_url(handle, native_id),
            role=role,
            format=format_of(media, has_poll=bool(polls), links=links),
            text=unescape(string(note.get("text")) or text).strip(),
            language=language(said.get("lang")),
            published_at=at,
            published_precision=Precision.SECOND if at else None,
            is_edited=len(edits) > 1 if edits else None,
            original_native_id=carried_id,
            original_url=post_url(carried_by, carried_id) if carried_id and carried_by else None,
            original_published_at=carried_at.at if carried_at else x_time(carried_id or "", self.capture.fetched_at),
            media=media,
            hashtags=hashtags.unique(_of_each(entities, "hashtags", "tag")),
            mentions=hashtags.unique(_of_each(entities, "mentions", "username")),
            links=links,
            metrics=_metrics(mapping(said.get("public_metrics")), includes.plays_of(said)),
        )


def _role(said: Mapping[str, Any], text: str) -> tuple[Role, str | None]:
    """What a post is, and the number of the one that it repeats, answers or quotes."""
    refs = {
        str(one.get("type")): identifier(one.get("id")) for one in map(mapping, sequence(said.get("referenced_tweets")))
    }
    if "retweeted" in refs or reposted_from(text):
        return Role.REPOST, refs.get("retweeted")
    if "replied_to" in refs or said.get("in_reply_to_user_id"):
        return Role.REPLY, refs.get("replied_to")
    return (Role.QUOTE, refs["quoted"]) if "quoted" in refs else (Role.ORIGINAL, None)


def _linked_author(said: Mapping[str, Any], native_id: str | None) -> str | None:
    """Who wrote a post that is quoted, by the link to it that the text carries."""
    for one in map(mapping, sequence(mapping(said.get("entities")).get("urls"))):
        found = _OTHER_POST.fullmatch(string(one.get("expanded_url")) or "")
        if found and found["id"] == native_id and found["handle"] != "i":
            return found["handle"]
    return None


def _of_each(entities: Mapping[str, Any], kind: str, name: str) -> Iterator[str]:
    return (string(mapping(one).get(name)) or "" for one in sequence(entities.get(kind)))


def _words(said: Mapping[str, Any]) -> str:
    """What an error says of itself, in either of its shapes."""
    first = mapping(next(iter(sequence(said.get("errors"))), {}))
    return string(said.get("detail")) or string(said.get("title")) or string(first.get("message")) or ""


def _is_spent(answer: Mapping[str, Any]) -> bool:
    """Whether what was paid for is used up, which comes with status 402, 403 or 429."""
    kind = f"{answer.get('type')} {answer.get('reason')} {answer.get('title')} {answer.get('detail')}".lower()
    return any(word in kind for word in ("usage-cap", "usagecap", "usage cap", "credits"))


def _lines(body: bytes) -> Iterator[Mapping[str, Any]]:
    """The JSON objects of a body that holds one a line, those with posts; none of a body that is one long document."""
    lines = body.splitlines()
    for line in lines if lines and lines[0].rstrip().endswith(b"}") else ():
        with suppress(NotJsonError):
            one = mapping(parse(line))
            if "data" in one or "public_metrics" in one:
                yield one


def _unflattened(line: Mapping[str, Any]) -> Mapping[str, Any]:
    """A line as the API answers: some archives put the author, media and other posts into the post itself."""
    if "data" in line:
        return line
    others = [mapping(one) for one in sequence(line.get("referenced_tweets"))]
    return {
        "data": line,
        "includes": {
            "users": [mapping(one.get("author")) for one in (line, *others)],
            "media": sequence(mapping(line.get("attachments")).get("media")),
            "tweets": others,
        },
    }


class _Includes:
    """What the answer carries beside the posts: their authors, media, and the posts that they refer to."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self._users = {identifier(one.get("id")): one for one in map(mapping, sequence(said.get("users")))}
        self._media = {identifier(one.get("media_key")): one for one in map(mapping, sequence(said.get("media")))}
        self.posts = {identifier(one.get("id")) or "": one for one in map(mapping, sequence(said.get("tweets")))}

    def handle(self, user_id: object) -> str | None:
        return identifier(mapping(self._users.get(identifier(user_id))).get("username"))

    def _attached(self, post: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        for key in sequence(mapping(post.get("attachments")).get("media_keys")):
            yield self._media.get(identifier(key), {"type": _kind_by_key(identifier(key) or "")})

    def media_of(self, post: Mapping[str, Any]) -> Iterator[Media]:
        for one in self._attached(post):
            files = (one.get("url"), best_file(one.get("variants"), "bit_rate"), one.get("preview_image_url"))
            yield medium(one.get("type"), files, one, one.get("duration_ms"), one.get("alt_text"))

    def plays_of(self, post: Mapping[str, Any]) -> object:
        plays = [mapping(one.get("public_metrics")).get("view_count") for one in self._attached(post)]
        return next((one for one in plays if one is not None), None)


def _kind_by_key(key: str) -> str:
    return {"3": "photo", "7": "video", "13": "video", "16": "animated_gif"}.get(key.split("_")[0], "")


def _links(entities: Mapping[str, Any]) -> tuple[str, ...]:
    urls = map(mapping, sequence(entities.get("urls")))
    found = (link(one.get("unwound_url") or one.get("expanded_url")) for one in urls)
    return tuple(dict.fromkeys(url for url in found if url and not _OTHER_POST.fullmatch(url)))


def _metrics(said: Mapping[str, Any], plays: object) -> Metrics:
    seen = said.get("impression_count")
    return Metrics(**columns({
        "like_count": said.get("like_count"),
        "comment_count": said.get("reply_count"),
        "share_count": said.get("retweet_count", said.get("repost_count")),
        "quote_count": said.get("quote_count"),
        "save_count": said.get("bookmark_count"),
        "view_count": plays if seen is None else seen,
    }))  # fmt: skip


def _profile(user: Mapping[str, Any], latest: datetime) -> Profile | None:
    handle = identifier(user.get("username"))
    if handle is None:
        return None
    said = mapping(user.get("public_metrics"))
    about = mapping(user.get("entities"))
    urls = [*sequence(mapping(about.get("url")).get("urls")), *sequence(mapping(about.get("description")).get("urls"))]
    bio = string(user.get("description"))
    created = read_date(user.get("created_at"), latest=latest)
    verified = user.get("verified")
    return Profile(
        platform=Platform.X,
        native_account_id=identifier(user.get("id")),
        handle=handle,
        url=f"{SITE}/{handle}",
        name=string(user.get("name")),
        bio=bio.strip() if bio is not None else None,
        links=tuple(dict.fromkeys(url for one in urls if (url := link(mapping(one).get("expanded_url"))))),
        avatar_url=link(user.get("profile_image_url")),
        pinned_native_id=identifier(user.get("pinned_tweet_id")),
        is_verified=verified if isinstance(verified, bool) else None,
        created_at=created.at if created else None,
        **columns({
            "follower_count": said.get("followers_count"),
            "following_count": said.get("following_count"),
            "post_count": said.get("tweet_count"),
        }),
    )  # fmt: skip
