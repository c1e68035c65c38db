"""Pinterest: public pin, profile and feed pages.

Fact sheet
- robots.txt lets everyone read pin and profile pages and feeds. No official interface gives a competitor's numbers.
- A pin's page carries Relay answers (``data-relay-response``): saves, comments, reactions by kind, exact time, size.
  A profile's page carries JSON-LD with about ten pins (date, picture, no counts); ``/<user>/feed.rss`` up to 26 pins.
- Public counts: saves, reactions, comments. Not public: impressions, clicks, closeups.

Rules
- A pin is named by its number from the address or ``entityId``. ``og:url``, canonical, ``og:title`` and the JSON-LD's
  text often belong to another pin of the same picture, in another language: they name nothing.
- ``save_count`` is ``aggregatedStats.saves``, what people see: all saves of the picture; ``repinCount`` (this pin's
  own) where that is missing. ``like_count`` is the sum of all reactions. ``shareCount`` counts a button, not shares:
  left out.
- The text is the pinner's own description, else what Pinterest shows under the picture.
- A feed is in no order, has blank titles and dates that are none ("Invalid Date"): the pin stays, its date is
  unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlsplit

from attrs import evolve

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
    Profile,
    Reason,
    RequestKind,
    Role,
)
from crawler.pages.base import AccountRef, Capture, PageProblem, PlatformPage
from crawler.pages.walls import problem_of
from crawler.reading import hashtags
from crawler.reading.charset import decode
from crawler.reading.counts import read_count
from crawler.reading.dates import Moment, read_date
from crawler.reading.feeds import read_feed
from crawler.reading.jsonld import Node, read_jsonld, strings, types, values
from crawler.reading.jsonvalue import NotJsonError, identifier, link, mapping, parse, positive, sequence, string
from crawler.reading.meta import Page, parse_page
from crawler.reading.relay import json_in, objects
from crawler.reading.text import clean, html_to_text

_SITE = "https://www.pinterest.com"
_HOST = re.compile(r"(?:[a-z0-9-]+\.)*pinterest\.(?:com|[a-z]{2,3}(?:\.[a-z]{2})?)")
_PIN_PATH = re.compile(r"/pin/(?:[^/]*--)?([A-Za-z0-9]{6,25})(?:/(?:sent|closeup)?)?/?")
_PROFILE_PATH = re.compile(r"/([\w.-]{3,60})(?:/(?:_created|_saved|pins|boards))?/?")
_FEED_PATH = re.compile(r"/([\w.-]{3,60})/(?:feed|[^/]+)\.rss")
_RESOURCE_PATH = re.compile(r"/resource/(\w+)/get/?")
_RELAY = re.compile(
    r"""<script\b[^<>]{0,300}?\bdata-relay-response\b[^<>]{0,300}>(.*?)</script""", re.IGNORECASE | re.DOTALL
)
_STATE = re.compile(r"""<script\b[^<>]{0,300}?\bid=["'](?:__PWS_DATA__|__PWS_INITIAL_PROPS__|initial-state)["'][^<>]{0,300}>(.*?)</script""", re.IGNORECASE | re.DOTALL)  # fmt: skip  # noqa: E501
_OWN_WORDS = re.compile(rb"pinterestapp:|pinimg\.com|pinterest://|__PWS_")
_NO_PROFILE = frozenset(
    ("pin", "ideas", "today", "business", "settings", "search", "resource", "login", "explore", "categories",
     "discover", "videos", "shop", "about", "password", "robots.txt", "oauth", "pin-builder", "v3", "_", "sw.js",
     "manifest.json", "signup")
)  # fmt: skip
_NUMBER_IN_PIN = re.compile(r"/pin/(?:[^/]*--)?([A-Za-z0-9]{6,25})/?")
_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")
_COUNT_COLUMNS = {
    "likeaction": "like_count", "commentaction": "comment_count", "watchaction": "view_count",
    "viewaction": "view_count", "saveaction": "save_count", "bookmarkaction": "save_count",
}  # fmt: skip
_REACTIONS = {1: "love", 5: "good idea", 7: "thanks", 11: "wow", 13: "haha"}


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """The profile page, and the feed of the newest pins."""
    base = _site(base_urls)
    return (
        NextRequest(url=f"{base}/{ref.handle}/", kind=RequestKind.PROFILE),
        NextRequest(url=f"{base}/{ref.handle}/feed.rss", kind=RequestKind.LISTING),
    )


def post_requests(
    ref: AccountRef,  # noqa: ARG001 — the same for every platform
    posts: Sequence[tuple[str, str | None]],
    base_urls: Mapping[str, str],
) -> tuple[NextRequest, ...]:
    """The page of each pin."""
    return tuple(
        NextRequest(url=f"{_site(base_urls)}/pin/{one}/", kind=RequestKind.POST, native_id=one) for one, _ in posts
    )


def _site(base_urls: Mapping[str, str]) -> str:
    return base_urls.get(f"{Platform.PINTEREST}.site", _SITE).rstrip("/")


def read_captured(data: object, capture: Capture) -> PostList:
    """A pin as the site's own interfaces answer it."""
    said = mapping(data)
    post = _resource_pin(said, capture) if "id" in said and "created_at" in said else None
    if post is None and said.get("entityId"):
        post = _pin([said], identifier(said["entityId"]) or "", capture)
    if post is None:
        raise PageProblem(Outcome.LAYOUT_CHANGED, "This is no pin of Pinterest in a shape that we know.")
    return PostList(posts=(post,))


class _PinterestPage(PlatformPage):
    platform = Platform.PINTEREST

    @property
    def path(self) -> str:
        return _path(str(self.response.url))

    @property
    def asked_for(self) -> str:
        ref = self.capture.account
        return f"The Pinterest account {ref.handle}" if ref else "This page of Pinterest"

    def html(self) -> str:
        status, body = self.response.status or 200, bytes(self.response.body)
        if status >= 400:
            raise problem_of(status, body, self.asked_for)
        return decode(body, self.response.headers.get("Content-Type", "")).text


class PinPage(_PinterestPage):
    """``/pin/<id>/``: one pin."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.pinterest.com/pin/106890191127977979/",
        "https://ru.pinterest.com/pin/a-title--165366617561100485/",
        "https://www.pinterest.co.uk/pin/106890191127977979",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return _PIN_PATH.fullmatch(_path(url)) is not None and _is_ours(url, head)

    def read(self) -> PostList:
        found = _PIN_PATH.fullmatch(self.path)
        native_id = found.group(1) if found else ""
        if self.response.status in (404, 410):
            absence = Absence(
                platform=Platform.PINTEREST, native_id=native_id, kind="gone", status=self.response.status
            )
            return PostList(absences=(absence,))
        html = self.html()
        pins = [one for state in _answers(html) for one in _pins_in(state, native_id)]
        page = parse_page(html, str(self.response.url))
        post = _pin(pins, native_id, self.capture) if pins else None
        said = read_jsonld(one.text for one in page.scripts if "ld+json" in one.mime) if page else None
        stated = _from_head(page, said.nodes if said else (), native_id, self.capture) if page else None
        if post is None and stated is None:
            is_shell = page is not None and not page.first("pinterestapp:pinner", "pinterestapp:repins")
            raise PageProblem(
                Outcome.NOT_FOUND if is_shell and _STATE.search(html) else Outcome.LAYOUT_CHANGED,
                f"{self.asked_for}: there is no pin on the page; it was removed, or the site has changed.",
            )
        if post is None:
            return PostList(posts=(stated,) if stated else ())
        return PostList(posts=(_filled(post, stated),))


class ProfilePage(_PinterestPage):
    """``/<user>/``: the account, and about ten of its pins as JSON-LD."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.pinterest.com/acme/",
        "https://de.pinterest.com/acme/_created/",
        "https://www.pinterest.com/acme_bakery",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        path = _path(url)
        found = _PROFILE_PATH.fullmatch(path)
        is_profile = (
            found is not None and found.group(1).lower() not in _NO_PROFILE and not path.endswith((".rss", ".xml"))
        )
        return is_profile and _is_ours(url, head) and head.lstrip()[:1] not in (b"{", b"[")

    def read(self) -> PostList:
        found = _PROFILE_PATH.fullmatch(self.path)
        handle = found.group(1) if found else ""
        html = self.html()
        page = parse_page(html, str(self.response.url))
        said = read_jsonld(one.text for one in page.scripts if "ld+json" in one.mime) if page else None
        top = next((node for node in said.nodes if "profilepage" in types(node)), None) if said else None
        posts: dict[str, Post] = {}
        for node in values(top, "haspart") if top else ():
            post = _listed(mapping(node), handle, self.capture)
            if post is not None:
                posts.setdefault(post.native_id, post)
        person = mapping(next(iter(values(top, "mainentity", "about")), {})) if top else {}
        profile = _user(html, handle) or _person(person, handle)
        if profile is None and not posts:
            if (
                page is not None
                and page.first("al:ios:url", "al:android:url")
                and handle in (page.first("al:ios:url") or handle)
            ):
                raise PageProblem(
                    Outcome.LOGIN_WALL,
                    f"{self.asked_for}: Pinterest sends this page empty to readers who are not signed in; save it from"
                    " your browser and import it.",
                    Reason.NO_PUBLIC_PREVIEW,
                )
            raise PageProblem(
                Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the page has no data where Pinterest keeps it."
            )
        return PostList(
            posts=tuple(posts.values()),
            profile=profile,
            next_requests=_pages_of(posts.values(), self.capture),
            flags=() if posts else ("no_posts_in_page",),
            problem_outcome=None if posts else Outcome.PARTIAL,
        )


class FeedPage(_PinterestPage):
    """``/<user>/feed.rss`` and ``/<user>/<board>.rss``: up to 26 pins, in no order, without counts."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.pinterest.com/acme/feed.rss",
        "https://www.pinterest.com/acme/cakes-of-2026.rss",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        if _FEED_PATH.fullmatch(_path(url)) is None:
            return False
        return _HOST.fullmatch(_host(url)) is not None or b"pinterest." in head

    def read(self) -> PostList:
        feed = read_feed(self.html())
        if feed is None:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: this is no feed.")
        found = _FEED_PATH.fullmatch(self.path)
        handle = found.group(1) if found else ""
        posts: dict[str, Post] = {}
        skipped = 0
        for entry in feed.entries:
            address = link(entry.link or entry.guid)
            number = _NUMBER_IN_PIN.search(urlsplit(address).path) if address else None
            if number is None:
                skipped += 1
                continue
            native_id = number.group(1)
            published = read_date(entry.published, latest=self.capture.fetched_at) if entry.published else None
            title = clean(entry.title or "").strip()
            markup = entry.content or ""
            words = html_to_text(markup)
            text = title if len(title) >= len(words) else words
            picture = next((url for one in re.findall(r'<img[^>]+src="([^"]*)"', markup) if (url := link(one))), None)
            posts.setdefault(
                native_id,
                Post(
                    platform=Platform.PINTEREST,
                    native_id=native_id,
                    account=handle,
                    author=None,
                    url=f"{_SITE}/pin/{native_id}/",
                    format=Format.IMAGE if picture else None,
                    text=text or None,
                    published_at=published.at if published else None,
                    published_precision=published.precision if published else None,
                    published_text=None if published or not entry.published else clean(entry.published),
                    media=(Media(kind="image", url=picture),) if picture else (),
                    hashtags=hashtags.unique(tag for _, tag in hashtags.written(f"{title} {words}")),
                    metrics=Metrics(missing=dict.fromkeys(
                        ("like_count", "comment_count", "save_count"), MissingReason.NOT_OBSERVED
                    ) | dict.fromkeys(("share_count", "view_count"), MissingReason.NOT_PUBLIC)),
                ),
            )  # fmt: skip
        if feed.entries and not posts:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the feed holds no pins.")
        return PostList(
            posts=tuple(posts.values()),
            next_requests=_pages_of(posts.values(), self.capture),
            skipped={"no_pin": skipped} if skipped else {},
            flags=("order_is_not_time",),
        )


class ResourcePage(_PinterestPage):
    """``/resource/…/get/``: JSON answers of the site's own interface (a user's pins, a search, one pin)."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.pinterest.com/resource/UserActivityPinsResource/get/?data=%7B%7D",
        "https://www.pinterest.com/resource/BaseSearchResource/get/?source_url=%2Fsearch",
        "https://www.pinterest.com/resource/PinResource/get/",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        if _RESOURCE_PATH.fullmatch(_path(url)):
            return True
        return head.lstrip()[:1] == b"{" and b'"resource_response"' in head

    def read(self) -> PostList:
        status, body = self.response.status or 200, bytes(self.response.body)
        try:
            answer = mapping(parse(body))
        except NotJsonError:
            raise problem_of(status, body, self.asked_for) from None
        response = mapping(answer.get("resource_response"))
        if status >= 400 or response.get("error"):
            raise problem_of(status if status >= 400 else 502, body, self.asked_for)
        name = _RESOURCE_PATH.fullmatch(self.path)
        owner = self.capture.account.handle.casefold() if self.capture.account else None
        is_search = name is not None and "Search" in name.group(1)
        posts: dict[str, Post] = {}
        skipped = 0
        data = response.get("data")
        for one in objects(data):
            if (
                one.get("type") == "pin"
                and "created_at" in one
                and (post := _resource_pin(one, self.capture)) is not None
            ):
                if (owner is not None and post.account.casefold() != owner) or (
                    owner is None and is_search and not post.account
                ):
                    skipped += 1
                else:
                    posts.setdefault(post.native_id, post)
        if not posts and not skipped and data not in ([], {}):
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no pin.")
        return PostList(posts=tuple(posts.values()), skipped={"foreign_post": skipped} if skipped else {})


PAGES: tuple[type[PlatformPage], ...] = (ResourcePage, FeedPage, PinPage, ProfilePage)


def _pages_of(posts: Any, capture: Capture) -> tuple[NextRequest, ...]:
    """The pins' own pages, which alone state counts."""
    base = _site(capture.base_urls)
    if capture.account is None:
        return ()
    return tuple(
        NextRequest(
            url=f"{base}/pin/{post.native_id}/", kind=RequestKind.POST, native_id=post.native_id,
            published_at=post.published_at,
        )
        for post in posts
    )  # fmt: skip


def _answers(html: str) -> Iterator[Any]:
    for found in _RELAY.finditer(html):
        state = json_in(found.group(1))
        if state is not None:
            yield mapping(state).get("response") or state
    for found in _STATE.finditer(html):
        if '"pins"' in found.group(1) or "aggregated_pin_data" in found.group(1):
            state = json_in(found.group(1))
            if state is not None:
                yield state


def _pins_in(state: object, native_id: str) -> Iterator[Mapping[str, Any]]:
    for one in objects(state):
        if (
            identifier(one.get("entityId")) == native_id
            and ("pinner" in one or "createdAt" in one or "aggregatedPinData" in one)
        ) or (one.get("type") == "pin" and identifier(one.get("id")) == native_id and "created_at" in one):
            yield one


def _pin(parts: list[Mapping[str, Any]], native_id: str, capture: Capture) -> Post | None:
    """One pin out of the answers of several queries, which each state a part of it."""
    old = next((one for one in parts if "created_at" in one), None)
    if old is not None:
        return _resource_pin(old, capture)
    pinner = next((mapping(one["pinner"]) for one in parts if mapping(one.get("pinner")).get("username")), {})
    created = next(
        (read for one in parts if (read := read_date(one.get("createdAt"), latest=capture.fetched_at))), None
    )
    if not pinner and created is None:
        return None
    handle = identifier(pinner.get("username")) or (capture.account.handle if capture.account else "")
    text = next((said for name in ("description", "closeupUnifiedDescription", "closeupDescription") for one in parts
                 if (said := (string(one.get(name)) or "").strip())), "")  # fmt: skip
    title = next(
        (said for name in ("title", "gridTitle") for one in parts if (said := (string(one.get(name)) or "").strip())),
        None,
    )
    is_video = any(one.get("isVideo") is True or mapping(one.get("videos")) for one in parts)
    pages = max((len(sequence(mapping(one.get("storyPinData")).get("pages"))) for one in parts), default=0)
    slides = max((len(sequence(mapping(one.get("carouselData")).get("carouselSlots"))) for one in parts), default=0)
    outward = next((url for one in parts if (url := link(one.get("link")))), None)
    alt = next((words for one in parts if (words := string(one.get("altText")))), None)
    return Post(
        platform=Platform.PINTEREST,
        native_id=native_id,
        account=handle,
        author=handle or None,
        url=f"{_SITE}/pin/{native_id}/",
        role=Role.ORIGINAL,
        format=Format.VIDEO if is_video else Format.CAROUSEL if max(pages, slides) > 1 else Format.IMAGE,
        title=title,
        text=text,
        published_at=created.at if created else None,
        published_precision=created.precision if created else None,
        is_promoted_label=True if any(one.get("isPromoted") is True for one in parts) else None,
        media=tuple(_media(parts, alt, is_video=is_video)),
        hashtags=hashtags.unique(tag for _, tag in hashtags.written(text)),
        links=(outward,) if outward else (),
        metrics=_metrics(parts),
    )


def _media(parts: list[Mapping[str, Any]], alt: str | None, *, is_video: bool) -> Iterator[Media]:
    sized = [
        mapping(value)
        for one in parts
        for name, value in one.items()
        if name.startswith(("imageSpec_", "image")) and isinstance(value, dict)
    ]
    best = max(sized, key=lambda one: positive(one.get("width")) or 0, default={})
    original = next((url for one in parts if (url := link(mapping(one.get("imageSpec_orig")).get("url")))), None)
    clip = max((entry for one in parts for entry in objects(one.get("videos")) if "duration" in entry),
               key=lambda entry: positive(entry.get("width")) or 0, default={})  # fmt: skip
    millis = clip.get("duration")
    if original or best or clip:
        yield Media(
            kind="video" if is_video else "image",
            url=link(clip.get("url")) or original or link(best.get("url")),
            width=positive(clip.get("width") or best.get("width")),
            height=positive(clip.get("height") or best.get("height")),
            duration_seconds=millis / 1000 if isinstance(millis, int) and 0 < millis < 10**9 else None,
            alt_text=alt,
        )


def _metrics(parts: list[Mapping[str, Any]]) -> Metrics:
    totals = [mapping(one.get("aggregatedPinData")) for one in parts]
    stats = [mapping(one.get("aggregatedStats")) for one in totals]
    kinds: dict[str, int] = {}
    has_reactions = False
    for one in parts:
        rows = one.get("reactionCountsData")
        if isinstance(rows, list):
            has_reactions = True
            for row in map(mapping, rows):
                count = read_count(row.get("reactionCount"))
                if count is not None:
                    name = _REACTIONS.get(row.get("reactionType"), str(row.get("reactionType")).lower())  # type: ignore[arg-type] # any key may be asked for
                    kinds[name] = count.value
    stated: dict[str, object] = {
        "like_count": sum(kinds.values()) if has_reactions else _first(parts, "totalReactionCount"),
        "comment_count": _first(totals, "commentCount"),
        "save_count": next(
            (value for value in (_first(stats, "saves"), _first(parts, "repinCount")) if value is not None), None
        ),
    }
    columns: dict[str, Any] = {}
    missing = {"share_count": MissingReason.NOT_PUBLIC, "view_count": MissingReason.NOT_PUBLIC}
    for column, value in stated.items():
        count = read_count(value)
        if count is None:
            missing[column] = MissingReason.NOT_OBSERVED
        else:
            columns[column] = count.value
    if columns.get("comment_count") == 0 and any(one.get("commentsDisabled") is True for one in parts):
        del columns["comment_count"]
        missing["comment_count"] = MissingReason.HIDDEN
    return Metrics(**columns, reactions=kinds, missing=missing)


def _first(parts: list[Mapping[str, Any]], name: str) -> object:
    return next((one[name] for one in parts if one.get(name) is not None), None)


def _resource_pin(one: Mapping[str, Any], capture: Capture) -> Post | None:
    native_id = identifier(one.get("id"))
    if native_id is None:
        return None
    pinner = mapping(one.get("native_creator")) or mapping(one.get("pinner"))
    handle = identifier(pinner.get("username")) or (capture.account.handle if capture.account else "")
    created = read_date(one.get("created_at"), latest=capture.fetched_at)
    text = (string(one.get("description")) or "").strip()
    picture = mapping(mapping(one.get("images")).get("orig"))
    totals = mapping(one.get("aggregated_pin_data"))
    saves = mapping(totals.get("aggregated_stats")).get("saves")
    kinds = {
        _REACTIONS.get(int(kind), kind) if kind.isdigit() else kind: count.value
        for kind, value in mapping(one.get("reaction_counts")).items()
        if (count := read_count(value)) is not None
    }
    stated = {
        "like_count": sum(kinds.values()) if isinstance(one.get("reaction_counts"), dict) else None,
        "comment_count": one.get("comment_count", totals.get("comment_count")),
        "save_count": saves if saves is not None else one.get("repin_count"),
    }
    columns: dict[str, Any] = {}
    missing = {"share_count": MissingReason.NOT_PUBLIC, "view_count": MissingReason.NOT_PUBLIC}
    for column, value in stated.items():
        count = read_count(value)
        if count is None:
            missing[column] = MissingReason.NOT_OBSERVED
        else:
            columns[column] = count.value
    is_video = bool(mapping(one.get("videos"))) or one.get("is_video") is True
    address = link(picture.get("url"))
    outward = link(one.get("link"))
    alt = string(one.get("alt_text"))
    pages = len(sequence(mapping(one.get("story_pin_data")).get("pages")))
    return Post(
        platform=Platform.PINTEREST,
        native_id=native_id,
        account=handle,
        author=handle or None,
        url=f"{_SITE}/pin/{native_id}/",
        format=Format.VIDEO if is_video else Format.CAROUSEL if pages > 1 or one.get("carousel_data") else Format.IMAGE,
        title=(string(one.get("title")) or string(one.get("grid_title")) or "").strip() or None,
        text=text,
        published_at=created.at if created else None,
        published_precision=created.precision if created else None,
        is_promoted_label=True if one.get("is_promoted") is True else None,
        media=(
            Media(
                kind="video" if is_video else "image", url=address, width=positive(picture.get("width")),
                height=positive(picture.get("height")), alt_text=alt or None,
            ),
        ) if address else (),
        hashtags=hashtags.unique(tag for _, tag in hashtags.written(text)),
        links=(outward,) if outward else (),
        metrics=Metrics(**columns, reactions=kinds, missing=missing),
    )  # fmt: skip


def _moment(said: str | None, capture: Capture) -> Moment | None:
    return read_date(said, latest=capture.fetched_at) if said else None


def _from_head(page: Page, nodes: Sequence[Node], native_id: str, capture: Capture) -> Post | None:
    """What the head says: who pinned, when, and how often it was saved. Its words may be another pin's."""
    pinner = urlsplit(page.first("pinterestapp:pinner") or "").path.strip("/")
    node = next((one for one in nodes if types(one) & {"socialmediaposting", "videoobject"}), None)
    author = mapping(next(iter(values(node, "author", "creator")), {})) if node else {}
    handle = pinner or urlsplit(link(next(iter(strings(author, "url")), None)) or "").path.strip("/")
    dated = _moment(
        page.first("og:updated_time") or next(iter(strings(node or {}, "datepublished", "uploaddate")), None), capture
    )
    if not handle or dated is None:
        return None
    columns: dict[str, Any] = {}
    saves = read_count(page.first("pinterestapp:repins"))
    if saves is not None:
        columns["save_count"] = saves.value
    for one in nodes:
        counters = values(one, "interactionstatistic") if types(one) & {"videoobject", "socialmediaposting"} else ()
        for counter in counters:
            said = mapping(counter)
            stated = next(iter(values(said, "interactiontype")), "")
            name = (
                next(iter(types(stated)), "") if isinstance(stated, Mapping) else str(stated).rpartition("/")[2].lower()
            )
            count = read_count(next(iter(values(said, "userinteractioncount", "interactioncount")), None))
            if name in _COUNT_COLUMNS and count is not None:
                columns.setdefault(_COUNT_COLUMNS[name], count.value)
    is_video = any("videoobject" in types(one) for one in nodes) or (page.first("og:type") or "").endswith("video")
    image = link(page.first("og:image"))
    names = ("like_count", "comment_count", "save_count")
    missing = {name: MissingReason.NOT_OBSERVED for name in names if name not in columns}
    missing["share_count"] = MissingReason.NOT_PUBLIC
    if "view_count" not in columns:
        missing["view_count"] = MissingReason.NOT_PUBLIC
    outward = link(page.first("pinterestapp:source", "og:see_also"))
    return Post(
        platform=Platform.PINTEREST,
        native_id=native_id,
        account=handle,
        author=handle,
        url=f"{_SITE}/pin/{native_id}/",
        format=Format.VIDEO if is_video else Format.IMAGE,
        text=None,
        published_at=dated.at,
        published_precision=dated.precision,
        media=(Media(kind="video" if is_video else "image", url=image),) if image else (),
        links=(outward,) if outward else (),
        metrics=Metrics(**columns, missing=missing),
    )


def _filled(post: Post, stated: Post | None) -> Post:
    """The pin with what only the head says."""
    if stated is None or stated.metrics is None or post.metrics is None:
        return post
    fill = {
        name: getattr(stated.metrics, name)
        for name in ("view_count", "comment_count", "like_count", "save_count")
        if getattr(post.metrics, name) is None and getattr(stated.metrics, name) is not None
        and post.metrics.missing.get(name) != MissingReason.HIDDEN
    }  # fmt: skip
    missing = {name: why for name, why in post.metrics.missing.items() if name not in fill}
    return evolve(
        post,
        published_at=post.published_at or stated.published_at,
        published_precision=post.published_precision or stated.published_precision,
        metrics=evolve(post.metrics, **fill, missing=missing),
    )


def _listed(node: Node, handle: str, capture: Capture) -> Post | None:
    """A pin in a profile's JSON-LD: date, picture, address; no counts."""
    address = link(next(iter(strings(node, "url", "@id", "mainentityofpage")), None)) or link(
        next(iter(strings(mapping(next(iter(values(node, "sharedcontent")), {})), "url")), None)
    )
    number = _NUMBER_IN_PIN.search(urlsplit(address).path) if address else None
    if number is None:
        return None
    dated = _moment(next(iter(strings(node, "datepublished", "datecreated")), None), capture)
    image = next(iter(values(node, "image")), None)
    picture = (
        link(next(iter(strings(mapping(image), "url", "contenturl")), None))
        if isinstance(image, Mapping)
        else link(image)
    )
    text = next(iter(strings(node, "articlebody", "text", "headline")), None)
    return Post(
        platform=Platform.PINTEREST,
        native_id=number.group(1),
        account=handle,
        author=handle or None,
        url=f"{_SITE}/pin/{number.group(1)}/",
        format=Format.VIDEO if values(node, "video") else Format.IMAGE if picture else None,
        text=clean(text).strip() if text else None,
        published_at=dated.at if dated else None,
        published_precision=dated.precision if dated else None,
        media=(Media(kind="image", url=picture),) if picture else (),
        hashtags=hashtags.unique(tag for _, tag in hashtags.written(text or "")),
        links=tuple(dict.fromkeys(url for one in _LINK.findall(text or "") if (url := link(one)))),
        metrics=None,
    )


def _user(html: str, handle: str) -> Profile | None:
    """The account in the page's answers."""
    for state in _answers(html):
        for one in objects(state):
            name = identifier(one.get("username")) or ""
            followers = read_count(one.get("followerCount", one.get("follower_count")))
            if (
                name.casefold() != handle.casefold()
                or followers is None
                or not ("about" in one or "pinCount" in one or "pin_count" in one)
            ):
                continue
            pins = read_count(one.get("pinCount", one.get("pin_count")))
            following = read_count(one.get("followingCount", one.get("following_count")))
            site = link(one.get("websiteUrl") or one.get("website_url"))
            verified = one.get("isVerifiedMerchant", one.get("is_verified_merchant"))
            return Profile(
                platform=Platform.PINTEREST,
                native_account_id=identifier(one.get("entityId") or one.get("id")),
                handle=name,
                url=f"{_SITE}/{name}/",
                name=string(one.get("fullName") or one.get("full_name")),
                bio=string(one.get("about")),
                links=(site,) if site else (),
                avatar_url=link(one.get("imageXlargeUrl") or one.get("imageLargeUrl") or one.get("image_xlarge_url")),
                is_verified=verified if isinstance(verified, bool) else None,
                follower_count=followers.value,
                following_count=following.value if following else None,
                post_count=pins.value if pins else None,
            )
    return None


def _person(person: Mapping[str, Any], handle: str) -> Profile | None:
    name = next(iter(strings(person, "alternatename")), None) or urlsplit(
        link(next(iter(strings(person, "url")), None)) or ""
    ).path.strip("/")
    if not name or name.casefold() != handle.casefold():
        return None
    columns: dict[str, Any] = {}
    for key in ("interactionstatistic", "agentinteractionstatistic"):
        for counter in values(person, key):
            said = mapping(counter)
            stated = next(iter(values(said, "interactiontype")), "")
            kind = (
                next(iter(types(stated)), "") if isinstance(stated, Mapping) else str(stated).rpartition("/")[2].lower()
            )
            count = read_count(next(iter(values(said, "userinteractioncount", "interactioncount")), None))
            if count is not None and kind == "followaction":
                columns["following_count" if key.startswith("agent") else "follower_count"] = count.value
            elif count is not None and kind == "writeaction":
                columns["post_count"] = count.value
    bio = next(iter(strings(person, "description")), None)
    return Profile(
        platform=Platform.PINTEREST,
        handle=handle,
        url=f"{_SITE}/{handle}/",
        name=next(iter(strings(person, "name")), None),
        bio=clean(bio).strip() if bio else None,
        avatar_url=link(next(iter(strings(person, "image")), None)),
        **columns,
        missing={} if "follower_count" in columns else {"follower_count": MissingReason.NOT_OBSERVED},
    )


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
