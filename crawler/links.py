"""What a pasted link is: which platform, whose account, or which post of whose account.

Everything is decided by the address alone; nothing is asked of any server. One function a platform reads the path and
answers with an :class:`_Account` or a :class:`_Single` post, or raises :class:`LinkError` with one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Protocol
from urllib.parse import parse_qs, quote, unquote, urlsplit

from attrs import evolve, field, frozen

from crawler.items import Platform
from crawler.network.addresses import is_public, literal
from crawler.platforms import FACTS, sight
from crawler.reading.short_uuids import uuid_of
from crawler.reading.urls import canonical, site_handle, site_host


class LinkError(ValueError):
    """A link that names no account. ``message`` is one sentence; ``suggestion`` a link that would do, or ``None``."""

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        # parts of what was pasted are in it, and a paste may hold anything
        self.message = "".join(char for char in message if char.isprintable())
        super().__init__(self.message)
        self.suggestion = suggestion


class Addresses(Protocol):
    """The part of a configuration that recognising links needs."""

    @property
    def base_urls(self) -> Mapping[str, str]:
        """Platform → configured API address."""

    def is_own_host(self, host: str) -> bool:
        """Whether the user named ``host`` (``name[:port]``) as their own."""


@frozen(kw_only=True)
class Link:
    """One account, as the link to it says."""

    platform: Platform
    host: str
    """``name[:port]`` of the home server or site; ``""`` for networks with one address."""
    handle: str
    """Without a leading ``@``; for a site its host and path."""
    url: str
    """The canonical link."""
    native_account_id: str | None = None
    """Where the link itself carries it (a DID, a channel id)."""
    note: str = ""
    """What was understood differently from what was pasted; ``""`` when nothing."""

    @property
    def account_key(self) -> str:
        """What landing records join on: the canonical link."""
        return self.url

    @property
    def sight(self) -> str:
        """One sentence: what we will be able to see there."""
        return sight(self.platform)

    @property
    def identity(self) -> tuple[str, str, str]:
        """Two links with the same identity are the same account."""
        return self.platform.value, self.host, self.handle.lower()

    def covers(self, other: Link) -> bool:
        """Whether ``other`` is this account, or part of this site, whatever software its server is taken for."""
        if self.native_account_id and self.native_account_id == other.native_account_id:
            return self.platform == other.platform
        mine, theirs = self.handle.lower(), other.handle.lower()
        if self.platform == other.platform == Platform.WEB:
            return self.host == other.host and (mine == theirs or theirs.startswith(f"{mine}/"))
        if self.host:
            return (self.host, mine) == (other.host, theirs)
        return self.identity == other.identity


@frozen(kw_only=True)
class PostLink:
    """One post, as the link to it says."""

    platform: Platform
    host: str
    native_id: str
    url: str
    handle: str | None = None
    """Whose post, where the link says so."""


@frozen
class _Account:
    handle: str
    url: str
    native_account_id: str | None = None
    note: str = ""
    host: str | None = None


@frozen
class _Single:
    native_id: str | None = None
    account: _Account | None = None


_Found = _Account | _Single


@frozen(kw_only=True)
class _Address:
    url: str
    scheme: str
    host: str
    """``name[:port]`` without ``www.``"""
    segments: tuple[str, ...]
    query: Mapping[str, str] = field(factory=dict)
    fragment: str = ""

    def segment(self, index: int) -> str:
        return self.segments[index] if index < len(self.segments) else ""


def recognise(pasted: str, config: Addresses | None = None, platform: Platform | None = None) -> Link:
    """The account that ``pasted`` means, however messily it was copied.

    ``config`` tells which hosts are the user's own and where APIs were moved to; ``platform`` overrides what the shape
    of the address says (a Misskey or snac server looks like others). Raises :class:`LinkError` with one sentence, and
    with the account's link as ``suggestion`` when a single post was pasted.
    """
    address = _address(pasted, config)
    chosen = platform or _platform_of(address, config)
    found = _READERS[chosen](address)
    if isinstance(found, _Single):
        what = "is a single post" if chosen == Platform.WEB else f"is a single post on {FACTS[chosen].label}"
        if found.account is None:
            raise LinkError(f"{address.url} {what}; paste the link of the account that posted it.")
        whose = "to follow the site it is on" if chosen == Platform.WEB else "to follow its account"
        raise LinkError(f"{address.url} {what}; {whose} add {found.account.url}", found.account.url)
    return Link(
        platform=chosen,
        host=_host_of(chosen, address, found),
        handle=found.handle,
        url=found.url,
        native_account_id=found.native_account_id,
        note=found.note,
    )


def recognise_post(url: str, config: Addresses | None = None, platform: Platform | None = None) -> PostLink:
    """The post that ``url`` means: its native id by the platform's own pattern, else its canonical address.

    Raises :class:`LinkError` when ``url`` is no http(s) address.
    """
    address = _address(url, config)
    chosen = platform or _platform_of(address, config)
    try:
        found = _READERS[chosen](address)
    except LinkError:
        found = _Single()
    single = found if isinstance(found, _Single) else _Single()
    return PostLink(
        platform=chosen,
        host=_host_of(chosen, address, single.account),
        native_id=single.native_id or address.url,
        url=address.url,
        handle=single.account.handle if single.account else None,
    )


def is_private_host(host: str) -> bool:
    """Whether ``host`` (``name[:port]``) is plainly on this machine or a private network; asks no name server."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name == "localhost" or name.endswith((".localhost", ".local", ".internal", ".lan")):
        return True
    address = literal(name)
    return address is not None and not is_public(address)


_PROFILE = {
    Platform.BLUESKY: "https://bsky.app/profile/{}",
    Platform.YOUTUBE: "https://www.youtube.com/@{}",
    Platform.TELEGRAM: "https://t.me/{}",
    Platform.REDDIT: "https://www.reddit.com/{}",
    Platform.FOREM: "https://dev.to/{}",
    Platform.TUMBLR: "https://{}.tumblr.com/",
    Platform.SUBSTACK: "https://{}.substack.com/",
    Platform.MEDIUM: "https://medium.com/@{}",
    Platform.INSTAGRAM: "https://www.instagram.com/{}/",
    Platform.FACEBOOK: "https://www.facebook.com/{}",
    Platform.X: "https://x.com/{}",
    Platform.LINKEDIN: "https://www.linkedin.com/company/{}/",
    Platform.TIKTOK: "https://www.tiktok.com/@{}",
    Platform.THREADS: "https://www.threads.com/@{}",
    Platform.PINTEREST: "https://www.pinterest.com/{}/",
}
_HOSTED_PROFILE = {Platform.MASTODON: "@{}", Platform.MISSKEY: "@{}", Platform.WEB: ""}


def account_link(platform: Platform, account: str, host: str = "", config: Addresses | None = None) -> Link:
    """The link of ``account`` as a file or a page names it: a handle, ``user@host``, a site, or its whole address.

    ``host`` is the home server where the name does not say it. A name that is no handle (a page's title) still gets a
    link of its own, so that its posts stay together. Raises :class:`LinkError` when the server is not known.
    """
    name = account.strip()
    if "://" in name or (platform == Platform.WEB and "." in name.partition("/")[0]):
        return recognise(name, config, platform)
    plain = name.removeprefix("@")
    is_elsewhere = platform == Platform.FOREM and bool(host)
    if FACTS[platform].has_one_address or (platform in _PROFILE and not is_elsewhere):
        if platform == Platform.YOUTUBE and re.fullmatch(r"UC[\w-]{22}", plain):
            return recognise(f"https://www.youtube.com/channel/{plain}", config, platform)
        url = _PROFILE[platform].format(plain)
        try:
            return recognise(url, config, platform)
        except LinkError:
            return Link(platform=platform, host="", handle=plain, url=_PROFILE[platform].format(quote(plain, safe="")))
    user, _, server = plain.partition("@")
    server = server or host
    if not server:
        raise LinkError(f"{account!r} does not say on which server; write it as {account}@server.example")
    scheme = "http" if is_private_host(server) or (config is not None and config.is_own_host(server)) else "https"
    if platform == Platform.DISCOURSE and user == server:
        user = "latest"  # the whole forum
    return recognise(f"{scheme}://{server}/{_HOSTED_PROFILE.get(platform, '{}').format(user)}", config, platform)


# ---------------------------------------------------------------- from what was pasted to an address

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


def _address(pasted: str, config: Addresses | None) -> _Address:
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
        return _address(inner, config)
    if host in _SHORTENERS:
        raise LinkError(
            f"{page} is a short link that hides where it leads; open it and paste the address you end up at."
        )
    if _SEARCH_ENGINES.fullmatch(host) and (parts.path in {"/search", "/"}):
        raise LinkError(f"{page} is a search page; open the result you mean and paste its address.")
    return _Address(
        url=page,
        scheme=parts.scheme,
        host=host,
        segments=tuple(unquote(part) for part in parts.path.split("/") if part),
        query=query,
        fragment=urlsplit(url).fragment,
    )


def _with_scheme(text: str, config: Addresses | None) -> str:
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
            f"{_short(text)} is no link; paste the address from the browser, like https://acme.example/blog"
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


# ---------------------------------------------------------------- from an address to a platform

_ONE_ADDRESS_HOSTS: tuple[tuple[re.Pattern[str], Platform], ...] = tuple(
    (re.compile(pattern), platform)
    for pattern, platform in (
        (r"(?:[a-z-]+\.)?instagram\.com|instagr\.am", Platform.INSTAGRAM),
        (r"(?:[a-z]+\.)?(?:twitter|x)\.com|(?:vx|fx|fixup)(?:twitter|x)\.com", Platform.X),
        (r"(?:[a-z0-9-]+\.)*facebook\.com|fb\.com|fb\.watch", Platform.FACEBOOK),
        (r"(?:[a-z]{2,3}\.)?linkedin\.com", Platform.LINKEDIN),
        (r"(?:m\.)?tiktok\.com", Platform.TIKTOK),
        (r"threads\.(?:net|com)", Platform.THREADS),
        (r"(?:[a-z]{2}\.)?pinterest\.(?:com(?:\.[a-z]{2})?|co\.[a-z]{2}|[a-z]{2})", Platform.PINTEREST),
        (r"(?:[a-z]+\.)?youtube(?:-nocookie)?\.com|youtu\.be", Platform.YOUTUBE),
        (r"t\.me|telegram\.(?:me|dog)|[a-z0-9_]+\.t\.me|web\.telegram\.org", Platform.TELEGRAM),
        (r"(?:[a-z]{1,4}\.)?reddit\.com|redd\.it", Platform.REDDIT),
        (r"(?:main\.|staging\.)?bsky\.app|[a-z0-9-]+\.bsky\.social", Platform.BLUESKY),
        (r"(?:[a-z0-9-]+\.)?medium\.com", Platform.MEDIUM),
        (r"(?:[a-z0-9-]+\.)?substack\.com", Platform.SUBSTACK),
        (r"(?:[a-z0-9-]+\.)?tumblr\.com", Platform.TUMBLR),
        (r"dev\.to|[a-z0-9-]+\.forem\.com|community\.codenewbie\.org", Platform.FOREM),
    )
)
# Self-hosted software: its own paths, asked for only where the host's name or a path that nobody else has says so.
_PEERTUBE_HOST = re.compile(r"(?:.*\b)?(?:peertube|tube|framatube|tilvids|makertube|diode\.zone)\b.*")
_LEMMY_HOST = re.compile(
    r"(?:.*\b)?(?:lemmy|lemm\.ee|beehaw\.org|sh\.itjust\.works|programming\.dev|sopuli\.xyz|feddit)\b.*"
)
_MISSKEY_HOST = re.compile(r"(?:.*\b)?(?:misskey|sharkey|firefish|calckey|iceshrimp)\b.*")
_DISCOURSE_HOST = re.compile(r"(?:discourse|forum|forums|community|meta|discuss|talk)\..+")
# Networks of one company whose profiles are written like the fediverse's.
_AT_ELSEWHERE = re.compile(
    r"(?:[a-z0-9-]+\.)*(?:unsplash\.com|hashnode\.com|flipboard\.com|odysee\.com|rumble\.com|gab\.com|snapchat\.com|lnk\.bio"
    r"|steemit\.com|hive\.blog|npmjs\.com|clubhouse\.com|joinclubhouse\.com|kick\.com|producthunt\.com|beacons\.ai|9gag\.com"
    r"|wattpad\.com|pixiv\.net|dailymotion\.com|ko-fi\.com|vero\.co|lemon8-app\.com|likee\.video|kwai\.com|triller\.co)"
)
_SNOWFLAKE = 15
"""Digits from which on a number in a path is a time-ordered id and no page number."""
_FRIENDICA_HOST = re.compile(r"(?:.*\b)?friendica\b.*")
_PIXELFED_HOST = re.compile(r"(?:.*\b)?pixelfed\b.*")


def _platform_of(address: _Address, config: Addresses | None) -> Platform:
    for name, base in config.base_urls.items() if config else ():
        is_there = name in set(Platform) and urlsplit(base).netloc.lower().removeprefix("www.") == address.host
        if is_there and address.segment(0) in ("profile", "xrpc"):
            return Platform(name)
    name = address.host.partition(":")[0]
    for pattern, platform in _ONE_ADDRESS_HOSTS:
        if pattern.fullmatch(name):
            return platform
    return _self_hosted(name, address.segments)


def _self_hosted(name: str, segments: tuple[str, ...]) -> Platform:
    match segments:
        case [user, *_] if user.startswith("@") and len(user) > 1 and not _AT_ELSEWHERE.fullmatch(name):
            return Platform.MISSKEY if _MISSKEY_HOST.fullmatch(name) else Platform.MASTODON
        case ["notes", _] if _MISSKEY_HOST.fullmatch(name):
            return Platform.MISSKEY
        case ["users", _] | ["users", _, "statuses", *_] | ["web", *_] | ["deck", *_] if _is_web_client(segments):
            return Platform.MASTODON
        case ["video-channels" | "a" | "accounts", _, "videos" | "video-channels" | "about"]:
            return Platform.PEERTUBE
        case ["c" | "a" | "w" | "videos" | "video-channels" | "accounts", *_] if _PEERTUBE_HOST.fullmatch(name):
            return Platform.PEERTUBE
        case ["c" | "u" | "post", *_] if _LEMMY_HOST.fullmatch(name):
            return Platform.LEMMY
        case ["c", _, number, *_] | ["t", _, number, *_] if _DISCOURSE_HOST.fullmatch(name) and number.isdecimal():
            return Platform.DISCOURSE
        case ["u", *_] | ["latest"] | ["top"] if _DISCOURSE_HOST.fullmatch(name):
            return Platform.DISCOURSE
        case [_] if _PIXELFED_HOST.fullmatch(name):
            return Platform.MASTODON
        case ["p", _, number] if number.isdecimal() and (_PIXELFED_HOST.fullmatch(name) or len(number) >= _SNOWFLAKE):
            return Platform.MASTODON
        case ["notice", number] if re.fullmatch(r"[A-Z][0-9A-Za-z]{17}", number):
            return Platform.MASTODON
        case ["profile", _] if _FRIENDICA_HOST.fullmatch(name):
            return Platform.MASTODON
        case _:
            return Platform.WEB


def _is_web_client(segments: tuple[str, ...]) -> bool:
    return segments[0] == "users" or any(part.startswith("@") for part in segments) or segments[1:2] == ("accounts",)


def _host_of(platform: Platform, address: _Address, found: _Account | None) -> str:
    if found is not None and found.host is not None:
        return found.host
    return "" if FACTS[platform].has_one_address else address.host


# ---------------------------------------------------------------- one reader a platform

_LOGIN = ("login", "signin", "sign-in", "signup", "sign_up", "register", "oauth", "authwall", "checkpoint", "uas")
_SEARCH = (
    *("search", "results", "explore", "hashtag", "hashtags", "tag", "tags", "tagged"),
    *("discover", "topics", "trending"),
)
_SHARE = ("share", "sharer", "sharer.php", "intent", "shareArticle", "sharing", "send", "submit", "dialog", "compose")


def _not_an_account(address: _Address, platform: Platform) -> LinkError:
    label = FACTS[platform].label
    first = address.segment(0)
    if not first:
        return LinkError(
            f"{address.url} is the front page of {label} and names no account; paste the link of one profile."
        )
    for words, what in ((_LOGIN, "a login page"), (_SEARCH, "a search page"), (_SHARE, "a share link")):
        if first.lower() in words or first in words:
            return LinkError(
                f"{address.url} is {what} of {label}, not an account; open the profile and paste its address."
            )
    return LinkError(f"{address.url} is no account on {label}; open the profile and paste its address.")


def _name(segment: str, pattern: str = r"[A-Za-z0-9_.]+") -> str | None:
    plain = segment.removeprefix("@")
    return plain.lower() if re.fullmatch(pattern, plain) else None


_ID64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def _media_id(shortcode: str) -> str | None:
    """The numeric id that an Instagram or Threads short code spells in base 64 (its first 11 characters)."""
    number = 0
    for char in shortcode[:11]:
        digit = _ID64.find(char)
        if digit < 0:
            return None
        number = number * 64 + digit
    return str(number) if shortcode else None


def _instagram(address: _Address) -> _Found:
    def account(user: str) -> _Account | None:
        name = _name(user)
        return _Account(name, f"https://www.instagram.com/{name}/") if name else None

    match address.segments:
        case ["p" | "reel" | "reels" | "tv", code, *_] if code != "audio":
            return _Single(_media_id(code))
        case [user, "p" | "reel" | "tv", code, *_]:
            return _Single(_media_id(code), account(user))
        case ["stories", user, *_] if user != "highlights" and (found := account(user)):
            return found
        case ["_u", user, *_] if found := account(user):
            return found
        case [
            "explore" | "accounts" | "direct" | "about" | "legal" | "reels" | "stories" | "p" | "reel" | "web" | "s",
            *_,
        ]:
            raise _not_an_account(address, Platform.INSTAGRAM)
        case [user, *_] if user.lower() not in (*_LOGIN, *_SHARE) and (found := account(user)):
            return found
        case _:
            raise _not_an_account(address, Platform.INSTAGRAM)


def _x(address: _Address) -> _Found:
    def account(user: str) -> _Account | None:
        name = _name(user, r"[A-Za-z0-9_]{1,20}")
        return _Account(name, f"https://x.com/{name}") if name else None

    segments = address.segments
    if not segments and address.fragment.startswith("!/"):
        segments = tuple(part for part in address.fragment[2:].split("/") if part)
    match segments:
        case ["i", "status" | "web", *rest] if rest and rest[-1].isdecimal():
            return _Single(rest[-1])
        case [user, "status" | "statuses", post, *_] if post.isdecimal():
            return _Single(post, account(user))
        case ["intent", "user" | "follow"] if found := account(address.query.get("screen_name", "")):
            return found
        case [
            "i" | "home" | "messages" | "notifications" | "settings" | "jobs" | "tos" | "privacy" | "explore",
            *_,
        ] | ["followers" | "following" | "download" | "who_to_follow"]:
            raise _not_an_account(address, Platform.X)
        case [user, *_] if user.lower() not in (*_LOGIN, *_SEARCH, *_SHARE) and (found := account(user)):
            return found
        case _:
            raise _not_an_account(address, Platform.X)


def _facebook(address: _Address) -> _Found:
    def by_id(number: str) -> _Account:
        return _Account(number, f"https://www.facebook.com/profile.php?id={number}", number)

    def account(user: str) -> _Account | None:
        if trailing := re.fullmatch(r".+-(\d{6,})", user):
            return by_id(trailing.group(1))
        name = _name(user, r"[A-Za-z0-9.-]{2,}")
        return (
            (by_id(name) if name.isdecimal() else _Account(name, f"https://www.facebook.com/{name}")) if name else None
        )

    query = address.query
    match address.segments:
        case ["profile.php"] if query.get("id", "").isdecimal():
            return by_id(query["id"])
        case ["pages" | "people", *rest] if rest and rest[-1].isdecimal():
            return by_id(rest[-1])
        case ["pages", "category", _, user, *_] | ["p" | "pg", user, *_] if found := account(user):
            return found
        case ["story.php" | "permalink.php"] if query.get("id", "").isdecimal():
            return _Single(query.get("story_fbid") or query.get("fbid"), by_id(query["id"]))
        case ["photo" | "photo.php" | "watch"] if post := query.get("fbid") or query.get("v"):
            return _Single(post)
        case ["reel" | "videos", post, *_]:
            return _Single(post)
        case [user, "posts" | "videos" | "photos" | "reel", *_, last] if wanted := re.search(r"^\d+$|pfbid\w+", last):
            return _Single(wanted.group(), account(user))
        case ["groups", *_]:
            raise LinkError(f"{address.url} is a Facebook group, not a page; paste the link of the company's own page.")
        case [
            "events"
            | "watch"
            | "marketplace"
            | "gaming"
            | "hashtag"
            | "help"
            | "business"
            | "reel"
            | "stories"
            | "photo",
            *_,
        ]:
            raise _not_an_account(address, Platform.FACEBOOK)
        case [] if address.host == "fb.watch":
            raise _not_an_account(address, Platform.FACEBOOK)
        case [_, *_] if address.host == "fb.watch":
            return _Single()
        case [user, *_] if (
            user.lower().removesuffix(".php") not in (*_LOGIN, *_SEARCH, *_SHARE, "home", "plugins")
            and not user.endswith(".php")
            and (found := account(user))
        ):
            return found
        case _:
            raise _not_an_account(address, Platform.FACEBOOK)


def _linkedin(address: _Address) -> _Found:
    match address.segments:
        case ["company-beta" | "companies", slug, *_]:
            return _linkedin(evolve(address, segments=("company", slug)))
        case ["company" | "school" | "showcase" as kind, slug, *rest]:
            if rest[:1] == ["posts"] and (urn := re.search(r"(\d{15,})", "/".join(rest))):
                return _Single(urn.group(1))
            name = slug.lower()
            handle = name if kind == "company" else f"{kind}/{name}"
            return _Account(handle, f"https://www.linkedin.com/{kind}/{name}/", name if name.isdecimal() else None)
        case ["in", slug, *_]:
            return _Account(f"in/{slug.lower()}", f"https://www.linkedin.com/in/{slug.lower()}/")
        case ["posts", slug, *_] if found := re.search(r"(?:activity|share|ugcPost)-(\d{15,})", slug):
            user = slug.split("_", maxsplit=1)[0].lower()
            return _Single(found.group(1), _Account(user, f"https://www.linkedin.com/company/{user}/"))
        case ["feed", "update", urn, *_] if found := re.search(r"(\d{15,})", urn):
            return _Single(found.group(1))
        case ["pulse", *_]:
            return _Single()
        case _:
            raise _not_an_account(address, Platform.LINKEDIN)


def _tiktok(address: _Address) -> _Found:
    match address.segments:
        case [user, *rest] if user.startswith("@") and (name := _name(user)):
            found = _Account(name, f"https://www.tiktok.com/@{name}")
            if rest[:1] in (["video"], ["photo"]) and len(rest) > 1:
                return _Single(rest[1], found)
            return found
        case ["v" | "embed", *rest] if rest and rest[-1].removesuffix(".html").isdecimal():
            return _Single(rest[-1].removesuffix(".html"))
        case ["t", _]:
            raise LinkError(f"{address.url} is a share link; open it and paste the address you end up at.")
        case _:
            raise _not_an_account(address, Platform.TIKTOK)


def _threads(address: _Address) -> _Found:
    match address.segments:
        case [user, *rest] if user.startswith("@") and (name := _name(user)):
            found = _Account(name, f"https://www.threads.com/@{name}")
            return _Single(_media_id(rest[1]), found) if rest[:1] == ["post"] and len(rest) > 1 else found
        case ["t", code, *_]:
            return _Single(_media_id(code))
        case _:
            raise _not_an_account(address, Platform.THREADS)


def _pinterest(address: _Address) -> _Found:
    match address.segments:
        case ["pin", pin, *_]:
            number = re.search(r"(\d+)$", pin)
            return _Single(number.group(1) if number else None)
        case ["ideas" | "today" | "business" | "settings" | "pin" | "board", *_]:
            raise _not_an_account(address, Platform.PINTEREST)
        case [user, *rest] if user.lower() not in (*_LOGIN, *_SEARCH, *_SHARE) and (name := _name(user)):
            is_board = (
                bool(rest) and not rest[0].startswith("_") and rest[0] not in ("pins", "boards", "created", "saved")
            )
            note = "a board was pasted; the whole account is followed" if is_board else ""
            return _Account(name, f"https://www.pinterest.com/{name}/", note=note)
        case _:
            raise _not_an_account(address, Platform.PINTEREST)


def _youtube(address: _Address) -> _Found:
    base = "https://www.youtube.com"
    is_short_host = address.host == "youtu.be"
    match address.segments:
        case ["watch"] if video := address.query.get("v"):
            return _Single(video)
        case [video] if is_short_host:
            return _Single(video)
        case ["shorts" | "live" | "embed" | "v", video, *_]:
            return _Single(video)
        case ["channel", channel, *_] if re.fullmatch(r"UC[\w-]{22}", channel):
            return _Account(channel, f"{base}/channel/{channel}", channel)
        case [handle, *_] if handle.startswith("@") and len(handle) > 1:
            name = handle[1:].lower()
            return _Account(name, f"{base}/@{name}")
        case ["subscription_center"] if name := address.query.get("add_user", "").lower():
            return _Account(f"user/{name}", f"{base}/user/{name}")
        case ["c" | "user" as kind, name, *_]:
            return _Account(f"{kind}/{name.lower()}", f"{base}/{kind}/{name.lower()}")
        case ["playlist" | "watch" | "subscription_center" | "gaming" | "premium" | "redirect"] | [
            "feed" | "channel",
            *_,
        ]:
            raise _not_an_account(address, Platform.YOUTUBE)
        case [name] if name.lower() not in (*_LOGIN, *_SEARCH, *_SHARE, "about", "t", "shorts", "live", "embed"):
            return _Account(f"c/{name.lower()}", f"{base}/c/{name.lower()}")
        case _:
            raise _not_an_account(address, Platform.YOUTUBE)


def _telegram(address: _Address) -> _Found:
    def account(channel: str) -> _Account | None:
        name = _name(channel, r"[A-Za-z][A-Za-z0-9_]{3,}")
        return _Account(name, f"https://t.me/{name}") if name else None

    if address.host.endswith(".t.me") and (found := account(address.host.removesuffix(".t.me"))):
        return found
    segments = address.segments
    if address.host == "web.telegram.org":
        segments = (address.fragment.lstrip("@/").partition("?")[0],)
    match segments:
        case ["joinchat", *_]:
            raise LinkError(f"{address.url} is an invitation to a private group; only public channels can be followed.")
        case [invite, *_] if invite.startswith("+"):
            raise LinkError(f"{address.url} is an invitation to a private group; only public channels can be followed.")
        case ["c", *_] | ["addstickers" | "proxy" | "socks" | "iv" | "addlist" | "boost" | "setlanguage" | "share", *_]:
            raise _not_an_account(address, Platform.TELEGRAM)
        case ["s", channel, *rest] | [channel, *rest] if found := account(channel):
            return _Single(f"{channel}/{rest[0]}", found) if rest and rest[0].isdecimal() else found
        case _:
            raise _not_an_account(address, Platform.TELEGRAM)


def _reddit(address: _Address) -> _Found:
    def account(kind: str, name: str) -> _Account:
        short = "r" if kind == "r" else "u"
        path = f"r/{name.lower()}" if short == "r" else f"user/{name.lower()}"
        return _Account(f"{short}/{name.lower()}", f"https://www.reddit.com/{path}/")

    match address.segments:
        case [post] if address.host == "redd.it":
            return _Single(f"t3_{post}")
        case ["r" | "u" | "user" as kind, name, "comments", post, *_]:
            return _Single(f"t3_{post}", account(kind, name))
        case ["comments", post, *_] | ["gallery", post]:
            return _Single(f"t3_{post}")
        case ["r", _, "s", _]:
            raise LinkError(f"{address.url} is a share link; open it and paste the address you end up at.")
        case ["r" | "u" | "user" as kind, name, *_] if re.fullmatch(r"[\w-]{2,}", name):
            return account(kind, name)
        case _:
            raise _not_an_account(address, Platform.REDDIT)


def _bluesky(address: _Address) -> _Found:
    def account(actor: str) -> _Account | None:
        name = actor.removeprefix("@").lower()
        if re.fullmatch(r"did:(?:plc|web):[\w.:%-]+", name):
            return _Account(name, f"https://bsky.app/profile/{name}", name)
        if "." not in name and re.fullmatch(r"[a-z0-9-]+", name):
            name += ".bsky.social"
        is_domain = re.fullmatch(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*", name)
        return _Account(name, f"https://bsky.app/profile/{name}") if is_domain else None

    if address.host.endswith(".bsky.social") and (found := account(address.host)):
        return found
    match address.segments:
        case ["profile", actor, "post", key, *_] if found := account(actor):
            did = found.native_account_id
            return _Single(f"at://{did}/app.bsky.feed.post/{key}" if did else None, found)
        case ["profile", actor, "app.bsky.feed.post", key] if found := account(actor):
            did = found.native_account_id
            return _Single(f"at://{did}/app.bsky.feed.post/{key}" if did else None, found)
        case ["profile", actor, *rest] if found := account(actor):
            note = "a feed or list was pasted; the account is followed" if rest[:1] in (["feed"], ["lists"]) else ""
            return _Account(found.handle, found.url, found.native_account_id, note)
        case ["xrpc", _] if found := account(address.query.get("actor", "-")):
            return found
        case _:
            raise _not_an_account(address, Platform.BLUESKY)


def _mastodon(address: _Address) -> _Found:
    def account(user: str) -> _Account | None:
        name, _, server = user.removeprefix("@").partition("@")
        if not re.fullmatch(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?", name):
            return None
        # The copy that another server shows has only the counts which that server saw: the home server is asked.
        host = server.lower().removeprefix("www.") or address.host
        note = f"followed on its home server {host}" if server and host != address.host else ""
        scheme = address.scheme if host == address.host else "https"
        return _Account(name.lower(), f"{scheme}://{host}/@{name.lower()}", None, note, host)

    segments = address.segments[1:] if address.segment(0) in ("web", "deck") else address.segments
    match segments:
        case [user, post, *_] if user.startswith("@") and post.isdecimal() and (found := account(user)):
            return _Single(post if not found.note else None, found)
        case [user, "statuses", post, *_] if user.startswith("@") and (found := account(user)):
            return _Single(post if not found.note else None, found)
        case ["users", user, "statuses", post, *_] if found := account(user):
            return _Single(post, found)
        case ["p", user, post] if found := account(user):
            return _Single(post, found)
        case ["notice" | "notes", post] | ["i", "web", "post", post]:
            return _Single(post)
        case ["objects" | "display", _]:
            return _Single()
        case ["users" | "u", user, *_] if found := account(user):
            return found
        case ["profile" | "author" | "actor", user, *_] | ["api", "collections", user] if found := account(user):
            # software that has only ActivityPub: the link is the account's object, or leads to it
            return _Account(found.handle, address.url, address.url)
        case ["accounts", *_]:
            raise LinkError(f"{address.url} is a page inside the web client; open the profile and paste its address.")
        case [user, *_] if (user.startswith("@") or len(segments) == 1) and (found := account(user)):
            return found
        case _:
            raise _not_an_account(address, Platform.MASTODON)


def _misskey(address: _Address) -> _Found:
    match address.segments:
        case ["notes", note]:
            return _Single(note)
        case [user, *_] if user.startswith("@"):
            name, _, server = user[1:].partition("@")
            host = server.lower() or address.host
            return _Account(name, f"{address.scheme if not server else 'https'}://{host}/@{name}", host=host)
        case _:
            raise _not_an_account(address, Platform.MISSKEY)


def _peertube(address: _Address) -> _Found:
    def account(kind: str, said: str) -> _Account:
        name, _, server = said.partition("@")
        # a server shows channels of others too, with what itself saw of their counts: the home server is asked
        host = server.lower() or address.host
        return _Account(
            f"{kind}/{name}", f"{address.scheme if not server else 'https'}://{host}/{kind}/{name}", host=host
        )

    match address.segments:
        case ["w", video, *_] | ["videos", "watch" | "embed", video, *_] if video != "p":
            return _Single(uuid_of(video) or video)
        case ["c" | "video-channels", name, *_]:
            return account("c", name)
        case ["a" | "accounts", name, *_]:
            return account("a", name)
        case _:
            raise _not_an_account(address, Platform.PEERTUBE)


def _lemmy(address: _Address) -> _Found:
    match address.segments:
        case ["post", post, *_]:
            return _Single(post)
        case ["c" | "u" as kind, name, *_]:
            plain, _, server = name.partition("@")
            host = server.lower() or address.host
            scheme = "https" if server else address.scheme
            return _Account(f"{kind}/{plain.lower()}", f"{scheme}://{host}/{kind}/{plain.lower()}", host=host)
        case _:
            raise _not_an_account(address, Platform.LEMMY)


def _discourse(address: _Address) -> _Found:
    base = f"{address.scheme}://{address.host}"
    match address.segments:
        case ["t", *rest] if numbers := [part for part in rest if part.isdecimal()]:
            return _Single(numbers[0], _Account(address.host, f"{base}/latest"))
        case ["c", *rest] if rest:
            path = "/".join(part for part in rest if part not in ("l", "latest", "top", "none"))
            return _Account(f"c/{path}", f"{base}/c/{path}")
        case ["u", name, *_]:
            return _Account(f"u/{name.lower()}", f"{base}/u/{name.lower()}")
        case [] | ["latest" | "top" | "categories", *_]:
            return _Account(address.host, f"{base}/latest")
        case _:
            raise _not_an_account(address, Platform.DISCOURSE)


def _forem(address: _Address) -> _Found:
    base = f"{address.scheme}://{address.host}"
    match address.segments:
        case ["feed", user] | [user] if user.lower() not in (
            *_LOGIN,
            *_SEARCH,
            "t",
            "about",
            "top",
            "latest",
            "new",
            "api",
        ):
            return _Account(user.lower(), f"{base}/{user.lower()}")
        case [user, slug] if user not in ("t", "search", "settings", "api", "feed") and slug:
            return _Single(None, _Account(user.lower(), f"{base}/{user.lower()}"))
        case _:
            raise _not_an_account(address, Platform.FOREM)


def _tumblr(address: _Address) -> _Found:
    def account(blog: str) -> _Account | None:
        name = _name(blog, r"[A-Za-z0-9-]+")
        return _Account(name, f"https://{name}.tumblr.com/") if name else None

    sub = address.host.removesuffix(".tumblr.com")
    own = account(sub) if sub not in ("tumblr.com", "m", "blog", "assets") else None
    if not address.host.endswith("tumblr.com"):
        # a blog with a domain of its own: only whoever lists it can know
        own = _Account(address.host, f"{address.scheme}://{urlsplit(address.url).netloc}/")
    match address.segments:
        case ["post" | "image", post, *_] if own and post.isdecimal():
            return _Single(post, own)
        case _ if own:
            return own
        case ["blog", "view", blog, *rest] | ["blog", blog, *rest] if found := account(blog):
            return _Single(rest[0], found) if rest and rest[0].isdecimal() else found
        case [blog, post, *_] if post.isdecimal():
            return _Single(post, account(blog))
        case [blog, *_] if blog.lower() not in (*_LOGIN, *_SEARCH, *_SHARE, "dashboard") and (found := account(blog)):
            return found
        case _:
            raise _not_an_account(address, Platform.TUMBLR)


def _substack(address: _Address) -> _Found:
    def publication(name: str) -> _Account:
        return _Account(name.lower(), f"https://{name.lower()}.substack.com/", host=f"{name.lower()}.substack.com")

    sub = address.host.removesuffix(".substack.com")
    if sub not in ("substack.com", "open"):
        is_post = address.segment(0) == "p" and len(address.segments) > 1
        return _Single(None, publication(sub)) if is_post else publication(sub)
    match address.segments:
        case ["pub", name, "p", _, *_]:
            return _Single(None, publication(name))
        case ["pub", name, *_]:
            return publication(name)
        case [user, "p" | "note", *_] if user.startswith("@"):
            return _Single(None, publication(user[1:]))
        case [user, *_] if user.startswith("@"):
            name = user[1:].lower()
            return _Account(f"@{name}", f"https://substack.com/@{name}", host="substack.com")
        case ["home", "post", *_] | ["p" | "note" | "chat", *_]:
            return _Single()
        case _:
            raise _not_an_account(address, Platform.SUBSTACK)


def _medium(address: _Address) -> _Found:
    sub = address.host.removesuffix(".medium.com")
    segments = address.segments[1:] if address.segment(0) == "feed" else address.segments
    own = _Account(f"@{sub}", f"https://medium.com/@{sub}") if sub not in ("medium.com", "m") else None
    last = segments[-1] if segments else ""
    post = re.search(r"(?:^|-)([0-9a-f]{10,12})$", last)
    match segments:
        case ["p", _] if post:
            return _Single(post.group(1), own)
        case [_] if own and post:
            return _Single(post.group(1), own)
        case _ if own:
            return own
        case ["m" | "me" | "new-story" | "about" | "plans" | "membership" | "jobs-at-medium" | "help" | "s", *_]:
            raise _not_an_account(address, Platform.MEDIUM)
        case [user, *_] if user.lower() not in (*_LOGIN, *_SEARCH, *_SHARE):
            found = _Account(user.lower(), f"https://medium.com/{user.lower()}")
            return _Single(post.group(1), found) if post and len(segments) > 1 else found
        case _:
            raise _not_an_account(address, Platform.MEDIUM)


_DATED_POST = re.compile(r"(.*?)/?(?:19|20)\d\d/(?:0?[1-9]|1[0-2])(?:/\d{1,2})?/[^/]{4,}/?")


def _web(address: _Address) -> _Found:
    last = address.segments[-1].lower() if address.segments else ""
    root = f"{address.scheme}://{urlsplit(address.url).netloc}/"
    if last.removesuffix(".php") in (*_LOGIN, "wp-login", "log-in"):
        raise LinkError(f"{address.url} is a login page; paste the address of the blog or newsroom, or {root}", root)
    if (last in ("search", "suche") and address.query) or (not address.segments and "s" in address.query):
        raise LinkError(f"{address.url} is a search page; paste the address of the blog or newsroom, or {root}", root)
    handle = site_handle(address.url)
    query = urlsplit(address.url).query
    whole = _Account(f"{handle}?{query}" if query else handle, address.url)
    path = urlsplit(address.url).path
    if dated := _DATED_POST.fullmatch(path):
        section = f"{root.rstrip('/')}{dated.group(1)}/"
        return _Single(address.url, _Account(site_handle(section), section))
    return whole


_READERS: Mapping[Platform, Callable[[_Address], _Found]] = {
    Platform.MASTODON: _mastodon,
    Platform.BLUESKY: _bluesky,
    Platform.WEB: _web,
    Platform.YOUTUBE: _youtube,
    Platform.TELEGRAM: _telegram,
    Platform.REDDIT: _reddit,
    Platform.PEERTUBE: _peertube,
    Platform.LEMMY: _lemmy,
    Platform.MISSKEY: _misskey,
    Platform.DISCOURSE: _discourse,
    Platform.FOREM: _forem,
    Platform.TUMBLR: _tumblr,
    Platform.SUBSTACK: _substack,
    Platform.MEDIUM: _medium,
    Platform.INSTAGRAM: _instagram,
    Platform.FACEBOOK: _facebook,
    Platform.X: _x,
    Platform.LINKEDIN: _linkedin,
    Platform.TIKTOK: _tiktok,
    Platform.THREADS: _threads,
    Platform.PINTEREST: _pinterest,
}
