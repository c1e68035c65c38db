"""Which kinds of nodes are posts, and which of several kinds on one page is the post."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.items import Format
from crawler.reading.jsonld import Node, types

ARTICLES = frozenset(
    """
    article newsarticle blogposting report techarticle scholarlyarticle analysisnewsarticle askpublicnewsarticle
    backgroundnewsarticle opinionnewsarticle reportagenewsarticle reviewnewsarticle satiricalarticle
    advertisercontentarticle liveblogposting medicalscholarlyarticle apireference
    """.split()  # noqa: SIM905 - a word list reads better than quoted strings
)
RANKS: Mapping[str, int] = {
    **dict.fromkeys(ARTICLES, 0),
    "discussionforumposting": 0, "socialmediaposting": 0, "question": 1, "videoobject": 2, "audioobject": 2,
    "podcastepisode": 2, "recipe": 3, "howto": 3, "review": 4, "creativework": 5, "hentry": 5,
    "webpage": 6,  # no post by itself, but it may know the date of the post that the page is
}  # fmt: skip
"""Kinds that tell of a post, the most article-like first."""
POSTS = frozenset(RANKS) - {"webpage"}
WEAK = 5
"""From this rank on a kind alone does not make a page a post."""
STATED_TYPES = {"howto": "how_to", "advertisercontentarticle": "promotion"}
NO_ARTICLES = frozenset(
    {"discussionforumposting", "socialmediaposting", "question", "videoobject", "audioobject", "podcastepisode"}
)


def rank(node: Node) -> int:
    """How article-like a node is; the lowest number is the most."""
    return min((RANKS[kind] for kind in types(node) if kind in RANKS), default=9)


def format_of(kinds: frozenset[str], og_type: str, *, has_title: bool, has_text: bool) -> Format | None:
    """The medium that the kinds and ``og:type`` of a page state.

    ``has_title`` and ``has_text``: whether a node, not the head alone, states them.
    """
    if kinds & ARTICLES:
        return Format.ARTICLE
    if kinds & {"discussionforumposting", "question"}:
        return Format.TEXT
    if kinds & {"videoobject"} or og_type.startswith("video"):
        return Format.VIDEO
    if kinds & {"audioobject", "podcastepisode"} or og_type.startswith("music"):
        return Format.AUDIO
    if "socialmediaposting" in kinds:
        return Format.TEXT if has_text else None
    if "hentry" in kinds and not has_title:
        return Format.TEXT
    return Format.ARTICLE
