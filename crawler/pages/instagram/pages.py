"""Instagram's public pages and the answers of its own interfaces, as browsers and archives keep them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

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
from crawler.pages.instagram.media import SITE, MediaReader, is_media, linked, mentioned, post_url, read_user
from crawler.pages.walls import is_html, problem_of
from crawler.reading import hashtags
from crawler.reading.charset import decode
from crawler.reading.counted import Counted, counted
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import NotJsonError, identifier, link, mapping, parse, sequence, string
from crawler.reading.meta import Page, parse_page
from crawler.reading.relay import json_after, json_blocks, json_in, objects
from crawler.reading.snowflakes import instagram_id, instagram_time
from crawler.reading.text import clean

_HOST = re.compile(r"(?:[a-z0-9-]+\.)*instagram\.com|instagr\.am")
_POST_PATH = re.compile(r"(?:/[A-Za-z0-9_.]{1,30})?/(p|reel|reels|tv)/([A-Za-z0-9_-]{5,64})/?")
_EMBED_PATH = re.compile(r"(?:/(p|reel|tv)/([A-Za-z0-9_-]{5,64})|/([A-Za-z0-9_.]{1,30}))/embed(?:/captioned)?/?")
_PROFILE_PATH = re.compile(r"/([A-Za-z0-9_.]{1,30})(?:/(?:reels|tagged|channel))?/?")
_STORY_PATH = re.compile(r"/stories/([A-Za-z0-9_.]{1,30})(?:/.*)?")
_ANSWER_PATH = re.compile(r"/api/v1/(?:users|media|feed|clips|tags)/.*|/graphql(?:/query)?/?|/api/graphql/?")
_NO_PROFILE = frozenset(
    [
        *("p", "reel", "reels", "tv", "explore", "accounts", "stories", "about", "developer", "legal", "web"),
        *("directory", "challenge", "api", "graphql", "embed.js", "robots.txt", "favicon.ico"),
    ]
)
_OWN_WORDS = re.compile(
    rb"instagram://|instapp:|[\"']og:site_name[\"']\s+content=[\"']Instagram|cdninstagram\.com|[Ii]nstagram photo|"
    rb"&#x2022; Instagram|\xe2\x80\xa2 Instagram"
)
_JSON_WORDS = (
    b'"edge_followed_by"',
    b'"edge_owner_to_timeline_media"',
    b'"shortcode_media"',
    b'"xdt_',
    b'"logging_page_id"',
)
_DASH = re.compile(r"\s[-–—]\s")
_WRITER = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.]{0,28}[A-Za-z0-9_])?")
_OPENING_QUOTE = re.compile(r"[:：]\s*[\"“„«”']")
_IN_BRACKETS = re.compile(r"[(（]@([A-Za-z0-9_.]{1,30})[)）]")
_COMMENT_WORD = re.compile(
    r"comment|coment|komment|commento|commenti|opmerking|reactie|kommentit|yorum|комментар|коментар|σχόλι|コメント|댓글"
    r"|评论|評論|則留言|留言|bình luận|ความคิดเห็น|تعليق|टिप्पणि|komentar",
    re.IGNORECASE,
)  # fmt: skip
_MEDIA_ID = re.compile(r"instagram://media\?id=(\d{5,25})")
_REMOVED = re.compile(r'"(?:HttpErrorPage|error_page)"|class="error-container')
_PRIVATE = "private_account"


class _InstagramPage(PlatformPage):
    platform = Platform.INSTAGRAM

    @property
    def path(self) -> str:
        return _path(str(self.response.url))

    @property
    def status(self) -> int:
        return self.response.status or 200

    @property
    def html(self) -> str:
        return decode(bytes(self.response.body), self.response.headers.get("Content-Type", "")).text

    @property
    def asked_for(self) -> str:
        ref = self.capture.account
        if ref:
            return f"The Instagram account {ref.handle}"
        return "This page of Instagram"

    def wall(self, page: Page | None, html: str) -> PageProblem:
        """Why there is nothing to read here."""
        if self.status >= 400:
            return problem_of(self.status, bytes(self.response.body), self.asked_for)
        if _REMOVED.search(html):
            return PageProblem(Outcome.NOT_FOUND, f"{self.asked_for} is not there (removed, or the link is wrong).")
        if "wait a few minutes" in html[:5_000]:
            return PageProblem(
                Outcome.BLOCKED, f"{self.asked_for}: Instagram asks to wait a few minutes.", Reason.RATE_LIMITED
            )
        is_empty = page is None or not (page.first("og:description", "description") or page.first("og:url"))
        if is_empty or "/accounts/login" in self.path or "/challenge" in self.path:
            return PageProblem(
                Outcome.LOGIN_WALL,
                f"{self.asked_for} is shown to signed-in people only; sign in, save the page, and import it.",
            )
        return PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the page has no data where Instagram keeps it.")


class PostPage(_InstagramPage):
    """``/p/…``, ``/reel/…``, ``/tv/…``: one post."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.instagram.com/p/CAbCdEfGhIj/",
        "https://www.instagram.com/reel/CAbCdEfGhIj/",
        "https://www.instagram.com/acme/p/CAbCdEfGhIj/",
        "https://www.instagram.com/tv/CAbCdEfGhIj/?utm_source=ig_web_copy_link",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        if _POST_PATH.fullmatch(_path(url)) is None or "__a=1" in urlsplit(url).query or _is_json(head):
            return False
        return _is_ours(url, head)

    def read(self) -> PostList:
        found = _POST_PATH.fullmatch(self.path)
        code = found.group(2) if found else ""
        native_id = instagram_id(code)
        if self.status in (404, 410) and native_id:
            return PostList(absences=(_absence(native_id, self.status),))
        html = self.html
        reader = MediaReader(self.capture, owner=None)
        for media in _embedded(html):
            if (identifier(media.get("code")) or identifier(media.get("shortcode")) or "")[:11] == code[:11]:
                reader.add(media)
        page = parse_page(html, str(self.response.url))
        post = self._from_meta(page, code) if page is not None and native_id else None
        if reader.count:
            result = reader.result()
            return evolve(result, posts=tuple(_filled(one, post) for one in result.posts))
        if post is not None:
            return PostList(posts=(post,))
        if _REMOVED.search(html) and native_id:
            return PostList(absences=(_absence(native_id, None),))
        raise self.wall(page, html)

    def _from_meta(self, page: Page, code: str) -> Post | None:
        said = page.first("og:description", "description", "twitter:description")
        url = page.first("og:url") or page.linked("canonical") or ""
        address = _POST_PATH.fullmatch(_path(url)) if url else None
        if said is None or (address is not None and address.group(2)[:11] != code[:11]):
            return None
        written = _Description.read(said)
        if written is None:
            return None
        stated_id = _MEDIA_ID.search(page.first("al:ios:url") or "")
        native_id = stated_id.group(1) if stated_id else instagram_id(code) or ""
        title = page.first("twitter:title", "og:title") or ""
        in_title = _IN_BRACKETS.search(title)
        handle = written.author or (in_title.group(1) if in_title else None)
        is_reel = "reel" in self.path.split("/") or (address is not None and address.group(1) in ("reel", "reels"))
        at = instagram_time(native_id)
        caption = written.caption
        image = link(page.first("og:image", "twitter:image"))
        is_video = is_reel or "/tv/" in self.path or (page.first("og:type") or "").startswith("video") or (
            page.first("medium") == "video"
        )  # fmt: skip
        ref = self.capture.account
        return Post(
            platform=Platform.INSTAGRAM,
            native_id=native_id,
            account=handle or (ref.handle if ref else ""),
            author=handle,
            url=post_url(code, is_reel=is_reel),
            format=Format.SHORT_VIDEO if is_reel else Format.VIDEO if is_video else Format.IMAGE,
            text=caption,
            published_at=at or (written.date.at if written.date else None),
            published_precision=Precision.SECOND if at else written.date.precision if written.date else None,
            media=(Media(kind="video" if is_video else "image", url=image),) if image else (),
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(caption or "")),
            mentions=mentioned(caption or ""),
            links=linked(caption or ""),
            metrics=written.metrics(is_video=is_video),
        )


class ProfilePage(_InstagramPage):
    """``/<user>/``: an account, with its newest posts where the page carries them; a story page shows no post."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.instagram.com/acme/",
        "https://www.instagram.com/acme.bakery",
        "https://www.instagram.com/acme/reels/",
        "https://www.instagram.com/stories/acme/3456789012345678901/",
        "https://www.instagram.com/accounts/login/?next=/acme/",
        "https://www.instagram.com/challenge/?next=/acme/",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        path = _path(url)
        first = path.strip("/").split("/")[0].lower()
        is_wall = first in ("accounts", "challenge")
        is_profile = _PROFILE_PATH.fullmatch(path) is not None and first not in _NO_PROFILE
        if not (is_wall or is_profile or _STORY_PATH.fullmatch(path)):
            return False
        if "__a=1" in urlsplit(url).query or _is_json(head):
            return False
        return _is_ours(url, head)

    def read(self) -> PostList:
        story, own = _STORY_PATH.fullmatch(self.path), _PROFILE_PATH.fullmatch(self.path)
        handle = story.group(1) if story else own.group(1) if own else ""
        html = self.html
        page = parse_page(html, str(self.response.url))
        if self.status >= 400:
            raise self.wall(page, html)
        reader = MediaReader(self.capture, owner=handle)
        profile, is_private = None, False
        for user in _embedded_users(html, handle):
            profile = profile or read_user(user)
            is_private = is_private or user.get("is_private") is True
        for media in () if story else _embedded(html):
            reader.add(media)
        stated = self._from_meta(page, handle) if page is not None else None
        profile = _merged(profile, stated)
        if profile is None and not reader.count:
            raise self.wall(page, html)
        if is_private and not reader.count:
            raise PageProblem(
                Outcome.LOGIN_WALL, f"{self.asked_for} is private; its posts are for its followers only.",
                Reason.PERMISSION_MISSING,
            )  # fmt: skip
        result = reader.result(profile)
        # a profile without its posts is all that signed-out readers get: said, never an empty list
        return (
            result
            if reader.count or story
            else evolve(result, flags=("no_posts_in_page",), problem_outcome=Outcome.PARTIAL)
        )

    def _from_meta(self, page: Page, handle: str) -> Profile | None:
        said = page.first("og:description", "description")
        name = page.first("og:title") or ""
        if said is None:
            return None
        in_title = _IN_BRACKETS.search(name) or _IN_BRACKETS.search(said)
        numbers = counted(_DASH.split(said)[0])
        if len(numbers) < 3 or (in_title and handle and in_title.group(1).casefold() != handle.casefold()):
            return None
        long = next((text for text in page.metas.get("description", []) if _OPENING_QUOTE.search(text)), "")
        opening = _OPENING_QUOTE.search(long)
        bio = long[opening.end() :].rstrip().rstrip('"”“»') if opening else None
        names = ("follower_count", "following_count", "post_count")
        counts = dict(zip(names, (one.count for one in numbers), strict=False))
        values: dict[str, Any] = {column: count.value for column, count in counts.items()}
        return Profile(
            platform=Platform.INSTAGRAM,
            handle=in_title.group(1) if in_title else handle,
            url=f"{SITE}/{in_title.group(1) if in_title else handle}/",
            name=name.split("(@")[0].strip() or None,
            bio=clean(bio).strip() if bio else None,
            avatar_url=link(page.first("og:image")),
            **values,
            rounded={column: count.rounded for column, count in counts.items() if count.rounded is not None},
        )


class EmbedPage(_InstagramPage):
    """``/p/…/embed/captioned/`` and ``/<user>/embed/``: what other sites show of Instagram."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.instagram.com/p/CAbCdEfGhIj/embed/captioned/",
        "https://www.instagram.com/reel/CAbCdEfGhIj/embed/",
        "https://www.instagram.com/acme/embed/",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return _EMBED_PATH.fullmatch(_path(url)) is not None and _is_ours(url, head)

    def read(self) -> PostList:
        html = self.html
        if self.status >= 400:
            raise self.wall(None, html)
        found = _EMBED_PATH.fullmatch(self.path)
        code, handle = (found.group(2), found.group(3)) if found else (None, None)
        reader = MediaReader(self.capture, owner=handle)
        profile = None
        for state in (*_contexts(html), *_states(html)):
            for user in objects(state):
                if handle and identifier(user.get("username")) == handle and "followers_count" in user:
                    profile = profile or read_user(user)
            for media in objects(state):
                stated = identifier(media.get("shortcode")) or identifier(media.get("code")) or ""
                if (code is None or stated[:11] == code[:11]) and (is_media(media) or _is_embedded_media(media)):
                    reader.add(media)
        if reader.count or profile:
            return reader.result(profile)
        post = self._simple(html, code) if code else None
        if post is None:
            raise self.wall(parse_page(html, str(self.response.url)), html)
        return PostList(posts=(post,))

    def _simple(self, html: str, code: str) -> Post | None:
        """The page without state: a caption and two counts in its visible text."""
        page = parse_page(html, str(self.response.url))
        if page is None:
            return None
        holder = page.root.find(".//*[@data-media-type]")
        native_id = instagram_id(code)
        user = _text_of_class(page.root, "UsernameText") or _text_of_class(page.root, "CaptionUsername")
        if native_id is None or (holder is None and user is None):
            return None
        kind = {"GraphImage": Format.IMAGE, "GraphVideo": Format.VIDEO, "GraphSidecar": Format.CAROUSEL}.get(
            (holder.get("data-media-type") or "") if holder is not None else ""
        )
        caption = _text_of_class(page.root, "Caption")
        if caption is not None:
            writer = _text_of_class(page.root, "CaptionUsername") or ""
            comments_line = _text_of_class(page.root, "CaptionComments") or ""
            caption = caption.removeprefix(writer).removesuffix(comments_line).strip()
        likes = next((one for one in counted(_text_of_class(page.root, "SocialProof") or "")), None)
        comments = next((one for one in counted(_text_of_class(page.root, "CaptionComments") or "")), None)
        is_reel = "/reel/" in self.path
        at = instagram_time(native_id)
        description = _Description(likes=likes, comments=comments, author=user, caption=caption, date=None)
        return Post(
            platform=Platform.INSTAGRAM,
            native_id=native_id,
            account=user or "",
            author=user,
            url=post_url(code, is_reel=is_reel),
            format=Format.SHORT_VIDEO if is_reel else kind,
            text=caption,
            published_at=at,
            published_precision=Precision.SECOND if at else None,
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(caption or "")),
            mentions=mentioned(caption or ""),
            links=linked(caption or ""),
            metrics=description.metrics(is_video=is_reel or kind == Format.VIDEO),
        )


class AnswerPage(_InstagramPage):
    """JSON of Instagram's own interfaces: ``web_profile_info``, ``/api/v1/…``, GraphQL, ``?__a=1``."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.instagram.com/api/v1/users/web_profile_info/?username=acme",
        "https://i.instagram.com/api/v1/media/2317006284167526179/info/",
        "https://www.instagram.com/graphql/query",
        "https://www.instagram.com/api/graphql",
        "https://www.instagram.com/p/CAbCdEfGhIj/?__a=1&__d=dis",
        "https://www.instagram.com/acme/?__a=1",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        path, query = _path(url), urlsplit(url).query
        if _HOST.fullmatch(_host(url)):
            if _ANSWER_PATH.fullmatch(path) or "__a=1" in query:
                return not is_html("", head)
            return _is_json(head) and (
                _POST_PATH.fullmatch(path) is not None or _PROFILE_PATH.fullmatch(path) is not None
            )
        if not _is_json(head) or b'"text_post_app_info"' in head or b'"app_scoped' in head:
            return False
        is_media_list = b'"taken_at"' in head and b'"media_type"' in head and b'"code"' in head
        return any(word in head for word in _JSON_WORDS) or is_media_list

    def read(self) -> PostList:
        body = bytes(self.response.body)
        try:
            said = parse(body)
        except NotJsonError:
            raise self.wall(None, self.html) from None
        answer = mapping(said)
        if answer.get("require_login") is True or string(answer.get("message")) in (
            "login_required",
            "checkpoint_required",
        ):
            words = string(answer.get("message")) or ""
            limit = Reason.RATE_LIMITED if "wait" in words.lower() else None
            raise PageProblem(
                Outcome.BLOCKED if limit else Outcome.LOGIN_WALL,
                f"{self.asked_for}: Instagram wants a sign-in (“{words[:120]}”).", limit,
            )  # fmt: skip
        if self.status >= 400:
            raise problem_of(self.status, body, self.asked_for)
        users = [
            one for one in objects(said) if "username" in one and ("edge_followed_by" in one or "follower_count" in one)
        ]
        found = [one for one in objects(said) if is_media(one)]
        handle = self._asked_handle(users)
        reader = MediaReader(self.capture, owner=handle)
        profile = None
        for user in users:
            name = identifier(user.get("username")) or ""
            if handle is None or name.casefold() == handle.casefold():
                profile = profile or read_user(user)
        owner = users[0] if users else None
        parts = {id(mapping(part)) for one in found for part in _parts(one)}
        for media in found:
            if id(media) not in parts:
                reader.add(media, owner)
        if reader.count == 0 and profile is None:
            if mapping(answer.get("data")).get("user", 0) is None or answer.get("items") == []:
                raise PageProblem(Outcome.NOT_FOUND, f"{self.asked_for} does not exist; check the link in the list.")
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no account and no post.")
        if users and users[0].get("is_private") is True and reader.count == 0:
            raise PageProblem(
                Outcome.LOGIN_WALL, f"{self.asked_for} is private; its posts are for its followers only.",
                Reason.PERMISSION_MISSING,
            )  # fmt: skip
        return reader.result(profile)

    def _asked_handle(self, users: list[Mapping[str, Any]]) -> str | None:
        if self.capture.account is not None:
            return self.capture.account.handle
        return identifier(users[0].get("username")) if users else None


class _Description:
    """The sentence in ``og:description``: "298K likes, 553 comments - acme on May 29, 2021: "caption". "."""

    def __init__(
        self, likes: Counted | None, comments: Counted | None, author: str | None, caption: str | None, date: Any
    ) -> None:
        self.likes, self.comments, self.author, self.caption, self.date = likes, comments, author, caption, date

    @classmethod
    def read(cls, said: str) -> _Description | None:
        opening = _OPENING_QUOTE.search(said)
        head = said[: opening.start()] if opening else said
        parts = _DASH.split(head, maxsplit=1)
        if len(parts) < 2:
            return None
        numbers = counted(parts[0])
        if not 1 <= len(numbers) <= 2:
            return None
        writer = _WRITER.match(parts[1].strip())
        likes: Counted | None = numbers[0]
        comments: Counted | None = numbers[1] if len(numbers) == 2 else None
        if len(numbers) == 1 and (_COMMENT_WORD.search(parts[0])):
            likes, comments = None, numbers[0]
        caption = None
        if opening:
            caption = said[opening.end() :].rstrip()
            caption = re.sub(r"[\"”“»']\s*\.?$", "", caption).rstrip()
        day = parts[1].strip()[writer.end() :] if writer else ""
        day = re.sub(r"^\s*(?:on|el|le|am|il|em|op|den|в)\s+", "", day).strip(" .")
        return cls(likes, comments, writer.group() if writer else None, caption, read_date(day))

    def metrics(self, *, is_video: bool) -> Metrics:
        values: dict[str, Any] = {}
        rounded: dict[str, int] = {}
        missing = dict.fromkeys(("share_count", "save_count"), MissingReason.NOT_PUBLIC)
        missing["view_count"] = MissingReason.NOT_OBSERVED if is_video else MissingReason.NOT_PUBLIC
        for column, one in (("like_count", self.likes), ("comment_count", self.comments)):
            if one is None:
                missing[column] = MissingReason.HIDDEN if column == "like_count" else MissingReason.NOT_OBSERVED
                continue
            values[column] = one.count.value
            if one.count.rounded is not None:
                rounded[column] = one.count.rounded
        return Metrics(**values, missing=missing, rounded=rounded)


def _path(url: str) -> str:
    try:
        return urlsplit(url).path or "/"
    except ValueError:
        return "/"


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _is_json(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def _is_ours(url: str, head: bytes) -> bool:
    """By the address, whose path the caller has looked at; elsewhere by the page's own words."""
    return bool(_HOST.fullmatch(_host(url))) or bool(_OWN_WORDS.search(head))


def _absence(native_id: str, status: int | None) -> Absence:
    return Absence(platform=Platform.INSTAGRAM, native_id=native_id, kind="gone", status=status)


def _states(html: str) -> Iterator[Any]:
    """Every JSON state that a page of any generation carries."""
    yield from json_after(html, "_sharedData")
    for mark in ("__additionalDataLoaded(",):
        at = html.find(mark)
        while at >= 0:
            yield from json_after(html[at : at + 2_000_000], "',")
            at = html.find(mark, at + 1)
    yield from json_blocks(html, "taken_at", "shortcode", "edge_followed_by", "follower_count")


def _contexts(html: str) -> Iterator[Any]:
    """``contextJSON`` of embeds: JSON in a string, in JSON or behind a backslash."""
    for mark in ('"contextJSON"', '\\"contextJSON\\"'):
        for said in json_after(html, mark):
            state = json_in(said)
            if state is not None:
                yield state
    yield from json_after(html, '"gql_data"')


def _embedded(html: str) -> Iterator[Mapping[str, Any]]:
    for state in _states(html):
        parts: set[int] = set()
        for one in objects(state):
            if is_media(one):
                parts.update(id(part) for part in _parts(one))
                if id(one) not in parts:
                    yield one


def _parts(media: Mapping[str, Any]) -> list[Any]:
    """A carousel's pictures, which look like media themselves."""
    children = sequence(mapping(media.get("edge_sidecar_to_children")).get("edges"))
    return [*sequence(media.get("carousel_media")), *(mapping(edge).get("node") for edge in children)]


def _embedded_users(html: str, handle: str) -> Iterator[Mapping[str, Any]]:
    for state in _states(html):
        for one in objects(state):
            is_whole = "edge_followed_by" in one or "follower_count" in one
            if is_whole and (identifier(one.get("username")) or "").casefold() == handle.casefold():
                yield one


def _is_embedded_media(value: Mapping[str, Any]) -> bool:
    return isinstance(value.get("shortcode"), str) and ("__typename" in value or "display_url" in value)


def _merged(profile: Profile | None, stated: Profile | None) -> Profile | None:
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
    """What the page's JSON lacks, from its head."""
    if stated is None or post.native_id != stated.native_id:
        return post
    fill = {
        name: getattr(stated, name)
        for name in ("text", "format", "published_at", "published_precision", "author")
        if getattr(post, name) is None and getattr(stated, name) is not None
    }
    if not post.account:
        fill["account"] = stated.account
    return evolve(post, **fill)


def _text_of_class(root: etree._Element, name: str) -> str | None:
    for element in root.iterfind(".//*[@class]"):
        if name in (element.get("class") or "").split():
            text = clean(
                " ".join("".join(element.itertext()).split()) if name != "Caption" else _lines(element)
            ).strip()
            if text:
                return text
    return None


def _lines(element: etree._Element) -> str:
    pieces: list[str] = []
    for part in element.iter():
        if part.tag == "br":
            pieces.append("\n")
        if isinstance(part.tag, str) and part.text:
            pieces.append(part.text)
        if part is not element and part.tail:
            pieces.append(part.tail)
    return "".join(pieces)
