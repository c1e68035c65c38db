"""What a landing line may hold, and how one is read: strictly, one line by itself.

The shapes are those of docs/data-flow.md, "Landing records". A line that does not have one of them is refused with the
field that is wrong; nothing is converted. Fields that are not named here are ignored, so that a newer crawler may say
more than this loader knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Literal, get_args

import msgspec

LONGEST_LINE = 16 * 1024 * 1024  # a response is 10 MiB at most, so no honest record is longer

Day = date
Id = Annotated[str, msgspec.Meta(min_length=1)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
# what is counted in public is no larger (crawler.reading.counts), and what is added up of it stays within 64 bits
Count = Annotated[int, msgspec.Meta(ge=0, le=10**12)]
Bytes = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
SmallCount = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
Seconds = Annotated[float, msgspec.Meta(ge=0)]
Quantity = Annotated[float, msgspec.Meta(ge=0, le=1e12)]
Money = Annotated[str, msgspec.Meta(pattern=r"^-?[0-9]{1,13}(\.[0-9]{1,12})?$")]

Platform = Literal[
    "mastodon",
    "bluesky",
    "web",
    "youtube",
    "telegram",
    "reddit",
    "peertube",
    "lemmy",
    "misskey",
    "discourse",
    "forem",
    "tumblr",
    "substack",
    "medium",
    "instagram",
    "facebook",
    "x",
    "linkedin",
    "tiktok",
    "threads",
    "pinterest",
]
Format = Literal[
    "text", "image", "carousel", "video", "short_video", "audio", "link", "poll", "article", "live", "other"
]
Role = Literal["original", "reply", "repost", "quote"]
Precision = Literal["second", "minute", "local", "day", "month", "relative"]
MissingReason = Literal["hidden", "not_public", "not_parsed", "not_observed"]
Outcome = Literal[
    "complete",
    "partial",
    "unchanged",
    "suspect",
    "login_wall",
    "blocked",
    "robots_denied",
    "not_found",
    "gone",
    "layout_changed",
    "error",
]
Reason = Literal[
    "timeout",
    "tls_error",
    "dns_error",
    "connection_error",
    "http_error",
    "too_large",
    "too_deep",
    "rate_limited",
    "crawl_delay_too_long",
    "budget_spent",
    "too_many_errors",
    "token_expired",
    "token_missing",
    "permission_missing",
    "no_public_preview",
    "consent_page",
    "robots_unreachable",
    "private_address",
    "forbidden_scheme",
    "off_host",
    "quarantined",
    "extraction_crashed",
    "no_feed",
    "not_supported",
    "switched_off",
    "interrupted",
    "moved",
]
Source = Literal["crawl", "import", "reparse"]
PlannedId = Annotated[str, msgspec.Meta(pattern=r"^[a-z][0-9]{4}-[2-9a-hjkmnp-z]{4}$")]
"""Of a planned slot or a test: short, lower case, safe in an address (reports.planning.slot_ids)."""
OutcomeKind = Literal["ga4", "plausible", "plausible_events", "matomo", "shopify", "sheet", "mapped"]


class Record(msgspec.Struct, tag_field="record", kw_only=True, omit_defaults=True, gc=False):
    """What every record carries."""

    crawl_id: Id
    observed_at: Moment
    source: Source


class AccountRecord(Record, kw_only=True, omit_defaults=True, gc=False):
    """A record about one account of one platform."""

    account_key: Id
    platform: Platform
    host: str


class Crawl(Record, tag="crawl", kw_only=True, omit_defaults=True, gc=False):
    kind: Literal["crawl", "import"]
    version: str | None = None
    machine: str | None = None
    request_count: Count | None = None
    byte_count: Bytes | None = None
    outcome_counts: dict[str, Count] | None = None
    started_at: Moment | None = None
    finished_at: Moment | None = None


class Visit(AccountRecord, tag="visit", kw_only=True, omit_defaults=True, gc=False):
    outcome: Outcome
    reason: Reason | None = None
    message: str | None = None
    page_count: Count | None = None
    post_count: Count | None = None
    oldest_at: Moment | None = None
    is_cut: bool | None = None
    started_at: Moment | None = None
    elapsed_seconds: Seconds | None = None


class Media(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    kind: str
    url: str | None = None
    width: SmallCount | None = None
    height: SmallCount | None = None
    duration_seconds: Seconds | None = None
    alt_text: str | None = None


class Post(AccountRecord, tag="post", kw_only=True, omit_defaults=True, gc=False):
    native_id: Id
    account: str
    author: str | None = None
    url: str | None = None
    role: Role
    format: Format | None = None
    stated_post_type: str | None = None
    title: str | None = None
    text: str | None = None
    language: str | None = None
    published_at: Moment | None = None
    published_precision: Precision | None = None
    published_text: str | None = None
    edited_at: Moment | None = None
    is_edited: bool | None = None
    is_pinned: bool | None = None
    is_promoted_label: bool | None = None
    original_native_id: str | None = None
    original_url: str | None = None
    original_published_at: Moment | None = None
    media: list[Media] | None = None
    hashtags: list[str] | None = None
    mentions: list[str] | None = None
    links: list[str] | None = None
    sources: dict[str, str] | None = None


class Metrics(AccountRecord, tag="metrics", kw_only=True, omit_defaults=True, gc=False):
    native_id: Id
    like_count: Count | None = None
    comment_count: Count | None = None
    share_count: Count | None = None
    view_count: Count | None = None
    save_count: Count | None = None
    quote_count: Count | None = None
    reactions: dict[str, Count] | None = None
    missing: dict[str, MissingReason] | None = None
    rounded: dict[str, SmallCount] | None = None


class Profile(AccountRecord, tag="profile", kw_only=True, omit_defaults=True, gc=False):
    native_account_id: str | None = None
    handle: Id
    url: str | None = None
    name: str | None = None
    bio: str | None = None
    links: list[str] | None = None
    avatar_url: str | None = None
    banner_url: str | None = None
    pinned_native_id: str | None = None
    is_verified: bool | None = None
    category: str | None = None
    software: str | None = None
    created_at: Moment | None = None
    follower_count: Count | None = None
    following_count: Count | None = None
    post_count: Count | None = None
    missing: dict[str, MissingReason] | None = None
    rounded: dict[str, SmallCount] | None = None


class Absence(AccountRecord, tag="absence", kw_only=True, omit_defaults=True, gc=False):
    native_id: Id
    kind: Literal["gone", "unlisted"]
    status: SmallCount | None = None


class Replies(AccountRecord, tag="replies", kw_only=True, omit_defaults=True, gc=False):
    native_id: Id
    comment_count: SmallCount
    answered_count: SmallCount
    median_seconds: Seconds | None = None
    is_complete: bool


class Statement(msgspec.Struct, kw_only=True, gc=False):
    about: str
    fact: str
    value: str


class Site(AccountRecord, tag="site", kw_only=True, omit_defaults=True, gc=False):
    url: Id
    kind: Literal["home", "post", "other"]
    title: str | None = None
    description: str | None = None
    og: dict[str, str] | None = None
    card: dict[str, str] | None = None
    canonical_url: str | None = None
    language: str | None = None
    image_url: str | None = None
    image_width: SmallCount | None = None
    image_height: SmallCount | None = None
    share_networks: list[str] | None = None
    feed_urls: list[str] | None = None
    profile_links: list[str] | None = None
    statements: list[Statement] | None = None
    passages: list[str] | None = None


class Link(AccountRecord, tag="link", kw_only=True, omit_defaults=True, gc=False):
    url: Id
    outcome: Outcome
    reason: Reason | None = None
    message: str | None = None
    status: SmallCount | None = None
    hops: list[str] | None = None
    final_url: str | None = None


class Label(AccountRecord, tag="label", kw_only=True, omit_defaults=True, gc=False):
    native_id: Id
    post_type: str | None = None
    tags: list[str] | None = None


class Acceptance(AccountRecord, tag="acceptance", kw_only=True, omit_defaults=True, gc=False):
    """A person said that all that was seen of this account until then is right."""


class Slot(Record, tag="slot", kw_only=True, omit_defaults=True, gc=False):
    slot_id: PlannedId
    version: SmallCount
    plan: Id
    status: Literal["draft", "approved", "dropped"]
    platform: Platform
    account_key: Id | None = None
    host: str | None = None
    format: Format | None = None
    post_type: str | None = None
    topic: str | None = None
    hook: str | None = None
    caption: str | None = None
    hashtags: list[str] | None = None
    link: str | None = None
    campaign: str | None = None
    basis: Literal["proven", "opening", "test", "best_bet"]
    why: str | None = None
    evidence: list[str] | None = None
    experiment_id: PlannedId | None = None
    arm: Literal["a", "b"] | None = None
    block: SmallCount | None = None
    post_url: str | None = None
    timezone: Id
    planned_at: Moment


class Experiment(Record, tag="experiment", kw_only=True, omit_defaults=True, gc=False):
    experiment_id: PlannedId
    plan: Id
    status: Literal["running", "ended"]
    platform: Platform
    dimension: Literal["format", "post_type"]
    level_a: Id
    level_b: Id
    seed: Id
    variance: Annotated[float, msgspec.Meta(gt=0)]
    target_ratio: Annotated[float, msgspec.Meta(gt=1)]
    pairs_planned: SmallCount


class OutcomeRow(Record, tag="outcome", kw_only=True, omit_defaults=True, gc=False):
    kind: OutcomeKind
    property_name: str
    is_additional: bool
    file_hash: Id
    file_name: str
    row_number: SmallCount
    period_start_date: Day | None = None
    period_end_date: Day | None = None
    date: Day | None = None
    traffic_source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    content: str | None = None
    code: str | None = None
    landing_page: str | None = None
    session_count: Count | None = None
    key_event_count: Quantity | None = None
    order_count: SmallCount | None = None
    revenue: Money | None = None
    currency: str | None = None
    order_key: str | None = None


class Delivery(Record, tag="delivery", kw_only=True, omit_defaults=True, gc=False):
    parcel: Id
    receiver: Id
    way: Literal["mail", "service", "folder", "bucket"]
    addressee: str | None = None
    is_delivered: bool
    message: str | None = None


class Page(Record, tag="page", kw_only=True, omit_defaults=True, gc=False):
    account_key: Id | None = None
    platform: Platform | None = None
    host: str | None = None
    url: Id
    fetched_at: Moment
    status: SmallCount
    sha256: str | None = None
    warc_file: str | None = None
    warc_offset: Bytes | None = None
    etag: str | None = None
    last_modified: str | None = None
    parser_version: str | None = None
    outcome: str | None = None


class Host(Record, tag="host", kw_only=True, omit_defaults=True, gc=False):
    host: Id
    robots_state: Literal["allowed", "none", "unreachable", "denied"] | None = None
    robots_sha256: str | None = None
    crawl_delay_seconds: Seconds | None = None
    retry_after_at: Moment | None = None
    error_streak: Count | None = None


class Account(AccountRecord, tag="account", kw_only=True, omit_defaults=True, gc=False):
    company: Id
    is_own: bool | None = None
    handle: Id
    url: str | None = None


AnyRecord = (
    Crawl
    | Visit
    | Post
    | Metrics
    | Profile
    | Absence
    | Replies
    | Site
    | Link
    | Label
    | Acceptance
    | OutcomeRow
    | Slot
    | Experiment
    | Delivery
    | Page
    | Host
    | Account
)
KINDS: dict[str, type[Record]] = {str(struct.__struct_config__.tag): struct for struct in get_args(AnyRecord)}

KIND_OF: dict[type[Record], str] = {struct: kind for kind, struct in KINDS.items()}

_decode: Callable[[bytes], AnyRecord] = msgspec.json.Decoder(AnyRecord).decode
_encoder = msgspec.json.Encoder()
NUL_ESCAPE = b"\\u0000"
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class RefusedLineError(ValueError):
    """A line is no landing record; the text says why."""


def read_line(line: bytes) -> AnyRecord:
    """The record of one line.

    Raises ``RefusedLineError`` for whatever is not exactly a record: broken JSON or UTF-8, wrong types, numbers out of
    range, unknown kinds, lone surrogates, NUL.
    """
    if len(line) > LONGEST_LINE:
        raise RefusedLineError(f"longer than {LONGEST_LINE} bytes")
    try:
        record = _decode(line)
    except UnicodeDecodeError as error:
        raise RefusedLineError(f"not UTF-8: {error.reason}") from error
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise RefusedLineError(str(error)) from error
    # A string with NUL is legal JSON, and ends early in whatever program reads the warehouse next.
    if NUL_ESCAPE in line and _NUL.search(_encoder.encode(record)):
        raise RefusedLineError("holds a NUL character")
    return record


def read_clean_lines(lines: Sequence[bytes]) -> list[AnyRecord] | None:
    """The records of lines that are known to be short and free of ``NUL_ESCAPE``; ``None`` when any is refused."""
    try:
        return [_decode(line) for line in lines]
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return None


def encode(records: Sequence[Record]) -> bytes:
    """The records as JSON lines with exactly the fields named here; what is unknown is left out."""
    return _encoder.encode_lines(records)
