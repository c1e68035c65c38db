"""Facebook's old mobile site (until about 2024): ``article[data-ft]`` with JSON in an attribute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from lxml import etree

from crawler.items import Format, Media, Metrics, MissingReason, Platform, Post, PostList, Precision
from crawler.pages.base import Capture
from crawler.pages.facebook.ids import SITE, handle_of
from crawler.pages.facebook.pages import FacebookPage, is_mobile
from crawler.reading import count_words, hashtags
from crawler.reading.counted import counted
from crawler.reading.counts import Count
from crawler.reading.dates import Moment, read_date
from crawler.reading.jsonvalue import identifier, link, mapping
from crawler.reading.meta import parse_page
from crawler.reading.relay import json_in
from crawler.reading.text import html_to_text

_FORMATS = {
    "photo": Format.IMAGE, "album": Format.CAROUSEL, "new_album": Format.CAROUSEL, "video_inline": Format.VIDEO,
    "video": Format.VIDEO, "share": Format.LINK,
}  # fmt: skip
_WORDS = (
    ("comment_count", count_words.COMMENTS),
    ("share_count", count_words.SHARES),
    ("like_count", count_words.REACTIONS),
)
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
        return PostList(posts=tuple(posts.values()))

    def _named(self) -> str | None:
        """The Page that the address names."""
        first = self.path.strip("/").split("/")[0]
        return None if first in ("story.php", "photo.php", "groups", "profile.php", "watch", "") else first


def posts_in(root: etree._Element, handle: str | None, capture: Capture) -> dict[str, Post]:
    """The posts that a page draws, by number; ``handle`` is the Page's where a post does not say."""
    posts: dict[str, Post] = {}
    for element in root.iterfind(".//*[@data-ft]"):
        if (post := _post(element, handle, capture)) is not None:
            posts.setdefault(post.native_id, post)
    return posts


def _post(element: etree._Element, named: str | None, capture: Capture) -> Post | None:
    state = mapping(json_in(element.get("data-ft")))
    number = identifier(state.get("top_level_post_id")) or identifier(state.get("mf_story_key"))
    owner, created = _owner_and_time(state, capture)
    if not number or not number.isdigit() or created is None:
        return None
    handle = _writer(element) or named or owner
    if handle is None:
        return None
    kind = _FORMATS.get(str(state.get("story_attachment_style") or ""))
    words = element.find(".//p")
    text = html_to_text(_markup(words)) if words is not None else None
    return Post(
        platform=Platform.FACEBOOK,
        native_id=number,
        account=handle,
        author=handle,
        url=f"{SITE}/{handle}/posts/{number}",
        format=kind,
        text=text,
        published_at=created.at,
        published_precision=Precision.SECOND,
        media=(Media(kind="image"),) if kind is Format.IMAGE else (),
        hashtags=hashtags.unique(tag for _, tag in hashtags.written(text or "")),
        metrics=_metrics(element),
    )


def _owner_and_time(state: Mapping[str, Any], capture: Capture) -> tuple[str | None, Moment | None]:
    """The Page's number, and when it published; both stand under the Page's number in ``page_insights``."""
    for name, one in mapping(state.get("page_insights")).items():
        context = mapping(mapping(one).get("post_context"))
        created = read_date(context.get("publish_time"), latest=capture.fetched_at)
        if created is not None:
            return identifier(mapping(one).get("actor_id")) or name, created
    return None, None


def _writer(element: etree._Element) -> str | None:
    """The handle in the link to whoever wrote a post, which stands in its heading."""
    for found in element.iterfind(".//h3//a"):
        handle = handle_of({"url": link(found.get("href"), SITE)})
        if handle and not urlsplit(found.get("href") or "").path.endswith(".php"):
            return handle
    return None


def _metrics(element: etree._Element) -> Metrics:
    """Counts are told apart by their words; what has none is a number that we do not know."""
    counts: dict[str, Count] = {}
    for said, classes in _sayings(element):
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


def _sayings(element: etree._Element) -> Iterator[tuple[str, frozenset[str]]]:
    """Labels, and the texts of the footer, that begin with a number; each with its element's classes."""
    footers = [element.find(".//footer")]
    inside = {part for footer in footers if footer is not None for part in footer.iter()}
    for part in element.iter():
        if not isinstance(part.tag, str):
            continue
        classes = frozenset((part.get("class") or "").split())
        is_count = part in inside or bool(classes & (_LIKE_CLASSES | {"cmt_def"}))
        for said in (part.get("aria-label") or "", (part.text or "") if is_count else ""):
            if said.strip()[:1].isdigit():
                yield said, classes


def _markup(element: etree._Element) -> str:
    return str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))[:100_000]
