"""Links that share the page they stand on, and for which network.

Sources: the share addresses that the networks document (facebook.com/sharer, x.com/intent/post, linkedin.com/sharing,
and so on), and the legacy spellings that themes still carry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

# Network, host, path, and whether only a query that says what is shared makes it a share link.
_SHARES: tuple[tuple[str, str, str, bool], ...] = (
    (
        "facebook",
        r"(?:[\w-]+\.)*facebook\.com",
        r"/(?:sharer?(?:/sharer)?\.php|sharer(?:/sharer)?|dialog/(?:share|feed|send))/?",
        False,
    ),
    ("facebook", r"(?:[\w-]+\.)*facebook\.com", r"/share/?", True),
    ("x", r"(?:[\w-]+\.)*(?:twitter|x)\.com", r"/(?:share|intent/(?:tweet|post|retweet|share))/?", False),
    ("x", r"(?:[\w-]+\.)*(?:twitter|x)\.com", r"/home/?", True),
    (
        "linkedin",
        r"(?:[\w-]+\.)*linkedin\.com",
        r"/(?:sharearticle|sharing/share-?offsite|cws/share|share)/?",
        False,
    ),
    ("linkedin", r"(?:[\w-]+\.)*linkedin\.com", r"/feed/?", True),
    ("pinterest", r"(?:[\w-]+\.)*pinterest\.[a-z.]{2,6}", r"/pin(?:it)?/(?:create|find)(?:/\w+)*/?", False),
    ("reddit", r"(?:[\w-]+\.)*reddit\.com", r"/(?:r/[^/]+/)?submit/?", False),
    ("telegram", r"(?:t|telegram)\.me", r"/(?:share|share/url|msg|msg_url)/?", False),
    ("tumblr", r"(?:[\w-]+\.)*tumblr\.com", r"/(?:share(?:/\w+)?|widgets/share/tool)/?", False),
    ("bluesky", r"(?:[\w-]+\.)*bsky\.app", r"/intent/compose/?", False),
    ("threads", r"(?:[\w-]+\.)*threads\.(?:net|com)", r"/intent/post/?", False),
    (
        "mastodon",
        r"(?:share\.joinmastodon|tootpick)\.org|(?:toot|s2f)\.kytta\.dev|mastodonshare\.com",
        r"/?(?:share/?)?",
        False,
    ),
    ("whatsapp", r"(?:(?:api|web)\.)?whatsapp\.com|wa\.me", r"/(?:send/?)?", True),
    ("vk", r"(?:[\w-]+\.)*vk(?:ontakte)?\.(?:com|ru)", r"/share\.php/?", False),
    ("odnoklassniki", r"(?:[\w-]+\.)*(?:ok|odnoklassniki)\.ru", r"/(?:offer|dk|share\w*)/?", False),
    (
        "xing",
        r"(?:[\w-]+\.)*xing(?:-share)?\.com",
        r"/(?:spi/shares/new|app/user|social(?:_plugins)?/share\w*)/?",
        False,
    ),
    ("hacker_news", r"news\.ycombinator\.com", r"/submitlink/?", False),
    ("pocket", r"(?:[\w-]+\.)*(?:getpocket|pocket)\.com", r"/(?:save|edit)/?", True),
    ("flipboard", r"share\.flipboard\.com", r"/bookmarklet/popout/?", False),
    (
        "line",
        r"(?:social-plugins\.|www\.)?line\.(?:me|naver\.jp)",
        r"/(?:lineit/share|r/share|r/msg/text|msg/text)/?.*",
        False,
    ),
    ("weibo", r"service\.weibo\.com|v\.t\.sina\.com\.cn", r"/share/share\.php", False),
    ("qzone", r"sns\.qzone\.qq\.com", r"/cgi-bin/qzshare/\w+", False),
    ("hatena", r"b\.hatena\.ne\.jp", r"/(?:add|entry)(?:[/.].*)?", False),
    ("kakao", r"story\.kakao\.com", r"/share/?", False),
    ("skype", r"web\.skype\.com", r"/share/?", False),
    ("teams", r"teams\.microsoft\.com", r"/share/?", False),
    ("buffer", r"(?:publish\.)?buffer(?:app)?\.com", r"/(?:add|compose)/?", False),
    ("diaspora", r"share\.diasporafoundation\.org", r"/?.*", False),
    ("meneame", r"(?:www\.)?meneame\.net", r"/submit(?:\.php)?/?", False),
)
_ON_ANY_SERVER = re.compile(r"/(?:share|authorize_interaction)/?")
_NOT_FEDIVERSE = frozenset({"google.com", "tuenti.com", "addtoany.com", "addthis.com", "sharethis.com"})
_READERS = tuple(
    (network, re.compile(host, re.IGNORECASE), re.compile(path, re.IGNORECASE), needs_page)
    for network, host, path, needs_page in _SHARES
)
_SCHEMES = {
    "whatsapp": "whatsapp",
    "tg": "telegram",
    "fb-messenger": "facebook",
    "viber": "viber",
    "mailto": "email",
    "sms": "sms",
}
_DOMAINS = frozenset(
    """
    facebook.com twitter.com x.com linkedin.com reddit.com t.me telegram.me tumblr.com bsky.app threads.net threads.com
    whatsapp.com wa.me vk.com vk.ru vkontakte.ru ok.ru odnoklassniki.ru xing.com ycombinator.com getpocket.com
    pocket.com flipboard.com line.me naver.jp joinmastodon.org tootpick.org kytta.dev mastodonshare.com xing-share.com
    weibo.com com.cn qq.com ne.jp kakao.com skype.com microsoft.com buffer.com bufferapp.com diasporafoundation.org
    meneame.net
    """.split()  # noqa: SIM905 - a word list reads better than quoted strings
)
_ELSEWHERE = ("/share", "/authorize_interaction", "/pin")
_SAYS_WHAT = re.compile(
    r"(?:^|[?&#])(?:u|url|text|status|link|href|body|subject|mini|uri|share\w*|quote|app_id)=", re.IGNORECASE
)


def share_network(target: str) -> str | None:
    """The network (``facebook``, ``x``, ``email``, …) for which ``target`` is a share link, ``None`` for other links.

    ``target`` is an ``href`` as written, absolute or with another scheme (``whatsapp:``, ``mailto:?body=``).
    """
    if ":" not in target[:20] and not target.startswith("//"):
        return None  # an address on the same site
    start = target.find("//", 0, 12)
    if start < 0 or not target.lstrip()[:4].lower().startswith(("http", "//")):
        return _of_scheme(target)
    host, _, rest = target[start + 2 :].partition("/")
    # most links of a page are told apart without looking at them closer
    domain = ".".join(host.lower().split(".")[-2:])
    if domain not in _DOMAINS and not f"/{rest}".startswith(_ELSEWHERE):
        return None
    try:
        parts = urlsplit(f"https:{target.strip()}" if target.strip().startswith("//") else target.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    for network, paths, needs_page in _readers_of(host):
        if paths.fullmatch(parts.path) and (not needs_page or _SAYS_WHAT.search(f"?{parts.query}")):
            return network
    # a server of the fediverse is asked with the text of the post; others are asked with the address alone
    is_server = domain not in _NOT_FEDIVERSE and _ON_ANY_SERVER.fullmatch(parts.path) is not None
    return "mastodon" if is_server and re.search(r"(?:^|&)(?:text|uri)=", parts.query) else None


@lru_cache(maxsize=1_024)
def _readers_of(host: str) -> tuple[tuple[str, re.Pattern[str], bool], ...]:
    return tuple((network, paths, needs) for network, hosts, paths, needs in _READERS if hosts.fullmatch(host))


def _of_scheme(target: str) -> str | None:
    scheme, colon, rest = target.strip().partition(":")
    known = _SCHEMES.get(scheme.lower()) if colon else None
    # a message to somebody is a contact, one with nobody in it is sharing
    is_to_nobody = rest.removeprefix("//").startswith("?")
    return known if known not in ("email", "sms") or (is_to_nobody and _SAYS_WHAT.search(rest)) else None


def share_networks(targets: Iterable[str]) -> tuple[str, ...]:
    """The networks that any of these links share to, sorted."""
    return tuple(sorted({network for target in targets if (network := share_network(target)) is not None}))
