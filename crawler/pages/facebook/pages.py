"""Facebook's public pages as browsers keep them: post, photo, reel, watch, a Page; and what stands in their place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from attrs import evolve

from crawler.items import (
    Format,
    MissingReason,
    Outcome,
    Platform,
    Post,
    PostList,
    Profile,
    Reason,
)
from crawler.pages.base import PageProblem
from crawler.pages.facebook.ids import SITE, post_number
from crawler.pages.facebook.stories import StoryReader
from crawler.pages.walled import WalledPage
from crawler.pages.walls import problem_of
from crawler.reading import count_words
from crawler.reading.counted import counted
from crawler.reading.counts import Count
from crawler.reading.jsonvalue import identifier, link, mapping, sequence, string
from crawler.reading.meta import Page, parse_page
from crawler.reading.relay import json_blocks, json_documents, objects
from crawler.reading.text import clean
from crawler.reading.urls import host_of, path_of

_HOSTS = re.compile(r"(?:[a-z0-9-]+\.)*(?:facebook\.com|fb\.com|fb\.watch)")
_SHORTENER = "fb.watch"
_NAME = r"[A-Za-z0-9.%_-]{2,120}"
_POST_PATH = re.compile(
    rf"/(?:{_NAME}/posts/(?:[^/]+/)?(?:pfbid\w+|\d+)|{_NAME}/videos/(?:[^/]+/)*\d+|{_NAME}/photos/(?:[^/]+/)*\d+"
    rf"|reel/\d+|watch(?:/live)?/?|photo(?:\.php)?|permalink\.php|story\.php|video\.php"
    rf"|groups/{_NAME}/(?:posts|permalink)/\d+)/?"
)
_TABS = "posts|photos|videos|reels|live|about|mentions|followers|following|timeline|events|community"
_ACCOUNT_PATH = re.compile(rf"/(?:pg/|people/[^/]+/|pages/(?:[^/]+/)*)?({_NAME})(?:/(?:{_TABS})\w*)?/?")
_GROUP_PATH = re.compile(rf"/groups/{_NAME}(?:/\w{{0,40}})?/?")
_WALL_PATH = re.compile(
    r"/(?:login|checkpoint|directory|recover|privacy/consent|consent|cookie/consent|unsupportedbrowser)\b.*"
)
_ANSWER_PATH = re.compile(r"/api/graphql(?:batch)?/?")
_NO_ACCOUNT = frozenset(
    """
    watch reel reels photo photo.php permalink.php story.php video.php groups events login login.php checkpoint
    directory sharer sharer.php share.php share dialog help policies privacy settings marketplace gaming hashtag
    search home.php plugins tr l.php ads business recover cookie consent unsupportedbrowser graphql api ajax
    robots.txt legal stories
    """.split()  # noqa: SIM905 - a word list reads better than 40 quoted strings
)
_OWN_WORDS = re.compile(
    rb"fb://(?:profile|page|photo|watch|group)|fbcdn\.net|com\.facebook\.katana|id=[\"']facebook[\"']"
)
_BLOCK_WORDS = (
    "creation_time", "reaction_count", "feedback", "profile_social_context", "publish_time", "play_count", "likers",
    "unified_reactors", "share_count_reduced", "photo_image",
)  # fmt: skip
_MOBILE = re.compile(rb"data-ft=|id=[\"']MRoot|id=[\"']m_story_permalink_view")
_MOBILE_HOST = re.compile(r"https?://(?:m|mbasic|touch)\.facebook\.com/(?!login|checkpoint)")
_NOT_SHOWN = re.compile(
    r'"canonicalRouteName":"[\w.]{0,40}CometErrorRoute"|"tracePolicy":"comet\.error"'
    r'|"resource":\{"__dr":"CometErrorRoot\.react"'
)
_APP_LINK = re.compile(r"fb://(?:profile|page|group)/(?:\?id=)?(\d+)")


class FacebookPage(WalledPage):
    """What the public pages have in common."""

    platform = Platform.FACEBOOK
    network = "Facebook"
    account_is = "Page"
    hosts = _HOSTS
    own_words = _OWN_WORDS

    @classmethod
    def is_ours(cls, url: str, head: bytes) -> bool:
        return not host_of(url).startswith(("graph.", "developers.", "l.")) and super().is_ours(url, head)

    def wall(self, page: Page | None, html: str) -> PageProblem:
        """Why there is nothing here, judged by what is missing."""
        if "/checkpoint" in self.path or "/directory" in self.path:
            return PageProblem(Outcome.BLOCKED, f"{self.asked_for}: Facebook sent its check in place of the page.")
        if "consent" in self.path:
            return PageProblem(
                Outcome.BLOCKED, f"{self.asked_for}: Facebook asks for consent to cookies first.", Reason.CONSENT_PAGE
            )
        if _GROUP_PATH.fullmatch(self.path):
            return PageProblem(
                Outcome.ERROR,
                f"{self.asked_for} is a group: its posts are people's, not a company's; import the company's Page.",
                Reason.NOT_SUPPORTED,
            )
        if _NOT_SHOWN.search(html):
            return PageProblem(
                Outcome.NOT_FOUND,
                f"{self.asked_for} is not shown (removed, only for some people, or the link is wrong).",
            )
        title = (page.first("og:title") or "") if page else ""
        has_form = page is not None and page.root.find('.//input[@type="password"]') is not None
        if "/login" in self.path or has_form or page is None or not page.first("og:url") or not title:
            return PageProblem(
                Outcome.LOGIN_WALL,
                f"{self.asked_for} is shown to signed-in people only; sign in, save the page, and import it.",
            )
        return PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the page has no data where Facebook keeps it.")


class PostPage(FacebookPage):
    """One post, photo, reel or video."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.facebook.com/acme/posts/1587860636042640/",
        "https://web.facebook.com/acme/posts/pfbid02nHshyUHVP3E31",
        "https://www.facebook.com/reel/1380134307388381/",
        "https://www.facebook.com/watch/?v=1380134307388381",
        "https://www.facebook.com/acme/videos/a-title/1380134307388381/",
        "https://www.facebook.com/photo/?fbid=1587860609375976&set=a.1",
        "https://www.facebook.com/permalink.php?story_fbid=158786&id=1000",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return _POST_PATH.fullmatch(path_of(url)) is not None and cls.is_ours(url, head) and not is_mobile(url, head)

    def read(self) -> PostList:
        address = str(self.response.url)
        number = post_number(address)
        if self.status in (404, 410) and number:
            return self.gone(number, self.status)
        html = self.html()
        page = parse_page(html, address)
        stated = [address, *((page.first("og:url") or "", page.linked("canonical") or "") if page else ())]
        numbers = frozenset(filter(None, map(post_number, stated)))
        slugs = frozenset(one for one in map(_slug, stated) if one.startswith("pfbid"))
        reader = StoryReader(self.capture, asked=numbers)
        for block in json_blocks(html, *_BLOCK_WORDS):
            reader.collect(block)
        posts = list(reader.posts())
        chosen = _chosen(posts, numbers, slugs) or (reader.photo(number) if number else None)
        if chosen is None:
            raise self.wall(page, html)
        others = sum(post.native_id != chosen.native_id for post in posts)
        return PostList(
            posts=(_with_title(_with_name(chosen, page), page),), skipped={"foreign_post": others} if others else {}
        )


class AccountPage(FacebookPage):
    """A Page: its account, the posts and videos that its start or a tab shows; and what stands in place of a Page."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.facebook.com/acme",
        "https://web.facebook.com/acme/videos",
        "https://www.facebook.com/acme/photos/",
        "https://www.facebook.com/profile.php?id=100044561550831",
        "https://www.facebook.com/people/Acme/100044561550831/",
        "https://www.facebook.com/login/?next=https%3A%2F%2Fwww.facebook.com%2Facme",
        "https://www.facebook.com/checkpoint/block/",
        "https://www.facebook.com/directory/pages/A",
        "https://www.facebook.com/groups/1000000000000001/",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        path = path_of(url)
        is_page = _ACCOUNT_PATH.fullmatch(path) is not None and path.strip("/").split("/")[0].lower() not in _NO_ACCOUNT
        if not (is_page or _is_wall(path)) or is_mobile(url, head) or host_of(url) == _SHORTENER:
            return False
        return cls.is_ours(url, head) and head.lstrip()[:1] not in (b"{", b"[")

    def read(self) -> PostList:
        html = self.html()
        address = str(self.response.url)
        query = parse_qs(urlsplit(address).query)
        found = _ACCOUNT_PATH.fullmatch(self.path)
        handle = query.get("id", [""])[0] or (found.group(1) if found else "")
        page = parse_page(html, address)
        if _is_wall(self.path):
            raise self.wall(page, html)
        blocks = list(json_blocks(html, *_BLOCK_WORDS, "best_description", "category_name"))
        header, details = _header(blocks)
        app_link = _APP_LINK.search((page.first("al:ios:url", "al:android:url") or "") if page else "")
        numbers = (
            identifier(header.get("id")),
            identifier(mapping(header.get("delegate_page")).get("id")),
            app_link.group(1) if app_link else None,
        )
        reader = StoryReader(
            self.capture, frozenset(name.casefold() for name in (handle, *numbers) if name), handle=handle or None
        )
        for block in blocks:
            reader.collect(block)
        posts = tuple(reader.posts())
        profile = None
        if header or app_link:
            profile = _profile(header, details, page, handle, next((one for one in numbers if one), None))
        if profile is None and not posts:
            raise self.wall(page, html)
        return PostList(
            posts=posts,
            profile=profile,
            skipped=dict(reader.skipped),
            # signed-out readers get one post at most: what is here is a part, never the whole list
            problem_outcome=Outcome.PARTIAL,
            flags=() if posts else ("no_posts_in_page",),
        )


class AnswerPage(FacebookPage):
    """What the site's own interface answers while somebody scrolls, one JSON object a line."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.facebook.com/api/graphql/",
        "https://web.facebook.com/api/graphqlbatch/",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return _ANSWER_PATH.fullmatch(path_of(url)) is not None and cls.hosts.fullmatch(host_of(url)) is not None

    def read(self) -> PostList:
        documents = json_documents(self.body)
        if self.status >= 400 or not documents:
            raise problem_of(self.status, self.body, self.asked_for)
        ref = self.capture.account
        owners = {ref.handle, ref.native_account_id or ""} - {""} if ref else set()
        reader = StoryReader(self.capture, frozenset(name.casefold() for name in owners), ref.handle if ref else None)
        for document in documents:
            reader.collect(document)
        posts = tuple(reader.posts())
        if not posts and not reader.skipped:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no post.")
        return PostList(posts=posts, skipped=dict(reader.skipped))


def _is_wall(path: str) -> bool:
    is_wall = _WALL_PATH.fullmatch(path) is not None or _GROUP_PATH.fullmatch(path) is not None
    return is_wall and _POST_PATH.fullmatch(path) is None


def is_mobile(url: str, head: bytes) -> bool:
    """Whether a page is one of the old mobile site."""
    return _MOBILE_HOST.match(url) is not None or _MOBILE.search(head) is not None


def _chosen(posts: list[Post], numbers: frozenset[str], slugs: frozenset[str]) -> Post | None:
    """The post that a page is about: by a number or a ``pfbid…`` in its addresses, or the only one there is."""
    for post in posts:
        if post.native_id in numbers or (post.url and (post_number(post.url) in numbers or _slug(post.url) in slugs)):
            return post
    return posts[0] if len(posts) == 1 and not numbers else None


def _header(blocks: list[Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The objects that carry a Page's header and its introduction."""
    header: Mapping[str, Any] = {}
    details: Mapping[str, Any] = {}
    for block in blocks:
        for one in objects(block):
            if not header and "profile_social_context" in one:
                header = one
            if not details and ("best_description" in one or "category_name" in one):
                details = one
    return header, details


def _profile(
    header: Mapping[str, Any], details: Mapping[str, Any], page: Page | None, handle: str, number: str | None
) -> Profile:
    counts: dict[str, Count] = {}
    for one in sequence(mapping(header.get("profile_social_context")).get("content")):
        where = link(mapping(one).get("uri")) or ""
        said = counted(string(mapping(mapping(one).get("text")).get("text")) or "")
        for column, tab in (("follower_count", "/followers"), ("following_count", "/following")):
            if said and tab in where:
                counts.setdefault(column, said[0].count)
    bio = string(mapping(details.get("best_description")).get("text"))
    if not bio and page is not None:
        # "Name. 28,660,812 likes · 78,461 talking about this. Words about itself."
        after = re.split(r"·[^.]{0,60}\.\s", page.first("og:description") or "", maxsplit=1)
        bio = after[1] if len(after) > 1 else None
    verified = header.get("show_verified_badge_on_profile", header.get("is_verified"))
    cover = mapping(mapping(mapping(header.get("cover_photo")).get("photo")).get("image"))
    values: dict[str, Any] = {name: count.value for name, count in counts.items()}
    return Profile(
        platform=Platform.FACEBOOK,
        native_account_id=number,
        handle=handle,
        url=f"{SITE}/{handle}",
        name=string(header.get("name")) or (page.first("og:title") if page else None),
        bio=clean(bio).strip() if bio else None,
        avatar_url=link(mapping(header.get("profilePicLarge")).get("uri"))
        or (link(page.first("og:image")) if page else None),
        banner_url=link(cover.get("uri")),
        is_verified=verified if isinstance(verified, bool) else None,
        category=string(details.get("category_name")),
        **values,
        missing={} if "follower_count" in counts else {"follower_count": MissingReason.NOT_OBSERVED},
        rounded={name: count.rounded for name, count in counts.items() if count.rounded is not None},
    )


def _with_title(post: Post, page: Page | None) -> Post:
    """Views that only the page's title states ("453K views · 5.9K reactions | …")."""
    metrics = post.metrics
    title = (page.first("og:title") or "") if page else ""
    if metrics is None or metrics.view_count is not None or "|" not in title:
        return post
    if post.format not in (Format.VIDEO, Format.SHORT_VIDEO, Format.LIVE):
        return post
    for one in counted(title.split("|")[0]):
        if count_words.VIEWS.search(one.words):
            rounded = {**metrics.rounded} | ({"view_count": one.count.rounded} if one.count.rounded is not None else {})
            missing = {name: why for name, why in metrics.missing.items() if name != "view_count"}
            return evolve(post, metrics=evolve(metrics, view_count=one.count.value, rounded=rounded, missing=missing))
    return post


def _with_name(post: Post, page: Page | None) -> Post:
    """The name of a Page that the post knows by its number only, from the page's own address."""
    if page is None or not post.account.isdigit():
        return post
    for url in (page.first("og:url"), page.linked("canonical")):
        first = path_of(url or "").strip("/").split("/")[0]
        if _ACCOUNT_PATH.fullmatch(f"/{first}") and first.lower() not in _NO_ACCOUNT and not first.isdigit():
            return evolve(post, account=first, author=first)
    return post


def _slug(url: str) -> str:
    return path_of(url).strip("/").split("/")[-1]
