"""Pinterest's public pages: a pin, a profile, a feed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from attrs import evolve

from crawler.items import Format, Media, Metrics, Outcome, Platform, Post, PostList, Profile
from crawler.pages.base import Capture, PageProblem
from crawler.pages.pinterest.page import NO_PROFILE, PIN_IN_PATH, SITE, PinterestPage, pages_of, pin_url
from crawler.pages.pinterest.pins import NOT_PUBLIC, read_pin, without_date
from crawler.pages.pinterest.state import answers, parts_in, pins_of
from crawler.reading import hashtags
from crawler.reading.dates import Moment, read_date
from crawler.reading.feeds import FeedEntry, read_feed
from crawler.reading.interactions import interactions
from crawler.reading.jsonld import Node, read_jsonld, strings, types, values
from crawler.reading.jsonvalue import identifier, link, mapping, string
from crawler.reading.meta import Page, parse_page
from crawler.reading.relay import objects
from crawler.reading.stated import columns
from crawler.reading.text import clean, html_to_text
from crawler.reading.urls import host_of, path_of

_PIN_PATH = re.compile(r"/pin/(?:[^/]*--)?([A-Za-z0-9]{6,25})(?:/(?:sent|closeup)?)?/?")
_PROFILE_PATH = re.compile(r"/([\w.-]{3,60})(?:/(?:_created|_saved|pins|boards))?/?")
_FEED_PATH = re.compile(r"/([\w.-]{3,60})/(?:feed|[^/]+)\.rss")
_SHOWN = re.compile(
    r"""href="(?:ios-app://[0-9]{1,20}|android-app://com\.pinterest)/pinterest/pin/([A-Za-z0-9]{6,25})["/]"""
)
"""Which pin a page shows: a saved page knows its address by its canonical link, which may name the pin of whoever
pinned it first."""
_IMAGE = re.compile(r'<img\b[^<>]{0,500}?\bsrc="([^"]{0,2048})"')
_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")
_COUNTS = ("like_count", "comment_count", "save_count")


class PinPage(PinterestPage):
    """``/pin/<id>/``: one pin."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.pinterest.com/pin/106890191127977979/",
        "https://ru.pinterest.com/pin/a-title--165366617561100485/",
        "https://www.pinterest.co.uk/pin/106890191127977979",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return _PIN_PATH.fullmatch(path_of(url)) is not None and cls.is_ours(url, head)

    def read(self) -> PostList:
        found = _PIN_PATH.fullmatch(self.path)
        native_id = found.group(1) if found else ""
        if self.status in (404, 410):
            return self.gone(native_id, self.status)
        html = self.html()
        stated_in = list(answers(html))
        if self.capture.account is None and (shown := _SHOWN.search(html)) is not None:
            native_id = shown.group(1)
        parts = [part for state in stated_in for number, part in parts_in(state) if number == native_id]
        page = parse_page(html, str(self.response.url))
        post = read_pin(parts, native_id, self.capture) if parts else None
        said = read_jsonld(one.text for one in page.scripts if "ld+json" in one.mime) if page else None
        stated = _from_head(page, said.nodes, native_id, self.capture) if page and said else None
        if post is None and stated is None:
            if any(_says_gone(state) for state in stated_in):
                return self.gone(native_id)
            if page is not None and page.first("og:site_name") == "Pinterest":
                raise self.shell()
            raise PageProblem(
                Outcome.LAYOUT_CHANGED, f"{self.asked_for}: there is no pin on the page where Pinterest keeps it."
            )
        kept = _filled(post, stated) if post else stated
        return PostList(posts=(kept,) if kept else ())


class ProfilePage(PinterestPage):
    """``/<user>/``: the account, and about ten of its pins as JSON-LD."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.pinterest.com/acme/",
        "https://de.pinterest.com/acme/_created/",
        "https://www.pinterest.com/acme_bakery",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        path = path_of(url)
        found = _PROFILE_PATH.fullmatch(path)
        if found is None or found.group(1).lower() in NO_PROFILE or path.endswith((".rss", ".xml")):
            return False
        return cls.is_ours(url, head) and head.lstrip()[:1] not in (b"{", b"[")

    def read(self) -> PostList:
        found = _PROFILE_PATH.fullmatch(self.path)
        handle = found.group(1) if found else ""
        html, page = self.html(), self.parsed()
        said = read_jsonld(one.text for one in page.scripts if "ld+json" in one.mime)
        top: Node = next((node for node in said.nodes if "profilepage" in types(node)), {})
        states = list(answers(html))
        posts, skipped = pins_of(handle, states, self.capture)
        for node in values(top, "haspart"):
            if (post := _listed(mapping(node), handle, self.capture)) is not None:
                posts.setdefault(post.native_id, post)
        person = mapping(next(iter(values(top, "mainentity", "about")), {}))
        profile = _user(states, handle) or _person(person, handle)
        if profile is None and not posts:
            if page.first("og:site_name") == "Pinterest" or page.first("al:ios:url", "al:android:url"):
                raise self.shell()
            raise PageProblem(
                Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the page has no data where Pinterest keeps it."
            )
        return PostList(
            posts=tuple(posts.values()),
            profile=profile,
            next_requests=pages_of(posts.values(), self.capture),
            skipped=dict(skipped),
            flags=() if posts else ("no_posts_in_page",),
            problem_outcome=None if posts else Outcome.PARTIAL,
        )


class FeedPage(PinterestPage):
    """``/<user>/feed.rss`` and ``/<user>/<board>.rss``: up to 26 pins, in no order, without counts."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.pinterest.com/acme/feed.rss",
        "https://www.pinterest.com/acme/cakes-of-2026.rss",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        if _FEED_PATH.fullmatch(path_of(url)) is None:
            return False
        return cls.hosts.fullmatch(host_of(url)) is not None or b"pinterest." in head

    def read(self) -> PostList:
        feed = read_feed(self.html())
        if feed is None:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: this is no feed.")
        found = _FEED_PATH.fullmatch(self.path)
        handle = found.group(1) if found else ""
        posts: dict[str, Post] = {}
        skipped = 0
        for entry in feed.entries:
            post = self._post(entry, handle)
            if post is None:
                skipped += 1
            else:
                posts.setdefault(post.native_id, post)
        if feed.entries and not posts:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the feed holds no pins.")
        return PostList(
            posts=tuple(posts.values()),
            next_requests=pages_of(posts.values(), self.capture),
            skipped={"no_pin": skipped} if skipped else {},
            flags=("order_is_not_time",),
        )

    def _post(self, entry: FeedEntry, handle: str) -> Post | None:
        number = PIN_IN_PATH.search(path_of(link(entry.link or entry.guid) or ""))
        if number is None:
            return None
        published = _moment(entry.published, self.capture)
        title, markup = clean(entry.title or "").strip(), entry.content or ""
        words = html_to_text(markup)
        picture = next((url for one in _IMAGE.findall(markup) if (url := link(one))), None)
        return Post(
            platform=Platform.PINTEREST,
            native_id=number.group(1),
            account=handle,
            author=None,
            url=pin_url(number.group(1)),
            format=Format.IMAGE if picture else None,
            # the description is cut and links only the first tags; the title holds all of it, where there is one
            text=(title if len(title) >= len(words) else words) or None,
            published_at=published.at if published else None,
            published_precision=published.precision if published else None,
            published_text=None if published or not entry.published else clean(entry.published),
            media=(Media(kind="image", url=picture),) if picture else (),
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(f"{title} {words}")),
            metrics=Metrics(**columns(dict.fromkeys(_COUNTS), not_public=NOT_PUBLIC)),
        )


def _says_gone(answer: object) -> bool:
    """Whether the query for the pin was answered, and with none."""
    asked = [one["v3GetPinQuery"] for one in objects(answer) if "v3GetPinQuery" in one]
    return any(not mapping(mapping(one).get("data")) for one in asked)


def _moment(said: str | None, capture: Capture) -> Moment | None:
    return read_date(said, latest=capture.fetched_at) if said else None


def _from_head(page: Page, nodes: Sequence[Node], native_id: str, capture: Capture) -> Post | None:
    """What the head says: who pinned, when, and how often it was saved. Its words may be another pin's."""
    postings = [one for one in nodes if types(one) & {"socialmediaposting", "videoobject"}]
    node: Node = next(iter(postings), {})
    author = mapping(next(iter(values(node, "author", "creator")), {}))
    by_author = path_of(link(next(iter(strings(author, "url")), None)) or "").strip("/")
    handle = path_of(link(page.first("pinterestapp:pinner")) or "").strip("/") or by_author
    dates = (page.first("og:updated_time"), *strings(node, "datepublished", "uploaddate"))
    dated = next((read for said in dates if (read := _moment(said, capture)) is not None), None)
    if not handle or dated is None:
        return None
    is_video = any("videoobject" in types(one) for one in nodes) or (page.first("og:type") or "").endswith("video")
    image, outward = link(page.first("og:image")), link(page.first("pinterestapp:source", "og:see_also"))
    return Post(
        platform=Platform.PINTEREST,
        native_id=native_id,
        account=handle,
        author=handle,
        url=pin_url(native_id),
        format=Format.VIDEO if is_video else Format.IMAGE,
        text=None,
        published_at=dated.at,
        published_precision=dated.precision,
        media=(Media(kind="video" if is_video else "image", url=image),) if image else (),
        links=(outward,) if outward else (),
        metrics=_head_metrics(page, postings),
    )


def _head_metrics(page: Page, postings: Sequence[Node]) -> Metrics:
    said: dict[str, object] = {}
    for node in postings:
        said = {**interactions(node), **said}
    stated = {
        "like_count": said.get("likeaction"),
        "comment_count": said.get("commentaction"),
        "save_count": page.first("pinterestapp:repins") or said.get("saveaction", said.get("bookmarkaction")),
    }
    plays = said.get("watchaction", said.get("viewaction"))
    return Metrics(**columns(stated | ({} if plays is None else {"view_count": plays}), not_public=NOT_PUBLIC))


def _filled(post: Post, stated: Post | None) -> Post:
    """The pin with what only the head says."""
    if stated is None or stated.metrics is None or post.metrics is None:
        return post
    fill = {
        name: getattr(stated.metrics, name)
        for name in ("view_count", *_COUNTS)
        if getattr(post.metrics, name) is None and getattr(stated.metrics, name) is not None
    }
    missing = {name: why for name, why in post.metrics.missing.items() if name not in fill}
    return evolve(
        post,
        published_at=post.published_at or stated.published_at,
        published_precision=post.published_precision or stated.published_precision,
        metrics=evolve(post.metrics, **fill, missing=missing),
    )


def _listed(node: Node, handle: str, capture: Capture) -> Post | None:
    """A pin in a profile's JSON-LD: date, picture, address; no counts."""
    shared = mapping(next(iter(values(node, "sharedcontent")), {}))
    main = next(iter(values(node, "mainentityofpage")), None)
    addresses = (*strings(node, "url", "@id"), *strings(mapping(main), "@id", "url"), *strings(shared, "url"))
    numbers = (PIN_IN_PATH.search(path_of(link(one) or "")) for one in addresses)
    number = next((found.group(1) for found in numbers if found), None)
    if number is None:
        return None
    dated = _moment(next(iter(strings(node, "datepublished", "datecreated")), None), capture)
    image = next(iter(values(node, "image")), None)
    picture = link(next(iter(strings(image, "url", "contenturl")), None) if isinstance(image, Mapping) else image)
    words = next(iter(strings(node, "articlebody", "text", "headline")), None)
    text = without_date(clean(words).strip()) if words else None
    return Post(
        platform=Platform.PINTEREST,
        native_id=number,
        account=handle,
        author=handle or None,
        url=pin_url(number),
        format=Format.VIDEO if values(node, "video") else Format.IMAGE if picture else None,
        text=text,
        published_at=dated.at if dated else None,
        published_precision=dated.precision if dated else None,
        media=(Media(kind="image", url=picture),) if picture else (),
        hashtags=hashtags.unique(tag for _, tag in hashtags.written(text or "")),
        links=tuple(dict.fromkeys(url for one in _LINK.findall(text or "") if (url := link(one)))),
        metrics=None,
    )


def _user(states: Iterable[object], handle: str) -> Profile | None:
    """The account in the page's answers."""
    for one in (one for state in states for one in objects(state)):
        name = identifier(one.get("username")) or ""
        followers = _either(one, "followerCount", "follower_count")
        is_whole = "about" in one or _either(one, "pinCount", "pin_count") is not None
        if name.casefold() != handle.casefold() or followers is None or not is_whole:
            continue
        site = link(_either(one, "websiteUrl", "website_url"))
        verified = _either(one, "isVerifiedMerchant", "is_verified_merchant")
        return Profile(
            platform=Platform.PINTEREST,
            native_account_id=identifier(_either(one, "entityId", "id")),
            handle=name,
            url=f"{SITE}/{name}/",
            name=string(_either(one, "fullName", "full_name")),
            bio=string(one.get("about")),
            links=(site,) if site else (),
            avatar_url=link(_either(one, "imageXlargeUrl", "imageLargeUrl", "image_xlarge_url")),
            is_verified=verified if isinstance(verified, bool) else None,
            **columns({
                "follower_count": followers,
                "following_count": _either(one, "followingCount", "following_count"),
                "post_count": _either(one, "pinCount", "pin_count"),
            }),
        )  # fmt: skip
    return None


def _either(one: Mapping[str, Any], *names: str) -> Any:
    """The first of these that is stated, in the spelling of Relay or of the resources."""
    return next((one[name] for name in names if one.get(name) is not None), None)


def _person(person: Mapping[str, Any], handle: str) -> Profile | None:
    """The account in a profile's JSON-LD."""
    by_address = path_of(link(next(iter(strings(person, "url")), None)) or "").strip("/")
    name = next(iter(strings(person, "alternatename")), None) or by_address
    if not name or name.casefold() != handle.casefold():
        return None
    received, done = interactions(person), interactions(person, of_agent=True)
    bio = next(iter(strings(person, "description")), None)
    return Profile(
        platform=Platform.PINTEREST,
        handle=handle,
        url=f"{SITE}/{handle}/",
        name=clean(next(iter(strings(person, "name")), "")).strip() or None,
        bio=clean(bio).strip() if bio else None,
        avatar_url=link(next(iter(strings(person, "image")), None)),
        **columns({
            "follower_count": received.get("followaction"),
            "following_count": done.get("followaction"),
            "post_count": done.get("writeaction", received.get("writeaction")),
        }),
    )  # fmt: skip
