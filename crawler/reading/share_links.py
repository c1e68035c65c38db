"""Links that share the page they stand on, and for which network.

Sources: the share addresses that the networks document (facebook.com/sharer, x.com/intent/post, linkedin.com/sharing,
and so on), and the legacy spellings that themes still carry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

_SHARES: tuple[tuple[str, str, str], ...] = (
    (
        "facebook",
        r"(?:[\w-]+\.)*facebook\.com",
        r"/(?:sharer?(?:/sharer)?(?:\.php)?|dialog/(?:share|feed|send)|share)/?",
    ),
    ("x", r"(?:[\w-]+\.)*(?:twitter|x)\.com", r"/(?:share|home|intent/(?:tweet|post|retweet|share))/?"),
    (
        "linkedin",
        r"(?:[\w-]+\.)*linkedin\.com",
        r"/(?:sharearticle|sharing/share-?offsite|cws/share|share|feed)/?",
    ),
    ("pinterest", r"(?:[\w-]+\.)*pinterest\.[a-z.]{2,6}", r"/pin(?:it)?/(?:create|find)(?:/\w+)*/?"),
    ("reddit", r"(?:[\w-]+\.)*reddit\.com", r"/(?:r/[^/]+/)?submit/?"),
    ("telegram", r"(?:t|telegram)\.me", r"/(?:share|share/url|msg|msg_url)/?"),
    ("tumblr", r"(?:[\w-]+\.)*tumblr\.com", r"/(?:share(?:/\w+)?|widgets/share/tool)/?"),
    ("bluesky", r"(?:[\w-]+\.)*bsky\.app", r"/intent/compose/?"),
    ("threads", r"(?:[\w-]+\.)*threads\.(?:net|com)", r"/intent/post/?"),
    ("mastodon", r"[\w.-]+", r"/(?:share|authorize_interaction)/?"),
    ("whatsapp", r"(?:(?:api|web)\.)?whatsapp\.com|wa\.me", r"/(?:send/?)?"),
    ("vk", r"(?:[\w-]+\.)*vk(?:ontakte)?\.(?:com|ru)", r"/share\.php/?"),
    ("odnoklassniki", r"(?:[\w-]+\.)*(?:ok|odnoklassniki)\.ru", r"/(?:offer|dk|share\w*)/?"),
    ("xing", r"(?:[\w-]+\.)*xing\.com", r"/(?:spi/shares/new|app/user|social(?:_plugins)?/share\w*)/?"),
    ("hacker_news", r"news\.ycombinator\.com", r"/submitlink/?"),
    ("pocket", r"(?:[\w-]+\.)*(?:getpocket|pocket)\.com|getpocket\.com", r"/(?:save|edit)/?"),
    ("flipboard", r"share\.flipboard\.com", r"/bookmarklet/popout/?"),
    ("line", r"(?:social-plugins\.|www\.)?line\.(?:me|naver\.jp)", r"/(?:lineit/share|r/msg/text|msg/text)/?.*"),
)
_READERS = tuple(
    (network, re.compile(host, re.IGNORECASE), re.compile(path, re.IGNORECASE)) for network, host, path in _SHARES
)
_SCHEMES = {"whatsapp": "whatsapp", "tg": "telegram", "fb-messenger": "facebook", "viber": "viber", "mailto": "email"}
_DOMAINS = frozenset(
    """
    facebook.com twitter.com x.com linkedin.com reddit.com t.me telegram.me tumblr.com bsky.app threads.net threads.com
    whatsapp.com wa.me vk.com vk.ru vkontakte.ru ok.ru odnoklassniki.ru xing.com ycombinator.com getpocket.com
    pocket.com flipboard.com line.me naver.jp
    """.split()  # noqa: SIM905 - a word list reads better than quoted strings
)
_ELSEWHERE = ("/share", "/authorize_interaction", "/pin")
_NEEDS_PAGE = frozenset({"x", "linkedin", "mastodon", "whatsapp", "facebook", "pocket"})
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
    if ".".join(host.lower().split(".")[-2:]) not in _DOMAINS and not f"/{rest}".startswith(_ELSEWHERE):
        return None
    try:
        parts = urlsplit(f"https:{target.strip()}" if target.strip().startswith("//") else target.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    for network, hosts, paths in _READERS:
        if hosts.fullmatch(host) and paths.fullmatch(parts.path):
            if (
                network in _NEEDS_PAGE
                and parts.path.strip("/") != "sharer.php"
                and not _SAYS_WHAT.search(f"?{parts.query}")
            ):
                continue
            return network
    return None


def _of_scheme(target: str) -> str | None:
    scheme, colon, rest = target.strip().partition(":")
    known = _SCHEMES.get(scheme.lower()) if colon else None
    # a mail to somebody is a contact, a mail with nobody in it is sharing
    return known if known != "email" or (rest.startswith("?") and _SAYS_WHAT.search(rest)) else None


def share_networks(targets: Iterable[str]) -> tuple[str, ...]:
    """The networks that any of these links share to, sorted."""
    return tuple(sorted({network for target in targets if (network := share_network(target)) is not None}))
