"""Who plays in the example market: six invented coffee companies, their accounts and what is true about them.

The truths that the analysis has to find, and the traps it must not fall into:

* ``carousel`` really is better, on Mastodon and on Bluesky, for everybody.
* ``poll`` really is better too, but there are too few of them to prove it: the best bet.
* ``link`` has the highest plain average, only because the one big company posts little else: the myth.
* Every other format makes no difference; no post type, weekday or hour does.
* One company posts four times a day, one deletes its flops, one hides behind a login, one is on Instagram only
  through a file, and one still advertises an offer that ended.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from crawler.items import Format, Platform

_USUAL: Mapping[Format, float] = {
    Format.TEXT: 0.30,
    Format.IMAGE: 0.34,
    Format.CAROUSEL: 0.16,
    Format.VIDEO: 0.10,
    Format.LINK: 0.10,
}
_OWN = {Format.TEXT: 0.36, Format.IMAGE: 0.36, Format.CAROUSEL: 0.08, Format.VIDEO: 0.08, Format.LINK: 0.12}
_BIG = {Format.TEXT: 0.10, Format.IMAGE: 0.10, Format.CAROUSEL: 0.10, Format.VIDEO: 0.05, Format.LINK: 0.65}
_ARTICLE = {Format.ARTICLE: 1.0}
_PICTURES = {Format.IMAGE: 0.45, Format.CAROUSEL: 0.30, Format.SHORT_VIDEO: 0.25}


@frozen(kw_only=True)
class Player:
    """One account of the example market."""

    company: str
    platform: Platform
    server: str
    """Name of the server it lives on: ``mastodon-a``, ``mastodon-b``, ``appview``, ``blog-…``, or ``instagram``, which
    lets no crawler in: its posts come as a file."""
    handle: str
    bio: str
    typical_engagement: float
    """Median engagement of a post without any effect, once it has stopped growing."""
    follower_count: int = 0
    """At the market's opening; 0 where the platform has no followers."""
    posts_per_week: int = 6
    format_weights: Mapping[Format, float] = _USUAL
    polls_every_weeks: int = 0
    """One poll each so many weeks; 0 = never."""
    is_own: bool = False
    is_walled: bool = False
    deletes_flops: bool = False


#: log of the true ratio of a post with this format to the same post in another form
FORMAT_EFFECT: Mapping[Format, float] = {Format.CAROUSEL: 0.85, Format.POLL: 0.75}

#: standard deviation over accounts of how well a format works for one of them, in logs
EFFECT_SPREAD = 0.05

#: standard deviation of a single post around what it should get, in logs
NOISE = 0.70


OWN_COMPANY = "Larkspur & Loam"

_CANAL = "Small roastery by the canal. We roast on Tuesdays."
_SALE = "Roasters since the flood. Harvest sale: 20% off until {ended}!"
_FEN = "Slow coffee from the fen."
_BIG_BIO = "The coffee of three continents."

#: ``{ended}`` in a bio becomes a date six weeks before the market's opening day
CAST: tuple[Player, ...] = (
    Player(
        company=OWN_COMPANY,
        platform=Platform.MASTODON,
        server="mastodon-a",
        handle="larkspur",
        bio=_CANAL,
        follower_count=1_900,
        typical_engagement=34,
        posts_per_week=5,
        format_weights=_OWN,
        polls_every_weeks=4,
        is_own=True,
    ),
    Player(
        company=OWN_COMPANY,
        platform=Platform.BLUESKY,
        server="appview",
        handle="larkspur.example",
        bio=_CANAL,
        follower_count=1_200,
        typical_engagement=30,
        posts_per_week=4,
        format_weights=_OWN,
        is_own=True,
    ),
    Player(
        company=OWN_COMPANY,
        platform=Platform.WEB,
        server="blog-larkspur",
        handle="blog-larkspur",
        bio="Notes from the roasting room",
        typical_engagement=9,
        posts_per_week=1,
        format_weights=_ARTICLE,
        is_own=True,
    ),
    Player(
        company="Quillmoor Coffee",
        platform=Platform.MASTODON,
        server="mastodon-a",
        handle="quillmoor",
        bio="Fresh beans, four posts a day.",
        follower_count=8_400,
        typical_engagement=60,
        posts_per_week=28,
    ),
    Player(
        company="Quillmoor Coffee",
        platform=Platform.BLUESKY,
        server="appview",
        handle="quillmoor.example",
        bio="Fresh beans every morning.",
        follower_count=5_100,
        typical_engagement=48,
        posts_per_week=8,
    ),
    Player(
        company="Quillmoor Coffee",
        platform=Platform.WEB,
        server="blog-quillmoor",
        handle="blog-quillmoor",
        bio="The Quillmoor Journal",
        typical_engagement=14,
        posts_per_week=2,
        format_weights=_ARTICLE,
    ),
    Player(
        company="Tessaly Roasters",
        platform=Platform.MASTODON,
        server="mastodon-a",
        handle="tessaly",
        bio=_SALE,
        follower_count=4_300,
        typical_engagement=52,
        polls_every_weeks=4,
    ),
    Player(
        company="Tessaly Roasters",
        platform=Platform.BLUESKY,
        server="appview",
        handle="tessaly.example",
        bio=_SALE,
        follower_count=3_900,
        typical_engagement=44,
    ),
    Player(
        company="Tessaly Roasters",
        platform=Platform.INSTAGRAM,
        server="instagram",
        handle="tessalyroasters",
        bio="",
        follower_count=12_000,
        typical_engagement=420,
        posts_per_week=4,
        format_weights=_PICTURES,
    ),
    Player(
        company="Brindlewick",
        platform=Platform.MASTODON,
        server="mastodon-b",
        handle="brindlewick",
        bio="Members only.",
        follower_count=2_000,
        typical_engagement=40,
        is_walled=True,
    ),
    Player(
        company="Brindlewick",
        platform=Platform.BLUESKY,
        server="appview",
        handle="brindlewick.example",
        bio="Tea people who found coffee.",
        follower_count=2_600,
        typical_engagement=38,
    ),
    Player(
        company="Hollowfen Coffee",
        platform=Platform.MASTODON,
        server="mastodon-b",
        handle="hollowfen",
        bio=_FEN,
        follower_count=3_200,
        typical_engagement=46,
        posts_per_week=8,
        polls_every_weeks=4,
        deletes_flops=True,
    ),
    Player(
        company="Hollowfen Coffee",
        platform=Platform.BLUESKY,
        server="appview",
        handle="hollowfen.example",
        bio=_FEN,
        follower_count=2_200,
        typical_engagement=36,
    ),
    Player(
        company="Hollowfen Coffee",
        platform=Platform.WEB,
        server="blog-hollowfen",
        handle="blog-hollowfen",
        bio="Fen letters",
        typical_engagement=11,
        posts_per_week=2,
        format_weights=_ARTICLE,
    ),
    Player(
        company="Grand Vantor",
        platform=Platform.MASTODON,
        server="mastodon-b",
        handle="grandvantor",
        bio=_BIG_BIO,
        follower_count=96_000,
        typical_engagement=900,
        posts_per_week=9,
        format_weights=_BIG,
    ),
    Player(
        company="Grand Vantor",
        platform=Platform.BLUESKY,
        server="appview",
        handle="grandvantor.example",
        bio=_BIG_BIO,
        follower_count=71_000,
        typical_engagement=760,
        posts_per_week=7,
        format_weights=_BIG,
    ),
)

#: the winner of plain averages that is only one big page
MYTH = Format.LINK

#: really better, and too rare to prove
BEST_BET = (Platform.MASTODON, Format.POLL)
