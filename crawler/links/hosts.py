"""Which platform an address belongs to, by its host, and by its path where a platform is on any host."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.items import Platform
from crawler.links.address import Address
from crawler.links.own_hosts import Addresses

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
    r"(?:.*\b)?(?:lemmy|piefed|lemm\.ee|beehaw\.org|sh\.itjust\.works|programming\.dev|sopuli\.xyz|feddit)\b.*"
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


def platform_of(address: Address, config: Addresses | None) -> Platform:
    """The platform of ``address``: a moved API's, a network's with one address, else by its path; else a website."""
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
