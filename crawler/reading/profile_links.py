"""Links from a page to profiles of whoever runs the site, and where on the page each stands.

Sources: schema.org ``sameAs``, XFN 1.1 ``rel=me``, Open Graph's ``article:publisher``, the cards' ``twitter:site``, and
the links in header, footer and social blocks. Which address is an account and which a share button, a single post or a
log-in page is decided by :mod:`crawler.links`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain, islice
from unicodedata import normalize
from urllib.parse import parse_qs, unquote, urlsplit

from lxml import etree

from crawler.items import Platform
from crawler.links import LinkError, recognise
from crawler.reading.jsonld import JsonLd, Node, read_jsonld, strings, types, values
from crawler.reading.networks import is_page_of_network, is_written_without_scheme, may_be_profile, other_profile
from crawler.reading.share_links import share_network
from crawler.reading.site_makers import is_credit, is_maker, is_placeholder
from crawler.reading.urls import permalink, same_site, site_name
from crawler.reading.wrapped_links import unwrapped

HOWS = ("sameAs", "rel_me", "header", "footer", "meta", "named", "icon", "body")
"""How a page names a profile, the surest first. ``meta`` is ``article:publisher`` or ``twitter:site``, ``named`` a link
anywhere to an account that bears the site's name, ``icon`` a bare icon outside the content where nothing surer is on
that network, ``body`` any other link, perhaps of whom the page tells."""

MAX_PROFILES = 100
_MAX_ANCHORS = 20_000
_MAX_CANDIDATES = 2_000
_MAX_PLACED = 3_000
_MAX_ATTRIBUTES = 500

_NOT_OWNERS = frozenset(
    """
    person patient profilepage article newsarticle blogposting socialmediaposting discussionforumposting report
    scholarlyarticle techarticle liveblogposting opinionnewsarticle reviewnewsarticle analysisnewsarticle webpageelement
    comment question answer qapage faqpage product productgroup offer aggregateoffer review event socialevent musicevent
    sportsevent businessevent videoobject imageobject audioobject mediaobject creativework book movie tvseries tvepisode
    podcastepisode podcastseries musicalbum musicrecording recipe howto jobposting course dataset softwareapplication
    mobileapplication webapplication videogame breadcrumblist itemlist listitem thing place city country
    administrativearea state landform touristattraction definedterm
    """.split()  # noqa: SIM905 - a word list reads better than quoted strings
)
_POSTS = frozenset({"article", "newsarticle", "blogposting", "socialmediaposting", "techarticle", "report"})
_PAGES = frozenset({"webpage", "website", "aboutpage", "contactpage", "collectionpage", "blog"})
_CONTENT = frozenset({"article", "main", "h1"})
_COMMENTS = re.compile(
    r"(?:^|\s)(?:comments?(?:[_-](?:list|area|section|body))?|commentlist|respond|disqus_thread)(?:$|\s)", re.IGNORECASE
)
_EMBEDS = re.compile(
    r"twitter-tweet|instagram-media|tiktok-embed|fb-post|bluesky-embed|mastodon-embed|reddit-card"
    r"|(?:single|popular|latest|recent)[_-]tweets?|tweet[_-](?:user|container|text|author|body|content)",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"foot(?!note|ball|age|print|wear)|colophon|(?:^|[\s_-])ftr"
    r"|(?:^|\s)(?:page|site|main|body)?[_-]?bottom(?:[_-]?(?:bar|nav|area|section|menu|links?|wrap\w*|content))?(?:$|\s)",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"head(?!line|ing|phone|set|shot|wear|quarter)|masthead|top-?bar|navbar|navigation|(?:^|[\s_-])(?:nav|menu|hdr)",
    re.IGNORECASE,
)
_SOCIAL = re.compile(r"social|follow|connect|(?:^|[\s_-])sns(?:$|[\s_-])|sidebar|widget", re.IGNORECASE)
_BODY = re.compile(
    r"(?:^|[\s_-])(?:entry-content|post-content|article-?_*body|post-body|e-content|autor(?:en)?|auteur|autore|author|byline|bio)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LOCAL_NAME = re.compile(r"[/#:]")
_HANDLE = re.compile(r"@?[A-Za-z0-9_]{1,15}")
_QUOTED = re.compile(r"""['"]((?:https?:)?//[^'"]+)['"]""")
_WIDGETS = re.compile(
    r"//(?:www\.|[a-z-]+\.)?facebook\.com/(?:v[\d.]+/)?plugins/(?:page|likebox|like|follow)\.php|//platform\.(?:twitter|x)\.com/widgets/follow_button",
    re.IGNORECASE,
)
_SELF_HOSTED = frozenset({Platform.MASTODON, Platform.MISSKEY, Platform.PEERTUBE, Platform.LEMMY, Platform.DISCOURSE})
_PICTURES = frozenset({"svg", "i", "img", "picture"})
_NETWORK_NAME = re.compile(
    r"(?:\w+ (?:us )?(?:on |at )?)?(?:facebook|instagram|x|twitter|linkedin|youtube|tiktok|pinterest|threads|bluesky"
    r"|mastodon|telegram|reddit|vimeo|github|xing|discord|whatsapp|snapchat|spotify|twitch|tumblr|vk)",
    re.IGNORECASE,
)
_MOST_ICONS = 2
_MOST_TEXTS = 20
_LEAST_SENTENCE = 60
_LEAST_NAME = 4
_LONGEST_X_HANDLE = 15
_MAX_ANCESTORS = 80
_HIDDEN, _CONTENT_PART, _FOOTER_PART, _HEADER_PART, _SOCIAL_PART, _NO_PART = range(6)


def profile_links(tree: etree._Element, base_url: str, jsonld: JsonLd | None = None) -> list[tuple[str, str]]:
    """Profiles that the page links to, as ``(url, how)``: absolute, each account once, the surest ``how`` first.

    ``how`` is one of :data:`HOWS`. Pages of the same site, share buttons, intents, log-in pages, single posts, embeds,
    what stands among comments, and the profiles of whoever made the site are left out. ``jsonld`` saves reading the
    page's blocks again. Never raises.
    """
    found: dict[str, tuple[int, str, str]] = {}
    named = chain(_same_as(tree, jsonld), _anchored(tree), _carried(tree))
    for target, how in islice(named, _MAX_CANDIDATES):
        known = _profile(target, base_url, is_sure=how == "rel_me")
        if known is None:
            continue
        identity, url = known
        handle = identity.rpartition("\x1f")[2] if "\x1f" in identity else identity.partition("/")[2]
        if is_placeholder(handle) or is_maker(handle, base_url):
            continue
        if how in ("icon", "body") and _is_named_like(f"{handle} {unquote(urlsplit(url).path)}", base_url):
            how = "named"
        rank = HOWS.index(how)
        if identity not in found or rank < found[identity][0]:
            found.pop(identity, None)  # in the order of the surest places
            found[identity] = (rank, url, how)
    ranked = sorted(_without_others_icons(found), key=lambda one: one[0])
    return [(url, how) for _, url, how in ranked[:MAX_PROFILES]]


def _without_others_icons(found: Mapping[str, tuple[int, str, str]]) -> Iterator[tuple[int, str, str]]:
    """Icons beside the names of a team or of partners are many on one network, or come after the company's own."""
    seen: Counter[str] = Counter()
    for identity, (_, _, how) in found.items():
        if how != "body":
            seen[_network(identity)] += 1 if how == "icon" else _MOST_ICONS
    for identity, (rank, url, how) in found.items():
        is_others = how == "icon" and (seen[_network(identity)] > _MOST_ICONS or "\x1fin/" in identity)
        yield (HOWS.index("body"), url, "body") if is_others else (rank, url, how)


def _network(identity: str) -> str:
    return identity.partition("\x1f")[0].partition("/")[0]


def own_profiles(tree: etree._Element, base_url: str, jsonld: JsonLd | None = None) -> tuple[str, ...]:
    """As :func:`profile_links`, only those that are surely of whoever runs the site."""
    return tuple(url for url, how in profile_links(tree, base_url, jsonld) if how != "body")


def _same_as(tree: etree._Element, jsonld: JsonLd | None) -> Iterator[tuple[str, str]]:
    if jsonld is None:
        scripts = (one for one in tree.iter("script") if "ld+json" in (one.get("type") or "").lower())
        jsonld = read_jsonld(one.text or "" for one in scripts)
    for owner in _owners(jsonld):
        for said in strings(owner, "sameas"):
            # some themes put all addresses into one string
            for one in re.split(r"[\s,;]+(?=http)", said.strip()[:4_000]):
                yield one.rstrip(",; "), "sameAs"


def _owners(jsonld: JsonLd) -> Iterator[Node]:
    """Who runs the site: organisations of any kind at the top, what a page of the site is about, and whom a page names
    as its publisher, be it a person."""
    is_about_post = any("author" in node or not types(node).isdisjoint(_POSTS) for node in jsonld.nodes)
    for node in jsonld.nodes:
        kinds = types(node)
        is_person = "person" in kinds and not is_about_post  # of a post it would be the author
        if kinds and (kinds.isdisjoint(_NOT_OWNERS) or "organization" in kinds or is_person):
            yield node
        linked = ("publisher", "about", "mainentity") if not kinds.isdisjoint(_PAGES) else ("publisher",)
        for name in linked:
            for value in values(node, name):
                stated = jsonld.resolve(value)
                if isinstance(stated, dict) and (name == "publisher" or types(stated).isdisjoint(_NOT_OWNERS)):
                    yield stated


def _anchored(tree: etree._Element) -> Iterator[tuple[str, str]]:
    is_below_content = False
    anchors = placed = 0
    for element in tree.iter("a", "area", "link", "iframe", "meta", *_CONTENT):
        name = element.tag
        if name in _CONTENT:
            is_below_content = True
            continue
        anchors += 1
        if anchors > _MAX_ANCHORS:
            return
        if name == "meta":
            yield from _stated(element)
            continue
        target = element.get("href") or (_widget(element.get("src") or "") if name == "iframe" else None)
        if not target:
            continue
        rel = element.get("rel")
        if rel and "me" in rel.lower().split():
            yield unwrapped(target), "rel_me"
        elif placed < _MAX_PLACED and (candidate := _candidate(target)):
            placed += 1
            if _LOCAL_NAME.split(element.get("itemprop") or element.get("property") or "")[-1].lower() == "sameas":
                yield candidate, "sameAs"
            elif name != "link" and (place := _place(element, is_below_content=is_below_content)):
                yield candidate, place


def _stated(meta: etree._Element) -> Iterator[tuple[str, str]]:
    """The publisher's page and account that a page's head states."""
    name = (meta.get("property") or meta.get("name") or "").lower()
    content = (meta.get("content") or "").strip()
    if name == "article:publisher":
        yield content, "meta"
    elif name == "twitter:site" and _HANDLE.fullmatch(content):
        yield f"https://x.com/{content.removeprefix('@')}", "meta"


def _carried(tree: etree._Element) -> Iterator[tuple[str, str]]:
    """Links that a script opens: buttons and boxes without an ``href``."""
    for said in tree.xpath("//@data-href | //@data-link | //@data-url | //@onclick")[:_MAX_ATTRIBUTES]:
        element = said.getparent()
        if element.get("href") is not None:
            continue
        found = _QUOTED.search(said[:2_000]) if said.attrname == "onclick" else None
        target = found.group(1) if found else str(said) if said.attrname != "onclick" else ""
        candidate = _candidate(target) if target else None
        if candidate is not None and (place := _place(element, is_below_content=True)):
            yield candidate, place


def _widget(source: str) -> str | None:
    """The account whose box a network's widget shows (Facebook's page plugin, X's follow button)."""
    if not _WIDGETS.search(source[:200]):
        return None
    query = parse_qs(source.partition("?")[2][:2_000])
    if href := query.get("href"):
        return href[0]
    return f"https://x.com/{query['screen_name'][0]}" if "screen_name" in query else None


def _candidate(target: str) -> str | None:
    """Where a link leads that may be a profile, ``None`` for the many that surely are none; cheap."""
    target = target.replace("/#!/", "/", 1)  # how X wrote its addresses for years
    is_inside = target[0] in "#/?." and not target.startswith("//")
    if not is_inside and may_be_profile(target):
        inner = unwrapped(target)
    elif target.find("http", 1) > 0:
        inner = unwrapped(target)
        if not may_be_profile(inner):
            return None
    elif not is_inside and is_written_without_scheme(target):
        inner = f"https://{target}"
    else:
        return None
    if share_network(target) is not None or (inner != target and share_network(inner) is not None):
        return None
    return inner


def _place(element: etree._Element, *, is_below_content: bool) -> str | None:
    """Where a link stands, ``None`` where it is a commenter's, an embed's or names who made the site."""
    if is_credit(element):
        return None
    place = "body"
    is_inside = False
    for number, outer in enumerate(element.iterancestors()):
        if number > _MAX_ANCESTORS:
            break
        tag = outer.tag
        if tag in ("body", "html"):
            break
        names = f"{outer.get('id') or ''} {outer.get('aria-label') or ''}"
        part = _part(outer.get("class") or "", names, outer.get("role") or "")
        if part == _HIDDEN:
            return None
        if tag == "article" or part == _CONTENT_PART:
            is_inside = True
            place = "body"
        elif place in ("body", "social"):
            if tag == "footer" or part == _FOOTER_PART:
                place = "footer"
            elif tag in ("header", "nav") or part == _HEADER_PART:
                place = "header"
            elif tag == "aside" or part == _SOCIAL_PART:
                place = "social"
    if place == "body" and not is_inside and _is_icon(element):
        return "icon"
    if place == "social":
        place = "body" if is_inside else "footer" if is_below_content else "header"
    return place


def _is_icon(element: etree._Element) -> bool:
    """Whether a link shows a picture, and no word but the network's name."""
    said = " ".join("".join(islice(element.itertext(), _MOST_TEXTS)).split())
    if said and not _NETWORK_NAME.fullmatch(said[:_LEAST_SENTENCE]):
        return False
    return any(inner.tag in _PICTURES for inner in islice(element.iter(), 1, _MOST_TEXTS))


@lru_cache(maxsize=8_192)  # the same few names stand around every link
def _part(classes: str, identity: str, role: str) -> int:
    """Which part of a page an element is by its names."""
    said = f"{classes[:500]} {identity[:200]}"
    if _COMMENTS.search(said) or _EMBEDS.search(said):
        return _HIDDEN
    if _BODY.search(said):
        return _CONTENT_PART
    if role == "contentinfo" or _FOOTER.search(said):
        return _FOOTER_PART
    if role in ("banner", "navigation") or _HEADER.search(said):
        return _HEADER_PART
    return _SOCIAL_PART if _SOCIAL.search(said) else _NO_PART


def _profile(target: str, base: str, *, is_sure: bool) -> tuple[str, str] | None:
    """What identifies the account behind a link, and its address; ``None`` for what is no account of another site."""
    link = _whole(target) if target.startswith("http") else permalink(target, base)
    if link is None:
        return None
    identity = _identity(link)
    if identity is None and is_sure and share_network(link) is None:
        identity = link.rstrip("/").lower()
    return None if identity is None or _is_own_page(link, base, identity) else (identity, link)


def _is_own_page(link: str, base: str, identity: str) -> bool:
    """Whether the link stays on the site; a network's server of the site's own, under another name, is no such page."""
    hosts = [urlsplit(one).netloc.removeprefix("www.") for one in (link, base)]
    if len({".".join(host.split(".")[-2:]) for host in hosts}) > 1:
        return False
    return hosts[0] == hosts[1] or (identity.partition("\x1f")[0] not in _SELF_HOSTED and same_site(link, base))


def _is_named_like(name: str, base: str) -> bool:
    plain = _plain(site_name(base))
    return len(plain) >= _LEAST_NAME and plain in _plain(name)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", normalize("NFKD", name).lower())


@lru_cache(maxsize=4_096)
def _whole(target: str) -> str | None:
    return permalink(target)


@lru_cache(maxsize=4_096)  # every page of a site has the same links in its header and footer
def _identity(link: str) -> str | None:
    if is_page_of_network(link) or share_network(link) is not None:
        return None
    try:
        account = recognise(link)
    except LinkError:
        return other_profile(link)
    if account.platform is Platform.WEB:
        return other_profile(link)
    # an embedded timeline's link carries the number of the widget
    is_widget = account.platform is Platform.X and len(account.handle) > _LONGEST_X_HANDLE
    return None if is_widget else "\x1f".join(account.identity)
