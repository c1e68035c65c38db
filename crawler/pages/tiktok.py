"""TikTok: public pages, embeds and oEmbed, as browsers and archives keep them.

Fact sheet
- No official interface gives a company its competitors' numbers (the Research API is for non-profit researchers, the
  Display API for one's own account). Read are pages that the user saved.
- A video's page carries ``__UNIVERSAL_DATA_FOR_REHYDRATION__`` (until 2023 ``SIGI_STATE``): likes, comments, shares,
  plays, saves. A profile's page carries the account only, its embed a list with plays. oEmbed has no counts and no
  date.
- Not public: watch time, who watched.

Rules
- A post is named by the video's number; ``createTime`` dates it. The number's own time is up to a minute early and is
  used only where nothing else is stated (precision ``minute``).
- ``statsV2`` (text) stands before ``stats``: it is exact where that is rounded. Where both end in zeros from 10,000
  up as TikTok rounds them ("25500", "192100"), the count is marked as rounded to what it shows.
- Hashtags are those of ``challenges`` and ``textExtra``; the description in the page's head is written by a machine.
- A page without state is a check for browsers or an empty shell; ``statusCode`` says removed (10204), private
  (10216), ….
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

from crawler.items import (
    Absence,
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
)
from crawler.pages.base import AccountRef, Capture, PageProblem, PlatformPage
from crawler.pages.walls import problem_of
from crawler.reading import hashtags
from crawler.reading.charset import decode
from crawler.reading.counts import Count, read_count
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import NotJsonError, identifier, link, mapping, parse, positive, sequence, string
from crawler.reading.relay import json_after, json_in, objects
from crawler.reading.snowflakes import tiktok_time
from crawler.reading.text import html_to_text

_SITE = "https://www.tiktok.com"
_HOST = re.compile(r"(?:[a-z0-9-]+\.)*tiktok\.com")
_VIDEO_PATH = re.compile(r"/(?:@([\w.]{1,32})/)?(?:video|photo|v)/(\d{15,25})(?:\.html)?/?")
_PROFILE_PATH = re.compile(r"/@([\w.]{1,32})/?")
_EMBED_PATH = re.compile(r"/embed/(?:v\d/)?(?:@([\w.]{1,32})|(\d{15,25}))/?")
_STATE = re.compile(
    r"""<script\b[^<>]{0,300}?\bid=["'](__UNIVERSAL_DATA_FOR_REHYDRATION__|SIGI_STATE|__FRONTITY_CONNECT_STATE__|__NEXT_DATA__)["'][^<>]{0,300}>(.*?)</script""",
    re.IGNORECASE | re.DOTALL,
)
_OWN_WORDS = re.compile(rb"tiktokcdn|__UNIVERSAL_DATA_FOR_REHYDRATION__|SIGI_STATE|tiktok-embed")
_NUMBER = re.compile(r"/(?:video|photo|v)/(\d{15,25})")
_GONE = frozenset({10204, 10101, 10215, 10221, 10225, 10231})
_PRIVATE = frozenset({10216, 10222, 10218})
_COUNTS = {
    "like_count": "diggCount", "comment_count": "commentCount", "share_count": "shareCount", "view_count": "playCount",
    "save_count": "collectCount",
}  # fmt: skip


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """The profile, and its embed, which lists videos."""
    base = base_urls.get(f"{Platform.TIKTOK}.site", _SITE).rstrip("/")
    return (
        NextRequest(url=f"{base}/@{ref.handle}", kind=RequestKind.PROFILE),
        NextRequest(url=f"{base}/embed/@{ref.handle}", kind=RequestKind.LISTING),
    )


def post_requests(
    ref: AccountRef, posts: Sequence[tuple[str, str | None]], base_urls: Mapping[str, str]
) -> tuple[NextRequest, ...]:
    """The public page of each video."""
    base = base_urls.get(f"{Platform.TIKTOK}.site", _SITE).rstrip("/")
    return tuple(
        NextRequest(url=f"{base}/@{ref.handle}/video/{one}", kind=RequestKind.POST, native_id=one)
        for one, _ in posts
        if one.isdigit()
    )


def read_captured(data: object, capture: Capture) -> PostList:
    """An ``itemStruct`` as the site's own interfaces answer it."""
    found = next((one for one in objects(mapping(data)) if _is_item(one)), None)
    post = _post(found, capture) if found is not None else None
    if post is None:
        raise PageProblem(Outcome.LAYOUT_CHANGED, "This is no video of TikTok in a shape that we know.")
    return PostList(posts=(post,))


def _is_item(value: Mapping[str, Any]) -> bool:
    return "createTime" in value and ("stats" in value or "statsV2" in value) and "desc" in value and "id" in value


class _TiktokPage(PlatformPage):
    platform = Platform.TIKTOK

    @property
    def path(self) -> str:
        return _path(str(self.response.url))

    @property
    def asked_for(self) -> str:
        ref = self.capture.account
        return f"The TikTok account {ref.handle}" if ref else "This page of TikTok"

    def html(self) -> str:
        status, body = self.response.status or 200, bytes(self.response.body)
        if status >= 400:
            raise problem_of(status, body, self.asked_for)
        return decode(body, self.response.headers.get("Content-Type", "")).text

    def wall(self, html: str) -> PageProblem:
        if "/login" in self.path:
            return PageProblem(Outcome.LOGIN_WALL, f"{self.asked_for} is shown to signed-in people only.")
        if not _STATE.search(html):
            return PageProblem(
                Outcome.BLOCKED,
                f"{self.asked_for}: TikTok sent its check for browsers in place of the page; open it in a browser, save"
                " it, and import it.",
            )
        return PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the page has no data where TikTok keeps it.")

    def refused(self, code: int, words: str, native_id: str | None) -> PostList:
        """What a status code in the state means."""
        if code in _GONE and native_id:
            return PostList(absences=(_absence(native_id, None),))
        said = f" (“{words[:120]}”)" if words else ""
        if code in _PRIVATE:
            raise PageProblem(
                Outcome.LOGIN_WALL,
                f"{self.asked_for} shows this to its followers only{said}.",
                Reason.PERMISSION_MISSING,
            )
        if code in _GONE or code == 10202:
            raise PageProblem(Outcome.NOT_FOUND, f"{self.asked_for} is not there{said}; check the link in the list.")
        raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: TikTok answered with code {code}{said}.")


class VideoPage(_TiktokPage):
    """``/@user/video/<id>``: one video or photo post."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.tiktok.com/@acme/video/7571863205253778710",
        "https://www.tiktok.com/@acme/photo/7571863205253778710?lang=en",
        "https://m.tiktok.com/v/7571863205253778710.html",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return _VIDEO_PATH.fullmatch(_path(url)) is not None and _is_ours(url, head)

    def read(self) -> PostList:
        found = _VIDEO_PATH.fullmatch(self.path)
        native_id = found.group(2) if found else ""
        if self.response.status in (404, 410):
            return PostList(absences=(_absence(native_id, self.response.status),))
        html = self.html()
        others = 0
        for state in _states(html):
            for item in objects(state):
                if _is_item(item):
                    if identifier(item.get("id")) != native_id:
                        others += 1
                    elif (post := _post(item, self.capture)) is not None:
                        return PostList(posts=(post,), skipped={"foreign_post": others} if others else {})
        for state in _states(html):
            for one in objects(state):
                code = one.get("statusCode")
                if isinstance(code, int) and code and ("itemInfo" in one or "statusMsg" in one):
                    return self.refused(code, string(one.get("statusMsg")) or "", native_id)
        raise self.wall(html)


class ProfilePage(_TiktokPage):
    """``/@user``: the account; the list of its videos is not in the page."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.tiktok.com/@acme",
        "https://www.tiktok.com/@acme.bakery/?lang=de",
        "https://www.tiktok.com/login?redirect_url=https%3A%2F%2Fwww.tiktok.com%2F%40acme",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        path = _path(url)
        is_login = path.startswith("/login") and _HOST.fullmatch(_host(url)) is not None
        return is_login or (_PROFILE_PATH.fullmatch(path) is not None and _is_ours(url, head))

    def read(self) -> PostList:
        found = _PROFILE_PATH.fullmatch(self.path)
        handle = found.group(1) if found else ""
        html = self.html()
        profile = None
        posts: dict[str, Post] = {}
        code, words = 0, ""
        for state in _states(html):
            detail = mapping(mapping(mapping(state).get("__DEFAULT_SCOPE__")).get("webapp.user-detail"))
            if isinstance(detail.get("statusCode"), int):
                code, words = detail["statusCode"], string(detail.get("statusMsg")) or ""
            profile = profile or _profile(state, handle)
            for item in objects(state):
                if (
                    _is_item(item)
                    and (post := _post(item, self.capture))
                    and post.account.casefold() == handle.casefold()
                ):
                    posts.setdefault(post.native_id, post)
        if profile is None and not posts:
            if code:
                return self.refused(code, words, None)
            raise self.wall(html)
        return PostList(
            posts=tuple(posts.values()),
            profile=profile,
            problem_outcome=None if posts else Outcome.PARTIAL,
            flags=() if posts else ("no_posts_in_page",),
        )


class EmbedPage(_TiktokPage):
    """``/embed/@user`` and ``/embed/v2/<id>``: what other sites show of TikTok."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.tiktok.com/embed/@acme",
        "https://www.tiktok.com/embed/v2/7571863205253778710",
        "https://www.tiktok.com/embed/7571863205253778710",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return _EMBED_PATH.fullmatch(_path(url)) is not None and _is_ours(url, head)

    def read(self) -> PostList:
        html = self.html()
        found = _EMBED_PATH.fullmatch(self.path)
        handle, native_id = (found.group(1), found.group(2)) if found else (None, None)
        posts: dict[str, Post] = {}
        profile = None
        is_read = False
        for state in _states(html):
            for one in objects(mapping(mapping(state).get("source")).get("data") or state):
                if isinstance(one.get("videoList"), list):
                    is_read = True
                    user = mapping(one.get("userInfo"))
                    profile = profile or _embedded_profile(user)
                    name = identifier(user.get("uniqueId")) or handle or ""
                    for item in map(mapping, one["videoList"]):
                        if (post := _embedded(item, {}, name, self.capture)) is not None:
                            posts.setdefault(post.native_id, post)
                if isinstance(one.get("videoData"), dict):
                    is_read = True
                    data = one["videoData"]
                    author = identifier(mapping(data.get("authorInfos")).get("uniqueId")) or handle or ""
                    if (post := _embedded(mapping(data.get("itemInfos")), data, author, self.capture)) is not None:
                        posts.setdefault(post.native_id, post)
        if posts or profile:
            return PostList(posts=tuple(posts.values()), profile=profile)
        if is_read and native_id:
            return PostList(absences=(_absence(native_id, None),))
        raise self.wall(html)


class OembedPage(_TiktokPage):
    """oEmbed: whether a video is there, who made it and what it says; no counts, no date."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.tiktok.com/oembed?url=https%3A%2F%2Fwww.tiktok.com%2F%40acme%2Fvideo%2F7571863205253778710",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        if _path(url).rstrip("/").endswith("/oembed") and "tiktok.com" in unquote(url):
            return True
        return b'"provider_name":"TikTok"' in head.replace(b" ", b"")

    def read(self) -> PostList:
        asked = _NUMBER.search(unquote(urlsplit(str(self.response.url)).query))
        status, body = self.response.status or 200, bytes(self.response.body)
        if status in (400, 404) and asked:
            return PostList(absences=(_absence(asked.group(1), status),))
        if status >= 400:
            raise problem_of(status, body, self.asked_for)
        try:
            answer = mapping(parse(body))
        except NotJsonError:
            raise problem_of(status, body, self.asked_for) from None
        html = string(answer.get("html")) or ""
        in_html = re.search(r'data-video-id="(\d{15,25})"', html)
        native_id = (
            identifier(answer.get("embed_product_id"))
            or (in_html.group(1) if in_html else None)
            or (asked.group(1) if asked else None)
        )
        if native_id is None or not native_id.isdigit():
            if answer.get("code") and asked:
                return PostList(absences=(_absence(asked.group(1), status),))
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no video.")
        handle = identifier(answer.get("author_unique_id")) or urlsplit(
            link(answer.get("author_url")) or ""
        ).path.strip("/@")
        text = string(answer.get("title"))
        tags = [html_to_text(one) for one in re.findall(r'href="[^"]*/tag/[^"]*"[^>]*>(#[^<]+)<', html)]
        is_photo = "/photo/" in html or "/photo/" in unquote(urlsplit(str(self.response.url)).query)
        thumbnail = link(answer.get("thumbnail_url"))
        post = Post(
            platform=Platform.TIKTOK,
            native_id=native_id,
            account=handle,
            author=handle or None,
            url=f"{_SITE}/@{handle}/{'photo' if is_photo else 'video'}/{native_id}",
            format=Format.CAROUSEL if is_photo else Format.SHORT_VIDEO,
            text=text,
            media=(
                Media(
                    kind="image" if is_photo else "video", url=thumbnail,
                    width=positive(answer.get("thumbnail_width")), height=positive(answer.get("thumbnail_height")),
                ),
            ) if thumbnail else (),
            hashtags=hashtags.unique(
                [*(tag.lstrip("#") for tag in tags), *(tag for _, tag in hashtags.written(text or ""))]
            ),
            metrics=Metrics(missing=dict.fromkeys(_COUNTS, MissingReason.NOT_OBSERVED)),
        )  # fmt: skip
        return PostList(posts=(post,))


PAGES: tuple[type[PlatformPage], ...] = (OembedPage, EmbedPage, VideoPage, ProfilePage)


def _states(html: str) -> Iterator[Any]:
    for found in _STATE.finditer(html):
        state = json_in(found.group(2))
        if state is not None:
            yield state
    yield from json_after(html, "window['SIGI_STATE']")


def _post(item: Mapping[str, Any], capture: Capture) -> Post | None:
    native_id = identifier(item.get("id"))
    if native_id is None or not native_id.isdigit():
        return None
    author = item.get("author")
    # until 2023 an item names its author only, and the accounts stand beside the items
    handle = identifier(mapping(author).get("uniqueId")) if isinstance(author, dict) else identifier(author)
    handle = handle or (capture.account.handle if capture.account else "")
    text = string(item.get("desc"))
    published = read_date(item.get("createTime"), latest=capture.fetched_at)
    pictures = [mapping(one) for one in sequence(mapping(item.get("imagePost")).get("images"))]
    video = mapping(item.get("video"))
    seconds = video.get("duration")
    extra = [mapping(one) for one in sequence(item.get("textExtra"))]
    for part in sequence(item.get("contents")):
        extra += [mapping(one) for one in sequence(mapping(part).get("textExtra"))]
    tags = [*(string(mapping(one).get("title")) or "" for one in sequence(item.get("challenges"))),
            *(string(one.get("hashtagName")) or "" for one in extra)]  # fmt: skip
    media: tuple[Media, ...]
    if pictures:
        media = tuple(
            Media(
                kind="image",
                url=next(
                    (url for one in sequence(mapping(picture.get("imageURL")).get("urlList")) if (url := link(one))),
                    None,
                ),
                width=positive(picture.get("imageWidth")),
                height=positive(picture.get("imageHeight")),
            )
            for picture in pictures
        )
    else:
        media = (
            Media(
                kind="video",
                url=link(video.get("originCover") or video.get("cover")),
                width=positive(video.get("width")),
                height=positive(video.get("height")),
                duration_seconds=float(seconds) if isinstance(seconds, int | float) and 0 < seconds < 10**6 else None,
            ),
        )
    language = string(item.get("textLanguage"))
    return Post(
        platform=Platform.TIKTOK,
        native_id=native_id,
        account=handle,
        author=handle or None,
        url=f"{_SITE}/@{handle}/{'photo' if pictures else 'video'}/{native_id}",
        format=(Format.CAROUSEL if len(pictures) > 1 else Format.IMAGE) if pictures else Format.SHORT_VIDEO,
        text=text,
        language=language if language and language not in ("un", "und") else None,
        published_at=published.at if published else tiktok_time(native_id),
        published_precision=Precision.SECOND if published else Precision.MINUTE,
        is_pinned=item.get("isPinnedItem") is True,
        is_promoted_label=True if item.get("isAd") is True or mapping(item.get("BAInfo")) else None,
        media=media,
        hashtags=hashtags.unique(tag for tag in tags if tag),
        mentions=hashtags.unique(string(one.get("userUniqueId")) or "" for one in extra),
        metrics=_metrics(mapping(item.get("stats")), mapping(item.get("statsV2"))),
    )


def _metrics(stats: Mapping[str, Any], texts: Mapping[str, Any]) -> Metrics:
    values: dict[str, Any] = {}
    rounded: dict[str, int] = {}
    missing: dict[str, MissingReason] = {}
    for column, name in _COUNTS.items():
        said = texts.get(name) if texts.get(name) not in (None, "") else stats.get(name)
        count = read_count(said)
        if count is None:
            missing[column] = MissingReason.NOT_OBSERVED if said is None else MissingReason.NOT_PARSED
            continue
        values[column] = count.value
        if (digits := _known_digits(count)) is not None:
            rounded[column] = digits
    return Metrics(**values, missing=missing, rounded=rounded)


def _known_digits(count: Count) -> int | None:
    """TikTok cuts counts from 10,000 up to one decimal of the thousand, from a million up to one of the million."""
    if count.rounded is not None:
        return count.rounded
    step = 100_000 if count.value >= 1_000_000 else 100 if count.value >= 10_000 else 1
    if step == 1 or count.value % step:
        return None
    return len(str(count.value)) - len(str(step)) + 1


def _profile(state: object, handle: str) -> Profile | None:
    for one in objects(state):
        user = mapping(one.get("user"))
        if (identifier(user.get("uniqueId")) or "").casefold() != handle.casefold() or not (
            "stats" in one or "statsV2" in one
        ):
            continue
        exact, plain = mapping(one.get("statsV2")), mapping(one.get("stats"))
        values: dict[str, Any] = {}
        rounded: dict[str, int] = {}
        missing: dict[str, MissingReason] = {}
        for column, name in (
            ("follower_count", "followerCount"),
            ("following_count", "followingCount"),
            ("post_count", "videoCount"),
        ):
            said = exact.get(name) if exact.get(name) not in (None, "") else plain.get(name)
            count = read_count(said)
            if count is None:
                missing[column] = MissingReason.NOT_OBSERVED
                continue
            values[column] = count.value
            if column == "follower_count" and (digits := _known_digits(count)) is not None:
                rounded[column] = digits
        outward = string(mapping(user.get("bioLink")).get("link"))
        url = link(outward) or (link(f"https://{outward}") if outward else None)
        verified = user.get("verified")
        created = read_date(user.get("createTime"))
        return Profile(
            platform=Platform.TIKTOK,
            native_account_id=identifier(user.get("id")),
            handle=identifier(user.get("uniqueId")) or handle,
            url=f"{_SITE}/@{handle}",
            name=string(user.get("nickname")),
            bio=string(user.get("signature")),
            links=(url,) if url else (),
            avatar_url=link(user.get("avatarLarger") or user.get("avatarMedium")),
            is_verified=verified if isinstance(verified, bool) else None,
            created_at=created.at if created else None,
            **values,
            missing=missing,
            rounded=rounded,
        )
    return None


def _embedded_profile(user: Mapping[str, Any]) -> Profile | None:
    handle = identifier(user.get("uniqueId"))
    followers = read_count(user.get("followerCount"))
    if handle is None:
        return None
    verified = user.get("verified")
    digits = _known_digits(followers) if followers else None
    return Profile(
        platform=Platform.TIKTOK,
        native_account_id=identifier(user.get("id")),
        handle=handle,
        url=f"{_SITE}/@{handle}",
        name=string(user.get("nickname")),
        bio=string(user.get("signature")),
        is_verified=verified if isinstance(verified, bool) else None,
        follower_count=followers.value if followers else None,
        missing={} if followers else {"follower_count": MissingReason.NOT_OBSERVED},
        rounded={"follower_count": digits} if digits is not None else {},
    )


def _embedded(item: Mapping[str, Any], data: Mapping[str, Any], handle: str, capture: Capture) -> Post | None:
    """A video as embeds state it: ``itemInfos``, or an entry of ``videoList``, which has plays only."""
    native_id = identifier(item.get("id"))
    stated = any(item.get(name) is not None for name in ("playCount", "diggCount", "createTime"))
    if native_id is None or not native_id.isdigit() or not stated:
        return None
    text = string(item.get("text")) or string(item.get("desc"))
    published = read_date(item.get("createTime"), latest=capture.fetched_at)
    tags = [
        string(mapping(one).get("challengeName") or mapping(one).get("title")) or ""
        for one in sequence(data.get("challengeInfoList"))
    ]
    cover = next((url for one in sequence(item.get("covers")) if (url := link(one))), None) or link(
        item.get("coverUrl")
    )
    meta = mapping(mapping(item.get("video")).get("videoMeta"))
    seconds = meta.get("duration")
    return Post(
        platform=Platform.TIKTOK,
        native_id=native_id,
        account=handle,
        author=handle or None,
        url=f"{_SITE}/@{handle}/video/{native_id}",
        format=Format.SHORT_VIDEO,
        text=text,
        published_at=published.at if published else tiktok_time(native_id),
        published_precision=Precision.SECOND if published else Precision.MINUTE,
        media=(
            Media(
                kind="video", url=cover, width=positive(meta.get("width")), height=positive(meta.get("height")),
                duration_seconds=float(seconds) if isinstance(seconds, int | float) and 0 < seconds < 10**6 else None,
            ),
        ),
        hashtags=hashtags.unique([*tags, *(tag for _, tag in hashtags.written(text or ""))]),
        metrics=_metrics(item, {}),
    )  # fmt: skip


def _absence(native_id: str, status: int | None) -> Absence:
    return Absence(platform=Platform.TIKTOK, native_id=native_id, kind="gone", status=status)


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


def _is_ours(url: str, head: bytes) -> bool:
    return _HOST.fullmatch(_host(url)) is not None or _OWN_WORDS.search(head) is not None
