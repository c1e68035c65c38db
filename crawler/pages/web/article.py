"""One post out of its own page: what each syntax says, in a fixed order of trust, bound to the post's node only.

Of each field the first source that states it wins, and :attr:`Post.sources` keeps which it was. The order of every
field stands in docs/reading-pages.md; here it is the order in which facts are put together: JSON-LD, microdata, RDFa,
microformats, embedded state, the head's metas, and last what the page shows its readers.

Counters are read from the post's own node: never from its author (FollowAction, WriteAction, SubscribeAction), its
comments, or another post that the page shows. Claps of Medium are ``like_count`` (see :mod:`crawler.reading.embedded`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from attrs import field, frozen

from crawler.items import Format, Platform, Post
from crawler.pages.web.about import about_page, page_address
from crawler.pages.web.answer import Site
from crawler.pages.web.counters import Counters, metrics_of
from crawler.pages.web.facts import Facts, Stated, node_facts, pick
from crawler.pages.web.head import head_facts, is_article_page, og_type, plain_title
from crawler.pages.web.kinds import NO_ARTICLES, POSTS, RANKS, STATED_TYPES, WEAK, format_of
from crawler.pages.web.listed import completed
from crawler.pages.web.moments import Published, StatedMoment, edited, published
from crawler.reading import hashtags
from crawler.reading.content import distinct_media
from crawler.reading.embedded import embedded_posts
from crawler.reading.jsonld import JsonLd, Node, strings, types
from crawler.reading.language import detect_language, language_tag
from crawler.reading.meta import Page
from crawler.reading.rdfa import RdfaItems
from crawler.reading.urls import canonical
from crawler.reading.visible import VisiblePost

_MARKED_SLACK = 1.05
"""List marks and the like make an extracted text a little longer than the marked one."""


@frozen(kw_only=True)
class Reading:
    """What a page gives about its post."""

    post: Post
    is_certain: bool
    """Structured data, Open Graph or the page's one article says that this page is one post, with a date."""
    is_shown: bool = False
    """The page shows one article with a heading and a time in it, and that heading leads nowhere else."""


@frozen(kw_only=True)
class Sources:
    """Everything that was read off the page, before it is known which of it is the post."""

    page: Page
    jsonld: JsonLd
    microdata: Sequence[Node] = ()
    rdfa: RdfaItems = field(factory=RdfaItems)
    microformat: Node | None = None


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
    facts, title = _facts(sources, address, is_post=listed is not None)
    kinds = frozenset[str]().union(*(fact.kinds for fact in facts))
    language = _language(facts, page)
    called = f"{page.title} {page.first('og:title') or ''}"
    visible = VisiblePost(page.root, called, language.value if language else None)
    is_stated = any(RANKS.get(kind, 9) < WEAK for kind in kinds)
    is_article = is_article_page(page)
    date = published(facts, visible, address, fetched_at, is_post=listed is not None or is_stated or is_article)
    is_dated = date.best is not None
    if listed is None and not is_stated and not (is_dated and (is_article or kinds or date.is_shown)):
        return None
    text = _text(facts, kinds, listed, find_text)
    named = {
        "title": title or plain_title(page, visible),
        "text": text,
        "author": _author(facts, visible),
        "language": language or _detected(listed, text),
        "hashtags": pick("tags", facts) or _shown_tags(sources.jsonld, visible),
        "media": pick("media", facts),
    }
    counted = [*((fact.source, fact.counters) for fact in facts), ("page", Counters(counts=visible.counts))]
    change = edited(facts, visible, fetched_at, date)
    post = _post(site, address, kinds, _format(facts, kinds, page, text), named, date, change, counted)
    is_shown = is_dated and visible.is_post and not visible.is_teaser(url)
    is_certain = is_dated and (is_stated or is_article or (not kinds and is_shown))
    return Reading(post=post if listed is None else completed(listed, post), is_certain=is_certain, is_shown=is_shown)


def _format(facts: Sequence[Facts], kinds: frozenset[str], page: Page, text: Stated | None) -> Format | None:
    return format_of(
        kinds,
        og_type(page),
        has_title=any(fact.title for fact in facts),
        has_text=text is not None and any(fact.text for fact in facts[:-1]),
    )


def _post(
    site: Site,
    address: str,
    kinds: frozenset[str],
    form: Format | None,
    named: Mapping[str, Stated | None],
    date: Published,
    change: StatedMoment | None,
    counted: Iterable[tuple[str, Counters]],
) -> Post:
    """The post, with the source of each of its values. ``named`` has its attributes by name."""
    value = {name: one.value for name, one in named.items() if one is not None}
    metrics, count_sources = metrics_of(counted)
    sources = {name: one.source for name, one in named.items() if one is not None}
    moments = (("published_at", date.best), ("edited_at", change))
    sources |= {name: one.source for name, one in moments if one is not None}
    return Post(
        platform=Platform.WEB,
        host=site.host,
        native_id=canonical(address),
        account=site.handle,
        author=value.get("author"),
        url=address,
        format=form,
        stated_post_type=next((STATED_TYPES[kind] for kind in sorted(kinds) if kind in STATED_TYPES), None),
        title=value.get("title"),
        text=value.get("text"),
        language=value.get("language"),
        published_at=date.best.moment.at if date.best else None,
        published_precision=date.best.moment.precision if date.best else None,
        published_text=date.text,
        edited_at=change.moment.at if change else None,
        is_promoted_label=True if "advertisercontentarticle" in kinds else None,
        media=distinct_media(value.get("media", ())),
        hashtags=value.get("hashtags", ()),
        metrics=metrics,
        sources={**sources, **count_sources} or None,
    )


def _facts(sources: Sources, address: str, *, is_post: bool) -> tuple[list[Facts], Stated | None]:
    """All facts in order of trust, those of the head last; and the title, for which the head comes before markup.

    What the page says it is called is more than the headings of its parts. The embedded state is looked into only where
    a count or the date is missing.
    """
    page = sources.page
    stated = list(_facts_of("json-ld", sources.jsonld.nodes, sources, address))
    marked = [*_facts_of("microdata", sources.microdata, sources, address)]
    marked += _facts_of("rdfa", sources.rdfa.posts, sources, address)
    if sources.microformat is not None:
        marked.append(node_facts("microformats", sources.microformat, sources.jsonld, page))
    head = head_facts(page)
    title = pick("title", [*stated, head, *marked])
    facts = [*stated, *marked, head]
    may_be_post = is_post or any(fact.kinds for fact in facts) or is_article_page(page)
    is_complete = any(fact.counters.counts for fact in facts) and any(fact.published for fact in facts)
    if may_be_post and not is_complete:
        name = title.value if title else page.title
        about = (state for state in embedded_posts(page.scripts, address, name) if state.is_about(address, name))
        facts[-1:-1] = [
            Facts(source="embedded", published=state.published, counters=Counters(counts=state.counts))
            for state in islice(about, 1)
        ]
    return facts, title


def _facts_of(source: str, nodes: Sequence[Node], sources: Sources, address: str) -> Iterator[Facts]:
    for node in about_page(nodes, sources.jsonld, sources.page, address):
        yield node_facts(source, node, sources.jsonld, sources.page)


def _text(
    facts: Sequence[Facts], kinds: frozenset[str], listed: Post | None, find_text: Callable[[], str | None] | None
) -> Stated | None:
    """The text; the page's main text is looked for only where neither a listing nor the page's data states it."""
    said = pick("text", facts[:-1])
    if said is not None and (said.source == "json-ld" or not kinds.isdisjoint(NO_ARTICLES)):
        return said
    if listed is not None and listed.text:
        return said
    found = find_text() if find_text is not None else None
    # short texts are hard to tell from what stands around them: where the page marks its body, no more than that is it
    if found and (said is None or len(found) <= len(said.value) * _MARKED_SLACK):
        return Stated(found, "main-text")
    return said or pick("text", facts[-1:])


def _author(facts: Sequence[Facts], visible: VisiblePost) -> Stated | None:
    stated = pick("authors", facts)
    if stated is not None:
        return Stated(", ".join(stated.value), stated.source)
    return Stated(", ".join(visible.authors), "page") if visible.authors else None


def _shown_tags(jsonld: JsonLd, visible: VisiblePost) -> Stated | None:
    """The links that readers see as tags; not where JSON-LD gives them as keywords, which are for search engines."""
    posts = (node for node in jsonld.nodes if not types(node).isdisjoint(POSTS))
    if any(strings(node, "keywords") for node in posts) or not visible.tags:
        return None
    return Stated(hashtags.unique(visible.tags), "page")


def _language(facts: Sequence[Facts], page: Page) -> Stated | None:
    for fact in facts:
        if found := language_tag(fact.language):
            return Stated(found, fact.source)
    for stated in (page.language, page.first("http-equiv:content-language", "content-language", "dc.language")):
        if found := language_tag(stated):
            return Stated(found, "page")
    return None


def _detected(listed: Post | None, text: Stated | None) -> Stated | None:
    """The language of the text: what a page says of it comes first, as a quotation may be longer than the rest."""
    if listed is not None and listed.language:
        return None
    said = (listed.text if listed is not None else None) or (text.value if text else None)
    found = detect_language(said) if said else None
    return Stated(found, "detected") if found else None
