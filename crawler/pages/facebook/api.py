"""Facebook's Graph API: a Page, its posts, one post."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qs, quote, urlencode, urlsplit

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
    RequestKind,
)
from crawler.pages.base import AccountRef, PageProblem, PlatformPage
from crawler.pages.facebook.ids import SITE, video_number
from crawler.reading import hashtags
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.graph import GraphAccess, each_once, graph_answer, pause_until, without_token
from crawler.reading.jsonvalue import identifier, link, mapping, positive, sequence, string

DEFAULT_BASE_URL = "https://graph.facebook.com/v24.0"
PAGE_SIZE = 100
ACCESS = GraphAccess(
    Platform.FACEBOOK, "pages_read_engagement for one's own Page, the feature Page Public Content Access for others"
)
_PAGE_FIELDS = (
    "id,username,name,about,category,website,link,fan_count,followers_count,verification_status,picture.type(large),"
    "cover"
)
_POST_FIELDS = (
    "id,from{id,name,username},message,created_time,updated_time,permalink_url,status_type,is_published,"
    "attachments{media_type,type,url,unshimmed_url,title,media{image,source},target,subattachments{media_type,media{image}}},"
    "shares,comments.summary(total_count).limit(0),reactions.summary(total_count).limit(0)"
)
_POSTS_PATH = re.compile(r"(?:/v[\w.]{1,8})?/[\w.{}-]+/(?:posts|published_posts|feed|tagged)/?")
_LIST = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"data"\s*:\s*\[')
_NODE_PATH = re.compile(r"(?:/v\d+\.\d+)?/([A-Za-z0-9_.-]{2,100})/?")
_KINDS = {
    "photo": Format.IMAGE, "album": Format.CAROUSEL, "video": Format.VIDEO, "link": Format.LINK, "share": Format.LINK,
    "event": Format.OTHER, "note": Format.ARTICLE,
}  # fmt: skip
_REACTIONS = ("like", "love", "wow", "haha", "sad", "angry", "care", "thankful", "pride")


def info_request(ref: AccountRef, base_urls: Mapping[str, str]) -> NextRequest:
    """The Page with its counts."""
    node = quote(ref.native_account_id or ref.handle, safe="")
    return NextRequest(url=f"{_base(base_urls)}/{node}?{urlencode({'fields': _PAGE_FIELDS})}", kind=RequestKind.PROFILE)


def post_request(ref: AccountRef, native_id: str, url: str | None, base_urls: Mapping[str, str]) -> NextRequest | None:
    """One post by itself, which the API names by Page and post; reels and videos, which have another number, come with
    the list."""
    owner = ref.native_account_id
    if owner is None or not native_id.isdigit() or (url and re.search(r"/(?:reel|videos|watch)/", url)):
        return None
    return NextRequest(
        url=f"{_base(base_urls)}/{owner}_{native_id}?{urlencode({'fields': _POST_FIELDS})}",
        kind=RequestKind.POST,
        native_id=native_id,
    )


def _base(base_urls: Mapping[str, str]) -> str:
    return base_urls.get(Platform.FACEBOOK, DEFAULT_BASE_URL).rstrip("/")


class _GraphPage(PlatformPage):
    platform = Platform.FACEBOOK

    @property
    def asked_for(self) -> str:
        ref = self.capture.account
        return f"The Facebook Page {ref.handle}" if ref else "This answer of Facebook's interface"

    def payload(self) -> Mapping[str, Any]:
        """The answer. Raises :class:`PageProblem` for an error in it, and for what is no JSON."""
        return graph_answer(self.response, self.capture.fetched_at, self.asked_for, ACCESS)

    @property
    def account(self) -> str:
        return self.capture.account.handle if self.capture.account else ""

    @property
    def asks_for_shares(self) -> bool:
        """The address asks for shares by name."""
        return "shares" in parse_qs(urlsplit(str(self.response.url)).query).get("fields", [""])[0].split(",")

    def post(self, said: Mapping[str, Any]) -> Post | None:
        """One post of any age of the interface; ``None`` when the object names none."""
        graph_id = identifier(said.get("id"))
        if graph_id is None:
            return None
        owner_id, _, number = graph_id.rpartition("_")
        permalink = link(said.get("permalink_url")) or next(
            (link(mapping(one).get("link")) for one in sequence(said.get("actions"))), None
        )
        in_address = video_number(permalink) if permalink else None
        writer = mapping(said.get("from"))
        handle = identifier(writer.get("username")) or self.account or owner_id or identifier(writer.get("id"))
        if not handle:
            return None
        created = read_date(said.get("created_time"), latest=self.capture.fetched_at)
        text = string(said.get("message"))
        attachments = [mapping(one) for one in sequence(mapping(said.get("attachments")).get("data"))]
        kind = self._format(said, attachments, permalink)
        return Post(
            platform=Platform.FACEBOOK,
            native_id=in_address or number or graph_id,
            account=handle,
            author=identifier(writer.get("username")) or identifier(writer.get("name")) or handle,
            url=permalink or f"{SITE}/{graph_id}",
            format=kind,
            title=next(_titles(attachments, said), None) if kind == Format.LINK else None,
            text=text if text is not None else string(said.get("story")),
            published_at=created.at if created else None,
            published_precision=Precision.SECOND if created else None,
            media=tuple(_media(attachments, said)),
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(text or "")),
            mentions=hashtags.unique(
                string(mapping(one).get("name")) or "" for one in sequence(said.get("message_tags"))
                if mapping(one).get("type") in ("page", "user")
            ),
            links=tuple(_links([*attachments, {"url": said.get("link")}])),
            metrics=_metrics(said, asks_for_shares=self.asks_for_shares),
        )  # fmt: skip

    def _format(self, said: Mapping[str, Any], attachments: list[Mapping[str, Any]], permalink: str | None) -> Format:
        if permalink and "/reel/" in permalink:
            return Format.SHORT_VIDEO
        first = attachments[0] if attachments else {}
        stated = string(first.get("media_type")) or string(said.get("type")) or ""
        if "live" in (string(first.get("type")) or "") or "live" in (string(said.get("status_type")) or ""):
            return Format.LIVE
        if stated == "photo" and len(sequence(mapping(first.get("subattachments")).get("data"))) > 1:
            return Format.CAROUSEL
        return _KINDS.get(stated, Format.TEXT if not attachments else Format.OTHER)


class PageInfoPage(_GraphPage):
    """``/{page}``: the Page and its counts, which leads to its posts; ``/{page}_{post}``: one post."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://graph.facebook.com/v24.0/acme?fields=id,fan_count",
        "https://graph.facebook.com/v24.0/19292868552_10158349356748553?fields=id,message",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        parts = urlsplit(url)
        if "business_discovery" in parts.query or parts.path.rstrip("/").endswith("/instagram_oembed"):
            return False
        if _NODE_PATH.fullmatch(parts.path) and (parts.hostname == "graph.facebook.com" or any(
            word in parts.query for word in ("fan_count", "reactions.summary", "reactions%2Esummary"))):  # fmt: skip
            return True
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        return start.startswith(b"{") and b'"fan_count"' in start

    def read(self) -> PostList:
        node = _NODE_PATH.fullmatch(urlsplit(str(self.response.url)).path)
        name = node.group(1) if node else ""
        is_post = re.fullmatch(r"\d+_\d+", name) is not None
        try:
            said = self.payload()
        except PageProblem as problem:
            if is_post and problem.outcome == Outcome.NOT_FOUND:
                number = name.rpartition("_")[2]
                absence = Absence(
                    platform=Platform.FACEBOOK, native_id=number, kind="gone", status=self.response.status
                )
                return PostList(absences=(absence,))
            raise
        pause = pause_until(dict(self.response.headers), self.capture.fetched_at)
        if is_post or "_" in str(said.get("id", "")) or "created_time" in said:
            post = self.post(said)
            if post is None or "created_time" not in said:
                raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no post.")
            return PostList(posts=(post,), pause_until=pause)
        number = identifier(said.get("id"))
        if number is None:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no Page.")
        more: tuple[NextRequest, ...] = ()
        ref = self.capture.account
        if ref is not None and ref.access is not None:
            query = urlencode({"fields": _POST_FIELDS, "limit": min(ref.access.page_size or PAGE_SIZE, PAGE_SIZE)})
            more = (
                NextRequest(url=f"{_base(self.capture.base_urls)}/{number}/posts?{query}", kind=RequestKind.LISTING),
            )
        return PostList(profile=self._profile(said, number), next_requests=more, pause_until=pause)

    def _profile(self, said: Mapping[str, Any], number: str) -> Profile:
        handle = identifier(said.get("username")) or self.account or number
        followers = read_count(said.get("followers_count", said.get("fan_count")))
        website = link(said.get("website"))
        status = said.get("verification_status")
        picture = mapping(mapping(said.get("picture")).get("data"))
        return Profile(
            platform=Platform.FACEBOOK,
            native_account_id=number,
            handle=handle,
            url=link(said.get("link")) or f"{SITE}/{handle}",
            name=string(said.get("name")),
            bio=string(said.get("about")),
            links=(website,) if website else (),
            avatar_url=link(picture.get("url")),
            banner_url=link(mapping(said.get("cover")).get("source")),
            is_verified=status in ("blue_verified", "gray_verified") if isinstance(status, str) else None,
            category=string(said.get("category")),
            follower_count=followers.value if followers else None,
            missing={} if followers else {"follower_count": MissingReason.NOT_OBSERVED},
        )


class PagePostsPage(_GraphPage):
    """``/{page}/posts``: a Page's posts, newest first."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://graph.facebook.com/v24.0/19292868552/posts?fields=message",
        "https://graph.facebook.com/v10.0/acme/feed?limit=5",
        "https://graph.facebook.com/acme/published_posts",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        parts = urlsplit(url)
        if _POSTS_PATH.fullmatch(parts.path) and (parts.hostname == "graph.facebook.com" or "reactions" in parts.query):
            return True
        return _LIST.match(head) is not None and b'"created_time"' in head and (
            b'"permalink_url"' in head or b'"status_type"' in head or b'"message"' in head or b'"attachments"' in head
        )  # fmt: skip

    def read(self) -> PostList:
        answer = self.payload()
        data = answer.get("data")
        if not isinstance(data, list):
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no list of posts.")
        published = [one for one in map(mapping, data) if one.get("is_published") is not False]
        own = [one for one in published if not _is_visitors(one)]
        posts = [self.post(one) for one in own]
        read = each_once(post for post in posts if post is not None and post.published_at is not None)
        unread = sum(post is None or post.published_at is None for post in posts)
        skipped = {"foreign_post": len(published) - len(own), "not_understood": unread}
        if own and not read:
            raise PageProblem(
                Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the posts are in a shape that we do not know."
            )
        return PostList(
            posts=read,
            next_requests=tuple(self._next(mapping(answer.get("paging")))) if read else (),
            skipped={why: number for why, number in skipped.items() if number},
            pause_until=pause_until(dict(self.response.headers), self.capture.fetched_at),
        )

    def _next(self, paging: Mapping[str, Any]) -> Iterator[NextRequest]:
        stated = link(paging.get("next"))
        ref = self.capture.account
        if stated is None or ref is None or ref.access is None:
            return
        parts = urlsplit(without_token(stated))
        path = re.sub(r"^/v\d+\.\d+", "", parts.path)
        yield NextRequest(url=f"{_base(self.capture.base_urls)}{path}?{parts.query}", kind=RequestKind.LISTING)


def _is_visitors(said: Mapping[str, Any]) -> bool:
    """What somebody else wrote on a Page, which its feed shows too: the id begins with the Page's, not the writer's."""
    owner, _, _ = (identifier(said.get("id")) or "").rpartition("_")
    writer = identifier(mapping(said.get("from")).get("id"))
    return bool(owner and writer) and owner != writer


def _media(attachments: list[Mapping[str, Any]], said: Mapping[str, Any]) -> Iterator[Media]:
    for one in attachments:
        parts = [mapping(part) for part in sequence(mapping(one.get("subattachments")).get("data"))] or [one]
        for part in parts:
            media = mapping(part.get("media"))
            image = mapping(media.get("image"))
            is_video = string(part.get("media_type")) == "video"
            is_card = string(part.get("media_type")) == "link"
            url = link(media.get("source")) if is_video else None
            if not is_card and (url or image):
                yield Media(
                    kind="video" if is_video else "image",
                    url=url or link(image.get("src")),
                    width=positive(image.get("width")),
                    height=positive(image.get("height")),
                )
    if not attachments and (url := link(said.get("full_picture") or said.get("picture"))):
        yield Media(kind="image", url=url)


def _titles(attachments: list[Mapping[str, Any]], said: Mapping[str, Any]) -> Iterator[str]:
    """What the link that a post passes on is called; older answers say it in the post itself."""
    yield from (title for one in attachments if (title := string(one.get("title"))))
    if title := string(said.get("name")):
        yield title


def _links(attachments: list[Mapping[str, Any]]) -> Iterator[str]:
    seen: set[str] = set()
    for one in attachments:
        url = link(one.get("unshimmed_url") or one.get("url"))
        host = urlsplit(url).hostname or "" if url else ""
        if url and not host.endswith("facebook.com") and url not in seen:
            seen.add(url)
            yield url


def _metrics(said: Mapping[str, Any], *, asks_for_shares: bool) -> Metrics:
    values: dict[str, Any] = {}
    missing: dict[str, MissingReason] = {
        "save_count": MissingReason.NOT_PUBLIC, "view_count": MissingReason.NOT_PUBLIC,
    }  # fmt: skip
    for column, value in (
        ("like_count", _total(said, "reactions", "likes")),
        ("comment_count", _total(said, "comments")),
        ("share_count", mapping(said.get("shares")).get("count")),
    ):
        count = read_count(value)
        if count is None:
            missing[column] = MissingReason.NOT_OBSERVED
        else:
            values[column] = count.value
    if "share_count" in missing and asks_for_shares:
        # the interface leaves out what is none; an answer to another request says nothing
        values["share_count"] = 0
        del missing["share_count"]
    kinds = {kind: count.value for kind in _REACTIONS if (count := read_count(_total(said, kind)))}
    return Metrics(**values, reactions=kinds, missing=missing)


def _total(said: Mapping[str, Any], *names: str) -> object:
    for name in names:
        part = mapping(said.get(name))
        total = mapping(part.get("summary")).get("total_count")
        if total is not None:
            return total
        if isinstance(part.get("count"), int):
            return part["count"]
    return None
