"""Threads: the official profile discovery, and public pages as browsers keep them.

Fact sheet
- With a token (permission ``PERMISSION``): ``{api}/profile_lookup?username=`` and ``/profile_posts?username=``, paged
  by cursors. Only accounts of 100 followers and more are shown. developers.facebook.com/docs/threads/profile-discovery
  Its counts are the account's totals of the last seven days; a post's own are read where the answer has them.
- Without one: robots.txt forbids everything to unnamed crawlers. Pages that the user saved carry ``thread_items`` in
  JSON blocks: likes, replies, reposts, quotes; views are not given to signed-out readers.

Rules
- A post is named by the decimal id that its code spells (``pk``), however it came, and dated by ``taken_at``.
- A page carries suggested posts, and replies of other people: only posts of the account it is about are taken; nothing
  of anybody else is kept. A reply of the account is a reply, to itself too.
- ``like_and_view_counts_disabled``: likes are hidden. ``reshare_count`` (shares out of the app) is not added to
  reposts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from attrs import evolve

from crawler.items import (
    Format,
    Media,
    Metrics,
    MissingReason,
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
from crawler.pages.base import AccountRef, Capture, PageProblem, PlatformPage
from crawler.pages.walled import WalledPage
from crawler.pages.walls import problem_of
from crawler.reading import hashtags
from crawler.reading.alt_text import written_by_hand
from crawler.reading.captions import mentioned
from crawler.reading.counted import counted
from crawler.reading.counts import Count, read_count
from crawler.reading.dates import read_date
from crawler.reading.graph import each_once, graph_answer, pause_until
from crawler.reading.jsonvalue import identifier, link, mapping, positive, sequence, string
from crawler.reading.meta import Page, parse_page
from crawler.reading.relay import json_blocks, json_documents, objects
from crawler.reading.snowflakes import instagram_code, instagram_id, instagram_time
from crawler.reading.urls import host_of, path_of

DEFAULT_BASE_URL = "https://graph.threads.net/v1.0"
PAGE_SIZE = 100
PERMISSION = "threads_basic and threads_profile_discovery"

_SITE = "https://www.threads.com"
_HOSTS = re.compile(r"(?:[a-z0-9-]+\.)*threads\.(?:net|com)")
_POST_PATH = re.compile(r"/(?:@([\w.]{1,30})/post|t)/([A-Za-z0-9_-]{5,64})(?:/(?:media|embed))?/?")
_PROFILE_PATH = re.compile(r"/@([\w.]{1,30})(?:/(?:replies|media|reposts))?/?")
_WALL_PATH = re.compile(r"/(?:login|accounts/login|challenge|checkpoint|consent)\b.*")
_ANSWER_PATH = re.compile(r"/(?:api/)?graphql(?:/query)?/?")
_LOOKUP_PATH = re.compile(r".*/profile_lookup/?")
_POSTS_PATH = re.compile(r".*/(?:profile_posts|\d+/threads|me/threads)/?")
_OWN_WORDS = re.compile(rb"barcelona://|Barcelona|[\"']og:site_name[\"'][^<>]{0,40}Threads|text_post_app_info")
_POST_FIELDS = (
    "id,media_product_type,media_type,media_url,permalink,username,text,timestamp,shortcode,thumbnail_url,"
    "children{media_type,media_url,alt_text},is_quote_post,has_replies,alt_text,link_attachment_url,topic_tag,"
    "quoted_post,reposted_post,is_reply"
)
_FORMATS = {
    "TEXT_POST": Format.TEXT, "IMAGE": Format.IMAGE, "VIDEO": Format.VIDEO, "CAROUSEL_ALBUM": Format.CAROUSEL,
    "AUDIO": Format.AUDIO, "REPOST_FACADE": None,
}  # fmt: skip


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """Profile discovery for whoever holds a token, else the public profile page."""
    if ref.access is None:
        return (NextRequest(url=f"{_site(base_urls)}/@{ref.handle}", kind=RequestKind.PROFILE),)
    query = urlencode({"username": ref.handle})
    return (NextRequest(url=f"{_base(base_urls)}/profile_lookup?{query}", kind=RequestKind.PROFILE),)


def post_requests(
    ref: AccountRef, posts: Sequence[tuple[str, str | None]], base_urls: Mapping[str, str]
) -> tuple[NextRequest, ...]:
    """The public page of each post; with a token none, because discovery shows no single post of others."""
    if ref.access is not None:
        return ()
    codes = [(native_id, instagram_code(native_id)) for native_id, _ in posts]
    return tuple(
        NextRequest(url=f"{_site(base_urls)}/@{ref.handle}/post/{code}", kind=RequestKind.POST, native_id=native_id)
        for native_id, code in codes
        if code
    )


def read_captured(data: object, capture: Capture) -> PostList:
    """A post object of the site's own interfaces, or a ``thread_items`` entry that holds one.

    An advertisement gives no post and is counted in ``skipped``.
    """
    found = next((one for one in objects(data) if _is_post(one)), None)
    if found is None:
        raise PageProblem(Outcome.LAYOUT_CHANGED, "This is no post of Threads in a shape that we know.")
    reader = _Reader(capture, owner=None)
    reader.add(found, mapping(data))
    return reader.result()


def _base(base_urls: Mapping[str, str]) -> str:
    return base_urls.get(Platform.THREADS, DEFAULT_BASE_URL).rstrip("/")


def _site(base_urls: Mapping[str, str]) -> str:
    return base_urls.get(f"{Platform.THREADS}.site", _SITE).rstrip("/")


def _handle(post: object) -> str | None:
    return identifier(mapping(mapping(post).get("user")).get("username"))


def _author_of(blocks: list[Any], code: str) -> str | None:
    """Who wrote the post of this code."""
    found = (one for block in blocks for one in objects(block) if _is_post(one) and one.get("code") == code)
    return next((handle for one in found if (handle := _handle(one))), None)


def _profile_in(documents: Iterator[Any], handle: str | None) -> Profile | None:
    """The account of that handle, or the first one, that an answer states with its followers."""
    for document in documents:
        for one in objects(document):
            name = identifier(one.get("username"))
            if "follower_count" in one and name and (handle is None or name.casefold() == handle.casefold()):
                return _user(one)
    return None


def _is_advertisement(post: Mapping[str, Any]) -> bool:
    return bool(post.get("ad_id")) or post.get("product_type") == "ad"


def _is_post(value: Mapping[str, Any]) -> bool:
    return "text_post_app_info" in value and "taken_at" in value and ("code" in value or "pk" in value)


class _Reader:
    """Posts of one account; without ``owner`` every post is taken, each for its own author."""

    def __init__(self, capture: Capture, owner: str | None) -> None:
        self._capture = capture
        self._owner = owner.casefold() if owner else None
        self._posts: dict[str, Post] = {}
        self._skipped: Counter[str] = Counter()

    @property
    def count(self) -> int:
        return len(self._posts)

    def add(self, said: Mapping[str, Any], extra: Mapping[str, Any] | None = None) -> None:
        """``extra``: the entry of the thread that holds the post, which may say more of it."""
        handle = _handle(said)
        if _is_advertisement(said):
            self._skipped["advertisement"] += 1
        elif self._owner is not None and (handle or "").casefold() != self._owner:
            self._skipped["foreign_post"] += 1
        elif handle is None:
            self._skipped["names_no_account"] += 1
        elif (post := self._post(said, handle, extra or {})) is None:
            self._skipped["not_understood"] += 1
        else:
            self._posts.setdefault(post.native_id, post)

    def result(self, profile: Profile | None = None) -> PostList:
        return PostList(posts=tuple(self._posts.values()), profile=profile, skipped=dict(self._skipped))

    def _post(self, said: Mapping[str, Any], handle: str, extra: Mapping[str, Any]) -> Post | None:
        code = identifier(said.get("code"))
        native_id = (identifier(said.get("pk")) or "").split("_")[0] or (instagram_id(code) if code else None)
        if not native_id or not native_id.isdigit():
            return None
        info = mapping(said.get("text_post_app_info"))
        share = mapping(info.get("share_info"))
        reposted, quoted = mapping(share.get("reposted_post")), mapping(share.get("quoted_post"))
        caption = mapping(said.get("caption"))
        text = string(caption.get("text")) if caption else "" if "caption" in said else None
        text = text.replace("\u2060", "").strip() if text is not None else None
        published = read_date(said.get("taken_at"), latest=self._capture.fetched_at)
        at = published.at if published else instagram_time(native_id)
        carried = reposted or quoted
        role = Role.REPOST if reposted else Role.ORIGINAL
        if not reposted and (info.get("reply_to_author") or info.get("is_reply") is True):
            role = Role.REPLY
        elif not reposted and quoted:
            role = Role.QUOTE
        media = tuple(_media(said))
        preview = mapping(info.get("link_preview_attachment"))
        outward = [_unwrapped(preview.get("url"))]
        fragments = sequence(mapping(info.get("text_fragments")).get("fragments"))
        outward += [_unwrapped(mapping(mapping(one).get("link_fragment")).get("uri")) for one in fragments]
        edited = caption.get("has_been_edited", info.get("is_edited", said.get("caption_is_edited")))
        carried_id = (identifier(carried.get("pk")) or "").split("_")[0]
        carried_user = identifier(mapping(carried.get("user")).get("username"))
        carried_code = identifier(carried.get("code"))
        original_url = f"{_SITE}/@{carried_user}/post/{carried_code}" if carried_user and carried_code else None
        paid = said.get("is_paid_partnership")
        return Post(
            platform=Platform.THREADS,
            native_id=native_id,
            account=handle,
            author=carried_user if reposted and carried_user else handle,
            url=original_url if reposted else f"{_SITE}/@{handle}/post/{code}" if code else None,
            role=role,
            format=_format(said, media, has_link=bool(preview), has_poll=bool(info.get("poll"))),
            text=text,
            published_at=at,
            published_precision=Precision.SECOND if at else None,
            is_edited=edited if isinstance(edited, bool) else None,
            is_pinned=bool(mapping(info.get("pinned_post_info")).get("is_pinned_to_profile")),
            is_promoted_label=paid if isinstance(paid, bool) else None,
            original_native_id=carried_id or None,
            original_url=original_url,
            original_published_at=instagram_time(carried_id) if carried_id else None,
            media=media,
            hashtags=hashtags.unique([*_tags(info), *(tag for _, tag in hashtags.written(text or ""))]),
            mentions=mentioned(text or ""),
            links=tuple(dict.fromkeys(url for url in outward if url)),
            metrics=_metrics(said, info, extra),
        )


def _metrics(said: Mapping[str, Any], info: Mapping[str, Any], extra: Mapping[str, Any]) -> Metrics:
    values: dict[str, Any] = {}
    rounded: dict[str, int] = {}
    missing = {"view_count": MissingReason.NOT_PUBLIC, "save_count": MissingReason.NOT_PUBLIC}
    hidden = said.get("like_and_view_counts_disabled") is True
    replies: object = info.get("direct_reply_count")
    if replies is None and isinstance(extra.get("view_replies_cta_string"), str):
        # the only place where older answers say it: "2,839 replies"
        replies = next((one.count for one in counted(extra["view_replies_cta_string"])), None)
    for column, value in (
        ("like_count", None if hidden else said.get("like_count")),
        ("comment_count", replies),
        ("share_count", info.get("repost_count")),
        ("quote_count", info.get("quote_count")),
    ):
        count = value if isinstance(value, Count) else read_count(value)
        if count is None:
            missing[column] = MissingReason.HIDDEN if hidden and column == "like_count" else MissingReason.NOT_OBSERVED
        else:
            values[column] = count.value
            if count.rounded is not None:
                rounded[column] = count.rounded
    return Metrics(**values, missing=missing, rounded=rounded)


def _format(said: Mapping[str, Any], media: tuple[Media, ...], *, has_link: bool, has_poll: bool) -> Format:
    if has_poll:
        return Format.POLL
    if said.get("media_type") == 8 or len(media) > 1:
        return Format.CAROUSEL
    if media:
        return Format.VIDEO if media[0].kind == "video" else Format.IMAGE
    if said.get("audio") and mapping(said.get("audio")).get("audio_src"):
        return Format.AUDIO
    return Format.LINK if has_link else Format.TEXT


def _media(said: Mapping[str, Any]) -> Iterator[Media]:
    for part in [mapping(one) for one in sequence(said.get("carousel_media"))] or [said]:
        videos = sequence(part.get("video_versions"))
        pictures = sequence(mapping(part.get("image_versions2")).get("candidates"))
        if videos or pictures:
            yield Media(
                kind="video" if videos else "image",
                url=link(mapping((videos or pictures)[0]).get("url")),
                width=positive(part.get("original_width")),
                height=positive(part.get("original_height")),
                alt_text=written_by_hand(part.get("accessibility_caption")),
            )


def _tags(info: Mapping[str, Any]) -> Iterator[str]:
    tag = string(mapping(info.get("tag_header")).get("display_name"))
    if tag:
        yield tag.lstrip("#")


def _unwrapped(said: object) -> str | None:
    url = link(said)
    if url is None:
        return None
    parts = urlsplit(url)
    if (parts.hostname or "").startswith("l.threads."):
        return link(parse_qs(parts.query).get("u", [""])[0])
    return url


class _PublicPage(WalledPage):
    platform = Platform.THREADS
    network = "Threads"
    hosts = _HOSTS
    own_words = _OWN_WORDS

    def collect(self, reader: _Reader, documents: Iterator[Any]) -> None:
        for document in documents:
            for item in objects(document):
                post = mapping(item.get("post"))
                if _is_post(post):
                    reader.add(post, item)

    def wall(self, page: Page | None) -> PageProblem:
        """Why there is nothing here, judged by what is missing."""
        first = self.path.strip("/").split("/")[0]
        if first in ("challenge", "checkpoint"):
            return PageProblem(Outcome.BLOCKED, f"{self.asked_for}: Threads sent its check in place of the page.")
        if first == "consent":
            return PageProblem(
                Outcome.BLOCKED, f"{self.asked_for}: Threads asks for consent to cookies first.", Reason.CONSENT_PAGE
            )
        if page is not None and (page.root.get("id") == "error" or "not found" in page.title.lower()):
            return PageProblem(Outcome.NOT_FOUND, f"{self.asked_for} is not there (removed, or the link is wrong).")
        if _WALL_PATH.fullmatch(self.path) or page is None or not page.first("og:url", "og:title"):
            return PageProblem(
                Outcome.LOGIN_WALL,
                f"{self.asked_for} is shown to signed-in people only; sign in, save the page, and import it.",
            )
        return PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the page has no posts where Threads keeps them.")


class PostPage(_PublicPage):
    """``/@user/post/CODE``: a post with the rest of its thread, replies and suggestions."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.threads.com/@acme/post/DPCXhCwkqEe",
        "https://www.threads.net/t/CuXRXDdNOtH/",
        "https://www.threads.com/@acme/post/DPCXhCwkqEe/media?xmt=1",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return _POST_PATH.fullmatch(path_of(url)) is not None and cls.is_ours(url, head)

    def read(self) -> PostList:
        found = _POST_PATH.fullmatch(self.path)
        handle, code = (found.group(1), found.group(2)) if found else (None, "")
        native_id = instagram_id(code)
        if self.status in (404, 410) and native_id:
            return self.gone(native_id, self.status)
        html = self.html()
        blocks = list(json_blocks(html, "thread_items", "text_post_app_info"))
        handle = handle or _author_of(blocks, code)
        reader = _Reader(self.capture, owner=handle)
        self.collect(reader, iter(blocks))
        if handle is None or not reader.count:
            raise self.wall(parse_page(html, str(self.response.url)))
        return reader.result()


class ProfilePage(_PublicPage):
    """``/@user``: the account and its newest posts."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.threads.com/@acme",
        "https://www.threads.net/@acme.bakery/replies",
        "https://www.threads.com/login/?next=https%3A%2F%2Fwww.threads.com%2F%40acme",
        "https://www.threads.com/consent/?flow=ig_cookie",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        path = path_of(url)
        is_wall = _WALL_PATH.fullmatch(path) is not None and cls.hosts.fullmatch(host_of(url)) is not None
        return is_wall or (_PROFILE_PATH.fullmatch(path) is not None and cls.is_ours(url, head))

    def read(self) -> PostList:
        found = _PROFILE_PATH.fullmatch(self.path)
        handle = found.group(1) if found else ""
        html = self.html()
        page = parse_page(html, str(self.response.url))
        reader = _Reader(self.capture, owner=handle)
        self.collect(reader, json_blocks(html, "thread_items"))
        profile = _profile_in(json_blocks(html, "follower_count"), handle) or _stated(page, handle)
        if profile is None and not reader.count:
            raise self.wall(page)
        result = reader.result(profile)
        return result if reader.count else evolve(result, problem_outcome=Outcome.PARTIAL, flags=("no_posts_in_page",))


class AnswerPage(_PublicPage):
    """GraphQL answers of the site: a thread with its replies, or an account's threads."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.threads.net/api/graphql",
        "https://www.threads.com/graphql/query",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        if cls.hosts.fullmatch(host_of(url)) and _ANSWER_PATH.fullmatch(path_of(url)):
            return True
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        return start[:1] == b"{" and (b'"thread_items"' in head or b'"text_post_app_info"' in head)

    def read(self) -> PostList:
        documents = json_documents(self.body)
        if self.status >= 400 or not documents:
            raise problem_of(self.status, self.body, self.asked_for)
        owner = self._owner(documents)
        reader = _Reader(self.capture, owner=owner)
        self.collect(reader, iter(documents))
        profile = _profile_in(iter(documents), owner)
        if not reader.count and profile is None:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no post and no account.")
        return reader.result(profile)

    def _owner(self, documents: list[Any]) -> str | None:
        """Whose answer it is: the account asked for, else who takes part in every thread (in a list of replies the
        first post is somebody else's), else who wrote the first post."""
        if self.capture.account is not None:
            return self.capture.account.handle
        everything = [one for document in documents for one in objects(document)]
        whole = next((one["containing_thread"] for one in everything if one.get("containing_thread")), None)
        threads = [one for one in (everything if whole is None else [mapping(whole)]) if one.get("thread_items")]
        if not threads:
            return None
        authors = [[_handle(mapping(item).get("post")) for item in sequence(one["thread_items"])] for one in threads]
        always = [name for name in authors[0] if name and all(name in names for names in authors)]
        return always[0] if always else next((name for names in authors for name in names if name), None)


class _ApiPage(PlatformPage):
    platform = Platform.THREADS

    @property
    def asked_for(self) -> str:
        ref = self.capture.account
        return f"The Threads account {ref.handle}" if ref else "This answer of Threads' interface"

    def payload(self) -> Mapping[str, Any]:
        return graph_answer(self.response, self.capture.fetched_at, self.asked_for, PERMISSION)


class LookupPage(_ApiPage):
    """``profile_lookup``: the account; leads to its posts."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://graph.threads.net/v1.0/profile_lookup?username=acme",
        "http://127.0.0.1:8001/profile_lookup?username=acme",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return _LOOKUP_PATH.fullmatch(path_of(url)) is not None

    def read(self) -> PostList:
        said = self.payload()
        handle = identifier(said.get("username"))
        if handle is None:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no account.")
        followers = read_count(said.get("follower_count"))
        verified = said.get("is_verified")
        bio = string(said.get("biography"))
        more: tuple[NextRequest, ...] = ()
        ref = self.capture.account
        if ref is not None and ref.access is not None:
            size = min(ref.access.page_size or PAGE_SIZE, PAGE_SIZE)
            query = urlencode({"username": handle, "fields": _POST_FIELDS, "limit": size})
            more = (
                NextRequest(url=f"{_base(self.capture.base_urls)}/profile_posts?{query}", kind=RequestKind.LISTING),
            )
        profile = Profile(
            platform=Platform.THREADS,
            handle=handle,
            url=f"{_SITE}/@{handle}",
            name=string(said.get("name")),
            bio=bio.strip() if bio is not None else None,
            avatar_url=link(said.get("profile_picture_url")),
            is_verified=verified if isinstance(verified, bool) else None,
            follower_count=followers.value if followers else None,
            missing={} if followers else {"follower_count": MissingReason.NOT_OBSERVED},
        )
        pause = pause_until(dict(self.response.headers), self.capture.fetched_at)
        return PostList(profile=profile, next_requests=more, pause_until=pause)


class PostsPage(_ApiPage):
    """``profile_posts``: an account's posts, newest first."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://graph.threads.net/v1.0/profile_posts?username=acme&limit=100",
        "http://127.0.0.1:8001/profile_posts?username=acme",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return _POSTS_PATH.fullmatch(path_of(url)) is not None and ("threads" in host_of(url) or "profile_posts" in url)

    def read(self) -> PostList:
        answer = self.payload()
        data = answer.get("data")
        if not isinstance(data, list):
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no list of posts.")
        posts = [self._post(one) for one in map(mapping, data)]
        read = each_once(posts)
        if data and not read:
            raise PageProblem(
                Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the posts are in a shape that we do not know."
            )
        after = identifier(mapping(mapping(answer.get("paging")).get("cursors")).get("after"))
        query = {name: values[0] for name, values in parse_qs(urlsplit(str(self.response.url)).query).items()}
        ref = self.capture.account
        more: tuple[NextRequest, ...] = ()
        if after and read and ref is not None and ref.access is not None and query.get("after") != after:
            asked = {"username": ref.handle, "fields": _POST_FIELDS, "limit": str(PAGE_SIZE)} | query
            asked = {name: value for name, value in asked.items() if name != "access_token"} | {"after": after}
            url = f"{_base(self.capture.base_urls)}/profile_posts?{urlencode(asked)}"
            more = (NextRequest(url=url, kind=RequestKind.LISTING),)
        return PostList(
            posts=read,
            next_requests=more,
            skipped={"not_understood": posts.count(None)} if None in posts else {},
            pause_until=pause_until(dict(self.response.headers), self.capture.fetched_at),
        )

    def _post(self, said: Mapping[str, Any]) -> Post | None:
        url = link(said.get("permalink"))
        in_address = _POST_PATH.fullmatch(urlsplit(url).path) if url else None
        code = identifier(said.get("shortcode")) or (in_address.group(2) if in_address else None)
        # the interface's own id is another number than the one that pages and addresses carry
        from_code = instagram_id(code) if code else None
        native_id = from_code or identifier(said.get("id"))
        if native_id is None:
            return None
        stated = string(said.get("media_type")) or ""
        handle = identifier(said.get("username")) or (self.capture.account.handle if self.capture.account else "")
        published = read_date(said.get("timestamp"), latest=self.capture.fetched_at)
        at = published.at if published else instagram_time(from_code) if from_code else None
        text = string(said.get("text"))
        parts = [mapping(one) for one in sequence(mapping(said.get("children")).get("data"))] or [said]
        attached = link(said.get("link_attachment_url"))
        kind = _FORMATS.get(stated, Format.OTHER)
        role = Role.REPOST if stated == "REPOST_FACADE" else Role.REPLY if said.get("is_reply") is True else (
            Role.QUOTE if said.get("is_quote_post") is True else Role.ORIGINAL)  # fmt: skip
        carried = mapping(said.get("reposted_post") or said.get("quoted_post"))
        tag = string(said.get("topic_tag"))
        values: dict[str, Any] = {}
        missing = {"save_count": MissingReason.NOT_PUBLIC}
        for column, names in (
            ("like_count", ("like_count", "likes")), ("comment_count", ("reply_count", "replies")),
            ("share_count", ("repost_count", "reposts")), ("quote_count", ("quote_count", "quotes")),
            ("view_count", ("view_count", "views")),
        ):  # fmt: skip
            count = next((count for name in names if (count := read_count(said.get(name))) is not None), None)
            if count is None:
                missing[column] = MissingReason.NOT_PUBLIC
            else:
                values[column] = count.value
        return Post(
            platform=Platform.THREADS,
            native_id=native_id,
            account=handle,
            author=handle or None,
            url=url,
            role=role,
            format=Format.LINK if kind == Format.TEXT and attached else kind,
            text=text if text is not None else "",
            published_at=at,
            published_precision=Precision.SECOND if at else None,
            original_native_id=identifier(carried.get("id")),
            media=tuple(
                Media(kind="video" if string(part.get("media_type")) == "VIDEO" else "image", url=address,
                      alt_text=string(part.get("alt_text")))
                for part in parts
                if string(part.get("media_type")) in ("IMAGE", "VIDEO") and (address := link(part.get("media_url")))
            ),
            hashtags=hashtags.unique([*([tag] if tag else []), *(one for _, one in hashtags.written(text or ""))]),
            mentions=mentioned(text or ""),
            links=(attached,) if attached else (),
            metrics=Metrics(**values, missing=missing),
        )  # fmt: skip


PAGES: tuple[type[PlatformPage], ...] = (LookupPage, PostsPage, AnswerPage, PostPage, ProfilePage)


def _user(said: Mapping[str, Any]) -> Profile | None:
    handle = identifier(said.get("username"))
    followers = read_count(said.get("follower_count"))
    if handle is None:
        return None
    links = [link(mapping(one).get("url")) for one in sequence(said.get("bio_links"))]
    verified = said.get("is_verified")
    bio = string(said.get("biography")) or string(mapping(said.get("text_app_biography")).get("text"))
    return Profile(
        platform=Platform.THREADS,
        native_account_id=identifier(said.get("pk") or said.get("id")),
        handle=handle,
        url=f"{_SITE}/@{handle}",
        name=string(said.get("full_name")),
        bio=bio,
        links=tuple(dict.fromkeys(url for url in links if url)),
        avatar_url=link(said.get("profile_pic_url")),
        is_verified=verified if isinstance(verified, bool) else None,
        follower_count=followers.value if followers else None,
        missing={} if followers else {"follower_count": MissingReason.NOT_OBSERVED},
    )


def _stated(page: Page | None, handle: str) -> Profile | None:
    """ "5.3M Followers • 1.2K Threads • Words about itself" """
    said = (page.first("og:description", "description") or "") if page else ""
    first = next(iter(counted(said.partition("•")[0])), None) if "•" in said else None
    if first is None or not handle:
        return None
    bio = said.rpartition("•")[2].partition(". See the latest")[0].strip()
    return Profile(
        platform=Platform.THREADS,
        handle=handle,
        url=f"{_SITE}/@{handle}",
        name=((page.first("og:title") or "") if page else "").partition(" (@")[0] or None,
        bio=bio or None,
        avatar_url=link(page.first("og:image")) if page else None,
        follower_count=first.count.value,
        rounded={"follower_count": first.count.rounded} if first.count.rounded is not None else {},
    )
