"""Facebook's old mobile site (until about 2024): ``article[data-ft]`` with JSON in an attribute.

What names a post stands in ``data-ft`` (``top_level_post_id``, ``content_owner_id_new``), in ``data-store`` the same as
``linkdata``, divided by points and colons. A post that passes on another one holds it, as an ``article`` or behind a
``header`` of its own, and names it (``original_content_id``, ``original_content_owner_id``; its time is that of
``attached_story``): nothing in there is the post's, and it is no post of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import Any, ClassVar
from urllib.parse import urlsplit

from attrs import evolve
from lxml import etree

from crawler.items import Format, Media, Metrics, MissingReason, Platform, Post, PostList, Precision, Role
from crawler.pages.base import Capture
from crawler.pages.facebook.ids import SITE, handle_of
from crawler.pages.facebook.pages import FacebookPage, is_mobile
from crawler.reading import count_words, hashtags
from crawler.reading.counted import counted
from crawler.reading.counts import Count, read_count
from crawler.reading.dates import Moment, read_date
from crawler.reading.jsonvalue import identifier, link, mapping
from crawler.reading.meta import parse_page
from crawler.reading.relative_dates import read_relative_date
from crawler.reading.relay import json_after, json_in
from crawler.reading.text import clean, html_to_text

_FORMATS = {
    "photo": Format.IMAGE, "album": Format.CAROUSEL, "new_album": Format.CAROUSEL, "video_inline": Format.VIDEO,
    "video": Format.VIDEO, "share": Format.LINK,
}  # fmt: skip
_WORDS = (
    ("comment_count", count_words.COMMENTS),
    ("share_count", count_words.SHARES),
    ("like_count", count_words.REACTIONS),
)
_TO_ANSWERS = re.compile(r"/(?:story|photo|video)\.php\?|/ufi/|/comment/|ft_ent_identifier=|/posts/")
"""Where a link leads that counts comments on the pages for the plainest phones."""
_LIVE = re.compile(r"MLiveData[^{}]{0,300}\{([^{}]{0,4000})")
_LIVE_VALUE = re.compile(
    r"""\b(ft_ent_identifier|like_count|reactioncount|comment_count|share_count)["']?\s{0,5}:\s{0,5}["']?(\d{1,18})\b"""
)
_LIVE_COLUMNS = (
    ("like_count", "like_count"),
    # all reactions, of which likes are a part
    ("reactioncount", "like_count"),
    ("comment_count", "comment_count"),
    ("share_count", "share_count"),
)
_MOST_LIVE = 500
_LIKE_CLASSES = frozenset(("_1g06", "like_def", "likes"))
"""Classes under which a number stands alone that counts reactions."""


class MobilePage(FacebookPage):
    """A Page or a post of it."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://m.facebook.com/acme/",
        "https://mbasic.facebook.com/story.php?story_fbid=158786&id=1000",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return is_mobile(url, head) and cls.is_ours(url, head)

    def read(self) -> PostList:
        html = self.html()
        page = parse_page(html, str(self.response.url))
        posts = posts_in(page.root, self._named(), self.capture) if page is not None else {}
        if not posts:
            raise self.wall(page, html)
        live = _live_counts(html)
        return PostList(posts=tuple(_counted_live(post, live.get(number, {})) for number, post in posts.items()))

    def _named(self) -> str | None:
        """The Page that the address names."""
        first = self.path.strip("/").split("/")[0]
        return None if first in ("story.php", "photo.php", "groups", "profile.php", "watch", "") else first


def _live_counts(html: str) -> dict[str, dict[str, int]]:
    """Number of a post → what the script of its own page keeps counting, where no footer states it."""
    found: dict[str, dict[str, int]] = {}
    for said in islice(_LIVE.finditer(html), _MOST_LIVE):
        values = dict(_LIVE_VALUE.findall(said.group(1)))
        if number := values.get("ft_ent_identifier"):
            stated = {column: read_count(values[name]) for name, column in _LIVE_COLUMNS if name in values}
            found.setdefault(number, {column: count.value for column, count in stated.items() if count is not None})
    return found


def _counted_live(post: Post, live: Mapping[str, int]) -> Post:
    """Counts that are drawn stand before those of the script."""
    if post.metrics is None or not live:
        return post
    more: dict[str, Any] = {name: value for name, value in live.items() if name in post.metrics.missing}
    missing = {name: why for name, why in post.metrics.missing.items() if name not in more}
    return evolve(post, metrics=evolve(post.metrics, **more, missing=missing))


def posts_in(root: etree._Element, handle: str | None, capture: Capture) -> dict[str, Post]:
    """The posts that a page draws, by number; ``handle`` is the Page's where a post does not say."""
    posts: dict[str, Post] = {}
    inside: set[etree._Element] = set()
    for element in root.iterfind(".//*[@data-ft]"):
        if element in inside:
            continue
        drawn = _Drawn(element, capture)
        if (post := drawn.post(handle)) is not None:
            posts.setdefault(post.native_id, post)
            inside.update(element.iter(etree.Element))
    return posts


class _Drawn:
    """One post as it is drawn, apart from the one that it passes on."""

    def __init__(self, element: etree._Element, capture: Capture) -> None:
        self._capture = capture
        self.state = _state(element)
        self._element = element

    @cached_property
    def shared(self) -> etree._Element | None:
        """The element of what this post passes on: an article, or what has a second heading (a link has one, too)."""
        below = list(self._element.iterdescendants(etree.Element))
        if (article := next(filter(_is_article, below), None)) is not None:
            return article
        bodies = [one for one in below if "story_body_container" in (one.get("class") or "").split()]
        if len(bodies) > 1:
            return bodies[1]
        headings = [one for one in below if one.tag == "header"]
        whole = headings[1].getparent() if len(headings) > 1 else None
        return whole if whole is not None and whole not in headings[0].iterancestors() else None

    @cached_property
    def own(self) -> list[etree._Element]:
        """The elements of the post itself, in the order of the page."""
        left_out = set(self.shared.iter(etree.Element)) if self.shared is not None else set()
        return [one for one in self._element.iter(etree.Element) if one not in left_out]

    def post(self, named: str | None) -> Post | None:
        number = identifier(self.state.get("top_level_post_id")) or identifier(self.state.get("mf_story_key"))
        if not number or not number.isdigit():
            return None
        owner, created = _owner_and_time(self.state, self._capture)
        created = created or _written_time(self.own, self._capture)
        if created is None:
            return None
        handle = _writer(self.own) or named or owner
        if handle is None:
            return None
        kind = _FORMATS.get(str(self.state.get("story_attachment_style") or ""))
        words = next((one for one in self.own if one.tag == "p"), None)
        text = html_to_text(_markup(words)) if words is not None else None
        post = Post(
            platform=Platform.FACEBOOK,
            native_id=number,
            account=handle,
            author=handle,
            url=f"{SITE}/{handle}/posts/{number}",
            format=kind,
            text=text,
            published_at=created.at,
            published_precision=created.precision,
            published_text=created.text if created.precision != Precision.SECOND else None,
            media=(Media(kind="image"),) if kind is Format.IMAGE else (),
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(text or "")),
            metrics=_metrics(self.own),
        )
        return self._passing_on(post)

    def _passing_on(self, post: Post) -> Post:
        """With words of its own a quote, else a repost."""
        original = identifier(self.state.get("original_content_id"))
        if original is None and (self.shared is None or not _is_article(self.shared)):
            return post
        writer = _writer(self.shared.iter(etree.Element)) if self.shared is not None else None
        writer = writer or identifier(self.state.get("original_content_owner_id"))
        address = f"{SITE}/{writer}/posts/{original}" if writer and original else None
        insights = mapping(self.state.get("page_insights")).values()
        stories = [mapping(mapping(one).get("attached_story")) for one in insights]
        times = (
            read_date(mapping(one.get("post_context")).get("publish_time"), latest=self._capture.fetched_at)
            for one in stories
        )
        at = next((moment.at for moment in times if moment is not None), None)
        return evolve(
            post,
            role=Role.QUOTE if post.text else Role.REPOST,
            author=post.author if post.text else writer,
            url=post.url if post.text else address or post.url,
            text=post.text or "",
            original_native_id=original,
            original_url=address,
            original_published_at=at,
        )


def _is_article(element: etree._Element) -> bool:
    return bool(element.tag == "article" or element.get("role") == "article")


def _state(element: etree._Element) -> Mapping[str, Any]:
    """What names a post, from whichever of its attributes does."""
    state = mapping(json_in(element.get("data-ft")))
    if "top_level_post_id" in state or "mf_story_key" in state:
        return state
    linked = mapping(json_in(element.get("data-store"))).get("linkdata")
    return {**_linkdata(linked), **state} if isinstance(linked, str) else state


def _linkdata(said: str) -> Mapping[str, Any]:
    """``mf_story_key.1:top_level_post_id.1:page_insights.{…}:…`` as names and values."""
    plain, _, insights = said.partition("page_insights.")
    found: dict[str, Any] = dict(part.split(".", 1) for part in plain.split(":") if "." in part)
    read = next(json_after(f" {insights}", " "), None)
    return {**found, "page_insights": read} if isinstance(read, dict) else found


def _owner_and_time(state: Mapping[str, Any], capture: Capture) -> tuple[str | None, Moment | None]:
    """Who published it, and when, of ``page_insights``. It stands there under the number of a Page: of a post that
    passes on another one that is the other's, so that ``content_owner_id_new`` goes first."""
    owner = identifier(state.get("content_owner_id_new"))
    for name, one in mapping(state.get("page_insights")).items():
        context = mapping(mapping(one).get("post_context"))
        created = read_date(context.get("publish_time"), latest=capture.fetched_at)
        if created is not None:
            return owner or identifier(mapping(one).get("actor_id")) or name, created
    return owner, None


def _written_time(own: Iterable[etree._Element], capture: Capture) -> Moment | None:
    """What stands where people read the time: exact in an attribute, else as it is written."""
    for element in own:
        if element.tag != "abbr":
            continue
        stated = (element.get("data-utime"), mapping(json_in(element.get("data-store"))).get("time"))
        for said in stated:
            if (moment := read_date(said, latest=capture.fetched_at)) is not None:
                return moment
        words = clean("".join(element.itertext())).strip()[:100]
        ago = read_relative_date(words, capture.fetched_at)
        return ago or read_date(words, latest=capture.fetched_at)
    return None


def _writer(elements: Iterable[etree._Element]) -> str | None:
    """The handle in the link to whoever wrote a post, which stands in its heading."""
    for found in elements:
        if found.tag != "a" or next(found.iterancestors("h3"), None) is None:
            continue
        handle = handle_of({"url": link(found.get("href"), SITE)})
        if handle and not urlsplit(found.get("href") or "").path.endswith(".php"):
            return handle
    return None


def _metrics(own: list[etree._Element]) -> Metrics:
    """Counts are told apart by their words; what has none is a number that we do not know."""
    counts: dict[str, Count] = {}
    for said, classes in _sayings(own):
        for one in counted(said):
            column = next((name for name, words in _WORDS if words.search(one.words)), None)
            if column is None and classes & _LIKE_CLASSES:
                column = "like_count"
            if column is not None:
                counts.setdefault(column, one.count)
    missing = dict.fromkeys(("like_count", "comment_count", "share_count"), MissingReason.NOT_OBSERVED)
    values: dict[str, Any] = {name: count.value for name, count in counts.items()}
    return Metrics(
        **values,
        missing={name: why for name, why in missing.items() if name not in counts}
        | dict.fromkeys(("view_count", "save_count"), MissingReason.NOT_PUBLIC),
        rounded={name: count.rounded for name, count in counts.items() if count.rounded is not None},
    )


def _sayings(own: list[etree._Element]) -> Iterator[tuple[str, frozenset[str]]]:
    """Labels, and the texts of the footer and of links to what people said, that begin with a number; each with its
    element's classes."""
    footer = next((one for one in own if one.tag == "footer"), None)
    inside = set(footer.iter(etree.Element)) if footer is not None else set()
    for part in own:
        classes = frozenset((part.get("class") or "").split())
        is_count = part in inside or bool(classes & (_LIKE_CLASSES | {"cmt_def"}))
        if part.tag == "a" and _TO_ANSWERS.search(part.get("href") or ""):
            is_count = True
        for said in (part.get("aria-label") or "", (part.text or "") if is_count else ""):
            if said.strip()[:1].isdigit():
                yield said, classes


def _markup(element: etree._Element) -> str:
    return str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))[:100_000]
