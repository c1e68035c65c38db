"""Instagram's business discovery and hashtag search: JSON answers of the Graph API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qs, quote, urlsplit

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
    RequestKind,
)
from crawler.pages.base import Access, PageProblem, PlatformPage
from crawler.pages.instagram.media import SITE
from crawler.reading import hashtags
from crawler.reading.captions import linked, mentioned
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.graph import GraphAccess, each_once, graph_answer, pause_until
from crawler.reading.jsonvalue import identifier, link, mapping, sequence, string
from crawler.reading.snowflakes import instagram_id, instagram_time

DEFAULT_BASE_URL = "https://graph.facebook.com/v24.0"
PAGE_SIZE = 50
ACCESS = GraphAccess(Platform.INSTAGRAM, "instagram_basic, instagram_manage_insights and pages_read_engagement")
_USER_FIELDS = "id,username,name,biography,website,profile_picture_url,followers_count,follows_count,media_count"
_MEDIA_FIELDS = (
    "id,caption,like_count,comments_count,view_count,media_type,media_product_type,permalink,timestamp,media_url,"
    "thumbnail_url,children{media_type,media_url}"
)
_NAMED = re.compile(r"business_discovery\.username\(([^()]{1,60})\)")
_HASHTAG_PATH = re.compile(r".*/[\w.{}-]+/(?:top|recent)_media/?")
_CODE = re.compile(r"/(?:p|reel|tv)/([A-Za-z0-9_-]{5,64})")
_FORMATS = {"IMAGE": Format.IMAGE, "VIDEO": Format.VIDEO, "CAROUSEL_ALBUM": Format.CAROUSEL}


def discovery_request(
    handle: str, access: Access, base_urls: Mapping[str, str], after: str | None = None
) -> NextRequest:
    """One page of an account's media, newest first; the first page asks for the profile too."""
    size = min(access.page_size or PAGE_SIZE, PAGE_SIZE)
    cursor = f".after({after})" if after else ""
    user = "username" if after else _USER_FIELDS
    fields = f"business_discovery.username({handle}){{{user},media{cursor}.limit({size}){{{_MEDIA_FIELDS}}}}}"
    base = base_urls.get(Platform.INSTAGRAM, DEFAULT_BASE_URL).rstrip("/")
    return NextRequest(
        url=f"{base}/{access.as_account}?fields={quote(fields, safe='')}",
        kind=RequestKind.LISTING if after else RequestKind.PROFILE,
    )


class _GraphPage(PlatformPage):
    platform = Platform.INSTAGRAM

    @property
    def asked_for(self) -> str:
        ref = self.capture.account
        handle = ref.handle if ref else self.named
        return f"The Instagram account {handle}" if handle else "This answer of Instagram's interface"

    @property
    def named(self) -> str | None:
        """The account that the address asks for."""
        query = parse_qs(urlsplit(str(self.response.url)).query)
        found = _NAMED.search(query.get("fields", [""])[0])
        return found.group(1).strip() if found else None

    def payload(self) -> Mapping[str, Any]:
        """The answer. Raises :class:`PageProblem` for an error in it, and for what is no JSON."""
        return graph_answer(self.response, self.capture.fetched_at, self.asked_for, ACCESS)

    def post(self, media: Mapping[str, Any], account: str) -> Post | None:
        """One medium; ``account`` is ``""`` where the answer does not say whose it is."""
        graph_id = identifier(media.get("id"))
        url = link(media.get("permalink"))
        code = _CODE.search(urlsplit(url).path) if url else None
        native_id = (instagram_id(code.group(1)) if code else None) or graph_id
        if native_id is None:
            return None
        stated, product = string(media.get("media_type")) or "", string(media.get("media_product_type")) or ""
        is_reel = product == "REELS" or (url is not None and "/reel/" in url)
        kind = Format.SHORT_VIDEO if stated == "VIDEO" and is_reel else _FORMATS.get(stated)
        caption = string(media.get("caption"))
        published = read_date(media.get("timestamp"), latest=self.capture.fetched_at)
        made_at = instagram_time(native_id, self.capture.fetched_at) if native_id != graph_id else None
        at = published.at if published else made_at
        return Post(
            platform=Platform.INSTAGRAM,
            native_id=native_id,
            account=account,
            author=account or None,
            url=url,
            format=kind,
            text=caption,
            published_at=at,
            published_precision=Precision.SECOND if at else None,
            media=tuple(self._media(media, stated)),
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(caption or "")),
            mentions=mentioned(caption or ""),
            links=linked(caption or ""),
            metrics=_metrics(media, is_video=stated == "VIDEO"),
        )

    def _media(self, media: Mapping[str, Any], stated: str) -> list[Media]:
        parts = [mapping(one) for one in sequence(mapping(media.get("children")).get("data"))]
        if not parts and stated == "CAROUSEL_ALBUM":
            return []
        return [
            Media(kind="video" if string(part.get("media_type")) == "VIDEO" else "image", url=url)
            for part in parts or [media]
            if (url := link(part.get("media_url") or part.get("thumbnail_url")))
        ]


class DiscoveryPage(_GraphPage):
    """``business_discovery``: a professional account and its newest media."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://graph.facebook.com/v24.0/17841400000000000?fields=business_discovery.username%28acme%29%7Busername%7D",
        "http://127.0.0.1:8001/1784?fields=business_discovery.username(acme){media.limit(50){id}}",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        if "business_discovery" in urlsplit(url).query:
            return True
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        return start.startswith(b"{") and b'"business_discovery"' in start[:200]

    def read(self) -> PostList:
        found = mapping(self.payload().get("business_discovery"))
        if not found:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no account.")
        ref = self.capture.account
        account = identifier(found.get("username")) or self.named or (ref.handle if ref else "")
        media = mapping(found.get("media"))
        posts = [self.post(mapping(one), account) for one in sequence(media.get("data"))]
        read = each_once(posts)
        if media.get("data") and not read:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer's media are in an unknown shape.")
        after = identifier(mapping(mapping(media.get("paging")).get("cursors")).get("after"))
        more: tuple[NextRequest, ...] = ()
        if after and ref is not None and ref.access is not None and ref.access.as_account and read:
            more = (discovery_request(account or ref.handle, ref.access, self.capture.base_urls, after),)
        return PostList(
            posts=read,
            profile=self._profile(found, account),
            next_requests=more,
            skipped={"not_understood": posts.count(None)} if None in posts else {},
            pause_until=pause_until(dict(self.response.headers), self.capture.fetched_at),
        )

    def _profile(self, found: Mapping[str, Any], account: str) -> Profile | None:
        if not account or not any(name in found for name in ("followers_count", "media_count", "name", "biography")):
            return None
        counts: dict[str, Any] = {}
        missing: dict[str, MissingReason] = {}
        for column, name in (
            ("follower_count", "followers_count"), ("following_count", "follows_count"), ("post_count", "media_count"),
        ):  # fmt: skip
            count = read_count(found.get(name))
            if count is None:
                missing[column] = MissingReason.NOT_OBSERVED
            else:
                counts[column] = count.value
        bio = string(found.get("biography"))
        website = link(found.get("website"))
        return Profile(
            platform=Platform.INSTAGRAM,
            native_account_id=identifier(found.get("ig_id")),
            handle=account,
            url=f"{SITE}/{account}/",
            name=string(found.get("name")),
            bio=bio.strip() if bio is not None else None,
            links=(website,) if website else (),
            avatar_url=link(found.get("profile_picture_url")),
            **counts,
            missing=missing,
        )


class HashtagPage(_GraphPage):
    """``ig_hashtag_search`` media: posts of accounts that the answer does not name, which are nobody's on the list."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://graph.facebook.com/v24.0/17843826142012701/top_media?user_id=1784&fields=id",
        "https://graph.facebook.com/v24.0/17843826142012701/recent_media?user_id=1784&fields=id",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return _HASHTAG_PATH.fullmatch(urlsplit(url).path) is not None

    def read(self) -> PostList:
        data = self.payload().get("data")
        if not isinstance(data, list):
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no list of media.")
        posts = each_once(self.post(mapping(one), "") for one in data)
        return PostList(posts=posts, flags=("names_no_account",))


def _metrics(media: Mapping[str, Any], *, is_video: bool) -> Metrics:
    values: dict[str, Any] = {}
    missing = dict.fromkeys(("share_count", "save_count"), MissingReason.NOT_PUBLIC)
    for column, name, reason in (
        # documented: like_count is left out when its owner hides it
        ("like_count", "like_count", MissingReason.HIDDEN),
        ("comment_count", "comments_count", MissingReason.NOT_OBSERVED),
        ("view_count", "view_count", MissingReason.NOT_OBSERVED if is_video else MissingReason.NOT_PUBLIC),
    ):
        count = read_count(media.get(name))
        if count is None:
            missing[column] = reason
        else:
            values[column] = count.value
    return Metrics(**values, missing=missing)
