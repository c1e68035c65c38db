"""Which of a page's nodes are about the post that the page is, and what its address is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from urllib.parse import urlsplit

from crawler.pages.web.kinds import POSTS, RANKS, WEAK, rank
from crawler.reading.jsonld import JsonLd, Node, strings, types, values
from crawler.reading.meta import Page
from crawler.reading.text import html_to_text
from crawler.reading.urls import absolute, canonical, permalink, same_site

_MAIN = ("mainentity", "mainentityofpage")
_MAX_POSTS = 300
"""Nodes looked at to find the page's own; more than that is a listing."""


def page_address(page: Page, url: str) -> str:
    """What the page says its address is, when that is a page of the same site; else where it was answered."""
    for stated in (page.linked("canonical"), absolute(page.first("og:url") or "", page.base)):
        link = permalink(stated or "")
        if link is not None and same_site(link, url) and (urlsplit(link).path != "/" or urlsplit(url).path == "/"):
            return link
    return permalink(url) or url


def about_page(stated: Iterable[Node], jsonld: JsonLd, page: Page, address: str) -> list[Node]:
    """The nodes of ``stated`` about this page's post, the most article-like kind first.

    Those that name this address, and beside them those without address and with the same headline, or none. Where none
    names it: the only node; else those without address whose headline is the page's title, or that all share one
    headline. Several different ones are a listing.
    """
    nodes = list(islice(_candidates(stated, jsonld), _MAX_POSTS))
    own = [node for node in nodes if _names(node, address) is True]
    silent = [node for node in nodes if _names(node, address) is None]
    if own:
        headlines = {headline for node in own if (headline := _headline(node))}
        chosen = own + [node for node in silent if not _headline(node) or _headline(node) in headlines]
    elif len(nodes) == 1:
        chosen = nodes
    else:
        best = min(map(rank, silent), default=0)
        alike = [node for node in silent if rank(node) == best]
        title = " ".join(html_to_text(page.first("og:title") or page.title).split()).casefold()
        chosen = [node for node in alike if (headline := _headline(node)) and headline in title]
        if len({_headline(node) for node in chosen or alike}) > 1:
            chosen = []
        elif not chosen:
            chosen = alike
    best = min(map(rank, chosen), default=0)
    return sorted((node for node in chosen if rank(node) == best or rank(node) >= WEAK), key=rank)


def _candidates(nodes: Iterable[Node], jsonld: JsonLd) -> Iterable[Node]:
    """Nodes of posts, and those that a page or site names as what it is about."""
    for node in nodes:
        if not types(node).isdisjoint(RANKS):
            yield node
        if not types(node).isdisjoint(POSTS):
            continue
        for value in values(node, *_MAIN):
            main = jsonld.resolve(value)
            if isinstance(main, Mapping) and not types(main).isdisjoint(RANKS):
                yield main


def _headline(node: Node) -> str:
    said = next(iter(strings(node, "headline", "name")), "")
    return " ".join(html_to_text(said).split()).casefold()


def _names(node: Node, address: str) -> bool | None:
    """Whether the node says that it is about this address, ``None`` when it says nothing about addresses."""
    stated: list[str] = []
    for value in [*values(node, "url"), *values(node, "mainentityofpage"), node.get("@id")]:
        said = (value.get("@id") or value.get("url")) if isinstance(value, Mapping) else value
        if isinstance(said, str) and (target := absolute(said, address)):
            stated.append(_loose(target))
    return None if not stated else _loose(address) in stated


def _loose(url: str) -> str:
    parts = urlsplit(canonical(url))
    return f"{parts.netloc.removeprefix('www.').removeprefix('m.')}{parts.path.rstrip('/')}?{parts.query}".casefold()
