"""Addresses: absolute, http(s) only, and one spelling for one page.

Sources: RFC 3986 section 6.2 (which spellings are equal), the URL Living Standard by way of ``w3lib.url`` (which
characters are escaped), and the tracking parameters that feeds, mailings and advertising platforms append.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string

if TYPE_CHECKING:
    from tldextract import TLDExtract

MAX_LENGTH = 8_192
"""Characters; a longer address is refused, because no site needs one and hostile pages have them by the megabyte."""

_TRACKING = frozenset(
    """
    _hsenc _hsmi __hssc __hstc __hsfp hss_channel mkt_tok mc_cid mc_eid mc_tc ml_subscriber ml_subscriber_hash
    fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ymclid twclid ttclid li_fat_id srsltid igshid igsh epik
    _openstat xtor _ga _gl vero_id vero_conv oly_anon_id oly_enc_id wickedid rb_clickid __twitter_impression
    guccounter guce_referrer guce_referrer_sig soc_src soc_trk ncid cmpid s_cid ftag dm_i ck_subscriber_id
    trk_contact trk_msg trk_module trk_sid
    """.split()  # noqa: SIM905 - a word list reads better than 60 quoted strings
)
# Families named by a prefix: Urchin/Google, AT Internet, Matomo (three spellings), HubSpot ads, BBC.
_TRACKING_FAMILY = re.compile(
    r"utm_.+|(?:at|mtm|pk|piwik|matomo|hsa|ns)_(?:acc|ad|bbc_team|cam|campaign|cid|content|format|grp|group|keyword|kwd|kw"
    r"|link_id|link_origin|link_type|linkname|mchannel|medium|mt|name|net|placement|ptr_name|source|src|term|tgt|ver)"
)
# ?source=rss-…, ?mod=rss_…, ?partner=rss&emc=rss: the parameter says which feed the reader came from.
_CAME_FROM_FEED = re.compile(r"(?:source|src|mod|partner|emc|from|ref|cmp)=(?:rss|feed)(?:[^a-z].*)?", re.IGNORECASE)
_PLAIN = re.compile(
    r"https?://[a-z][a-z0-9-]{0,60}(?:\.[a-z0-9-]{1,60})*\.[a-z]{2,60}/(?:[A-Za-z0-9_~=-]|%[0-9A-Fa-f]{2}|/(?!\.)|\.(?!\.))*"
    r"(?:\?(?:[A-Za-z0-9._~=&-]|%[0-9A-Fa-f]{2})+)?"
)
_PLAIN_PATH = re.compile(
    r"/(?![/.])(?:[A-Za-z0-9_~=-]|%[0-9A-Fa-f]{2}|/(?!\.)|\.(?!\.))*(?:\?(?:[A-Za-z0-9._~=&-]|%[0-9A-Fa-f]{2})+)?"
)
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_NO_HOST = frozenset(map(chr, range(0x21))) | frozenset('<>"\\^`{|}%\x7f')
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_AMP_PATH = re.compile(r"^/amp(?=/.)|/amp(?:\.html)?/?$|\.amp(?=\.html?$|$)", re.IGNORECASE)
_AMP_PAIR = re.compile(r"(?:amp(?:=1|=true)?|outputtype=amp)", re.IGNORECASE)
_INDEX_FILE = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)
_DEFAULT_PORT = {"http": 80, "https": 443}


def path_of(url: str) -> str:
    """The path of an address, ``"/"`` where it has none or is no address."""
    try:
        return urlsplit(url).path or "/"
    except ValueError:
        return "/"


def host_of(url: str) -> str:
    """The host of an address in lower case, without port; ``""`` where it has none or is no address."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def absolute(url: str, base: str | None = None) -> str | None:
    """``url`` resolved against ``base``, escaped, without user name and password; ``None`` if it is not http(s)."""
    if len(url) > MAX_LENGTH or not url.strip():
        return None
    if _PLAIN.fullmatch(url):  # the long way gives the same, at thirty times the cost
        return url
    if base and _PLAIN_PATH.fullmatch(url):
        root = _root(base)
        return None if root is None or len(root) + len(url) > MAX_LENGTH else root + url
    try:
        parts = urlsplit(safe_url_string(urljoin(base, url.strip()) if base else url.strip()))
        port, host = parts.port, parts.hostname
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in _DEFAULT_PORT or not host or not _is_host(host):
        return None
    name = f"[{host}]" if ":" in host else host
    netloc = name if port is None or port == _DEFAULT_PORT[parts.scheme] else f"{name}:{port}"
    joined = urlunsplit(SplitResult(parts.scheme, netloc, parts.path or "/", parts.query, parts.fragment))
    return joined if len(joined) <= MAX_LENGTH else None


@lru_cache(maxsize=256)
def _root(base: str) -> str | None:
    """``https://acme.example`` of an address of that host."""
    try:
        root = absolute(urljoin(base, "/")) if len(base) <= MAX_LENGTH else None
    except ValueError:
        return None
    return None if root is None else root.removesuffix("/")


@lru_cache(maxsize=512)  # a page's own address, its canonical link and its site's are asked for again and again
def permalink(url: str, base: str | None = None) -> str | None:
    """``url`` as its own site writes it: absolute, without fragment and tracking parameters; else ``None``."""
    whole = absolute(url, base)
    if whole is None:
        return None
    parts = urlsplit(whole)
    kept = [pair for pair in parts.query.split("&") if pair and not _is_tracking(pair)]
    return urlunsplit(SplitResult(parts.scheme, parts.netloc, parts.path, "&".join(kept), ""))


@lru_cache(maxsize=512)
def canonical(url: str, base: str | None = None) -> str:
    """The one spelling that identifies a page: as :func:`permalink`, with percent-escapes and dot segments normalised.

    An empty path becomes ``/``; any other trailing slash stays as it is, because ``/a`` and ``/a/`` may be two pages.
    The query keeps its order. Raises :class:`ValueError` with one sentence for anything that is no http(s) address.
    """
    link = permalink(url, base)
    if link is None:
        raise ValueError(f"{url[:200]!r} is no http or https address; write it like https://example.org/blog")
    parts = urlsplit(link)
    path = _PERCENT.sub(_plain_escape, parts.path)
    segments: list[str] = []
    for segment in path.split("/")[1:]:
        if segment == "..":
            segments = segments[:-1]
        elif segment != ".":
            segments.append(segment)
    if path.endswith(("/.", "/..")):
        segments.append("")
    query = _PERCENT.sub(_plain_escape, parts.query)
    return urlunsplit(SplitResult(parts.scheme, parts.netloc, "/" + "/".join(segments), query, ""))


def page_key(url: str) -> str:
    """What all addresses of one page have in common: no scheme, ``www.``, trailing slash, index file or AMP mark.

    For comparing only: it is no address. What is no http(s) address is its own key.
    """
    try:
        parts = urlsplit(canonical(url))
    except ValueError:
        return url
    path = _INDEX_FILE.sub("/", _AMP_PATH.sub("", parts.path)).rstrip("/")
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _AMP_PAIR.fullmatch(pair))
    host = parts.netloc.removeprefix("www.")
    return f"{host}{path}?{query}" if query else f"{host}{path}"


def site_host(url: str) -> str:
    """``name[:port]`` of ``url``, lower case, without ``www.`` and default port; raises as :func:`canonical` does."""
    return urlsplit(canonical(url)).netloc.removeprefix("www.")


def same_site(one: str, other: str) -> bool:
    """Whether two addresses belong to one site: the same host, or the same registrable domain and port.

    ``blog.a.com`` and ``a.com`` are one site; customers of one host (``one.github.io``, ``two.github.io``) are
    not. ``False`` for what is no address.
    """
    try:
        hosts = site_host(one), site_host(other)
    except ValueError:
        return False
    if hosts[0] == hosts[1]:
        return True
    names = [host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host for host in hosts]
    ports = [host[len(name) :] for host, name in zip(hosts, names, strict=True)]
    domains = [_registrable_domain(name) for name in names]
    return ports[0] == ports[1] and domains[0] == domains[1] != ""


def site_name(url: str) -> str:
    """What a site is called in the address: ``acme`` of ``blog.acme.co.uk`` and of ``acme.github.io``; else ``""``."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    labels = host.lower().split(".")
    if len(labels) < 2 or labels[-1].isdecimal():
        return ""
    # what the list of public suffixes does not know is a suffix of one label
    return _registrable_domain(host.lower()).partition(".")[0] or labels[-2]


def site_handle(url: str) -> str:
    """Host and path of a site, no trailing slash (``acme.com/blog``): the ``account`` of a web site."""
    parts = urlsplit(canonical(url))
    return parts.netloc.removeprefix("www.") + parts.path.rstrip("/")


def _is_host(host: str) -> bool:
    return host.isascii() and _NO_HOST.isdisjoint(host) and host.strip(".") != ""


def _is_tracking(pair: str) -> bool:
    name = unquote(pair.partition("=")[0]).lower()
    return name in _TRACKING or bool(_TRACKING_FAMILY.fullmatch(name) or _CAME_FROM_FEED.fullmatch(pair))


def _plain_escape(match: re.Match[str]) -> str:
    char = chr(int(match.group()[1:], 16))
    return char if char in _UNRESERVED else match.group().upper()


@cache
def _suffix_list() -> TLDExtract:
    from tldextract import TLDExtract  # here, because it loads an HTTP client that most commands never need

    # The list that comes with the library; never asks the network.
    return TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)


@lru_cache(maxsize=4_096)
def _registrable_domain(name: str) -> str:
    return str(_suffix_list()(name).top_domain_under_public_suffix)
