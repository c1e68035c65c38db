"""Facebook's public pages as browsers keep them: post, photo, reel, watch, a Page and its tabs, the old mobile site."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from attrs import evolve
from lxml import etree

from crawler.items import (
    Absence,
    Format,
    Media,
    Metrics,
    MissingReason,
    Outcome,
    Platform,
    Post,
    PostList,
    Precision,
    Profile,
    Reason,
)
from crawler.pages.base import PageProblem, PlatformPage
from crawler.pages.facebook.stories import SITE, StoryReader, post_number
from crawler.pages.walls import problem_of
from crawler.reading import hashtags
from crawler.reading.charset import decode
from crawler.reading.counted import counted
from crawler.reading.counts import Count
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, link, mapping, sequence, string
from crawler.reading.meta import Page, parse_page
from crawler.reading.relay import json_blocks, json_in, objects
from crawler.reading.text import clean, html_to_text

_HOST = re.compile(r"(?:[a-z0-9-]+\.)*(?:facebook\.com|fb\.com|fb\.watch)")
_NAME = r"[A-Za-z0-9.%_-]{2,120}"
_POST_PATH = re.compile(
    rf"/(?:{_NAME}/posts/(?:[^/]+/)?(?:pfbid\w+|\d+)|{_NAME}/videos/(?:[^/]+/)*\d+|{_NAME}/photos/(?:[^/]+/)*\d+"
    rf"|reel/\d+|watch/?|photo(?:\.php)?|permalink\.php|story\.php|video\.php|groups/{_NAME}/(?:posts|permalink)/\d+)/?"
)
_ACCOUNT_PATH = re.compile(rf"/(?:pg/|people/[^/]+/|pages/(?:[^/]+/)*)?({_NAME})(?:/(?:posts|photos|videos|reels|about|mentions|followers)\w*)?/?")  # fmt: skip  # noqa: E501
_WALL_PATH = re.compile(
    r"/(?:login|checkpoint|directory|recover|privacy/consent|cookie/consent|unsupportedbrowser)\b.*"
)
_NO_ACCOUNT = frozenset(
    ("watch", "reel", "reels", "photo", "photo.php", "permalink.php", "story.php", "video.php", "groups", "events",
     "login", "login.php", "checkpoint", "directory", "sharer", "sharer.php", "share.php", "share", "dialog",
     "help", "policies", "privacy", "settings", "marketplace", "gaming", "hashtag", "search", "home.php", "plugins",
     "tr", "l.php", "ads", "business", "recover", "cookie", "unsupportedbrowser", "graphql", "api", "ajax",
     "robots.txt", "legal", "stories", "v24.0")
)  # fmt: skip
_OWN_WORDS = re.compile(
    rb"fb://(?:profile|page|photo|watch|group)|fbcdn\.net|com\.facebook\.katana|id=[\"']facebook[\"']"
)
_BLOCK_WORDS = (
    "creation_time",
    "reaction_count",
    "feedback",
    "profile_social_context",
    "publish_time",
    "play_count",
    "likers",
)
_MOBILE = re.compile(rb"data-ft=|id=[\"']MRoot|id=[\"']m_story_permalink_view")
_MOBILE_HOST = re.compile(r"https?://(?:m|mbasic|touch)\.facebook\.com/(?!login|checkpoint)")
_VIEWS = re.compile(
    r"view|visuali|reprodu|vues?\b|aufruf|просмотр|表示|lượt xem|weergave|wyświetl|görüntüle|再生", re.IGNORECASE
)


class _FacebookPage(PlatformPage):
    platform = Platform.FACEBOOK

    @property
    def path(self) -> str:
        return _path(str(self.response.url))

    @property
    def asked_for(self) -> str:
        ref = self.capture.account
        return f"The Facebook Page {ref.handle}" if ref else "This page of Facebook"

    def html(self) -> str:
        status, body = self.response.status or 200, bytes(self.response.body)
        if status >= 400:
            raise problem_of(status, body, self.asked_for)
        return decode(body, self.response.headers.get("Content-Type", "")).text

    def gathered(self, html: str, owner: str | None) -> StoryReader:
        reader = StoryReader(self.capture, owner=owner)
        for block in json_blocks(html, *_BLOCK_WORDS):
            reader.collect(block)
        return reader

    def wall(self, page: Page | None) -> PageProblem:
        """Why there is nothing here, judged by what is missing."""
        title = (page.first("og:title") or "") if page else ""
        if "/checkpoint" in self.path or "/directory" in self.path:
            return PageProblem(Outcome.BLOCKED, f"{self.asked_for}: Facebook sent its check in place of the page.")
        if "consent" in self.path:
            return PageProblem(
                Outcome.BLOCKED, f"{self.asked_for}: Facebook asks for consent to cookies first.", Reason.CONSENT_PAGE
            )
        has_form = page is not None and page.root.find('.//input[@type="password"]') is not None
        if "/login" in self.path or has_form or page is None or not page.first("og:url") or not title:
            return PageProblem(
                Outcome.LOGIN_WALL,
                f"{self.asked_for} is shown to signed-in people only; sign in, save the page, and import it.",
            )
        return PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the page has no data where Facebook keeps it.")


class PostPage(_FacebookPage):
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
        return _POST_PATH.fullmatch(_path(url)) is not None and _is_ours(url, head) and not _is_mobile(url, head)

    def read(self) -> PostList:
        address = str(self.response.url)
        number = post_number(address)
        if self.response.status in (404, 410) and number:
            absence = Absence(platform=Platform.FACEBOOK, native_id=number, kind="gone", status=self.response.status)
            return PostList(absences=(absence,))
        html = self.html()
        reader = self.gathered(html, owner=None)
        page = parse_page(html, address)
        stated = post_number(page.first("og:url") or "") if page else None
        posts = list(reader.posts())
        wanted = {one for one in (number, stated) if one}
        chosen = [
            post for post in posts if post.native_id in wanted or (post.url and _slug(post.url) == _slug(address))
        ]
        if not chosen and number and (photo := reader.photo(number)) is not None:
            chosen = [photo]
        if not chosen and len(posts) == 1 and not wanted:
            chosen = posts
        if not chosen:
            raise self.wall(None if not reader.has_payload and page is None else page)
        main = _with_title(chosen[0], page)
        skipped = {"foreign_post": len(posts) - 1} if len(posts) > 1 else {}
        return PostList(posts=(main,), skipped=skipped)


class AccountPage(_FacebookPage):
    """A Page: its account, the posts and videos that its start or a tab shows."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.facebook.com/acme",
        "https://web.facebook.com/acme/videos",
        "https://www.facebook.com/acme/photos/",
        "https://www.facebook.com/profile.php?id=100044561550831",
        "https://www.facebook.com/people/Acme/100044561550831/",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        path = _path(url)
        found = _ACCOUNT_PATH.fullmatch(path)
        if found is None or path.strip("/").split("/")[0].lower() in _NO_ACCOUNT or _is_mobile(url, head):
            return False
        return _is_ours(url, head) and head.lstrip()[:1] not in (b"{", b"[")

    def read(self) -> PostList:
        html = self.html()
        address = str(self.response.url)
        query = parse_qs(urlsplit(address).query)
        found = _ACCOUNT_PATH.fullmatch(self.path)
        handle = query.get("id", [""])[0] or (found.group(1) if found else "")
        page = parse_page(html, address)
        reader = self.gathered(html, owner=handle)
        posts = tuple(reader.posts())
        profile = self._profile(html, page, handle)
        if profile is None and not posts:
            raise self.wall(page)
        return PostList(
            posts=posts,
            profile=profile,
            skipped=dict(reader.skipped),
            # signed-out readers get one post at most: what is here is a part, never the whole list
            problem_outcome=Outcome.PARTIAL,
            flags=() if posts else ("no_posts_in_page",),
        )

    def _profile(self, html: str, page: Page | None, handle: str) -> Profile | None:
        header: Mapping[str, Any] = {}
        details: Mapping[str, Any] = {}
        for block in json_blocks(html, "profile_social_context", "best_description", "category_name"):
            for one in objects(block):
                if "profile_social_context" in one and not header:
                    header = one
                if ("best_description" in one or "category_name" in one) and not details:
                    details = one
        if not header and not (page and page.first("al:ios:url", "al:android:url")):
            return None
        counts: dict[str, Count] = {}
        for one in sequence(mapping(header.get("profile_social_context")).get("content")):
            where = link(mapping(one).get("uri")) or ""
            said = counted(string(mapping(mapping(one).get("text")).get("text")) or "")
            if said and "/followers" in where:
                counts["follower_count"] = said[0].count
            elif said and "/following" in where:
                counts["following_count"] = said[0].count
        description = (page.first("og:description") or "") if page else ""
        number = re.search(
            r"fb://(?:profile|page)/(\d+)", (page.first("al:ios:url", "al:android:url") or "") if page else ""
        )
        bio = string(mapping(details.get("best_description")).get("text"))
        if not bio:
            # "Name. 28,660,812 likes · 78,461 talking about this. Words about itself."
            after = re.split(r"·[^.]{0,60}\.\s", description, maxsplit=1)
            bio = after[1].strip() if len(after) > 1 else None
        verified = header.get("show_verified_badge_on_profile", header.get("is_verified"))
        cover = mapping(mapping(mapping(header.get("cover_photo")).get("photo")).get("image"))
        values: dict[str, Any] = {name: count.value for name, count in counts.items()}
        return Profile(
            platform=Platform.FACEBOOK,
            native_account_id=identifier(header.get("id")) or (number.group(1) if number else None),
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
            missing={"follower_count": MissingReason.NOT_OBSERVED} if "follower_count" not in counts else {},
            rounded={name: count.rounded for name, count in counts.items() if count.rounded is not None},
        )


class MobilePage(_FacebookPage):
    """The old mobile site (until about 2024): ``article[data-ft]`` with JSON in an attribute."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://m.facebook.com/acme/",
        "https://mbasic.facebook.com/story.php?story_fbid=158786&id=1000",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return _is_mobile(url, head) and _is_ours(url, head)

    def read(self) -> PostList:
        html = self.html()
        page = parse_page(html, str(self.response.url))
        posts: dict[str, Post] = {}
        for element in page.root.iterfind(".//*[@data-ft]") if page is not None else ():
            state = mapping(json_in(element.get("data-ft")))
            number = identifier(state.get("top_level_post_id")) or identifier(state.get("mf_story_key"))
            insights = mapping(state.get("page_insights"))
            context = next(
                (
                    mapping(mapping(one).get("post_context"))
                    for one in insights.values()
                    if mapping(one).get("post_context")
                ),
                {},
            )
            created = read_date(context.get("publish_time"), latest=self.capture.fetched_at)
            if not number or not number.isdigit() or created is None or number in posts:
                continue
            words = element.find(".//p")
            text = html_to_text(_markup(words)) if words is not None else None
            owner = next((identifier(mapping(one).get("actor_id")) or name for name, one in insights.items()), "")
            handle = self.path.strip("/").split("/")[0] if not self.path.startswith("/story.php") else (owner or "")
            counts = counted(" ".join(one.get("aria-label") or "" for one in element.iter() if one.get("aria-label")))
            likes = counts[0].count if counts else None
            posts[number] = Post(
                platform=Platform.FACEBOOK,
                native_id=number,
                account=handle or (owner or ""),
                author=handle or None,
                url=f"{SITE}/{handle or owner}/posts/{number}",
                format={
                    "photo": Format.IMAGE,
                    "album": Format.CAROUSEL,
                    "video_inline": Format.VIDEO,
                    "share": Format.LINK,
                }.get(str(state.get("story_attachment_style") or "")),
                text=text,
                published_at=created.at,
                published_precision=Precision.SECOND,
                media=(Media(kind="image"),) if state.get("photo_id") else (),
                hashtags=hashtags.unique(tag for _, tag in hashtags.written(text or "")),
                metrics=Metrics(
                    like_count=likes.value if likes else None,
                    missing=dict.fromkeys(
                        ("comment_count", "share_count", "view_count", *(() if likes else ("like_count",))),
                        MissingReason.NOT_PARSED,
                    ),
                    rounded={"like_count": likes.rounded} if likes and likes.rounded is not None else {},
                ),
            )
        if not posts:
            raise self.wall(page)
        return PostList(posts=tuple(posts.values()))


class WallPage(_FacebookPage):
    """What stands in place of a page: sign-in, checks, consent."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.facebook.com/login/?next=https%3A%2F%2Fwww.facebook.com%2Facme",
        "https://www.facebook.com/checkpoint/block/",
        "https://www.facebook.com/directory/pages/A",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        path = _path(url)
        return _WALL_PATH.fullmatch(path) is not None and _is_ours(url, head) and _POST_PATH.fullmatch(path) is None

    def read(self) -> PostList:
        html = self.html()
        raise self.wall(parse_page(html, str(self.response.url)))


def _with_title(post: Post, page: Page | None) -> Post:
    """Views and reactions that only the page's title states ("453K views · 5.9K reactions | …")."""
    metrics = post.metrics
    title = (page.first("og:title") or "") if page else ""
    if metrics is None or metrics.view_count is not None or "|" not in title:
        return post
    for one in counted(title.split("|")[0]):
        if _VIEWS.search(one.after.split("·")[0]) or _VIEWS.search(one.before.split("·")[-1]):
            rounded = {**metrics.rounded} | ({"view_count": one.count.rounded} if one.count.rounded is not None else {})
            missing = {name: why for name, why in metrics.missing.items() if name != "view_count"}
            return evolve(post, metrics=evolve(metrics, view_count=one.count.value, rounded=rounded, missing=missing))
    return post


def _markup(element: Any) -> str:
    return str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))[:100_000]


def _is_mobile(url: str, head: bytes) -> bool:
    return _MOBILE_HOST.match(url) is not None or _MOBILE.search(head) is not None


def _slug(url: str) -> str:
    return urlsplit(url).path.strip("/").split("/")[-1]


def _path(url: str) -> str:
    try:
        return urlsplit(url).path or "/"
    except ValueError:
        return "/"


def _is_ours(url: str, head: bytes) -> bool:
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return False
    if host.startswith(("graph.", "developers.", "l.")):
        return False
    return _HOST.fullmatch(host) is not None or _OWN_WORDS.search(head) is not None
