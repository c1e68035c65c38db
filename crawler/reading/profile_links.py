"""Links from a page to profiles of whoever runs the site, and where on the page each stands.

Sources: schema.org ``sameAs``, XFN 1.1 ``rel=me``, and the links in header, footer and social blocks. Which address is
an account and which a share button, a single post or a log-in page is decided by :mod:`crawler.links`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from lxml import etree

from crawler.items import Platform
from crawler.links import LinkError, recognise
from crawler.reading.jsonld import JsonLd, Node, read_jsonld, strings, types, values
from crawler.reading.share_links import share_network
from crawler.reading.urls import permalink, same_site

HOWS = ("sameAs", "rel_me", "header", "footer", "body")
"""How a page names a profile, the surest first. ``body`` is anywhere else, perhaps of whom the page tells."""

MAX_PROFILES = 100
_MAX_ANCHORS = 5_000
_MAX_CANDIDATES = 400

_NETWORKS = frozenset(
    """
    facebook.com fb.com instagram.com instagr.am x.com twitter.com linkedin.com tiktok.com youtube.com youtu.be
    threads.net threads.com bsky.app bsky.social t.me telegram.me reddit.com medium.com tumblr.com substack.com
    dev.to vimeo.com github.com gitlab.com codeberg.org twitch.tv xing.com vk.com vk.ru ok.ru flickr.com
    soundcloud.com spotify.com snapchat.com discord.gg discord.com behance.net dribbble.com weibo.com weibo.cn
    dzen.ru rumble.com odysee.com patreon.com ko-fi.com linktr.ee whatsapp.com line.me kununu.com mixcloud.com
    bandcamp.com dailymotion.com rutube.ru producthunt.com crunchbase.com flipboard.com gab.com gettr.com
    """.split()  # noqa: SIM905 - a word list reads better than quoted strings
)
"""Registrable names of networks; those of many countries (pinterest.de, yelp.fr) and of many servers are in _NAMED."""
_NAMED = re.compile(
    r"(?:^|\.)(?:pinterest|yelp|tripadvisor)\.[a-z.]{2,6}$|mastodon|mstdn|fosstodon|lemmy|misskey|peertube|pixelfed"
)
_PAGE_OF_NETWORK = re.compile(
    r"//(?:help|about|support|developers?|business|policies|transparency|l|careers|status|blog|newsroom)\.[a-z]+\.(?:com|net|app)\b"
    r"|//[^/]+/(?:creators|ads|howyoutubeworks|premium|t|trends|privacy|terms|tos|legal|help|policies|policy|settings|jobs"
    r"|press|security|cookies?|guidelines|impressum|embed|tr|plugins|js|widgets?|directory|hashtag|explore)(?:[/?.#]|$)",
    re.IGNORECASE,
)
# Networks that we know by their profile's path only.
_OTHERS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(rf"(?:[\w-]+\.)*(?:{host})"), re.compile(path, re.IGNORECASE))
    for host, path in (
        (r"vimeo\.com", r"/(?!\d+/?$|(?:channels|groups|ondemand|features|blog|help|upgrade|join|share)\b)[\w-]{2,}/?"),
        (r"vimeo\.com", r"/(?:channels|user|ondemand)/?[\w-]+/?"),
        (r"github\.com|gitlab\.com|codeberg\.org", r"/(?!(?:login|join|sponsors|apps|marketplace|pricing)\b)[\w.-]+/?"),
        (r"twitch\.tv", r"/(?!(?:directory|videos|p|jobs|downloads)\b)\w{3,25}/?"),
        (r"xing\.com", r"/(?:companies|company|pages|profile|net|communities/groups)/[^/]+/?"),
        (r"vk\.(?:com|ru)", r"/(?!(?:share|wall|video|photo|topic|search|feed|app|album|audio|clip)\b)[\w.]{2,}/?"),
        (r"ok\.ru", r"/(?!(?:dk|video|offer)\b)(?:group|profile|[\w.]+)/?[\w.]*/?"),
        (r"flickr\.com", r"/(?:photos|people|groups)/[^/]+/?"),
        (r"soundcloud\.com|mixcloud\.com", r"/(?!(?:discover|search|stream|upload|pages)\b)[\w-]+/?"),
        (r"open\.spotify\.com", r"/(?:intl-[a-z]+/)?(?:show|user|artist)/\w+/?"),
        (r"snapchat\.com", r"/(?:add/[\w.-]+|@[\w.-]+)/?"),
        (r"discord\.gg", r"/[\w-]+/?"),
        (r"discord\.com", r"/invite/[\w-]+/?"),
        (r"behance\.net|dribbble\.com", r"/(?!(?:gallery|search|shots)\b)[\w.-]+/?"),
        (r"patreon\.com|ko-fi\.com|linktr\.ee", r"/(?!(?:home|posts?|search)\b)[\w.-]+/?"),
        (r"weibo\.(?:com|cn)", r"/(?:u/|n/)?[\w-]+/?"),
        (r"dzen\.ru", r"/(?:id/)?(?!a/)[\w.-]+/?"),
        (r"rumble\.com", r"/(?:c|user)/[\w-]+/?"),
        (r"odysee\.com", r"/@[^/]+/?"),
        (r"whatsapp\.com", r"/channel/\w+/?"),
        (r"yelp\.[a-z.]{2,6}", r"/biz/[^/]+/?"),
        (r"(?:page\.|lin\.)?line\.me", r"/(?:R/ti/p/|ti/p/)?[@%~\w-]+/?"),
        (r"kununu\.com", r"/[a-z]{2}/[\w-]+/?"),
        (r"dailymotion\.com", r"/(?!video\b)[\w-]+/?"),
        (r"rutube\.ru", r"/channel/\d+/?"),
        (r"producthunt\.com", r"/(?:@|products/)[\w-]+/?"),
        (r"crunchbase\.com", r"/organization/[\w-]+/?"),
        (r"[\w-]+\.bandcamp\.com", r"/?"),
        (r"gettr\.com", r"/user/\w+/?"),
        (r"flipboard\.com|gab\.com", r"/@?(?!(?:topic|article)\b)[\w.-]+/?"),
        (r"tripadvisor\.[a-z.]{2,6}", r"/[\w-]*Review-[^/]+"),
    )
)  # fmt: skip
_OWNERS = frozenset(
    """
    organization corporation localbusiness newsmediaorganization website brand ngo onlinestore onlinebusiness store
    educationalorganization governmentorganization sportsorganization sportsteam musicgroup performinggroup restaurant
    professionalservice medicalorganization blog library airline consortium collegeoruniversity school hotel
    """.split()  # noqa: SIM905 - a word list reads better than quoted strings
)
_CONTENT = frozenset({"article", "main", "h1"})
_COMMENTS = re.compile(
    r"(?:^|\s)(?:comments?(?:[_-](?:list|area|section|body))?|commentlist|respond|disqus_thread)(?:$|\s)", re.IGNORECASE
)
_EMBEDS = re.compile(
    r"twitter-tweet|instagram-media|tiktok-embed|fb-post|bluesky-embed|mastodon-embed|reddit-card", re.IGNORECASE
)
_FOOTER = re.compile(r"foot|colophon|bottom", re.IGNORECASE)
_HEADER = re.compile(r"head(?!line)|masthead|top-?bar|navbar|navigation|(?:^|[\s_-])(?:nav|menu)", re.IGNORECASE)
_SOCIAL = re.compile(r"social|follow|connect|(?:^|[\s_-])sns(?:$|[\s_-])|sidebar|widget", re.IGNORECASE)
_BODY = re.compile(
    r"(?:^|[\s_-])(?:entry-content|post-content|article-?_*body|post-body|e-content|author|byline|bio)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MAX_ANCESTORS = 80
_HIDDEN, _CONTENT_PART, _FOOTER_PART, _HEADER_PART, _SOCIAL_PART, _NO_PART = range(6)


def profile_links(tree: etree._Element, base_url: str, jsonld: JsonLd | None = None) -> list[tuple[str, str]]:
    """Profiles that the page links to, as ``(url, how)``: absolute, each account once, the surest ``how`` first.

    ``how`` is one of :data:`HOWS`. Pages of the same site, share buttons, intents, log-in pages, single posts, embeds
    and what stands among comments are left out. ``jsonld`` saves reading the page's blocks again. Never raises.
    """
    found: dict[str, tuple[int, str, str]] = {}
    named = (*_same_as(tree, jsonld), *_anchored(tree))
    for number, (target, how) in enumerate(named):
        if number >= _MAX_CANDIDATES:
            break
        known = _profile(target, base_url, is_sure=how == "rel_me")
        if known is None:
            continue
        identity, url = known
        rank = HOWS.index(how)
        if identity not in found or rank < found[identity][0]:
            found[identity] = (rank, url, how)
    ranked = sorted(found.values(), key=lambda one: one[0])
    return [(url, how) for _, url, how in ranked[:MAX_PROFILES]]


def _same_as(tree: etree._Element, jsonld: JsonLd | None) -> Iterator[tuple[str, str]]:
    if jsonld is None:
        scripts = (one for one in tree.iter("script") if "ld+json" in (one.get("type") or "").lower())
        jsonld = read_jsonld(one.text or "" for one in scripts)
    for owner in _owners(jsonld):
        for said in strings(owner, "sameas"):
            yield said, "sameAs"


def _owners(jsonld: JsonLd) -> Iterator[Node]:
    """Who runs the site: organisations at the top, and whom the page names as its publisher, be it a person."""
    for node in jsonld.nodes:
        if not types(node).isdisjoint(_OWNERS):
            yield node
        for value in values(node, "publisher"):
            publisher = jsonld.resolve(value)
            if isinstance(publisher, dict):
                yield publisher


def _anchored(tree: etree._Element) -> Iterator[tuple[str, str]]:
    is_below_content = False
    anchors = 0
    for element in tree.iter("a", "link", *_CONTENT):
        name = element.tag
        if name in _CONTENT:
            is_below_content = True
            continue
        anchors += 1
        if anchors > _MAX_ANCHORS:
            return
        target = element.get("href")
        if not target:
            continue
        rel = element.get("rel")
        if rel and "me" in rel.lower().split():
            yield target, "rel_me"
        elif _may_be_profile(target):
            if (element.get("itemprop") or "").lower() == "sameas":
                yield target, "sameAs"
            elif name == "a" and (place := _place(element, is_below_content=is_below_content)):
                yield target, place


def _may_be_profile(target: str) -> bool:
    """Whether the address is on a network, or has the form of a profile on a server of the fediverse; cheap."""
    start = target.find("//")
    if not 0 <= start <= 10:
        return False
    host, _, path = target[start + 2 :].partition("/")
    name = host.lower()
    return ".".join(name.split(".")[-2:]) in _NETWORKS or path.startswith("@") or _NAMED.search(name) is not None


def _place(element: etree._Element, *, is_below_content: bool) -> str | None:
    """Where a link stands, ``None`` where it is a commenter's or an embed's."""
    place = "body"
    is_inside = False
    for number, outer in enumerate(element.iterancestors()):
        if number > _MAX_ANCESTORS:
            break
        tag = outer.tag
        if tag in ("body", "html"):
            break
        part = _part(outer.get("class") or "", outer.get("id") or "", outer.get("role") or "")
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
    if place == "social":
        place = "body" if is_inside else "footer" if is_below_content else "header"
    return place


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
    if identity is None and is_sure and share_network(target) is None:
        identity = link.rstrip("/").lower()
    return None if identity is None or _is_same_site(link, base) else (identity, link)


def _is_same_site(link: str, base: str) -> bool:
    ends = {".".join(urlsplit(one).netloc.split(".")[-2:]) for one in (link, base)}
    return len(ends) == 1 and same_site(link, base)


@lru_cache(maxsize=4_096)
def _whole(target: str) -> str | None:
    return permalink(target)


@lru_cache(maxsize=4_096)  # every page of a site has the same links in its header and footer
def _identity(link: str) -> str | None:
    if _PAGE_OF_NETWORK.search(link) or share_network(link) is not None:
        return None
    try:
        account = recognise(link)
    except LinkError:
        pass
    else:
        if account.platform is not Platform.WEB:
            return "\x1f".join(account.identity)
    parts = urlsplit(link)
    host = parts.netloc.removeprefix("www.")
    if any(hosts.fullmatch(host) and paths.fullmatch(parts.path) for hosts, paths in _OTHERS):
        return f"{host}{parts.path.rstrip('/')}".lower()
    return None
