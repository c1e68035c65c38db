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
    how: str
    """By which way its posts are collected."""
    shows: str
    """What anyone can see there, as the object of "we will see …"."""
    hides: str
    """What nobody but the owner sees."""
    is_walled: bool = False
    """Nothing is public to a polite crawler: a token, a saved page or an export is needed."""
    has_token_way: bool = False
    """An official interface exists that gives a competitor's posts to whoever holds a token."""
    is_connectable: bool = False
    """`rivalscope connect` walks through getting that token (:data:`crawler.connecting.GUIDES`)."""
    has_one_address: bool = True
    """One service for all accounts, so that ``[platforms.X] api_url`` makes sense; else accounts live on many hosts."""
    default_api_url: str | None = None
    """Where its public interface lives unless ``api_url`` says otherwise."""
    default_site_url: str | None = None
    """Where the public pages live that page objects ask for, unless ``site_url`` says otherwise."""
    key_header: str | None = None
    """Header that carries the credential as it is; ``None``: ``Authorization: Bearer``."""
    app_sign_in_path: str | None = None
    """Path at the site's address where an app gets a token for its id and secret; ``None``: the token is the user's."""
    terms: str = ""
    """What its terms say against reading it; then it is visited only where the user switched that on."""
    price_usd: float | None = None
    """Of one metered unit (a post read), where reading costs money."""
    aliases: tuple[str, ...] = ()
    """Other names for it, lower case, as spreadsheets have them."""


FACTS: Mapping[Platform, PlatformFacts] = MappingProxyType(
    {
        Platform.MASTODON: PlatformFacts(
            label="Mastodon",
            how="its server's public API",
            shows="posts with likes, boosts, replies and dates, and the follower count",
            hides="views and followers-only posts",
            has_one_address=False,
            aliases=("fediverse", "pixelfed", "gotosocial", "akkoma", "pleroma", "snac"),
        ),
        Platform.BLUESKY: PlatformFacts(
            label="Bluesky",
            how="the public AppView",
            shows="posts with likes, reposts, replies, quotes and dates, and the follower count",
            hides="views",
            default_api_url="https://public.api.bsky.app",
            aliases=("bsky", "bluesky social"),
        ),
        Platform.WEB: PlatformFacts(
            label="Web site",
            how="WordPress' interface, else feed, sitemap or links",
            shows="posts with title, text and date from its feed and pages",
            hides="likes and views, unless a page states them",
            has_one_address=False,
            aliases=("blog", "website", "site", "newsroom", "wordpress", "ghost", "rss", "feed"),
        ),
        Platform.YOUTUBE: PlatformFacts(
            label="YouTube",
            how="the channel's newest thirty or so a tab, and each video's page; with a free key the Data API",
            shows="videos with views, likes, comments and dates, and the subscriber count",
            hides="shares, dislikes and watch time",
            has_token_way=True,
            is_connectable=True,
            default_api_url="https://www.googleapis.com/youtube/v3",
            default_site_url="https://www.youtube.com",
            key_header="X-goog-api-key",
            aliases=("yt", "you tube"),
        ),
        Platform.TELEGRAM: PlatformFacts(
            label="Telegram",
            how="the preview at t.me/s/, when you switch it on",
            shows="channel posts with views, reactions and dates, where the channel has a public preview",
            hides="comments, forwards and private channels",
            default_site_url="https://t.me",
            terms="Telegram's terms of content licensing restrict scraping",
            aliases=("tg",),
        ),
        Platform.REDDIT: PlatformFacts(
            label="Reddit",
            how="the official API, with an app of your own",
            shows="posts with score, comments and dates, and the subscriber count",
            hides="views, shares and scores of the first hours",
            is_walled=True,
            has_token_way=True,
            is_connectable=True,
            default_api_url="https://oauth.reddit.com",
            app_sign_in_path="/api/v1/access_token",
            default_site_url="https://www.reddit.com",
        ),
        Platform.PEERTUBE: PlatformFacts(
            label="PeerTube",
            how="its server's public API",
            shows="videos with views, likes, comments and dates",
            hides="shares",
            has_one_address=False,
        ),
        Platform.LEMMY: PlatformFacts(
            label="Lemmy",
            how="its server's public API",
            shows="posts with votes, comments and dates",
            hides="views and shares",
            has_one_address=False,
            aliases=("piefed",),
        ),
        Platform.MISSKEY: PlatformFacts(
            label="Misskey",
            how="its server's public API",
            shows="notes with reactions, renotes, replies and dates",
            hides="views",
            has_one_address=False,
            aliases=("sharkey", "firefish", "calckey"),
        ),
        Platform.DISCOURSE: PlatformFacts(
            label="Discourse",
            how="the forum's own answers",
            shows="topics with views, likes, replies and dates",
            hides="private categories, and the texts where a whole forum is followed",
            has_one_address=False,
        ),
        Platform.FOREM: PlatformFacts(
            label="Forem",
            how="the public API",
            shows="articles with reactions, comments and dates",
            hides="views",
            has_one_address=False,
            aliases=("dev.to", "devto", "dev"),
        ),
        Platform.TUMBLR: PlatformFacts(
            label="Tumblr",
            how="the public interface that needs no key",
            shows="posts with notes and dates",
            hides="views and followers",
        ),
        Platform.SUBSTACK: PlatformFacts(
            label="Substack",
            how="the archive's own interface",
            shows="posts with likes, comments, restacks and dates",
            hides="views and paid texts",
            has_one_address=False,
        ),
        Platform.MEDIUM: PlatformFacts(
            label="Medium",
            how="the feed (its newest ten), then each story's page",
            shows="stories with claps, responses and dates",
            hides="views and reads",
        ),
        Platform.INSTAGRAM: PlatformFacts(
            label="Instagram",
            how="business discovery with a token of your own; files",
            shows="posts with likes, comments and dates",
            hides="reach, saves and shares",
            is_walled=True,
            has_token_way=True,
            is_connectable=True,
            default_api_url="https://graph.facebook.com/v24.0",
            default_site_url="https://www.instagram.com",
            aliases=("ig", "insta"),
        ),
        Platform.FACEBOOK: PlatformFacts(
            label="Facebook",
            how="the Graph API with a token of your own; files",
            shows="page posts with reactions, comments, shares and dates",
            hides="reach and views",
            is_walled=True,
            has_token_way=True,
            is_connectable=True,
            default_api_url="https://graph.facebook.com/v24.0",
            default_site_url="https://www.facebook.com",
            aliases=("fb", "meta"),
        ),
        Platform.X: PlatformFacts(
            label="X",
            how="API v2 with a token of your own, paid by the post; files",
            shows="posts with likes, reposts, replies, views and dates",
            hides="clicks",
            is_walled=True,
            has_token_way=True,
            is_connectable=True,
            default_api_url="https://api.x.com",
            default_site_url="https://x.com",
            price_usd=0.005,  # docs.x.com/x-api/getting-started/pricing, 2026
            aliases=("twitter", "x/twitter", "x (twitter)", "twitter/x", "x.com", "twitter.com"),
        ),
        Platform.LINKEDIN: PlatformFacts(
            label="LinkedIn",
            how="files that you save",
            shows="company posts with reactions and comments",
            hides="impressions and clicks",
            is_walled=True,
            default_site_url="https://www.linkedin.com",
            aliases=("linked in",),
        ),
        Platform.TIKTOK: PlatformFacts(
            label="TikTok",
            how="files that you save",
            shows="videos with views, likes, comments, shares and dates",
            hides="watch time",
            is_walled=True,
            default_site_url="https://www.tiktok.com",
            aliases=("tik tok",),
        ),
        Platform.THREADS: PlatformFacts(
            label="Threads",
            how="profile discovery with a token of your own; files",
            shows="posts with likes, replies, reposts and dates",
            hides="views",
            is_walled=True,
            has_token_way=True,
            is_connectable=True,
            default_api_url="https://graph.threads.net/v1.0",
            default_site_url="https://www.threads.com",
        ),
        Platform.PINTEREST: PlatformFacts(
            label="Pinterest",
            how="public pages, where robots.txt lets us; files",
            shows="pins with saves, reactions, comments and dates",
            hides="impressions and clicks",
            default_site_url="https://www.pinterest.com",
            aliases=("pins",),
        ),
    }
)


def has_spider(platform: Platform) -> bool:
    """Whether this version visits accounts of the platform."""
    return find_spec(f"crawler.spiders.{platform.value}") is not None


def is_collected(platform: Platform, *, has_access: bool = False) -> bool:
    """Whether a visit is expected to bring posts; ``has_access``: the user holds a credential for the platform, or
    switched it on."""
    return foretold(platform, has_access=has_access) is None


def reads_pages(platform: Platform) -> bool:
    """Whether this version has page objects for the platform, so that saved pages of it can be imported."""
    return find_spec(f"crawler.pages.{platform.value}") is not None


def sight(platform: Platform, *, has_access: bool = False) -> str:
    """One sentence: what we will be able to see on this platform, and what not."""
    told = foretold(platform, has_access=has_access)
    facts = FACTS[platform]
    return f"We will see {facts.shows}; not public: {facts.hides}." if told is None else told.message


def foretold(platform: Platform, *, has_access: bool = False) -> Visit | None:
    """How a visit is expected to end where it will bring no posts; ``None`` where it will.

    A walled platform is visited all the same when it has a spider: its robots.txt is asked, and decides.
    """
    facts = FACTS[platform]
    if facts.terms and not has_access:
        return Visit(outcome=Outcome.ROBOTS_DENIED, reason=Reason.SWITCHED_OFF, message=_switched_off(platform))
    if facts.is_walled and not (has_access and has_spider(platform)):
        reason = Reason.TOKEN_MISSING if facts.has_token_way else Reason.NO_PUBLIC_PREVIEW
        return Visit(outcome=Outcome.ROBOTS_DENIED, reason=reason, message=_wall(platform))
    if not has_spider(platform):
        message = (
            f"{facts.label} is not collected yet by this version (it would show {facts.shows}). What works now:"
            f" {way_in(platform)}."
        )
        return Visit(outcome=Outcome.ERROR, reason=Reason.NOT_SUPPORTED, message=message)
    return None


def platform_named(name: str) -> Platform | None:
    """The platform that people call ``name`` (``Twitter``, ``dev.to``, ``blog``); ``None`` when nobody does."""
    plain = " ".join(name.strip().lower().split())
    for platform, facts in FACTS.items():
        if plain in {platform.value, facts.label.lower(), *facts.aliases}:
            return platform
    return None


def way_in(platform: Platform) -> str:
    """What a user can do where a visit shows nothing, the cheapest first; a clause without a full stop."""
    facts = FACTS[platform]
    csv = "fill in a CSV of posts (rivalscope import --template posts.csv)"
    ways = f"save its pages and import them, or {csv}" if reads_pages(platform) else f"{csv} and import it"
    if facts.is_connectable and has_spider(platform):
        return f"{ways}, or open the official door with rivalscope connect {platform.value}"
    return ways


def _switched_off(platform: Platform) -> str:
    facts = FACTS[platform]
    return (
        f"{facts.terms}, so {facts.label} is read only when you switch it on: write enabled = true under"
        f" [platforms.{platform}] in rivalscope.toml; what works without: {way_in(platform)}."
    )


def _wall(platform: Platform) -> str:
    label = FACTS[platform].label
    if not has_spider(platform):
        return f"{label} shows crawlers nothing and is not asked; what works now: {way_in(platform)}."
    return (
        f"{label} keeps crawlers out (its robots.txt is asked, and nothing else where that says no); what works now:"
        f" {way_in(platform)}."
    )
