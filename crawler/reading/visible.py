"""What a page shows of its post when no syntax says it: heading, time, byline, tag links, counters on the article.

The last resort, and read only from the one article of a page: a list of articles says nothing about any of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cached_property
from itertools import islice

from attrs import define
from lxml import etree

from crawler.reading.counts import read_count
from crawler.reading.dateline import dateline, is_aside, is_repeated, sentence_date, written_dates
from crawler.reading.dates import read_date, writes_day_first
from crawler.reading.language import detect_language
from crawler.reading.microdata import element_text
from crawler.reading.text import clean
from crawler.reading.urls import page_key, permalink

_DATED = re.compile(r"publi|date|posted|time|created", re.IGNORECASE)
_EDITED = re.compile(r"updated|modified|edited", re.IGNORECASE)
_DATE_CLASSES = re.compile(
    r"(?:^|\s)(?:[\w-]*(?:post|entry|article|blog)[\w]*[-_]{1,2}(?:[\w-]*[-_])?(?:date|time|timestamp|published)[\w-]*)(?:\s|$)",
    re.IGNORECASE,
)
_DATE_WORDS = ("ate", "ime", "ublished")
_COUNTERS = {
    "data-comments": "comment_count", "data-comments-count": "comment_count", "data-comment-count": "comment_count",
    "data-commentscount": "comment_count", "data-num-comments": "comment_count",
    "data-likes": "like_count", "data-like-count": "like_count", "data-likes-count": "like_count",
    "data-rating": "like_count", "data-score": "like_count", "data-votes": "like_count", "data-upvotes": "like_count",
    "data-views": "view_count", "data-view-count": "view_count", "data-views-count": "view_count",
    "data-shares": "share_count", "data-share-count": "share_count", "data-shares-count": "share_count",
}  # fmt: skip
_WORD = re.compile(r"\w+")
_MAX_WALK = 5_000
_MAX_HEADINGS = 60
_MAX_CLASS = 200
_APART = timedelta(days=2)
_SENTENCE = 4
"""Words of a heading that hardly names a section."""
_MAX_TAGS = 50


@define(slots=False)
class VisiblePost:
    """The page's one article element, or nothing."""

    root: etree._Element
    called: str = ""
    """What the page says it is called: its ``title`` and ``og:title``."""
    language: str | None = None

    @cached_property
    def article(self) -> etree._Element | None:
        """The only article of the page that is not inside another (a comment is)."""
        outer: list[etree._Element] = []
        for number, element in enumerate(self.root.iter("article")):
            if number >= 200:
                return None
            if not any(ancestor.tag == "article" for ancestor in element.iterancestors()):
                outer.append(element)
        if len(outer) == 1:
            return outer[0]
        headed = [element for element in outer if next(element.iter("h1"), None) is not None]
        return headed[0] if len(headed) == 1 else None

    @cached_property
    def heading_element(self) -> etree._Element | None:
        """The longest heading that is a part of what the page is called, else its only first-level heading.

        Where there are several of the first level, the article's first.
        """
        first = list(_bounded(self.root, "h1"))
        called = f" {_words(self.called)} "
        named = [
            (len(words), -number, element)
            for number, element in enumerate([*first, *islice(self.root.iter("h2"), _MAX_HEADINGS)])
            if (words := _words(element_text(element)))
            and f" {words} " in called
            and (" " in words or element.tag == "h1")
        ]
        if named:
            return max(named, key=lambda one: one[:2])[2]
        if len(first) != 1 and self.article is not None:
            first = list(_bounded(self.article, "h1"))[:1]
        return first[0] if len(first) == 1 else None

    @cached_property
    def heading(self) -> str | None:
        """The text of that heading."""
        return element_text(self.heading_element)[:500] or None if self.heading_element is not None else None

    @cached_property
    def is_post(self) -> bool:
        """One article with a heading of the first level and a machine-readable time in it."""
        article = self.article
        return article is not None and self.heading is not None and bool(self.times)

    def is_teaser(self, url: str) -> bool:
        """Whether the article's own heading leads elsewhere: on its page a post is not linked to."""
        if self.article is None:
            return False
        heading = next(_bounded(self.article, "h1", "h2", "h3"), None)
        if heading is None:
            return False
        links = [heading, *heading.iterdescendants("a"), *heading.iterancestors("a")]
        targets = (permalink(link.get("href") or "", url) for link in links if link.get("href"))
        return any(target is not None and page_key(target) != page_key(url) for target in targets)

    @cached_property
    def times(self) -> tuple[str, ...]:
        """``datetime`` of the article's own publication time: the first that is no edit and no comment's."""
        return tuple(self._times(_DATED, _EDITED))[:1]

    @cached_property
    def edit_times(self) -> tuple[str, ...]:
        return tuple(self._times(_EDITED, None))[:1]

    @cached_property
    def marked_dates(self) -> tuple[str, ...]:
        """The text of elements whose class says that it is a post's date; any further one is a teaser's."""
        found: list[str] = []
        for element in _bounded(self.root, "span", "div", "p", "time"):
            said = element.get("class")
            if said is None or len(element) or not any(word in said for word in _DATE_WORDS):
                continue
            if _DATE_CLASSES.search(said[:_MAX_CLASS]):
                text = " ".join(clean(element.text or "").split())
                if 6 <= len(text) <= 60 and text not in found:
                    found.append(text)
        return tuple(found) if len(found) == 1 else ()

    @cached_property
    def machine_date(self) -> str | None:
        """``datetime`` of the page's only ``time``, or ``title`` of its only dated ``abbr``; several are a list's."""
        found: dict[str, None] = {}
        within = self.article if self.article is not None else self.root
        for element in _bounded(within, "time", "abbr"):
            classes = (element.get("class") or "")[:_MAX_CLASS]
            is_abbreviation = element.tag == "abbr" and _DATED.search(classes)
            said = element.get("title") if is_abbreviation else element.get("datetime")
            if said and not _EDITED.search(classes) and not is_aside(element, within):
                found.setdefault(said.strip())
        return next(iter(found)) if len(found) == 1 else None

    @cached_property
    def dateline(self) -> str | None:
        """The date beside the heading, unless the page shows many alike."""
        said = dateline(self.heading_element) if self.heading_element is not None else None
        return None if said is None or is_repeated(self.root, said) else said

    @cached_property
    def is_headed(self) -> bool:
        """Whether a heading is what the page is called, or a sentence: the page is about one thing."""
        words = _words(self.heading or "")
        return words.count(" ") >= _SENTENCE - 1 or (" " in words and f" {words} " in f" {_words(self.called)} ")

    @property
    def shown_dates(self) -> Iterator[str]:
        """What readers see as the post's date, the surest first."""
        if self.machine_date is not None:
            yield self.machine_date
        for written in self.marked_dates:
            yield written
            yield from written_dates(written)
        if self.dateline is not None:
            yield self.dateline
        if (said := sentence_date(self.root)) is not None:
            yield said

    @cached_property
    def is_day_first(self) -> bool:
        """Whether 3/4 on this page is 3 April, by the page's language, or by that of its text."""
        return writes_day_first(
            self.language or detect_language(" ".join(islice(self.root.itertext("p"), 200))[:5_000])
        )

    @cached_property
    def authors(self) -> tuple[str, ...]:
        within = self.article if self.article is not None else self.root
        names = [
            element_text(link)
            for link in _bounded(within, "a")
            if "author" in (link.get("rel") or "").lower().split() and not is_aside(link, within)
        ]
        return tuple(dict.fromkeys(name for name in names if 1 < len(name) <= 80))[:3]

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """Texts of the article's ``rel=tag`` links; of the page's where they all stand in one place."""
        within = self.article if self.article is not None else self.root
        found = [
            element_text(link).lstrip("#").strip("„“”\"' ")
            for link in _bounded(within, "a")
            if "tag" in (link.get("rel") or "").lower().split() and not is_aside(link, within)
        ]
        return tuple(dict.fromkeys(tag for tag in found if 0 < len(tag) <= 100))[:_MAX_TAGS]

    @cached_property
    def counts(self) -> dict[str, int]:
        """Counters in ``data-`` attributes of the article element itself (``data-comments="12"``)."""
        article = self.article
        if article is None:
            return {}
        found: dict[str, int] = {}
        for name, column in _COUNTERS.items():
            said = article.get(name)
            if said is not None and column not in found and (count := read_count(said.strip())) is not None:
                found[column] = count.value
        # a rating alone may be stars; beside a number of comments it is votes
        return found if "comment_count" in found or not {"data-rating", "data-score"} & set(article.keys()) else {}

    def _times(self, wanted: re.Pattern[str], unwanted: re.Pattern[str] | None) -> Iterator[str]:
        within = self.article
        if within is None:
            return
        stated = [one for one in _bounded(within, "time") if one.get("datetime") and not is_aside(one, within)]
        for element in stated:
            said = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
            if unwanted is None and not wanted.search(said):
                continue
            if unwanted is not None and unwanted.search(said) and not re.search(r"publi", said, re.IGNORECASE):
                continue
            yield self._as_written(element)

    def _as_written(self, element: etree._Element) -> str:
        """``datetime``, unless readers are told another day: some systems write the last change into it."""
        stated: str = element.get("datetime").strip()
        for said in islice(written_dates(element_text(element)), 1):
            read, machine = read_date(said, is_day_first=self.is_day_first), read_date(stated)
            if read is not None and machine is not None and abs(read.at - machine.at) > _APART:
                return said
        return stated


def _bounded(root: etree._Element, *names: str) -> Iterator[etree._Element]:
    for number, element in enumerate(root.iter(*names)):
        if number >= _MAX_WALK:
            return
        yield element


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text[:2_000].casefold()))
