"""Answers of Reddit's API, and the same listings as its pages give with ``.json``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from crawler.items import (
    Absence,
    MissingReason,
    NextRequest,
    Outcome,
    Platform,
    PostList,
    Profile,
    Reason,
    RequestKind,
)
from crawler.pages.base import PageProblem, PlatformPage
from crawler.pages.reddit.gates import gate
from crawler.pages.reddit.submissions import POST_ID, SITE, Submissions, is_reddit
from crawler.pages.walls import is_html, problem_of
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import NotJsonError, identifier, link, mapping, parse, sequence, string
from crawler.reading.urls import absolute

DEFAULT_BASE_URL = "https://oauth.reddit.com"
PAGE_SIZE = 100

_LISTING_PATH = re.compile(
    r"(?:/r/[\w-]{1,40}|/user/[\w-]{1,40}|/u/[\w-]{1,40})?"
    r"(?:/(?:new|hot|top|rising|best|controversial|submitted|overview|comments(?:/[a-z0-9]{1,13}(?:/[^/]*)*)?"
    r"|by_id/[^/]+|api/info))?/?(?:\.json)?"
)
_ABOUT_PATH = re.compile(r"/(?:r|user|u)/[\w-]{1,40}/about/?(?:\.json)?")
_USER_PATH = re.compile(r"/(?:user|u)/([\w-]{1,40})(?:/.*)?")
_LISTING_HEAD = re.compile(rb"\s*\[?\s*\{\s*\"kind\"\s*:\s*\"Listing\"")
_ABOUT_HEAD = re.compile(rb"\s*\{\s*\"kind\"\s*:\s*\"t[25]\"")
_ERROR_HEAD = re.compile(rb"\s*\{(?=.{0,300}\"error\"\s*:\s*[0-9]{3})(?=.{0,300}\"message\"\s*:)", re.DOTALL)
_LEAST_LEFT = 2.0


def api_of(base_urls: Mapping[str, str]) -> str:
    """Where the API is."""
    return base_urls.get(Platform.REDDIT, DEFAULT_BASE_URL).rstrip("/")


class _Answer(PlatformPage):
    platform = Platform.REDDIT

    @property
    def url(self) -> str:
        return str(self.response.url)

    @property
    def path(self) -> str:
        return _path(self.url)

    @property
    def query(self) -> Mapping[str, list[str]]:
        try:
            return parse_qs(urlsplit(self.url).query)
        except ValueError:
            return {}

    @property
    def asked_for(self) -> str:
        ref = self.capture.account
        return f"{ref.handle} on Reddit" if ref else "This answer of Reddit"

    def header(self, wanted: str) -> str:
        return next((value for name, value in self.response.headers.items() if name.lower() == wanted), "")

    def payload(self) -> Any:
        """The JSON answer; raises :class:`PageProblem` for errors, gates and anything that is no JSON."""
        status, body = self.response.status or 200, bytes(self.response.body)
        if status == 429:
            until = self.capture.fetched_at + timedelta(seconds=self._reset() or 600)
            raise PageProblem(
                Outcome.ERROR,
                f"{self.asked_for}: Reddit's limit is reached; asked again after {until:%Y-%m-%d %H:%M} UTC.",
                Reason.RATE_LIMITED,
                pause_until=until,
            )
        if problem := gate(body, self.asked_for):
            raise problem
        try:
            answer = parse(body)
        except NotJsonError:
            raise problem_of(status, body, self.asked_for) from None
        said = mapping(answer)
        if status >= 400 or isinstance(said.get("error"), int):
            raise self._problem(status if status >= 400 else int(said["error"]), said)
        return answer

    def _problem(self, status: int, said: Mapping[str, Any]) -> PageProblem:
        reason = string(said.get("reason")) or ""
        words = (string(said.get("message")) or "")[:200]
        detail = f" (“{words}{', ' + reason if reason else ''}”)" if words or reason else ""
        if status == 401:
            how = "rivalscope connect reddit says how to renew them"
            sentence = f"{self.asked_for}: Reddit does not accept the credentials{detail}; {how}."
            return PageProblem(Outcome.ERROR, sentence, Reason.TOKEN_EXPIRED)
        if reason == "banned":
            return PageProblem(Outcome.GONE, f"{self.asked_for} was banned by Reddit{detail}.")
        if reason in ("private", "gold_only", "employees_only") or (status == 403 and "quarantine" in reason):
            sentence = f"{self.asked_for} is not public{detail}."
            return PageProblem(Outcome.LOGIN_WALL, sentence, Reason.PERMISSION_MISSING)
        if status == 404:
            return PageProblem(
                Outcome.NOT_FOUND, f"{self.asked_for} does not exist{detail}; check the link in the list."
            )
        if status == 403:
            sentence = f"{self.asked_for}: the credentials may not read this{detail}."
            return PageProblem(Outcome.BLOCKED, sentence, Reason.PERMISSION_MISSING)
        return PageProblem(
            Outcome.ERROR, f"{self.asked_for}: Reddit answered with an error ({status}){detail}.", Reason.HTTP_ERROR
        )

    def _reset(self) -> float | None:
        """Seconds until the limit starts anew."""
        said = self.header("x-ratelimit-reset")
        return min(float(said), 3_600.0) if re.fullmatch(r"[0-9]{1,6}(?:\.[0-9]{1,6})?", said) else None

    def pause(self) -> Any:
        """When to ask again, once next to nothing of the limit is left."""
        left, reset = self.header("x-ratelimit-remaining"), self._reset()
        is_spent = bool(re.fullmatch(r"[0-9]{1,6}(?:\.[0-9]{1,6})?", left)) and float(left) < _LEAST_LEFT
        return self.capture.fetched_at + timedelta(seconds=reset) if is_spent and reset else None


class AboutAnswer(_Answer):
    """``/r/<name>/about``, ``/user/<name>/about``: the account; leads to its posts."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://oauth.reddit.com/r/acme/about?raw_json=1",
        "https://www.reddit.com/user/acme/about.json",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:
        if _ABOUT_HEAD.match(head):
            return b'"subscribers"' in head or _ABOUT_PATH.fullmatch(_path(url)) is not None
        is_ours = _ABOUT_PATH.fullmatch(_path(url)) is not None and not is_html(content_type, head)
        return is_ours and (is_reddit(url) or (status >= 400 and _ERROR_HEAD.match(head) is not None))

    def read(self) -> PostList:
        answer = mapping(self.payload())
        kind, said = answer.get("kind"), mapping(answer.get("data"))
        if kind == "Listing":
            # an unknown name leads to a search for subreddits
            raise PageProblem(Outcome.NOT_FOUND, f"{self.asked_for} does not exist; check the link in the list.")
        name = string(said.get("display_name") if kind == "t5" else said.get("name"))
        if kind not in ("t2", "t5") or not name:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no account.")
        if said.get("is_suspended") is True:
            raise PageProblem(Outcome.GONE, f"{self.asked_for} was suspended by Reddit.")
        profile = _profile(said, name, is_user=kind == "t2", latest=self.capture.fetched_at)
        ref = self.capture.account
        more: tuple[NextRequest, ...] = ()
        if ref is not None and ref.access is not None:
            place = f"user/{name}/submitted" if kind == "t2" else f"r/{name}/new"
            query = {"limit": min(ref.access.page_size or PAGE_SIZE, PAGE_SIZE), "raw_json": 1, "sort": "new"}
            url = f"{api_of(self.capture.base_urls)}/{place}?{urlencode(query)}"
            more = (NextRequest(url=url, kind=RequestKind.LISTING),)
        return PostList(profile=profile, next_requests=more, pause_until=self.pause())


class ListingAnswer(_Answer):
    """Listings of submissions, and a submission with its comments (which are left where they are)."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://oauth.reddit.com/r/acme/new?limit=100&raw_json=1",
        "https://www.reddit.com/r/acme/new.json?limit=100",
        "https://oauth.reddit.com/user/acme/submitted?limit=100",
        "https://www.reddit.com/comments/1abcde.json",
        "https://oauth.reddit.com/api/info?id=t3_1abcde",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:
        if _LISTING_HEAD.match(head):
            return True
        path = _path(url)
        if _LISTING_PATH.fullmatch(path) is None or is_html(content_type, head):
            return False
        if head:
            return (is_reddit(url) and head.lstrip()[:1] in (b"{", b"[")) or (
                status >= 400 and _ERROR_HEAD.match(head) is not None
            )
        return is_reddit(url) and ("oauth." in url or path.endswith(".json"))

    def read(self) -> PostList:
        answer = self.payload()
        listings = [mapping(one) for one in (answer if isinstance(answer, list) else [answer])[:2]]
        first = listings[0] if listings else {}
        if first.get("kind") != "Listing" or not isinstance(mapping(first.get("data")).get("children"), list):
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no list of posts.")
        children = [mapping(one) for one in sequence(mapping(first.get("data")).get("children"))]
        if children and all(one.get("kind") == "t5" for one in children):
            raise PageProblem(Outcome.NOT_FOUND, f"{self.asked_for} does not exist; check the link in the list.")
        is_escaped = self.query.get("raw_json") != ["1"] and b"&amp;" in bytes(self.response.body)
        reader = Submissions(self.capture, is_escaped=is_escaped, owner=self._owner(children, len(listings)))
        reader.add_children(first)
        asked = [one for one in ",".join(self.query.get("id", ())).split(",") if POST_ID.fullmatch(one)]
        if children and not reader.is_understood and any(one.get("kind") == "t3" for one in children):
            raise PageProblem(
                Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the posts are in a shape that we do not know."
            )
        gone = tuple(Absence(platform=Platform.REDDIT, native_id=one, kind="gone") for one in asked
                     if one not in reader.ids)  # fmt: skip
        after = identifier(mapping(first.get("data")).get("after"))
        return reader.result(absences=gone, next_requests=self._next(after), pause_until=self.pause())

    def _owner(self, children: list[Mapping[str, Any]], listing_count: int) -> str | None:
        """Whose own page it is: the user that the address names, spelled as their posts spell it."""
        ref = self.capture.account
        found = _USER_PATH.fullmatch(self.path)
        wanted = ref.handle[2:] if ref and ref.handle.startswith("u/") else found.group(1) if found else None
        names = {name for one in children if (name := string(mapping(one.get("data")).get("author")))}
        if wanted is not None:
            return next((name for name in names if name.lower() == wanted.lower()), wanted)
        # an overview without its address: one author throughout, who also comments
        kinds = {string(one.get("kind")) for one in children}
        return names.pop() if listing_count == 1 and len(names) == 1 and kinds == {"t1", "t3"} else None

    def _next(self, after: str | None) -> tuple[NextRequest, ...]:
        ref = self.capture.account
        query = {name: values[0] for name, values in self.query.items()}
        if not after or ref is None or ref.access is None or query.get("after") == after:
            return ()
        path = self.path[self.path.find("/r/" if "/r/" in self.path else "/user/") :]
        url = f"{api_of(self.capture.base_urls)}{path}?{urlencode(query | {'after': after})}"
        return (NextRequest(url=url, kind=RequestKind.LISTING),)


def _profile(said: Mapping[str, Any], name: str, *, is_user: bool, latest: Any) -> Profile:
    page = mapping(said.get("subreddit")) if is_user else said
    followers = read_count(page.get("subscribers"))
    created = read_date(said.get("created_utc"), latest=latest)
    bio = string(page.get("public_description")) or ""
    icon = string(page.get("community_icon")) or string(page.get("icon_img")) or string(said.get("icon_img")) or ""
    banner = string(page.get("banner_background_image")) or string(page.get("banner_img")) or ""
    missing = dict.fromkeys(("following_count", "post_count"), MissingReason.NOT_PUBLIC)
    verified = said.get("verified")
    return Profile(
        platform=Platform.REDDIT,
        native_account_id=f"{'t2' if is_user else 't5'}_{identifier(said.get('id'))}"
        if identifier(said.get("id"))
        else None,
        handle=f"u/{name}" if is_user else f"r/{name}",
        url=f"{SITE}/{'user' if is_user else 'r'}/{name}/",
        name=string(page.get("title")) or None,
        bio=bio.strip(),
        avatar_url=absolute(icon.replace("&amp;", "&")) if icon else None,
        banner_url=link(banner.replace("&amp;", "&")) if banner else None,
        is_verified=verified if is_user and isinstance(verified, bool) else None,
        created_at=created.at if created else None,
        follower_count=followers.value if followers else None,
        missing=missing if followers else {**missing, "follower_count": MissingReason.NOT_OBSERVED},
    )


def _path(url: str) -> str:
    try:
        return urlsplit(url).path or "/"
    except ValueError:
        return "/"
