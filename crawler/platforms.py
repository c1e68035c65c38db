"""What each network shows in public, and whether this version collects it: one line of facts a platform.

robots.txt of the host decides at run time, always; this is what we expect before the first request.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from types import MappingProxyType

from attrs import frozen

from crawler.items import Outcome, Platform, Reason, Visit


@frozen(kw_only=True)
class PlatformFacts:
    """One network as a marketer should know it."""

    label: str
    """Its name as people write it."""
    shows: str
    """What anyone can see there, as the object of "we will see …"."""
    hides: str
    """What nobody but the owner sees."""
    is_walled: bool = False
    """Nothing is public to a polite crawler: a token, a saved page or an export is needed."""
    has_token_way: bool = False
    """An official interface exists that gives a competitor's posts to whoever holds a token."""
    has_one_address: bool = True
    """One service for all accounts, so that ``[platforms.X] api_url`` makes sense; else accounts live on many hosts."""
    default_api_url: str | None = None
    """Where its public interface lives unless ``api_url`` says otherwise."""
    aliases: tuple[str, ...] = ()
    """Other names for it, lower case, as spreadsheets have them."""


FACTS: Mapping[Platform, PlatformFacts] = MappingProxyType(
    {
        Platform.MASTODON: PlatformFacts(
            label="Mastodon",
            shows="posts with likes, boosts, replies and dates, and the follower count",
            hides="views and followers-only posts",
            has_one_address=False,
            aliases=("fediverse", "pixelfed", "gotosocial", "akkoma", "pleroma", "snac"),
        ),
        Platform.BLUESKY: PlatformFacts(
            label="Bluesky",
            shows="posts with likes, reposts, replies, quotes and dates, and the follower count",
            hides="views",
            default_api_url="https://public.api.bsky.app",
            aliases=("bsky", "bluesky social"),
        ),
        Platform.WEB: PlatformFacts(
            label="Web site",
            shows="posts with title, text and date from its feed and pages",
            hides="likes and views, unless a page states them",
            has_one_address=False,
            aliases=("blog", "website", "site", "newsroom", "wordpress", "ghost", "rss", "feed"),
        ),
        Platform.YOUTUBE: PlatformFacts(
            label="YouTube",
            shows="videos with views, likes, comments and dates, and the subscriber count",
            hides="shares, dislikes and watch time",
            aliases=("yt", "you tube"),
        ),
        Platform.TELEGRAM: PlatformFacts(
            label="Telegram",
            shows="channel posts with views, reactions and dates, where the channel has a public preview",
            hides="comments, forwards and private channels",
            aliases=("tg",),
        ),
        Platform.REDDIT: PlatformFacts(
            label="Reddit",
            shows="posts with score and comments",
            hides="views and shares",
            is_walled=True,
            has_token_way=True,
        ),
        Platform.PEERTUBE: PlatformFacts(
            label="PeerTube",
            shows="videos with views, likes, comments and dates",
            hides="shares",
            has_one_address=False,
        ),
        Platform.LEMMY: PlatformFacts(
            label="Lemmy",
            shows="posts with votes, comments and dates",
            hides="views and shares",
            has_one_address=False,
        ),
        Platform.MISSKEY: PlatformFacts(
            label="Misskey",
            shows="notes with reactions, renotes, replies and dates",
            hides="views",
            has_one_address=False,
            aliases=("sharkey", "firefish", "calckey"),
        ),
        Platform.DISCOURSE: PlatformFacts(
            label="Discourse",
            shows="topics with views, likes, replies and dates",
            hides="private categories",
            has_one_address=False,
        ),
        Platform.FOREM: PlatformFacts(
            label="Forem",
            shows="articles with reactions, comments and dates",
            hides="views",
            has_one_address=False,
            aliases=("dev.to", "devto", "dev"),
        ),
        Platform.TUMBLR: PlatformFacts(
            label="Tumblr",
            shows="posts with notes and dates",
            hides="views and followers",
        ),
        Platform.SUBSTACK: PlatformFacts(
            label="Substack",
            shows="posts with likes, comments, restacks and dates",
            hides="views and paid texts",
            has_one_address=False,
        ),
        Platform.MEDIUM: PlatformFacts(
            label="Medium",
            shows="stories with claps, responses and dates",
            hides="views and reads",
        ),
        Platform.INSTAGRAM: PlatformFacts(
            label="Instagram",
            shows="posts with likes, comments and dates",
            hides="reach, saves and shares",
            is_walled=True,
            has_token_way=True,
            default_api_url="https://graph.facebook.com/v24.0",
            aliases=("ig", "insta"),
        ),
        Platform.FACEBOOK: PlatformFacts(
            label="Facebook",
            shows="page posts with reactions, comments, shares and dates",
            hides="reach and views",
            is_walled=True,
            has_token_way=True,
            default_api_url="https://graph.facebook.com/v24.0",
            aliases=("fb", "meta"),
        ),
        Platform.X: PlatformFacts(
            label="X",
            shows="posts with likes, reposts, replies, views and dates",
            hides="clicks",
            is_walled=True,
            has_token_way=True,
            default_api_url="https://api.x.com",
            aliases=("twitter", "x/twitter", "x (twitter)", "twitter/x", "x.com", "twitter.com"),
        ),
        Platform.LINKEDIN: PlatformFacts(
            label="LinkedIn",
            shows="company posts with reactions and comments",
            hides="impressions and clicks",
            is_walled=True,
            aliases=("linked in",),
        ),
        Platform.TIKTOK: PlatformFacts(
            label="TikTok",
            shows="videos with views, likes, comments, shares and dates",
            hides="watch time",
            is_walled=True,
            aliases=("tik tok",),
        ),
        Platform.THREADS: PlatformFacts(
            label="Threads",
            shows="posts with likes, replies, reposts and dates",
            hides="views",
            is_walled=True,
            has_token_way=True,
            default_api_url="https://graph.threads.net/v1.0",
        ),
        Platform.PINTEREST: PlatformFacts(
            label="Pinterest",
            shows="pins with saves, reactions, comments and dates",
            hides="impressions and clicks",
            aliases=("pins",),
        ),
    }
)


def has_spider(platform: Platform) -> bool:
    """Whether this version can visit accounts of the platform, for a walled one with a credential."""
    return find_spec(f"crawler.spiders.{platform.value}") is not None


def is_collected(platform: Platform, *, has_access: bool = False) -> bool:
    """Whether accounts of the platform are visited; ``has_access``: the user holds a credential for it."""
    return has_spider(platform) and (has_access or not FACTS[platform].is_walled)


def reads_pages(platform: Platform) -> bool:
    """Whether this version has page objects for the platform, so that saved pages of it can be imported."""
    return find_spec(f"crawler.pages.{platform.value}") is not None


def sight(platform: Platform, *, has_access: bool = False) -> str:
    """One sentence: what we will be able to see on this platform, and what not."""
    facts = FACTS[platform]
    if is_collected(platform, has_access=has_access):
        return f"We will see {facts.shows}; not public: {facts.hides}."
    if facts.is_walled:
        return f"{_wall(platform)} Until then: {_ways_in(platform)}."
    return f"{facts.label} is not collected yet (it would show {facts.shows}). Until then: {_ways_in(platform)}."


def foretold(platform: Platform, *, has_access: bool = False) -> Visit | None:
    """How a visit ends on a platform that no request is sent to; ``None`` where accounts are visited."""
    if is_collected(platform, has_access=has_access):
        return None
    facts = FACTS[platform]
    if not facts.is_walled:
        message = f"{facts.label} is not collected yet by this version. What works now: {_ways_in(platform)}."
        return Visit(outcome=Outcome.ERROR, reason=Reason.NOT_SUPPORTED, message=message)
    reason = Reason.TOKEN_MISSING if facts.has_token_way else Reason.NO_PUBLIC_PREVIEW
    message = f"{_wall(platform)} What works now: {_ways_in(platform)}."
    return Visit(outcome=Outcome.ROBOTS_DENIED, reason=reason, message=message)


def platform_named(name: str) -> Platform | None:
    """The platform that people call ``name`` (``Twitter``, ``dev.to``, ``blog``); ``None`` when nobody does."""
    plain = " ".join(name.strip().lower().split())
    for platform, facts in FACTS.items():
        if plain in {platform.value, facts.label.lower(), *facts.aliases}:
            return platform
    return None


def _wall(platform: Platform) -> str:
    facts = FACTS[platform]
    if facts.has_token_way and has_spider(platform):
        return (
            f"{facts.label} shows us nothing without a token of your own (RIVALSCOPE_{platform.value.upper()}_TOKEN)"
            " or a saved page."
        )
    if facts.has_token_way:
        return f"{facts.label} shows us nothing without a token or a saved page, and tokens are not used there yet."
    return f"{facts.label} shows us nothing without a saved page or an export: no public way leads to its posts."


def _ways_in(platform: Platform) -> str:
    csv = "fill in a CSV of posts (rivalscope import --template posts.csv)"
    return f"save its pages and import them, or {csv}" if reads_pages(platform) else f"{csv} and import it"
