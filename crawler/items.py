"""The things a crawl brings home: logic-free records whose attribute docstrings are the data dictionary.

Every enum here is a closed vocabulary; its values are what landing files and the warehouse hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from attrs import field, frozen


class Platform(StrEnum):
    """A network, or the open web. Module name = spider name = column value."""

    MASTODON = "mastodon"
    BLUESKY = "bluesky"
    WEB = "web"
    YOUTUBE = "youtube"
    TELEGRAM = "telegram"
    REDDIT = "reddit"
    PEERTUBE = "peertube"
    LEMMY = "lemmy"
    MISSKEY = "misskey"
    DISCOURSE = "discourse"
    FOREM = "forem"
    TUMBLR = "tumblr"
    SUBSTACK = "substack"
    MEDIUM = "medium"
    INSTAGRAM = "instagram"
    FACEBOOK = "facebook"
    X = "x"
    LINKEDIN = "linkedin"
    TIKTOK = "tiktok"
    THREADS = "threads"
    PINTEREST = "pinterest"


class Format(StrEnum):
    """The medium of a post."""

    TEXT = "text"
    IMAGE = "image"
    CAROUSEL = "carousel"
    VIDEO = "video"
    SHORT_VIDEO = "short_video"
    AUDIO = "audio"
    LINK = "link"
    POLL = "poll"
    ARTICLE = "article"
    LIVE = "live"
    OTHER = "other"


class Role(StrEnum):
    """Whose words a post carries. Only originals and quotes are the account's own posts."""

    ORIGINAL = "original"
    REPLY = "reply"
    REPOST = "repost"
    QUOTE = "quote"


class Precision(StrEnum):
    """How exactly ``published_at`` is known: ``DAY`` and coarser have no hour, ``LOCAL`` is a clock without zone."""

    SECOND = "second"
    MINUTE = "minute"
    LOCAL = "local"
    DAY = "day"
    MONTH = "month"
    RELATIVE = "relative"


class MissingReason(StrEnum):
    """Why a count is ``None``."""

    HIDDEN = "hidden"
    NOT_PUBLIC = "not_public"
    NOT_PARSED = "not_parsed"
    NOT_OBSERVED = "not_observed"


class Outcome(StrEnum):
    """How a visit to one account ended. Every account in every crawl has exactly one."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    UNCHANGED = "unchanged"
    SUSPECT = "suspect"
    LOGIN_WALL = "login_wall"
    BLOCKED = "blocked"
    ROBOTS_DENIED = "robots_denied"
    NOT_FOUND = "not_found"
    GONE = "gone"
    LAYOUT_CHANGED = "layout_changed"
    ERROR = "error"


class Reason(StrEnum):
    """The detail behind an outcome; empty when the outcome says it all."""

    TIMEOUT = "timeout"
    TLS_ERROR = "tls_error"
    DNS_ERROR = "dns_error"
    CONNECTION_ERROR = "connection_error"
    HTTP_ERROR = "http_error"
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    RATE_LIMITED = "rate_limited"
    CRAWL_DELAY_TOO_LONG = "crawl_delay_too_long"
    BUDGET_SPENT = "budget_spent"
    TOO_MANY_ERRORS = "too_many_errors"
    TOKEN_EXPIRED = "token_expired"
    TOKEN_MISSING = "token_missing"
    PERMISSION_MISSING = "permission_missing"
    NO_PUBLIC_PREVIEW = "no_public_preview"
    CONSENT_PAGE = "consent_page"
    ROBOTS_UNREACHABLE = "robots_unreachable"
    PRIVATE_ADDRESS = "private_address"
    FORBIDDEN_SCHEME = "forbidden_scheme"
    OFF_HOST = "off_host"
    QUARANTINED = "quarantined"
    EXTRACTION_CRASHED = "extraction_crashed"
    NO_FEED = "no_feed"
    NOT_SUPPORTED = "not_supported"
    SWITCHED_OFF = "switched_off"
    INTERRUPTED = "interrupted"
    MOVED = "moved"
    """The visit went as its outcome says; the account names another as the one that continues it."""


class RequestKind(StrEnum):
    """What a page object expects behind the next request; the spider decides whether to follow it."""

    PROFILE = "profile"
    LISTING = "listing"
    POST = "post"
    COUNTS = "counts"
    """Completes the posts of the page that proposes it; asked only when one of them is new or due."""
    REPLIES = "replies"
    """What was answered to a post: the account's own answers are counted, nothing of the page is kept."""
    CANDIDATE = "candidate"
    """A page that may be a post: only its content tells."""


class Way(StrEnum):
    """By which way a request leads to an account's posts, the cheapest first. Ways are alternatives: a visit walks them
    in this order and leaves the others once one has shown everything."""

    API = "api"
    FEED = "feed"
    SITEMAP = "sitemap"
    LINKS = "links"


@frozen(kw_only=True)
class Media:
    """One picture, video or sound of a post."""

    kind: str
    """``image``, ``video``, ``gifv`` (silent looping video), ``audio`` or ``unknown``."""
    url: str | None = None
    """Absolute http(s) address of the medium, or of its preview when the medium itself is not public."""
    width: int | None = None
    """Pixels."""
    height: int | None = None
    """Pixels."""
    duration_seconds: float | None = None
    """Length of video or sound in seconds."""
    alt_text: str | None = None
    """Alternative text as given; ``""`` when the page states an empty one, ``None`` when it does not say."""


@frozen(kw_only=True)
class Metrics:
    """Public counts of one post at one moment. ``None`` = not known (reason in ``missing``); 0 = the page said zero."""

    like_count: int | None = None
    """Likes, favourites, reactions in all, upvotes."""
    comment_count: int | None = None
    """Comments, replies, responses."""
    share_count: int | None = None
    """Reposts, boosts, renotes, restacks, shares; without quotes where the source keeps them apart."""
    view_count: int | None = None
    """Views or plays."""
    save_count: int | None = None
    """Saves or bookmarks."""
    quote_count: int | None = None
    """Quotes, where the source keeps them apart from shares."""
    reactions: Mapping[str, int] = field(factory=dict)
    """Reactions by kind, as the source names them."""
    missing: Mapping[str, MissingReason] = field(factory=dict)
    """Count name → why it is ``None``."""
    rounded: Mapping[str, int] = field(factory=dict)
    """Count name → number of significant digits known (``"18.9M"`` → 3). Exact counts are absent here."""


@frozen(kw_only=True)
class Post:
    """One published piece as its page states it, with its counts at that moment."""

    platform: Platform
    host: str = ""
    """Home server (``name[:port]``, lower case) of self-hosted networks and sites; ``""`` for one-address networks."""
    native_id: str
    """The network's own id (see docs/data-flow.md); a repost is keyed by its wrapper's id or ``id#repost:account``."""
    account: str
    """Handle or site on whose profile the post stands (for a repost: who reposted), as the network writes it."""
    author: str | None = None
    """Handle or byline of who wrote it; for a repost the original's author."""
    url: str | None = None
    """Absolute permalink; for a repost the original's."""
    role: Role = Role.ORIGINAL
    format: Format | None = None
    """``None`` when the page does not state the medium."""
    stated_post_type: str | None = None
    """Post type the source itself states (structured data, a user's CSV); rules are applied later, in SQL."""
    title: str | None = None
    text: str | None = None
    """Plain text, line breaks kept, control and bidi-override characters removed; ``""`` = the page shows no text."""
    language: str | None = None
    """BCP 47 tag as stated by the source."""
    published_at: datetime | None = None
    """Time-zone aware, UTC. For a repost: when it was reposted."""
    published_precision: Precision | None = None
    published_text: str | None = None
    """The date as written, when it had no zone, no time of day, or could not be read."""
    edited_at: datetime | None = None
    """Time-zone aware, UTC; last edit as stated by the source."""
    is_edited: bool | None = None
    is_pinned: bool = False
    is_promoted_label: bool | None = None
    """The post itself carries a paid-partnership or advertisement label."""
    original_native_id: str | None = None
    """Of the post that a repost or quote carries, or that a reply answers."""
    original_url: str | None = None
    original_published_at: datetime | None = None
    media: tuple[Media, ...] = ()
    hashtags: tuple[str, ...] = ()
    """Without ``#``, spelled as written, in order, each once (case-insensitively)."""
    mentions: tuple[str, ...] = ()
    """Handles of mentioned accounts, without a leading ``@``."""
    links: tuple[str, ...] = ()
    """Absolute http(s) links that leave the post, in order, each once."""
    metrics: Metrics | None = None
    """``None`` when the page states no counts of any kind (for example a bare link list)."""
    sources: Mapping[str, str] | None = None
    """Field or count name → where its value was read (``json-ld``, ``microdata``, ``rdfa``, ``microformats``,
    ``embedded``, ``meta``, ``main-text``, ``page``, ``listing``, ``detected``), where a platform's pages say it in
    several ways."""


@frozen(kw_only=True)
class Profile:
    """How an account presents itself, and its own counts, at one moment."""

    platform: Platform
    host: str = ""
    native_account_id: str | None = None
    """DID, channel id, numeric id: what stays when the handle changes."""
    handle: str
    """As the network writes it; ``user@host`` on federated networks."""
    url: str | None = None
    name: str | None = None
    bio: str | None = None
    """Plain text."""
    links: tuple[str, ...] = ()
    """Absolute http(s) links in bio and profile fields, in order, each once."""
    avatar_url: str | None = None
    banner_url: str | None = None
    pinned_native_id: str | None = None
    is_verified: bool | None = None
    category: str | None = None
    software: str | None = None
    """Server or site software as it names itself (``mastodon``, ``wordpress``, …)."""
    created_at: datetime | None = None
    follower_count: int | None = None
    following_count: int | None = None
    post_count: int | None = None
    missing: Mapping[str, MissingReason] = field(factory=dict)
    """Reasons for counts that are ``None``, and of ``links`` and ``pinned_native_id`` where this source shows none of
    anybody, so that their absence says nothing."""
    rounded: Mapping[str, int] = field(factory=dict)


@frozen(kw_only=True)
class Absence:
    """A post that was expected and is not there."""

    platform: Platform
    host: str = ""
    native_id: str
    kind: str
    """``gone`` (404, 410, tombstone) or ``unlisted`` (no longer in a listing that should hold it)."""
    status: int | None = None
    """HTTP status that said so."""


@frozen(kw_only=True)
class Replies:
    """How the account answered the comments under one of its posts, at one moment: numbers only, no commenter."""

    platform: Platform
    host: str = ""
    native_id: str
    """Of the post."""
    comment_count: int
    """Comments by others that were seen or counted, at any depth."""
    answered_count: int
    """Those of them that the account answered directly."""
    median_seconds: float | None = None
    """From a comment to the account's first answer; ``None`` when nothing was answered, or nothing is dated."""
    is_complete: bool
    """Every comment was shown; else these numbers are those of a part."""


@frozen(kw_only=True)
class Comment:
    """One entry of a thread below a post; nothing of its words, and no name."""

    native_id: str
    answers: str | None
    """Native id of the entry, or of the post itself, that this one answers."""
    is_by_account: bool
    """Written by the account under whose post it stands, or in its name."""
    at: datetime | None
    """Time-zone aware; ``None`` when the thread does not say."""


@frozen(kw_only=True)
class Thread:
    """What is known of the comments under one post while not all of them were shown."""

    native_id: str
    """Of the post."""
    author: str | None = None
    """How the network names whoever answers for the account, where the answers do not say it themselves."""
    comments: tuple[Comment, ...] = ()
    waiting: tuple[NextRequest, ...] = ()
    """Still to be asked for, one after the other."""
    asked_count: int = 0
    """Requests that were proposed for it after the first answer."""
    is_complete: bool = True
    """Nothing was left out so far."""


@frozen(kw_only=True)
class NextRequest:
    """A request that a page object proposes."""

    url: str
    kind: RequestKind
    method: str = "GET"
    headers: Mapping[str, str] = field(factory=dict)
    body: bytes = b""
    native_id: str | None = None
    """The post behind it, for ``kind=POST``."""
    published_at: datetime | None = None
    """When that post was published, where the listing says so; lets the spider stop at the horizon."""
    way: Way | None = None
    """``None``: no alternative, always asked."""
    is_guess: bool = False
    """Nothing said that there is such an address: when it is missing, that is no news."""
    changed_at: datetime | None = None
    """When the page behind it last changed, as a sitemap says; never a publishing date."""
    same_as: tuple[str, ...] = ()
    """Other addresses of the same piece (languages, AMP)."""
    cost: int = 0
    """Metered units (posts read on X, quota units elsewhere) that the answer may cost at most; 0 = the door is not
    metered. The crawl reserves it before it asks, and asks nothing that the budget does not cover."""
    thread: Thread | None = None
    """What earlier answers showed of the same comments, for ``kind=REPLIES``."""


@frozen(kw_only=True)
class Statement:
    """One fact that a page states of a business or product in structured data."""

    about: str
    """Name of the business or product, as stated."""
    fact: str
    """``name``, ``telephone``, ``street``, ``postal_code``, ``city``, ``hours:Mo`` … ``hours:Su``, ``price`` or
    ``event_end``."""
    value: str
    """As stated; hours as ``09:00-17:00``, prices as ``12.50 EUR``, the end of an event as a date, ``2026-06-30``."""


@frozen(kw_only=True)
class SitePage:
    """How ready one page of a site is to be found and shared; what the page states, nothing judged."""

    host: str
    url: str
    """Absolute address of the page, canonical form."""
    kind: str
    """``home``, ``post`` or ``other``."""
    title: str | None = None
    description: str | None = None
    og: Mapping[str, str] = field(factory=dict)
    """Open Graph property without its prefix (``title``, ``image``) → first value."""
    card: Mapping[str, str] = field(factory=dict)
    """``twitter:`` name without its prefix → first value."""
    canonical_url: str | None = None
    language: str | None = None
    """BCP 47 tag as the page states it."""
    image_url: str | None = None
    """The picture that a shared link would show."""
    image_width: int | None = None
    """Pixels, as stated."""
    image_height: int | None = None
    share_networks: tuple[str, ...] = ()
    """Platforms (and ``email``, ``whatsapp``, …) that the page has share links for, sorted."""
    feed_urls: tuple[str, ...] = ()
    profile_links: tuple[str, ...] = ()
    """Absolute links to the company's own profiles (``sameAs``, rel=me, header, footer), each once."""
    statements: tuple[Statement, ...] = ()
    """What structured data say of the business, its products and events."""
    passages: tuple[str, ...] = ()
    """Sentences that may be past their date (``until 30 June``, ``this Friday``, ``© 2019``); none of a post."""


OWN_EXPORT = "own_export"
"""Flag of a :class:`PostList` that a network gave somebody of his own account: its posts name nobody."""


@frozen(kw_only=True)
class PostList:
    """What one page gave: posts, perhaps a profile, and where to go next. Every page object returns one."""

    posts: tuple[Post, ...] = ()
    profile: Profile | None = None
    absences: tuple[Absence, ...] = ()
    replies: tuple[Replies, ...] = ()
    next_requests: tuple[NextRequest, ...] = ()
    skipped: Mapping[str, int] = field(factory=dict)
    """Reason (``blocked_stub``, ``deleted_stub``, …) → number of entries that are no posts of this account."""
    flags: tuple[str, ...] = ()
    """Oddities of the page that do not stop it (``charset_mismatch``, ``too_deep``, ``broken_jsonld``, …)."""
    problem_outcome: Outcome | None = None
    """Set when the page was readable but only in part (``PARTIAL``, ``SUSPECT``), or is a wall that still says
    something (a channel's name and followers, but no posts)."""
    problem_reason: Reason | None = None
    """The detail behind ``problem_outcome``."""
    problem_message: str | None = None
    """One sentence for a person, where the flags do not say it."""
    is_detour: bool = False
    """The problem concerns this door only, and the next requests go round it: it counts when they lead to no posts."""
    remark: str | None = None
    """What the visit's message shall say of what is read from here on: one sentence for a person."""
    software: str | None = None
    """What the account's server runs, as it says itself on a page that holds no profile."""
    native_account_id: str | None = None
    """By which the account is asked for in the rest of the visit, where the page gives no profile."""
    moved_to: str | None = None
    """Address of the account that this one names as the one that continues it."""
    used_units: int | None = None
    """Metered units that this answer did cost; ``None`` = what was reserved."""
    pause_until: datetime | None = None
    """Time-zone aware, UTC: this door asked for no further request before (an almost spent rate limit); the answer
    itself was good."""
    is_index: bool = False
    """The posts are only named and dated here; what they are and their counts stand in the answers of the platform's
    ``post_requests``, many at once, and nothing of this page is landed."""
    end_note: str | None = None
    """Why the listing ends here though there are older posts: one sentence for a person."""
    is_whole: bool = False
    """Where this page proposes no further one, its way has shown all that the account ever published (an interface's
    last page, a sitemap); a feed that shows only its newest posts has not."""
    expected_count: int | None = None
    """Posts, or pages that may be posts, behind this listing in all, where it says so or can be counted."""
    same_as: tuple[str, ...] = ()
    """Other addresses of the one post of this page (languages, AMP), as it states them."""
    site_pages: tuple[SitePage, ...] = ()
    """Share-readiness of the web pages read."""


@frozen(kw_only=True)
class Visit:
    """One attempt at one account in one crawl."""

    outcome: Outcome
    reason: Reason | None = None
    message: str = ""
    """One sentence for a person: what happened and what to do."""
    page_count: int = 0
    post_count: int = 0
    """Distinct posts seen, all roles."""
    oldest_at: datetime | None = None
    """Publishing time of the oldest post reached."""
    is_cut: bool = False
    """The budget ended before the horizon was reached."""
    started_at: datetime | None = None
    elapsed_seconds: float = 0.0
