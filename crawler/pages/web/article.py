"""One post out of its own page: what each syntax says, in a fixed order of trust, bound to the post's node only.

Of each field the first source that states it wins, and :attr:`Post.sources` keeps which it was:

| field | order |
|---|---|
| title | listing, json-ld, meta (og:title, twitter:title), microdata, rdfa, microformats, page (``title``, then ``h1``) |
| text | listing, json-ld, microdata and rdfa of forum posts and videos, main-text, microdata, rdfa, microformats, meta |
| author | listing, json-ld, microdata, rdfa, microformats, meta, page (``rel=author``) |
| published_at | json-ld, microdata, rdfa, microformats, embedded, meta, page (``time`` in the one article); of these the first with a time of day and a zone that is not midnight sharp, else with a zone, else a wall clock, else a day; a listing's exact one before all |
| edited_at | the same order; only when later than published_at |
| language | listing, json-ld, microdata, rdfa, meta (og:locale), page (``lang``, ``content-language``), detected (from the text) |
| tags | listing, json-ld ``category``, microdata, rdfa, microformats (``p-category``), meta (``article:tag``), page (``rel=tag``; not where JSON-LD gives them as keywords, which are for search engines) |
| media | listing, json-ld, microdata, rdfa, microformats, meta (Open Graph, cards) |
| each count | json-ld, microdata, rdfa, microformats, embedded, page (``data-`` attributes of the article element), listing |

Counters are read from the post's own node: never from its author (FollowAction, WriteAction, SubscribeAction), its
comments, or another post that the page shows. Claps of Medium are ``like_count`` (see :mod:`crawler.reading.embedded`).
"""  # noqa: E501 - a table

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from attrs import field, frozen

from crawler.items import Format, Media, Metrics, MissingReason, Platform, Post, Precision
from crawler.pages.web.answer import Site, language_tag
from crawler.reading import hashtags
from crawler.reading.content import distinct_media, is_decoration, pixels, said_text
from crawler.reading.counts import read_count
from crawler.reading.dates import Moment, read_date
from crawler.reading.embedded import embedded_posts
from crawler.reading.interactions import action_of
from crawler.reading.jsonld import JsonLd, Node, strings, types, values
from crawler.reading.language import detect_language
from crawler.reading.meta import Page, open_graph_media
from crawler.reading.text import clean, html_to_text
from crawler.reading.urls import absolute, canonical, permalink, same_site
from crawler.reading.visible import VisiblePost

_ARTICLES = frozenset(
    """
    article newsarticle blogposting report techarticle scholarlyarticle analysisnewsarticle askpublicnewsarticle
    backgroundnewsarticle opinionnewsarticle reportagenewsarticle reviewnewsarticle satiricalarticle
    advertisercontentarticle liveblogposting medicalscholarlyarticle apireference
    """.split()  # noqa: SIM905 - a word list reads better than quoted strings
)
_RANKS: Mapping[str, int] = {
    **dict.fromkeys(_ARTICLES, 0),
    "discussionforumposting": 0, "socialmediaposting": 0, "question": 1, "videoobject": 2, "audioobject": 2,
    "podcastepisode": 2, "recipe": 3, "howto": 3, "review": 4, "creativework": 5, "hentry": 5,
    "webpage": 6,  # no post by itself, but it may know the date of the post that the page is
}  # fmt: skip
_POSTS = frozenset(_RANKS) - {"webpage"}
_WEAK = 5
_STATED_TYPES = {"howto": "how_to", "advertisercontentarticle": "promotion"}
_MAIN = ("mainentity", "mainentityofpage")
_ACTIONS = {
    "likeaction": "like_count", "commentaction": "comment_count", "replyaction": "comment_count",
    "shareaction": "share_count", "watchaction": "view_count", "viewaction": "view_count", "readaction": "view_count",
    "listenaction": "view_count", "bookmarkaction": "save_count",
    # the legacy interactionCount: "UserComments:12"
    "usercomments": "comment_count", "userlikes": "like_count", "userplays": "view_count",
    "userpagevisits": "view_count", "userdownloads": "", "userblocks": "", "usercheckins": "",
    "usertweets": "share_count", "userplusones": "like_count",
}  # fmt: skip
_COUNTS = ("like_count", "comment_count", "share_count", "view_count", "save_count", "quote_count")
_EXACT = (Precision.SECOND, Precision.MINUTE)
_NO_ARTICLES = frozenset(
    {"discussionforumposting", "socialmediaposting", "question", "videoobject", "audioobject", "podcastepisode"}
)
"""Kinds whose text is what their own node says, and not the longest text of the page."""
_MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-]|\s|$)")
_MIN_HEADING = 8
_MAX_POSTS = 300
"""Nodes looked at to find the page's own; more than that is a listing."""
_MARKED_SLACK = 1.05
"""List marks and the like make an extracted text a little longer than the marked one."""


@frozen(kw_only=True)
class Reading:
    """What a page gives about its post."""

    post: Post
    is_certain: bool
    """Structured data or Open Graph says that this page is one post, with a date."""


@frozen(kw_only=True)
class _Facts:
    """What one syntax says; several nodes about the same post are several facts."""

    source: str
    """Name of the syntax, as :attr:`Post.sources` has it."""
    kinds: frozenset[str] = frozenset()
    url: str | None = None
    title: str | None = None
    text: str | None = None
    authors: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    language: str | None = None
    tags: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    counts: Mapping[str, int] = field(factory=dict)
    rounded: Mapping[str, int] = field(factory=dict)
    reactions: Mapping[str, int] = field(factory=dict)


@frozen(kw_only=True)
class Sources:
    """Everything that was read off the page, before it is known which of it is the post."""

    page: Page
    jsonld: JsonLd
    microdata: Sequence[Node] = ()
    rdfa: Sequence[Node] = ()
    microformat: Node | None = None


def page_address(page: Page, url: str) -> str:
    """What the page says its address is, when that is a page of the same site; else where it was answered."""
    for stated in (page.linked("canonical"), absolute(page.first("og:url") or "", page.base)):
        link = permalink(stated or "")
        if link is not None and same_site(link, url) and (urlsplit(link).path != "/" or urlsplit(url).path == "/"):
            return link
    return permalink(url) or url


def read_article(
    sources: Sources,
    url: str,
    site: Site,
    listed: Post | None,
    fetched_at: datetime,
    find_text: Callable[[], str | None] | None,
) -> Reading | None:
    """The post of this page, ``None`` when the page does not say that it is one.

    ``listed`` is what a listing said of it: it keeps the post's identity, title, text, tags and medium, and the page
    adds what is missing there, and counts. ``find_text`` gives the main text; it is asked only when neither the listing
    nor the page's data brings the text (``None``: never).
    """
    page = sources.page
    address = page_address(page, url)
    stated = [
        _node_facts("json-ld", node, sources.jsonld, page.base)
        for node in _about_page(sources.jsonld.nodes, sources, address)
    ]
    marked = _marked_facts(sources, address)
    head = _head_facts(page)
    visible = VisiblePost(page.root)
    facts = [*stated, *marked, head]
    # what the page says it is called comes before the headings of its parts
    title = _pick("title", [*stated, head, *marked]) or _plain_title(page, visible)
    kinds = frozenset[str]().union(*(fact.kinds for fact in facts))
    may_be_post = listed is not None or bool(kinds) or _is_article_page(page)
    if may_be_post and not (any(fact.counts for fact in facts) and any(fact.published for fact in facts)):
        name = title.value if title else ""
        about = (state for state in embedded_posts(page.scripts, address, name) if state.is_about(address, name))
        facts[-1:-1] = [
            _Facts(source="embedded", published=state.published, counts=state.counts) for state in islice(about, 1)
        ]
    is_stated = any(_RANKS.get(kind, 9) < _WEAK for kind in kinds)
    dated = [(fact.source, said) for fact in facts for said in fact.published]
    published = _best_moment(dated, fetched_at)
    if published is None or published.value.precision not in _EXACT or _MIDNIGHT.search(published.value.text):
        dated += [("page", said) for said in visible.times]
        published = _best_moment(dated, fetched_at)
    if published is None and (is_stated or _is_article_page(page) or listed is not None):
        dated += [("page", said) for said in visible.written_dates]
        published = _best_moment(dated, fetched_at)
    is_shown = not kinds and published is not None and published.source == "page" and visible.is_post
    if listed is None and not is_stated and not (published and (kinds or _is_article_page(page) or is_shown)):
        return None
    edited = _best_moment(
        [
            *((fact.source, said) for fact in facts for said in fact.edited),
            *(("page", one) for one in visible.edit_times),
        ],
        fetched_at,
    )
    text = _text(facts, kinds, listed, find_text)
    author = next((_Stated(", ".join(fact.authors), fact.source) for fact in facts if fact.authors), None)
    if author is None and visible.authors:
        author = _Stated(", ".join(visible.authors), "page")
    tags = _pick("tags", facts)
    if tags is None and not any(strings(node, "keywords") for node in _posts_of(sources.jsonld)) and visible.tags:
        tags = _Stated(hashtags.unique(visible.tags), "page")
    media = _pick("media", facts)
    metrics, counted = _metrics([*facts, _Facts(source="page", counts=visible.counts)])
    language = _language(facts, page)
    if language is None and (said := (listed.text if listed is not None else None) or (text.value if text else None)):
        # what a page says of itself comes first: a quotation may be longer than the rest
        found = detect_language(said) if listed is None or not listed.language else None
        language = _Stated(found, "detected") if found else None
    chosen: dict[str, _Stated | None] = {
        "title": title, "text": text, "author": author, "published_at": published, "language": language,
        "hashtags": tags, "media": media, "edited_at": edited,
    }  # fmt: skip
    is_edited = edited is not None and published is not None and edited.value.at > published.value.at
    if not is_edited:
        chosen["edited_at"] = None
    post = Post(
        platform=Platform.WEB,
        host=site.host,
        native_id=canonical(address),
        account=site.handle,
        author=author.value if author else None,
        url=address,
        format=_format(facts, kinds, page, text.value if text else None),
        stated_post_type=next((_STATED_TYPES[kind] for kind in sorted(kinds) if kind in _STATED_TYPES), None),
        title=title.value if title else None,
        text=text.value if text else None,
        language=language.value if language else None,
        published_at=published.value.at if published else None,
        published_precision=published.value.precision if published else None,
        published_text=_written(published.value if published else None, [said for _, said in dated]),
        edited_at=edited.value.at if edited and is_edited else None,
        is_promoted_label=True if "advertisercontentarticle" in kinds else None,
        media=distinct_media(media.value) if media else (),
        hashtags=tags.value if tags else (),
        metrics=metrics,
        sources={**{name: one.source for name, one in chosen.items() if one is not None}, **counted} or None,
    )
    is_certain = published is not None and (is_stated or _is_article_page(page) or is_shown)
    return Reading(post=post if listed is None else _completed(listed, post), is_certain=is_certain)


@frozen
class _Stated:
    """A value and the name of the source that states it."""

    value: Any
    source: str


def _pick(name: str, facts: Iterable[_Facts]) -> _Stated | None:
    return next((_Stated(value, fact.source) for fact in facts if (value := getattr(fact, name))), None)


def _text(
    facts: Sequence[_Facts], kinds: frozenset[str], listed: Post | None, find_text: Callable[[], str | None] | None
) -> _Stated | None:
    """The text; the page's main text is looked for only where neither a listing nor the page's data states it."""
    said = _pick("text", facts[:-1])
    if said is not None and (said.source == "json-ld" or not kinds.isdisjoint(_NO_ARTICLES)):
        return said
    if listed is not None and listed.text:
        return said
    found = find_text() if find_text is not None else None
    # short texts are hard to tell from what stands around them: where the page marks its body, no more than that is it
    if found and (said is None or len(found) <= len(said.value) * _MARKED_SLACK):
        return _Stated(found, "main-text")
    return said or _pick("text", facts[-1:])


def _language(facts: Sequence[_Facts], page: Page) -> _Stated | None:
    for fact in facts:
        if found := language_tag(fact.language):
            return _Stated(found, fact.source)
    for stated in (page.language, page.first("http-equiv:content-language", "content-language", "dc.language")):
        if found := language_tag(stated):
            return _Stated(found, "page")
    return None


def _posts_of(jsonld: JsonLd) -> Iterator[Node]:
    return (node for node in jsonld.nodes if not types(node).isdisjoint(_POSTS))


def _completed(listed: Post, page: Post) -> Post:
    """The listed post with what only its page says. The page's date wins where it is the more exact."""
    is_dated = page.published_precision in _EXACT and listed.published_precision not in _EXACT
    dated = page if is_dated or listed.published_at is None else listed
    known = listed.metrics
    metrics = page.metrics
    if known is not None and metrics is not None:
        merged = {name: value for name in _COUNTS if (value := _either(metrics, known, name)) is not None}
        metrics = Metrics(
            **merged,
            reactions=metrics.reactions or known.reactions,
            missing={name: MissingReason.NOT_PUBLIC for name in _COUNTS if name not in merged},
            rounded={**known.rounded, **metrics.rounded},
        )
    sources = {
        name: "listing"
        if _is_stated(getattr(listed, name)) and not (name == "published_at" and dated is page)
        else source
        for name, source in {**(listed.sources or {}), **(page.sources or {})}.items()
        if hasattr(listed, name)
    }
    sources |= {name: source for name, source in (page.sources or {}).items() if name in _COUNTS}
    return Post(
        sources=sources if any(source != "listing" for source in sources.values()) else listed.sources,
        platform=listed.platform,
        host=listed.host,
        native_id=listed.native_id,
        account=listed.account,
        author=listed.author or page.author,
        url=listed.url or page.url,
        role=listed.role,
        format=listed.format or page.format,
        stated_post_type=listed.stated_post_type or page.stated_post_type,
        title=listed.title or page.title,
        text=listed.text or page.text,
        language=listed.language or page.language,
        published_at=dated.published_at,
        published_precision=dated.published_precision,
        published_text=dated.published_text,
        edited_at=listed.edited_at or page.edited_at,
        is_edited=listed.is_edited,
        is_promoted_label=listed.is_promoted_label if listed.is_promoted_label is not None else page.is_promoted_label,
        media=listed.media or page.media,
        hashtags=listed.hashtags or page.hashtags,
        mentions=listed.mentions,
        links=listed.links or page.links,
        metrics=metrics or known,
    )


def _is_stated(value: object) -> bool:
    return value not in (None, "", (), {})


def _either(first: Metrics, second: Metrics, name: str) -> int | None:
    stated: int | None = getattr(first, name)
    return stated if stated is not None else getattr(second, name)


# --- which nodes are the post ---


def _marked_facts(sources: Sources, address: str) -> list[_Facts]:
    """What the markup of the body says about this page's post: microdata, RDFa, microformats."""
    found: list[_Facts] = []
    for source, nodes in (("microdata", sources.microdata), ("rdfa", sources.rdfa)):
        about = _about_page(nodes, sources, address)
        found += [_node_facts(source, node, sources.jsonld, sources.page.base) for node in about]
    if sources.microformat is not None:
        found.append(_node_facts("microformats", sources.microformat, sources.jsonld, sources.page.base))
    return found


def _candidates(nodes: Iterable[Node], jsonld: JsonLd) -> Iterable[Node]:
    for node in nodes:
        if not types(node).isdisjoint(_RANKS):
            yield node
            continue
        for value in values(node, *_MAIN):
            main = jsonld.resolve(value)
            if isinstance(main, Mapping) and not types(main).isdisjoint(_RANKS):
                yield main


def _about_page(stated: Iterable[Node], sources: Sources, address: str) -> list[Node]:
    """The nodes about this page's post, the most article-like kind first.

    Those that name this address, and beside them those without address and with the same headline, or none. Where none
    names it: the only node; else those without address whose headline is the page's title, or that all share one
    headline. Several different ones are a listing.
    """
    nodes = list(islice(_candidates(stated, sources.jsonld), _MAX_POSTS))
    own = [node for node in nodes if _names(node, address) is True]
    silent = [node for node in nodes if _names(node, address) is None]
    if own:
        headlines = {headline for node in own if (headline := _headline(node))}
        chosen = own + [node for node in silent if not _headline(node) or _headline(node) in headlines]
    elif len(nodes) == 1:
        chosen = nodes
    else:
        best = min(map(_rank, silent), default=0)
        alike = [node for node in silent if _rank(node) == best]
        title = " ".join(html_to_text(sources.page.first("og:title") or sources.page.title).split()).casefold()
        chosen = [node for node in alike if (headline := _headline(node)) and headline in title]
        if len({_headline(node) for node in chosen or alike}) > 1:
            chosen = []
        elif not chosen:
            chosen = alike
    best = min(map(_rank, chosen), default=0)
    return sorted((node for node in chosen if _rank(node) == best or _rank(node) >= _WEAK), key=_rank)


def _headline(node: Node) -> str:
    said = _first(strings(node, "headline", "name")) or ""
    return " ".join(html_to_text(said).split()).casefold()


def _rank(node: Node) -> int:
    return min((_RANKS[kind] for kind in types(node) if kind in _RANKS), default=9)


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


# --- what a node says ---


def _node_facts(source: str, node: Node, jsonld: JsonLd, base: str) -> _Facts:
    counts, rounded, reactions = _counters(node, jsonld)
    if types(node).isdisjoint(_POSTS):
        dates = tuple(_date_strings(node, "datepublished"))
        return _Facts(source=source, published=dates, edited=tuple(_date_strings(node, "datemodified")))
    title = _first(said_text(said) for said in strings(node, "headline") or strings(node, "name", "title"))
    text = _first(said_text(said) for said in strings(node, "articlebody", "text", "encoded"))
    if text is None and "videoobject" in types(node):
        text = _first(said_text(said) for said in strings(node, "description"))
    return _Facts(
        source=source,
        kinds=types(node),
        url=next((link for said in strings(node, "url") if (link := absolute(said, base))), None),
        title=" ".join(title.split()) if title else None,
        text=text,
        authors=_authors(node, jsonld),
        published=tuple(_date_strings(node, "datepublished", "uploaddate", "datecreated", "created", "date")),
        edited=tuple(_date_strings(node, "datemodified")),
        language=_first(strings(node, "inlanguage")),
        # keywords are for search engines; what a reader sees as tags is p-category, and article:tag in the head
        tags=_tags(values(node, "category")),
        media=_media(node, jsonld, base),
        counts=counts,
        rounded=rounded,
        reactions=reactions,
    )


def _date_strings(node: Node, *names: str) -> list[str]:
    return [
        said[0].strip() if "\n" not in said[0] else said[0].split("\n")[0]
        for name in names
        if (said := strings(node, name)) and len(said[0]) < 200
    ]


def _authors(node: Node, jsonld: JsonLd) -> tuple[str, ...]:
    names: list[str] = []
    for value in values(node, "author", "creator"):
        person = jsonld.resolve(value)
        said = strings(person, "name") if isinstance(person, Mapping) else [person] if isinstance(person, str) else []
        for name in said[:1]:
            plain = " ".join(html_to_text(name).split())
            if plain and "@" not in plain and not plain.startswith(("http://", "https://")):
                names.append(plain)
    return tuple(dict.fromkeys(names))


def _tags(stated: Iterable[object]) -> tuple[str, ...]:
    """Keywords as a list, or as one string with commas."""
    said = [value.get("name") if isinstance(value, Mapping) else value for value in stated]
    words = [part for value in said if isinstance(value, str) for part in value.split(",")]
    return hashtags.unique(" ".join(html_to_text(word).lstrip("#").split()) for word in words)


def _media(node: Node, jsonld: JsonLd, base: str) -> tuple[Media, ...]:
    found: list[Media] = []
    if "videoobject" in types(node):
        found.append(_object_medium(node, "video", base))
    for name, kind in (("video", "video"), ("audio", "audio"), ("image", "image")):
        for value in values(node, name):
            stated = jsonld.resolve(value)
            if isinstance(stated, str):
                found.append(Media(kind=kind, url=absolute(stated, base)))
            elif isinstance(stated, Mapping):
                found.append(_object_medium(stated, kind, base))
    return tuple(medium for medium in found if medium.url is not None and not is_decoration(medium.url))


def _object_medium(stated: Node, kind: str, base: str) -> Media:
    places = strings(stated, "contenturl") or strings(stated, "url", "@id")
    if kind == "video":
        places = strings(stated, "contenturl") or strings(stated, "thumbnailurl") or strings(stated, "thumbnail")
    caption = _first(strings(stated, "caption")) if kind == "image" else None
    return Media(
        kind=kind,
        url=absolute(places[0], base) if places else None,
        width=_side(stated, "width"),
        height=_side(stated, "height"),
        duration_seconds=_duration(_first(strings(stated, "duration"))),
        alt_text=html_to_text(caption) if caption else None,
    )


def _side(stated: Node, name: str) -> int | None:
    for value in values(stated, name):
        said = next(iter(values(value, "value", "name")), None) if isinstance(value, Mapping) else value
        if isinstance(said, str | int | float) and not isinstance(said, bool):
            return pixels(str(said))
    return None


def _duration(stated: str | None) -> float | None:
    """Seconds of an ISO 8601 duration of days and less (``PT1M30S``)."""
    found = re.fullmatch(
        r"P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,6})M)?(?:(\d{1,8})(?:\.\d{1,9})?S)?)?", (stated or "").strip()
    )
    if found is None or not any(found.groups()):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return float(((days * 24 + hours) * 60 + minutes) * 60 + seconds)


def _counters(node: Node, jsonld: JsonLd) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    counts: dict[str, int] = {}
    rounded: dict[str, int] = {}
    reactions: dict[str, int] = {}

    def note(name: str, said: object) -> None:
        count = read_count(said.strip() if isinstance(said, str) else said)
        if name and count is not None and name not in counts:
            counts[name] = count.value
            if count.rounded is not None:
                rounded[name] = count.rounded

    for value in values(node, "interactionstatistic"):
        counter = jsonld.resolve(value)
        if isinstance(counter, Mapping):
            action = action_of(counter)
            said = next(iter(values(counter, "userinteractioncount", "interactioncount")), None)
            if action == "dislikeaction" and (count := read_count(said)) is not None:
                reactions["dislike"] = count.value
            note(_ACTIONS.get(action, ""), said)
    for value in values(node, "interactioncount"):
        kind, colon, said = str(value).rpartition(":")
        name = _ACTIONS.get(kind.rpartition("/")[2].strip().lower(), "")
        note(name if colon else "view_count" if "videoobject" in types(node) else "", said.strip())
    note("comment_count", next(iter(values(node, "commentcount", "num_replies")), None))
    note("like_count", next(iter(values(node, "upvotecount")), None))
    note("comment_count", next(iter(values(node, "answercount")), None))
    if reactions and "like_count" in counts:
        reactions = {"like": counts["like_count"], **reactions}
    return counts, rounded, reactions


# --- what the head says ---


def _head_facts(page: Page) -> _Facts:
    site_name = page.first("og:site_name") or ""
    title = page.first("og:title", "twitter:title", "parsely-title") or ""
    dates = ("article:published_time", "og:article:published_time", "parsely-pub-date", "dc.date.issued", "dc.date",
             "dcterms.created", "sailthru.date", "date", "publish-date", "pubdate", "og:pubdate")  # fmt: skip
    edits = ("article:modified_time", "og:updated_time", "dcterms.modified", "last-modified")
    authors = (
        page.metas.get("author") or page.metas.get("article:author_name") or page.metas.get("parsely-author") or []
    )
    names = [html_to_text(name) for name in [*authors, *page.metas.get("article:author", [])]]
    description = page.first("og:description", "description", "twitter:description")
    return _Facts(
        source="meta",
        title=_without_site(" ".join(html_to_text(title).split()), site_name) or None,
        text=said_text(description) if description else None,
        authors=tuple(name for name in names if name and "@" not in name and "/" not in name)[:3],
        published=tuple(said for name in dates if (said := page.first(name))),
        edited=tuple(said for name in edits if (said := page.first(name))),
        language=page.first("og:locale"),
        tags=_tags(page.metas.get("article:tag") or []),
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


def _plain_title(page: Page, visible: VisiblePost) -> _Stated | None:
    said = page.first("dc.title") or page.title
    title = _without_site(" ".join(html_to_text(said).split()), page.first("og:site_name") or "")
    heading = visible.heading
    # themes put the site's name, a slogan or a section before or behind the heading, with any mark between
    title = heading if heading and len(heading) >= _MIN_HEADING and heading in title else title or heading or ""
    return _Stated(title, "page") if title else None


def _og_type(page: Page) -> str:
    return (page.first("og:type") or "").lower()


def _is_article_page(page: Page) -> bool:
    return (
        _og_type(page).startswith(("article", "video", "music.song", "blog")) or "article:published_time" in page.metas
    )


# --- putting it together ---


def _format(facts: Sequence[_Facts], kinds: frozenset[str], page: Page, text: str | None) -> Format | None:
    if kinds & _ARTICLES:
        return Format.ARTICLE
    if kinds & {"discussionforumposting", "question"}:
        return Format.TEXT
    if kinds & {"videoobject"} or _og_type(page).startswith("video"):
        return Format.VIDEO
    if kinds & {"audioobject", "podcastepisode"} or _og_type(page).startswith("music"):
        return Format.AUDIO
    if "socialmediaposting" in kinds:
        return Format.TEXT if any(fact.text for fact in facts[:-1]) and text else None
    if "hentry" in kinds and not any(fact.title for fact in facts):
        return Format.TEXT
    return Format.ARTICLE


def _best_moment(stated: Iterable[tuple[str, str]], fetched_at: datetime) -> _Stated | None:
    """The first with a time and a zone, else the first wall clock, else the first day.

    A time of midnight sharp is how software writes a day, so any other time comes before it; it stays what it is.
    """
    moments = [
        _Stated(moment, source)
        for source, said in stated
        if (moment := read_date(clean(said), latest=fetched_at)) is not None
    ]
    exact = [one for one in moments if one.value.precision in _EXACT]
    best = next((one for one in exact if not _MIDNIGHT.search(one.value.text)), None) or next(iter(exact), None)
    for precision in (Precision.LOCAL, Precision.DAY, Precision.MONTH):
        best = best or next((one for one in moments if one.value.precision is precision), None)
    return best


def _written(published: Moment | None, stated: Sequence[str]) -> str | None:
    if published is not None:
        return None if published.precision in _EXACT else published.text
    return " ".join(clean(stated[0]).split())[:200] if stated else None


def _metrics(facts: Sequence[_Facts]) -> tuple[Metrics | None, dict[str, str]]:
    counts: dict[str, int] = {}
    rounded: dict[str, int] = {}
    reactions: dict[str, int] = {}
    sources: dict[str, str] = {}
    for fact in facts:
        for name, value in fact.counts.items():
            if name not in counts:
                counts[name] = value
                sources[name] = fact.source
                if name in fact.rounded:
                    rounded[name] = fact.rounded[name]
        reactions = reactions or dict(fact.reactions)
    if not counts:
        return None, {}
    metrics = Metrics(
        **counts,
        reactions=reactions,
        missing={name: MissingReason.NOT_PUBLIC for name in _COUNTS if name not in counts},
        rounded=rounded,
    )
    return metrics, sources


def _first(said: Iterable[Any]) -> Any:
    return next((value for value in said if value), None)
