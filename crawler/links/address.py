"""From what was pasted to the parts of a web address.

A paste may be invisible characters, a Markdown link, half a scheme, a name on the fediverse, or the address of a
redirect, which leads to the address inside it; a short link and a search page lead nowhere that we could know.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, unquote, urlsplit

from attrs import field, frozen

from crawler.links.link import LinkError
from crawler.links.own_hosts import Addresses, is_private_host
from crawler.reading.urls import canonical, site_host

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"))
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?!\d+(?:[/?#]|$))")
_HALF_SCHEME = re.compile(r"(?i)(?:h?t?tps?:/{0,3}|https?/{1,3}|https?;/{1,3}|//)(?=[^/])")
_MARKDOWN = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FEDIVERSE = re.compile(r"@?([A-Za-z0-9_.-]+)@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d+)?)")
_REDIRECTS = {
    "l.facebook.com": "u",
    "lm.facebook.com": "u",
    "l.instagram.com": "u",
    "l.threads.net": "u",
    "l.threads.com": "u",
    "out.reddit.com": "url",
    "t.umblr.com": "z",
    "duckduckgo.com/l": "uddg",
    "youtube.com/redirect": "q",
    "linkedin.com/redir": "url",
    "linkedin.com/safety": "url",
}
_SHORTENERS = frozenset(
    """
    t.co bit.ly tinyurl.com lnkd.in fb.me pin.it vm.tiktok.com vt.tiktok.com ow.ly buff.ly goo.gl is.gd rb.gy cutt.ly
    shorturl.at wp.me dlvr.it ift.tt tiny.cc rebrand.ly shor.by g.co
    """.split()  # noqa: SIM905 - a word list reads better than 20 quoted strings
)
_SEARCH_ENGINES = re.compile(
    r"(?:[a-z]+\.)?(?:google\.[a-z.]{2,6}|bing\.com|duckduckgo\.com|ecosia\.org|search\.[a-z.]+)"
)


@frozen(kw_only=True)
class Address:
    """A web address, in the parts by which links are told apart."""

    url: str
    """The canonical address."""
    scheme: str
    host: str
    """``name[:port]`` without ``www.``"""
    segments: tuple[str, ...]
    query: Mapping[str, str] = field(factory=dict)
    fragment: str = ""

    def segment(self, index: int) -> str:
        """The part of the path at ``index``; ``""`` when the path is shorter."""
        return self.segments[index] if index < len(self.segments) else ""


def address_of(pasted: str, config: Addresses | None) -> Address:
    """The address that ``pasted`` means. Raises :class:`LinkError` when it means none, or hides which."""
    text = pasted.translate(_INVISIBLE).strip()
    if markdown := _MARKDOWN.match(text):
        text = markdown.group(1)
    text = text.strip("<>\"'`“”„‘’«»").rstrip(".,;").rstrip("\"'>")
    if text.startswith("(") or (text.endswith(")") and "(" not in text):
        text = text.strip("()")
    if not text:
        raise LinkError("the link is empty; paste the address of a profile, page, channel or blog.")
    if text.split() != [text]:
        raise LinkError(f"{_short(text)} is more than one thing; paste one link at a time, without words around it.")
    if text.startswith("at://"):
        text = f"https://bsky.app/profile/{text.removeprefix('at://')}"
    url = _with_scheme(text, config)
    try:
        page = canonical(url)
    except ValueError:
        raise LinkError(f"{_short(pasted)} is no web address; paste a link like https://acme.example/blog") from None
    parts = urlsplit(page)
    host = site_host(page)
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    if inner := _redirect_target(host, parts.path, query):
        return address_of(inner, config)
    if host in _SHORTENERS:
        raise LinkError(
            f"{page} is a short link that hides where it leads; open it and paste the address you end up at."
        )
    if _SEARCH_ENGINES.fullmatch(host) and (parts.path in {"/search", "/"}):
        raise LinkError(f"{page} is a search page; open the result you mean and paste its address.")
    return Address(
        url=page,
        scheme=parts.scheme,
        host=host,
        segments=tuple(unquote(part) for part in parts.path.split("/") if part),
        query=query,
        fragment=urlsplit(url).fragment,
    )


def _with_scheme(given: str, config: Addresses | None) -> str:
    text = given
    if re.match(r"(?i)https?://[^/]", text):
        return text
    if half := _HALF_SCHEME.match(text):
        text = text[half.end() :]
    elif (scheme := _SCHEME.match(text)) and scheme.group(1).lower() not in ("http", "https"):
        raise LinkError(
            f"{_short(text)} is a {scheme.group(1).lower()}: address, and only http and https links can be watched; "
            "paste the link of a profile or a site."
        )
    if fediverse := _FEDIVERSE.fullmatch(text):
        user, server = fediverse.groups()
        if text.startswith("@"):
            return f"https://{server}/@{user}"
        raise LinkError(
            f"{_short(text)} is a mail address; paste a link (if it is a Mastodon name: https://{server}/@{user})."
        )
    if text.startswith(("@", "#")):
        name = text[1:] if re.fullmatch(r"[@#][\w.]+", text) else "acme"
        raise LinkError(
            f"{_short(text)} alone does not say on which network; paste the link of the profile, "
            f"like https://www.instagram.com/{name}"
        )
    host = re.split(r"[/?#]", text, maxsplit=1)[0].lower()
    if "." not in host and host.partition(":")[0] != "localhost" and not host.startswith("["):
        raise LinkError(
            f"{_short(given)} is no link; paste the address from the browser, like https://acme.example/blog"
        )
    is_plain = is_private_host(host) or (config is not None and config.is_own_host(host))
    return f"{'http' if is_plain else 'https'}://{text}"


def _redirect_target(host: str, path: str, query: Mapping[str, str]) -> str | None:
    parameter = _REDIRECTS.get(host) or _REDIRECTS.get(host + "/" + path.strip("/").partition("/")[0])
    if parameter is None and re.fullmatch(r"google\.[a-z.]{2,6}", host) and path == "/url":
        parameter = "q" if "q" in query else "url"
    if parameter is None and host.endswith("safelinks.protection.outlook.com"):
        parameter = "url"
    target = query.get(parameter) if parameter else None
    return target if target and "." in target else None


def _short(text: str) -> str:
    printable = "".join(char for char in text if char.isprintable())
    return repr(printable if len(printable) <= 80 else printable[:77] + "…")
