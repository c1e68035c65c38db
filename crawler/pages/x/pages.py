"""X's own pages: what the server writes for readers who are not signed in, and what a browser made of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import ClassVar

from crawler.items import Format, Media, Metrics, Outcome, Platform, Post, PostList, Precision, Profile, Reason
from crawler.pages.base import PageProblem
from crawler.pages.x.microdata import STATUS, Microdata
from crawler.pages.x.page import XPage
from crawler.pages.x.rendered import drawn_posts
from crawler.pages.x.store import Store
from crawler.pages.x.tweets import TweetReader, flat_user, format_of, named, post_url, read_tweet, read_user
from crawler.reading import hashtags
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, link
from crawler.reading.meta import Page
from crawler.reading.snowflakes import x_time
from crawler.reading.stated import columns
from crawler.reading.urls import path_of

_POST_PATH = re.compile(r"/(?:i(?:/web)?|([A-Za-z0-9_]{1,20}))/status(?:es)?/(\d{1,20})(?:/.*)?")
_PROFILE_PATH = re.compile(r"/([A-Za-z0-9_]{1,20})(?:/(?:with_replies|media|highlights|articles))?/?")
_NO_PROFILE = frozenset(
    ("i", "home", "explore", "search", "login", "signup", "intent", "share", "hashtag", "settings", "tos", "privacy",
     "messages", "notifications", "jobs", "about", "download", "account", "x", "compose", "logout", "oauth", "oembed")
)  # fmt: skip
_LOGIN_PATH = re.compile(r"/(?:i/flow/login|login|account/access|x/migrate)\b.*")
_STATED_STATE = re.compile(r'\bmetadata:(?:\$R\[\d+\]=)?\{status:"([a-z_ -]{2,30})"', re.IGNORECASE)
_COUNTS = ("like_count", "comment_count", "share_count", "view_count", "save_count", "quote_count")


class _SitePage(XPage):
    @cached_property
    def page(self) -> Page:
        return self.parsed()

    @cached_property
    def store(self) -> Store:
        return Store(self.html())

    @cached_property
    def microdata(self) -> Microdata:
        return Microdata(self.page)

    def posts(self, owner: str | None) -> Iterator[Post]:
        """Every post on the page, each once: the fullest source that states it."""
        seen: set[str] = set()
        stored = (read_tweet(one, self.capture) for one in self.store.posts())
        for source in (stored, self.microdata.posts(self.capture), drawn_posts(self.page.root, self, owner)):
            for post in source:
                if post is not None and post.native_id not in seen:
                    seen.add(post.native_id)
                    yield post

    def wall(self) -> PageProblem:
        """Why there is nothing to read here, judged by what is missing."""
        page = self.page
        if "/x/migrate" in (page.first("http-equiv:refresh") or ""):
            return PageProblem(
                Outcome.BLOCKED,
                f"{self.asked_for}: X sent its check for browsers in place of the page; it does not want to be read"
                " this way.",
            )
        if (why := self.store.unavailable()) is not None:
            return self.unavailable(why)
        empty = page.root.find('.//*[@data-testid="emptyState"]')
        if empty is not None:
            return self._empty(" ".join("".join(empty.itertext()).split()))
        if _LOGIN_PATH.fullmatch(self.path) or page.root.find('.//*[@data-testid="loginButton"]') is not None:
            return PageProblem(
                Outcome.LOGIN_WALL,
                f"{self.asked_for} is shown to signed-in people only; sign in, save the page, and import it.",
            )
        state = _STATED_STATE.search(self.html())
        if state is not None and state.group(1) != "available":
            return PageProblem(
                Outcome.NOT_FOUND if "found" in state.group(1) or "delet" in state.group(1) else Outcome.LOGIN_WALL,
                f"{self.asked_for}: X shows nothing of this to readers who are not signed in (“{state.group(1)}”).",
                Reason.NO_PUBLIC_PREVIEW,
            )
        if not page.first("og:title", "og:description"):
            return PageProblem(
                Outcome.LOGIN_WALL,
                f"{self.asked_for}: X sent an empty page, as it does to readers who are not signed in; sign in, save"
                " the page, and import it.",
                Reason.NO_PUBLIC_PREVIEW,
            )
        return PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the page has no data where X keeps it.")

    def _empty(self, words: str) -> PageProblem:
        """What a drawn page says in place of posts, as far as it is said in English."""
        if re.search(r"suspended|protected|blocked|exist", words):
            return self.unavailable(words)
        return PageProblem(
            Outcome.PARTIAL, f"{self.asked_for} shows no posts here (“{words[:120]}”).", Reason.NO_PUBLIC_PREVIEW
        )


class PostPage(_SitePage):
    """``/<user>/status/<id>``: one post; what it answers and its replies stand on the same page."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://x.com/acme/status/2081860978694594863",
        "https://x.com/i/status/2081860978694594863",
        "https://twitter.com/acme/status/2081860978694594863?s=20",
        "https://mobile.twitter.com/acme/statuses/2081860978694594863",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return _POST_PATH.fullmatch(path_of(url)) is not None and cls.is_ours(url, head)

    def read(self) -> PostList:
        found = _POST_PATH.fullmatch(self.path)
        native_id = found.group(2) if found else ""
        if self.status in (404, 410):
            return self.gone(native_id, self.status)
        posts = list(self.posts(None))
        asked = next((post for post in posts if post.native_id == native_id), None)
        if asked is None and (asked := self._from_head(native_id)) is None:
            raise self.wall()
        # what its author said before and after it is the account's, whoever else takes part is not
        reader = TweetReader(self.capture, owner=None)
        reader.put(asked)
        for post in posts:
            if post.account.casefold() == asked.account.casefold():
                reader.put(post)
            else:
                reader.skip("conversation")
        return reader.result()

    def _from_head(self, native_id: str) -> Post | None:
        """The short answer to bots: Open Graph only, no counts."""
        page = self.page
        stated = STATUS.search(page.first("og:url") or page.linked("canonical") or self.path)
        said = page.first("og:description")
        if said is None or (stated is not None and stated.group(2) != native_id):
            return None
        named_in_path, in_title = _POST_PATH.fullmatch(self.path), page.first("og:title") or ""
        handle = (
            (stated.group(1) if stated else None)
            or (named_in_path.group(1) if named_in_path else None)
            or next(iter(re.findall(r"\(@([A-Za-z0-9_]{1,20})\)", in_title)), None)
        )
        if handle is None:
            return None
        text = re.sub(r"^[“\"](.*)[”\"]$", r"\1", said.strip(), flags=re.DOTALL)
        media = tuple(_head_media(page))
        stated_at = read_date(page.first("article:published_time"), latest=self.capture.fetched_at)
        moment = x_time(native_id, self.capture.fetched_at) or (stated_at.at if stated_at else None)
        return Post(
            platform=Platform.X,
            native_id=native_id,
            account=handle,
            author=handle,
            url=post_url(handle, native_id),
            format=_head_format(media, text),
            text=text,
            published_at=moment,
            published_precision=Precision.SECOND if moment else None,
            media=media,
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(text)),
            mentions=named(text),
            metrics=Metrics(**columns(dict.fromkeys(_COUNTS))),
        )


class ProfilePage(_SitePage):
    """``/<user>``: the account and its newest posts; also where X sends readers whom it wants to sign in."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://x.com/acme",
        "https://twitter.com/acme/with_replies",
        "https://mobile.twitter.com/acme/media",
        "https://x.com/i/flow/login?redirect_after_login=%2Facme",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        path = path_of(url)
        found = _PROFILE_PATH.fullmatch(path)
        is_profile = found is not None and found.group(1).lower() not in _NO_PROFILE
        return (is_profile or _LOGIN_PATH.fullmatch(path) is not None) and cls.is_ours(url, head)

    def read(self) -> PostList:
        found = _PROFILE_PATH.fullmatch(self.path)
        handle = found.group(1) if found else ""
        reader = TweetReader(self.capture, owner=handle)
        for post in self.posts(handle):
            reader.put(post)
        profile = self.microdata.profile(handle, self.capture) or self._stored_profile(handle)
        if reader.count == 0:
            problem = self.wall()
            if profile is None or problem.reason == Reason.PERMISSION_MISSING:
                raise problem
            return reader.result(profile, problem_outcome=Outcome.PARTIAL)
        return reader.result(profile)

    def _stored_profile(self, handle: str) -> Profile | None:
        for user in map(flat_user, self.store.users()):
            is_it = (identifier(user.get("screen_name")) or "").casefold() == handle.casefold()
            if is_it and "followers_count" in user:
                return read_user(user, self.capture)
        return None


def _head_media(page: Page) -> Iterator[Media]:
    image = link(page.first("og:image"))
    is_video = (page.first("og:type") or "").startswith("video") or page.first("og:video", "twitter:player") is not None
    if is_video or (image and "video_thumb" in image):
        yield Media(kind="video", url=link(page.first("og:video")) or image)
    elif image and "profile_images" not in image:
        yield Media(kind="image", url=image)


def _head_format(media: tuple[Media, ...], text: str) -> Format | None:
    """A short link may lead anywhere, to a picture that is not shown here too."""
    return None if not media and "//t.co/" in text else format_of(media, has_poll=False, links=())
