"""Addresses of networks: which hosts are networks, which of their pages are nobody's profile, and profiles on those
networks that are no platform of ours (Vimeo, GitHub, Discord, …).

Sources: the networks' own addresses as sites link to them; link hubs are pages that only list further links.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

_NETWORKS = frozenset(
    """
    facebook.com fb.com instagram.com instagr.am x.com twitter.com linkedin.com tiktok.com youtube.com youtu.be
    threads.net threads.com bsky.app bsky.social t.me telegram.me reddit.com medium.com tumblr.com substack.com
    dev.to vimeo.com github.com gitlab.com codeberg.org twitch.tv xing.com vk.com vk.ru ok.ru flickr.com
    soundcloud.com spotify.com snapchat.com discord.gg discord.com behance.net dribbble.com weibo.com weibo.cn
    dzen.ru rumble.com odysee.com patreon.com ko-fi.com whatsapp.com line.me kununu.com mixcloud.com
    bandcamp.com dailymotion.com rutube.ru producthunt.com crunchbase.com flipboard.com gab.com gettr.com
    linktr.ee linkin.bio lnk.bio bio.link beacons.ai campsite.bio taplink.cc solo.to msha.ke koji.to milkshake.app
    linkpop.com hoo.be bio.site
    """.split()  # noqa: SIM905 - a word list reads better than quoted strings
)
"""Registrable names of networks; those of many countries (pinterest.de, yelp.fr) and of many servers are in _NAMED."""
_HUBS = re.compile(
    r"//(?:[\w-]+\.)*(?:linktr\.ee|linkin\.bio|lnk\.bio|bio\.link|beacons\.ai|campsite\.bio|taplink\.cc|solo\.to|msha\.ke"
    r"|koji\.to|milkshake\.app|linkpop\.com|hoo\.be|bio\.site)/@?[^/?#]+/?(?:[?#]|$)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:^|\.)(?:pinterest|yelp|tripadvisor)\.[a-z.]{2,6}$|mastodon|mstdn|fosstodon|lemmy|misskey|peertube|pixelfed"
)
_PAGE_OF_NETWORK = re.compile(
    r"//(?:help|about|support|developers?|business(?!\.facebook)|policies|transparency|l|careers|status|blog|newsroom)\.[a-z]+\.(?:com|net|app)\b"
    r"|//[^/]+/(?:creators|ads|howyoutubeworks|premium|t|trends|privacy|terms|tos|legal|help|policies|policy|settings|jobs"
    r"|press|security|cookies?|guidelines|impressum|embed|tr|plugins|js|widgets?|directory|hashtag|explore)(?:[/?.#]|$)",
    re.IGNORECASE,
)
_CODE = (
    r"/(?!(?:login|join|sponsors|apps|marketplace|pricing|features|enterprise|customer-stories|contact|about|team|site"
    r"|topics|collections|trending|readme|nonprofit|solutions|resources|events|settings|search|edu|mobile|explore)\b)"
    r"[\w.-]+/?"
)
# Networks that we know by their profile's path only.
_OTHERS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(rf"(?:[\w-]+\.)*(?:{host})"), re.compile(path, re.IGNORECASE))
    for host, path in (
        (r"vimeo\.com", r"/(?!\d+/?$|(?:channels|groups|ondemand|features|blog|help|upgrade|join|share)\b)[\w-]{2,}/?"),
        (r"vimeo\.com", r"/(?:channels|user|ondemand)/?[\w-]+/?"),
        (r"github\.com|gitlab\.com|codeberg\.org", _CODE),
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
        (r"patreon\.com|ko-fi\.com", r"/(?!(?:home|posts?|search)\b)[\w.-]+/?"),
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


def may_be_profile(target: str) -> bool:
    """Whether an absolute address is on a network, or has the form of a profile on a server of the fediverse; cheap."""
    start = target.find("//")
    if not 0 <= start <= 10:
        return False
    host, _, path = target[start + 2 :].partition("/")
    name = host.lower()
    return ".".join(name.split(".")[-2:]) in _NETWORKS or path.startswith("@") or _NAMED.search(name) is not None


def is_written_without_scheme(target: str) -> bool:
    """``www.instagram.com/acme``: to a browser a page of the same site, to its writer the network."""
    if "://" in target[:12]:
        return False
    host, slash, _ = target.partition("/")
    return bool(slash) and ".".join(host.lower().split(".")[-2:]) in _NETWORKS


def is_page_of_network(link: str) -> bool:
    """Whether the network itself speaks there: help, terms, advertising, widgets."""
    return _PAGE_OF_NETWORK.search(link) is not None


def is_link_hub(link: str) -> bool:
    """Whether the page only lists further links of its owner (``linktr.ee/acme``)."""
    return _HUBS.search(link) is not None


@lru_cache(maxsize=4_096)
def other_profile(link: str) -> str | None:
    """What identifies the account on a network that is no platform of ours, or a link hub; ``None`` for other pages."""
    parts = urlsplit(link)
    host = parts.netloc.removeprefix("www.")
    if is_link_hub(link) or any(hosts.fullmatch(host) and paths.fullmatch(parts.path) for hosts, paths in _OTHERS):
        return f"{host}{parts.path.rstrip('/')}".lower()
    return None
