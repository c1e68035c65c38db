"""What the head of a page says of its post: Open Graph, cards and the other metas."""

from __future__ import annotations

import re

from crawler.items import Media
from crawler.pages.web.facts import Facts, Stated, tag_list
from crawler.reading.content import said_text
from crawler.reading.meta import Page, open_graph_media
from crawler.reading.text import html_to_text
from crawler.reading.urls import absolute
from crawler.reading.visible import VisiblePost

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "parsely-pub-date", "dc.date.issued", "dc.date", "dc:date",
    "dcterms.created", "dcterms.issued", "dcterms.date", "dc.date.created", "sailthru.date", "date", "publish-date",
    "publish_date", "publishdate", "pubdate", "pub_date", "og:pubdate", "article:published", "article.published",
    "article:publicationdate", "article_date_original", "publication_date", "publication-date", "date_published",
    "datepublished", "originalpublicationdate", "displaydate", "bt:pubdate", "prism.publicationdate",
    "citation_publication_date", "citation_online_date", "bepress_citation_date", "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime", "analyticsattributes.articledate", "dc.date.issue", "isodatetime",
)  # fmt: skip
_EDITED = ("article:modified_time", "og:updated_time", "dcterms.modified", "last-modified", "article_date_updated")
_ARTICLE_DATES = frozenset(
    """
    article:published_time og:article:published_time parsely-pub-date article:published article.published
    article:publicationdate article_date_original sailthru.date publish-date publish_date publishdate pub_date
    citation_publication_date bepress_citation_date cxenseparse:recs:publishtime cxenseparse:publishtime
    """.split()  # noqa: SIM905 - a word list reads better than quoted strings
)
"""Of those above what a publisher's system writes only for an article; a bare ``date`` may be that of any page."""
_MIN_HEADING = 8


def head_facts(page: Page) -> Facts:
    """What the metas say of the page's post."""
    site_name = page.first("og:site_name") or ""
    title = page.first("og:title", "twitter:title", "parsely-title") or ""
    authors = (
        page.metas.get("author") or page.metas.get("article:author_name") or page.metas.get("parsely-author") or []
    )
    names = [html_to_text(name) for name in [*authors, *page.metas.get("article:author", [])]]
    description = page.first("og:description", "description", "twitter:description")
    return Facts(
        source="meta",
        title=_without_site(" ".join(html_to_text(title).split()), site_name) or None,
        text=said_text(description) if description else None,
        authors=tuple(name for name in names if name and "@" not in name and "/" not in name)[:3],
        published=tuple(said for name in _PUBLISHED if (said := page.first(name))),
        edited=tuple(said for name in _EDITED if (said := page.first(name))),
        language=page.first("og:locale"),
        tags=tag_list(page.metas.get("article:tag") or []),
        media=open_graph_media(page) or _twitter_image(page),
    )


def _twitter_image(page: Page) -> tuple[Media, ...]:
    url = absolute(page.first("twitter:image", "twitter:image:src") or "", page.base)
    return (Media(kind="image", url=url),) if url else ()


def _without_site(title: str, site_name: str) -> str:
    """A title often ends with the site's name behind a bar or dash."""
    name = html_to_text(site_name).casefold()
    found = re.fullmatch(r"(.{3,}?)\s+[|–—·•»:-]+\s+(.{2,60})", title)
    if name and found and (found.group(2).casefold() in name or name in found.group(2).casefold()):
        return found.group(1)
    return title


def plain_title(page: Page, visible: VisiblePost) -> Stated | None:
    """The ``title`` element without the site's name, or the heading that is a part of it."""
    said = page.first("dc.title") or page.title
    title = _without_site(" ".join(html_to_text(said).split()), page.first("og:site_name") or "")
    heading = visible.heading
    # themes put the site's name, a slogan or a section before or behind the heading, with any mark between
    title = heading if heading and len(heading) >= _MIN_HEADING and heading in title else title or heading or ""
    return Stated(title, "page") if title else None


def og_type(page: Page) -> str:
    """``og:type`` in lower case, or ``""``."""
    return (page.first("og:type") or "").lower()


def is_article_page(page: Page) -> bool:
    """Whether the head says that the page is one post."""
    return og_type(page).startswith(("article", "video", "music.song", "blog")) or not _ARTICLE_DATES.isdisjoint(
        page.metas
    )
