"""One post out of its own page: what each syntax says, in a fixed order of trust, bound to the post's node only.

Order: JSON-LD, microdata, RDFa, microformats, embedded state (counts and dates only), Open Graph and other metas. The
first that states a value wins; of dates, one with a time of day and a zone wins over one without. Counters are read
from the post's own node: never from its author (FollowAction), its comments, or another post that the page shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from attrs import field, frozen

from crawler.items import Format, Media, Metrics, MissingReason, Platform, Post, Precision
from crawler.pages.web.answer import Site, language_tag
from crawler.reading import hashtags
from crawler.reading.content import body_text, distinct_media, is_decoration, pixels, said_text
from crawler.reading.counts import read_count
from crawler.reading.dates import Moment, read_date
from crawler.reading.embedded import EmbeddedPost
from crawler.reading.jsonld import JsonLd, Node, strings, types, values
from crawler.reading.meta import Page, open_graph_media
from crawler.reading.text import clean, html_to_text
from crawler.reading.urls import absolute, canonical, permalink, same_site

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
}  # fmt: skip
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


@frozen(kw_only=True)
class Reading:
    """What a page gives about its post."""

    post: Post
    is_certain: bool
    """Structured data or Open Graph says that this page is one post, with a date."""


@frozen(kw_only=True)
class _Facts:
    """What one syntax says; several nodes about the same post are several facts."""

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
    microdata: Sequence[Node]
    rdfa: Node | None
    microformat: Node | None


def page_address(page: Page, url: str) -> str:
    """What the page says its address is, when that is a page of the same site; else where it was answered."""
    for stated in (page.linked("canonical"), absolute(page.first("og:url") or "", page.base)):
        link = permalink(stated or "")
        if link is not None and same_site(link, url) and (urlsplit(link).path != "/" or urlsplit(url).path == "/"):
            return link
    return permalink(url) or url


def read_article(
    sources: Sources, url: str, site: Site, listed: Post | None, embedded: Iterable[EmbeddedPost], fetched_at: datetime
) -> Reading | None:
    """The post of this page, ``None`` when the page does not say that it is one.

    ``listed`` is what a listing said of it: it keeps the post's identity, title, text, tags and medium, and the page
    adds what is missing there, and counts.
    """
    page = sources.page
    address = page_address(page, url)
    stated = [
        _node_facts(node, sources.jsonld, page.base) for node in _about_page(sources.jsonld.nodes, sources, address)
    ]
    marked = [_node_facts(node, sources.jsonld, page.base) for node in _marked_nodes(sources, address)]
    head = _head_facts(page)
    facts = [*stated, *marked, head]
    # what the page says it is called comes before the headings of its parts
    titles = [*(fact.title for fact in stated), head.title, *(fact.title for fact in marked), _plain_title(page)]
    title = _first(titles)
    if not any(fact.counts for fact in facts) or not any(fact.published for fact in facts):
        about = (state for state in embedded if state.is_about(address, title or ""))
        facts[-1:-1] = [_Facts(published=state.published, counts=state.counts) for state in islice(about, 1)]
    published = _best_moment((said for fact in facts for said in fact.published), fetched_at)
    edited = _best_moment((said for fact in facts for said in fact.edited), fetched_at)
    kinds = frozenset[str]().union(*(fact.kinds for fact in facts))
    is_stated = any(_RANKS.get(kind, 9) < _WEAK for kind in kinds)
    if listed is None and not is_stated and not (published and (kinds or _is_article_page(page))):
        return None
    text = _first(fact.text for fact in facts[:-1])
    if text is None and (listed is None or not listed.text):
        text = body_text(page.root) or head.text
    post = Post(
        platform=Platform.WEB,
        host=site.host,
        native_id=canonical(address),
        account=site.handle,
        author=next((", ".join(fact.authors) for fact in facts if fact.authors), None),
        url=address,
        format=_format(facts, kinds, page, text),
        stated_post_type=next((_STATED_TYPES[kind] for kind in sorted(kinds) if kind in _STATED_TYPES), None),
        title=title,
        text=text,
        language=_first(language_tag(said) for said in [*(fact.language for fact in facts), page.language]),
        published_at=published.at if published else None,
        published_precision=published.precision if published else None,
        published_text=_written(published, [said for fact in facts for said in fact.published]),
        edited_at=edited.at if edited and published and edited.at > published.at else None,
        is_promoted_label=True if "advertisercontentarticle" in kinds else None,
        media=distinct_media(next((fact.media for fact in facts if fact.media), ())),
        hashtags=next((fact.tags for fact in facts if fact.tags), ()),
        metrics=_metrics(facts),
    )
    is_certain = published is not None and (is_stated or _is_article_page(page))
    return Reading(post=post if listed is None else _completed(listed, post), is_certain=is_certain)


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
    return Post(
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


def _either(first: Metrics, second: Metrics, name: str) -> int | None:
    stated: int | None = getattr(first, name)
    return stated if stated is not None else getattr(second, name)


# --- which nodes are the post ---


def _marked_nodes(sources: Sources, address: str) -> list[Node]:
    """What the markup of the body says about this page's post: microdata, RDFa, microformats."""
    found = _about_page(sources.microdata, sources, address)
    return found + [node for node in (sources.rdfa, sources.microformat) if node is not None]


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
    nodes = list(_candidates(stated, sources.jsonld))
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


def _node_facts(node: Node, jsonld: JsonLd, base: str) -> _Facts:
    counts, rounded, reactions = _counters(node, jsonld)
    title = _first(said_text(said) for said in strings(node, "headline") or strings(node, "name", "title"))
    text = _first(said_text(said) for said in strings(node, "articlebody", "text", "encoded"))
    if text is None and "videoobject" in types(node):
        text = _first(said_text(said) for said in strings(node, "description"))
    return _Facts(
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
            action = _action(counter)
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


def _action(counter: Node) -> str:
    """``likeaction`` from ``LikeAction``, ``http(s)://schema.org/LikeAction`` or ``{"@type": "LikeAction"}``."""
    for value in values(counter, "interactiontype"):
        said: object = value
        if isinstance(value, Mapping):
            kinds = types(value)
            said = next(iter(sorted(kinds)), value.get("@id"))
        if isinstance(said, str):
            return re.split(r"[/#:]", said.rstrip("/"))[-1].strip().lower()
    return ""


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
        title=_without_site(" ".join(html_to_text(title).split()), site_name) or None,
        text=said_text(description) if description else None,
        authors=tuple(name for name in names if name and "@" not in name and "/" not in name)[:3],
        published=tuple(said for name in dates if (said := page.first(name))),
        edited=tuple(said for name in edits if (said := page.first(name))),
        language=(page.first("og:locale") or "") or page.language,
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


def _plain_title(page: Page) -> str | None:
    title = page.first("dc.title") or page.title
    return _without_site(" ".join(html_to_text(title).split()), page.first("og:site_name") or "") or None


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


def _best_moment(stated: Iterable[str], fetched_at: datetime) -> Moment | None:
    """The first with a time and a zone, else the first wall clock, else the first day."""
    moments = [moment for said in stated if (moment := read_date(clean(said), latest=fetched_at)) is not None]
    for precisions in (_EXACT, (Precision.LOCAL,), (Precision.DAY,), (Precision.MONTH,)):
        for moment in moments:
            if moment.precision in precisions:
                return moment
    return None


def _written(published: Moment | None, stated: Sequence[str]) -> str | None:
    if published is not None:
        return None if published.precision in _EXACT else published.text
    return " ".join(clean(stated[0]).split())[:200] if stated else None


def _metrics(facts: Sequence[_Facts]) -> Metrics | None:
    counts: dict[str, int] = {}
    rounded: dict[str, int] = {}
    reactions: dict[str, int] = {}
    for fact in facts:
        for name, value in fact.counts.items():
            if name not in counts:
                counts[name] = value
                if name in fact.rounded:
                    rounded[name] = fact.rounded[name]
        reactions = reactions or dict(fact.reactions)
    if not counts:
        return None
    return Metrics(
        **counts,
        reactions=reactions,
        missing={name: MissingReason.NOT_PUBLIC for name in _COUNTS if name not in counts},
        rounded=rounded,
    )


def _first(said: Iterable[Any]) -> Any:
    return next((value for value in said if value), None)
