"""Instagram's public pages as browsers and archives keep them: a post, an account."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from attrs import evolve

from crawler.items import (
    Format,
    Media,
    MissingReason,
    Outcome,
    Platform,
    Post,
    PostList,
    Precision,
    Profile,
    Reason,
)
from crawler.pages.base import PageProblem
from crawler.pages.instagram.description import handle_in, quoted, read_account, read_post
from crawler.pages.instagram.media import SITE, MediaReader, post_url, read_user
from crawler.pages.instagram.state import media_in, states, users_in
from crawler.pages.walled import WalledPage
from crawler.reading import hashtags
from crawler.reading.captions import linked, mentioned
from crawler.reading.dates import LEEWAY
from crawler.reading.jsonvalue import identifier, link
from crawler.reading.meta import Page, parse_page
from crawler.reading.snowflakes import instagram_id, instagram_time
from crawler.reading.urls import path_of

_HOSTS = re.compile(r"(?:[a-z0-9-]+\.)*instagram\.com|instagr\.am")
POST_PATH = re.compile(r"(?:/([A-Za-z0-9_.]{1,30}))?/(p|reel|reels|tv)/([A-Za-z0-9_-]{5,64})/?")
PROFILE_PATH = re.compile(r"/([A-Za-z0-9_.]{1,30})(?:/(?:reels|tagged|channel|reposts))?/?")
_STORY_PATH = re.compile(r"/stories/([A-Za-z0-9_.]{1,30})(?:/.*)?")
_WALLS = frozenset(("accounts", "challenge", "consent", "checkpoint"))
_NO_PROFILE = _WALLS | frozenset(
    ("p", "reel", "reels", "tv", "explore", "stories", "about", "developer", "legal", "web", "directory", "api",
     "graphql", "embed.js", "oembed", "publicapi", "robots.txt", "favicon.ico")
)  # fmt: skip
_OWN_WORDS = re.compile(
    rb"instagram://|instapp:|[\"']og:site_name[\"']\s+content=[\"']Instagram|cdninstagram\.com|[Ii]nstagram photo|"
    rb"&#x2022; Instagram|\xe2\x80\xa2 Instagram"
)
_MEDIA_ID = re.compile(r"instagram://media\?id=(\d{5,25})")
_REMOVED = re.compile(r'"(?:HttpErrorPage|httpErrorPage|error_page)"|PolarisErrorRoot|class="error-container')
_SAME_TIME = timedelta(hours=48)
"""How far the day that a page states may be from the time in the id: a day, and the zones."""


class InstagramPage(WalledPage):
    """What the public pages have in common."""

    platform = Platform.INSTAGRAM
    network = "Instagram"
    hosts = _HOSTS
    own_words = _OWN_WORDS

    def private(self) -> PageProblem:
        """That the account shows its posts to its followers only."""
        return PageProblem(
            Outcome.LOGIN_WALL, f"{self.asked_for} is private; its posts are for its followers only.",
            Reason.PERMISSION_MISSING,
        )  # fmt: skip

    def wall(self, page: Page | None, html: str) -> PageProblem:
        """Why there is nothing to read here."""
        first = self.path.strip("/").split("/")[0].lower()
        if "wait a few minutes" in html[:5_000]:
            return PageProblem(
                Outcome.BLOCKED, f"{self.asked_for}: Instagram asks to wait a few minutes.", Reason.RATE_LIMITED
            )
        if first in ("challenge", "checkpoint"):
            return PageProblem(Outcome.BLOCKED, f"{self.asked_for}: Instagram sent its check in place of the page.")
        if first == "consent":
            return PageProblem(
                Outcome.BLOCKED, f"{self.asked_for}: Instagram asks for consent to cookies first.", Reason.CONSENT_PAGE
            )
        if _REMOVED.search(html):
            return PageProblem(Outcome.NOT_FOUND, f"{self.asked_for} is not there (removed, or the link is wrong).")
        if first == "accounts" or page is None or not page.first("og:description", "description", "og:url"):
            return PageProblem(
                Outcome.LOGIN_WALL,
                f"{self.asked_for} is shown to signed-in people only; sign in, save the page, and import it.",
            )
        return PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the page has no data where Instagram keeps it.")


class PostPage(InstagramPage):
    """``/p/…``, ``/reel/…``, ``/tv/…``: one post."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.instagram.com/p/CAbCdEfGhIj/",
        "https://www.instagram.com/reel/CAbCdEfGhIj/",
        "https://www.instagram.com/acme/p/CAbCdEfGhIj/",
        "https://www.instagram.com/tv/CAbCdEfGhIj/?utm_source=ig_web_copy_link",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        if POST_PATH.fullmatch(path_of(url)) is None or "__a=1" in urlsplit(url).query or is_json(head):
            return False
        return cls.is_ours(url, head)

    def read(self) -> PostList:
        found = POST_PATH.fullmatch(self.path)
        code = found.group(3) if found else ""
        native_id = instagram_id(code)
        if self.status in (404, 410) and native_id:
            return self.gone(native_id, self.status)
        html = self.html()
        reader = MediaReader(self.capture, owner=None)
        for media in media_in(states(html)):
            if is_of_code(media, code):
                reader.add(media)
        page = parse_page(html, str(self.response.url))
        post = self._stated(page, code) if page is not None and native_id else None
        if reader.count:
            result = reader.result()
            return evolve(result, posts=tuple(_filled(one, post) for one in result.posts))
        if post is not None:
            return PostList(posts=(post,))
        if _REMOVED.search(html) and native_id:
            return self.gone(native_id)
        raise self.wall(page, html)

    def _stated(self, page: Page, code: str) -> Post | None:
        """The post as the page's head states it."""
        address = POST_PATH.fullmatch(path_of(page.first("og:url") or page.linked("canonical") or ""))
        sentences = (page.first(name) for name in ("og:description", "description", "twitter:description"))
        said = next((read for one in sentences if one and (read := read_post(one))), None)
        if said is None or (address is not None and address.group(3)[:11] != code[:11]):
            return None
        stated_id = _MEDIA_ID.search(page.first("al:ios:url") or "")
        native_id = stated_id.group(1) if stated_id else instagram_id(code) or ""
        # before 2023 the sentence had the account's name first, which may look like a handle
        handle = (address.group(1) if address else None) or handle_in(page.first("twitter:title")) or said.author
        ref = self.capture.account
        account = handle or (ref.handle if ref else None)
        if account is None:
            return None
        asked = POST_PATH.fullmatch(self.path)
        kinds = {found.group(2) for found in (asked, address) if found}
        is_reel = bool(kinds & {"reel", "reels"})
        stated_kinds = [page.first(name) or "" for name in ("og:type", "medium")]
        is_video = is_reel or "tv" in kinds or any("video" in one for one in stated_kinds)
        at, fetched_at = instagram_time(native_id, self.capture.fetched_at), self.capture.fetched_at
        is_possible = said.date is not None and said.date.at <= fetched_at + LEEWAY
        if said.date is not None and is_possible and (at is None or abs(at - said.date.at) > _SAME_TIME):
            # planned posts get their id before they are published
            at, precision = said.date.at, said.date.precision
        else:
            precision = Precision.SECOND
        caption = said.caption
        image = link(page.first("og:image", "twitter:image"))
        return Post(
            platform=Platform.INSTAGRAM,
            native_id=native_id,
            account=account,
            author=handle,
            url=post_url(code, is_reel=is_reel),
            format=Format.SHORT_VIDEO if is_reel else Format.VIDEO if is_video else Format.IMAGE,
            text=caption if caption is not None else "",
            published_at=at,
            published_precision=precision if at else None,
            media=(Media(kind="video" if is_video else "image", url=image),) if image else (),
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(caption or "")),
            mentions=mentioned(caption or ""),
            links=linked(caption or ""),
            metrics=said.metrics(is_video=is_video),
        )


class ProfilePage(InstagramPage):
    """``/<user>/``: an account, with its newest posts where the page carries them; a story page shows no post."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.instagram.com/acme/",
        "https://www.instagram.com/acme.bakery",
        "https://www.instagram.com/acme/reels/",
        "https://www.instagram.com/stories/acme/3456789012345678901/",
        "https://www.instagram.com/accounts/login/?next=/acme/",
        "https://www.instagram.com/challenge/?next=/acme/",
        "https://www.instagram.com/consent/?flow=user_cookie_choice_v2",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        path = path_of(url)
        first = path.strip("/").split("/")[0].lower()
        is_profile = PROFILE_PATH.fullmatch(path) is not None and first not in _NO_PROFILE
        if not (first in _WALLS or is_profile or _STORY_PATH.fullmatch(path)):
            return False
        if "__a=1" in urlsplit(url).query or is_json(head):
            return False
        return cls.is_ours(url, head)

    def read(self) -> PostList:
        story, own = _STORY_PATH.fullmatch(self.path), PROFILE_PATH.fullmatch(self.path)
        handle = story.group(1) if story else own.group(1) if own else ""
        html = self.html()
        page = parse_page(html, str(self.response.url))
        if self.path.strip("/").split("/")[0].lower() in _WALLS:
            raise self.wall(page, html)
        documents = list(states(html))
        users = [one for one in users_in(iter(documents)) if _is_named(one, handle)]
        reader = MediaReader(
            self.capture, handle, [identifier(one.get(name)) for one in users for name in ("id", "pk")]
        )
        for media in () if story else media_in(iter(documents)):
            reader.add(media, users[0] if users else None)
        profile = next((profile for one in users if (profile := read_user(one))), None)
        profile = _merged(profile, _stated_profile(page, handle) if page is not None else None)
        if profile is None and not reader.count:
            raise self.wall(page, html)
        if not reader.count and any(one.get("is_private") is True for one in users):
            raise self.private()
        result = reader.result(profile)
        # a profile without its posts is all that signed-out readers get: said, never an empty list
        return (
            result
            if reader.count or story
            else evolve(result, flags=("no_posts_in_page",), problem_outcome=Outcome.PARTIAL)
        )


def is_json(head: bytes) -> bool:
    """Whether a body begins as the site's interfaces answer."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[", b"for (;;);"))


def is_of_code(media: Mapping[str, Any], code: str) -> bool:
    """Whether a medium is the one of this short code; a private post's goes on behind the eleventh character."""
    stated = identifier(media.get("code")) or identifier(media.get("shortcode")) or ""
    return stated[:11] == code[:11]


def _is_named(user: Mapping[str, Any], handle: str) -> bool:
    return (identifier(user.get("username")) or "").casefold() == handle.casefold()


def _stated_profile(page: Page, handle: str) -> Profile | None:
    """The account as the page's head states it."""
    said, title = page.first("og:description", "description"), page.first("og:title") or page.title
    counts = read_account(said) if said else None
    if said is None or counts is None:
        return None
    named = handle_in(title) or handle_in(said) or handle
    if handle and named.casefold() != handle.casefold():
        return None
    bio = next((quote for one in page.metas.get("description", []) if (quote := quoted(one))), None)
    values: dict[str, Any] = {column: count.value for column, count in counts.items()}
    return Profile(
        platform=Platform.INSTAGRAM,
        handle=named,
        url=f"{SITE}/{named}/",
        name=title.split("(@")[0].strip() or None,
        bio=bio or None,
        avatar_url=link(page.first("og:image")),
        **values,
        missing={"links": MissingReason.NOT_OBSERVED},
        rounded={column: count.rounded for column, count in counts.items() if count.rounded is not None},
    )


def _merged(profile: Profile | None, stated: Profile | None) -> Profile | None:
    """What the page's JSON lacks of an account, from its head."""
    if profile is None or stated is None:
        return profile or stated
    fill = {
        name: getattr(stated, name)
        for name in ("name", "bio", "avatar_url", "follower_count", "following_count", "post_count")
        if getattr(profile, name) is None and getattr(stated, name) is not None
    }
    return evolve(
        profile,
        **fill,
        missing={name: why for name, why in profile.missing.items() if name not in fill},
        rounded={name: digits for name, digits in stated.rounded.items() if name in fill},
    )


def _filled(post: Post, stated: Post | None) -> Post:
    """What the page's JSON lacks of a post, from its head."""
    if stated is None or post.native_id != stated.native_id:
        return post
    fill = {
        name: getattr(stated, name)
        for name in ("text", "format", "author")
        if getattr(post, name) is None and getattr(stated, name) is not None
    }
    if post.metrics is not None and stated.metrics is not None:
        found = {
            name: value
            for name in ("like_count", "comment_count")
            if post.metrics.missing.get(name) in (MissingReason.NOT_OBSERVED, MissingReason.NOT_PARSED)
            and (value := getattr(stated.metrics, name)) is not None
        }
        fill["metrics"] = evolve(
            post.metrics,
            **found,
            missing={name: why for name, why in post.metrics.missing.items() if name not in found},
            rounded={name: digits for name, digits in stated.metrics.rounded.items() if name in found},
        )
    return evolve(post, **fill)
