"""The crawl plan: what to ask for, worked out from what the warehouse already knows.

A crawl is a function of its plan, so everything that depends on earlier crawls is decided here. JSON form:
docs/data-flow.md, "Crawl plan".
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, Self
from urllib.parse import urlsplit

from attrs import asdict, evolve, field, frozen

from crawler.items import Outcome, Platform, Reason
from crawler.landing import utc_text
from crawler.links import Link
from crawler.looks import Growth, urgency
from crawler.metering import Budget
from crawler.pauses import is_lasting


class PlanError(ValueError):
    """A plan that cannot be read; one sentence with what is wrong."""


# --- what a plan is made from ---


@frozen(kw_only=True)
class ListedAccount:
    """One entry of the competitor list."""

    account_key: str
    platform: Platform
    host: str = ""
    handle: str
    url: str
    company: str
    is_own: bool = False
    native_account_id: str | None = None

    @classmethod
    def of(cls, link: Link, company: str, *, is_own: bool = False) -> Self:
        """The entry of ``link``."""
        return cls(
            account_key=link.account_key,
            platform=link.platform,
            host=link.host,
            handle=link.handle,
            url=link.url,
            company=company,
            is_own=is_own,
            native_account_id=link.native_account_id,
        )


class PostFacts(Protocol):
    """What the warehouse knows of one post."""

    @property
    def native_id(self) -> str: ...
    @property
    def url(self) -> str | None: ...
    @property
    def role(self) -> str: ...
    @property
    def published_at(self) -> datetime | None: ...
    @property
    def observed_at(self) -> datetime: ...


class ValidatorFacts(Protocol):
    """What a server sent along with the newest answer at one URL."""

    @property
    def url(self) -> str: ...
    @property
    def etag(self) -> str | None: ...
    @property
    def last_modified(self) -> str | None: ...
    @property
    def fetched_at(self) -> datetime: ...


class AccountFacts(Protocol):
    """What the warehouse knows of one account."""

    @property
    def account_key(self) -> str: ...
    @property
    def native_account_id(self) -> str | None: ...
    @property
    def software(self) -> str | None: ...
    @property
    def last_complete_at(self) -> datetime | None: ...
    @property
    def last_outcome(self) -> str | None: ...
    @property
    def last_reason(self) -> str | None: ...
    @property
    def last_message(self) -> str | None: ...
    @property
    def was_cut(self) -> bool: ...
    @property
    def known_posts(self) -> Sequence[PostFacts]: ...
    @property
    def validators(self) -> Sequence[ValidatorFacts]: ...
    @property
    def looked_at(self) -> Sequence[str]: ...
    @property
    def dead_ends(self) -> Sequence[str]: ...
    @property
    def growth(self) -> Mapping[int, float]: ...


class HostFacts(Protocol):
    """The newest observation of one host."""

    @property
    def host(self) -> str: ...
    @property
    def retry_after_at(self) -> datetime | None: ...
    @property
    def error_streak(self) -> int | None: ...
    @property
    def crawl_delay_seconds(self) -> float | None: ...


# --- the plan ---


@frozen(kw_only=True)
class KnownPost:
    """A post that the warehouse has."""

    native_id: str
    url: str | None = None
    published_at: datetime | None = None
    observed_at: datetime
    urgency: int = 0
    """As :func:`crawler.looks.urgency` has it."""
    is_due: bool = field()

    @is_due.default
    def _is_due(self) -> bool:
        return self.urgency > 0


@frozen(kw_only=True)
class Validator:
    """Lets a server answer 304 for a page that has not changed."""

    url: str
    etag: str | None = None
    last_modified: str | None = None


@frozen(kw_only=True)
class PlannedAccount:
    """One account to visit."""

    account_key: str
    platform: Platform
    host: str = ""
    handle: str
    native_account_id: str | None = None
    software: str | None = None
    """What its server runs, as far as earlier visits saw."""
    url: str
    company: str = ""
    is_own: bool = False
    horizon_at: datetime
    """Nothing older is asked for."""
    last_complete_at: datetime | None = None
    """End of the newest visit that reached everything; ``None`` = never."""
    last_outcome: Outcome | None = None
    """How the newest visit before this crawl ended that reached anybody; ``None`` before the first."""
    last_reason: Reason | None = None
    last_message: str | None = None
    """What the newest visit said for a person."""
    was_cut: bool = False
    known_posts: tuple[KnownPost, ...] = ()
    validators: tuple[Validator, ...] = ()
    looked_at: tuple[str, ...] = ()
    """Pages of a site that earlier visits asked for and that are no post, or an older one than is wanted."""
    dead_ends: tuple[str, ...] = ()
    """Addresses where earlier visits found nothing (404) or were sent away (401, 403): no guess and no interface there
    is tried again for a while."""


@frozen(kw_only=True)
class PlannedHost:
    """What earlier crawls learned of a host."""

    host: str
    retry_after_at: datetime | None = None
    error_streak: int = 0
    crawl_delay_seconds: float | None = None


@frozen(kw_only=True)
class CrawlPlan:
    """Everything a crawl needs to know."""

    crawl_id: str
    now: datetime
    """The crawl's clock when it starts."""
    contact: str = ""
    own_hosts: tuple[str, ...] = ()
    base_urls: Mapping[str, str] = field(factory=dict)
    page_budget: int = 500
    """Requests a host."""
    min_delay_seconds: float = 2.0
    hosts: tuple[PlannedHost, ...] = ()
    accounts: tuple[PlannedAccount, ...] = ()
    is_survey: bool = False
    """Only find out by which ways the posts of sites can be had (:mod:`crawler.survey`): no post is asked for."""
    access: Mapping[str, str | None] = field(factory=dict)
    """Platforms for which the user holds a credential → the own account it asks for, where the interface wants that."""
    budgets: Mapping[str, Budget] = field(factory=dict)
    """Platform → units that may be used, where reading costs money."""
    usage_dir: str | None = None
    """Folder of the ledgers of what was used; without it nothing that costs money is asked."""

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, default=_json_value)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Raises PlanError."""
        try:
            values = json.loads(text)
            return cls(
                **{
                    **_known(cls, values),
                    "now": _moment(values["now"]),
                    "own_hosts": tuple(values.get("own_hosts", ())),
                    "hosts": tuple(_host(each) for each in values.get("hosts", ())),
                    "accounts": tuple(_account(each) for each in values["accounts"]),
                    "budgets": {
                        name: Budget(**{key: int(bound) for key, bound in each.items() if bound is not None})
                        for name, each in values.get("budgets", {}).items()
                    },
                }
            )
        except KeyError as missing:
            raise PlanError(f"the plan lacks {missing}.") from missing
        except (TypeError, ValueError, AttributeError) as error:
            raise PlanError(f"the plan cannot be read: {error}.") from error


def _json_value(value: object) -> str:
    if isinstance(value, datetime):
        return utc_text(value)
    raise TypeError(f"{type(value).__name__} has no place in a plan")


def _known(item: type[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Only the fields this version knows, so that a plan of a later version can still be read."""
    names = {each.name for each in item.__attrs_attrs__}
    return {name: value for name, value in values.items() if name in names}


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _host(values: Mapping[str, Any]) -> PlannedHost:
    return PlannedHost(**{**_known(PlannedHost, values), "retry_after_at": _moment(values.get("retry_after_at"))})


def _account(values: Mapping[str, Any]) -> PlannedAccount:
    return PlannedAccount(
        **{
            **_known(PlannedAccount, values),
            "platform": Platform(values["platform"]),
            "horizon_at": _moment(values["horizon_at"]),
            "last_complete_at": _moment(values.get("last_complete_at")),
            "last_outcome": Outcome(values["last_outcome"]) if values.get("last_outcome") else None,
            "last_reason": Reason(values["last_reason"]) if values.get("last_reason") else None,
            "known_posts": tuple(_known_post(each) for each in values.get("known_posts", ())),
            "validators": tuple(Validator(**_known(Validator, each)) for each in values.get("validators", ())),
            "looked_at": tuple(values.get("looked_at", ())),
            "dead_ends": tuple(values.get("dead_ends", ())),
        }
    )


def _known_post(values: Mapping[str, Any]) -> KnownPost:
    return KnownPost(
        **{
            **_known(KnownPost, values),
            "published_at": _moment(values.get("published_at")),
            "observed_at": _moment(values["observed_at"]),
        }
    )


# --- making it ---


def new_crawl_id(now: datetime) -> str:
    """``YYYYMMDDTHHMMSSZ-<6 hex>``."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def make_plan(
    accounts: Iterable[ListedAccount],
    facts: Iterable[AccountFacts] = (),
    hosts: Iterable[HostFacts] = (),
    *,
    now: datetime,
    contact: str = "",
    own_hosts: Sequence[str] = (),
    base_urls: Mapping[str, str] | None = None,
    horizon_days: int = 84,
    page_budget: int = 500,
    min_delay_seconds: float = 2.0,
    crawl_id: str | None = None,
    access: Mapping[str, str | None] | None = None,
    budgets: Mapping[str, Budget] | None = None,
    usage_dir: str | None = None,
    pauses: Mapping[str, datetime] | None = None,
) -> CrawlPlan:
    """The plan for one crawl of these accounts at ``now`` (time-zone aware).

    Accounts that an earlier crawl cut short come first, then those never seen whole, then the others, each in the order
    of the list; within a host they take turns from there. ``pauses`` (host → until when) add to what ``hosts`` say.
    """
    known = {each.account_key: each for each in facts}
    horizon_at = now - timedelta(days=horizon_days)
    planned = [_plan_account(entry, known.get(entry.account_key), now, horizon_at) for entry in accounts]
    planned = _within_budget(planned, base_urls or {}, page_budget)
    planned.sort(key=lambda account: (not account.was_cut, account.last_complete_at is not None))
    return CrawlPlan(
        crawl_id=crawl_id or new_crawl_id(now),
        now=now,
        contact=contact,
        own_hosts=tuple(own_hosts),
        base_urls=dict(base_urls or {}),
        page_budget=page_budget,
        min_delay_seconds=min_delay_seconds,
        hosts=_planned_hosts(hosts, pauses or {}, now),
        accounts=tuple(planned),
        access=dict(access or {}),
        budgets=dict(budgets or {}),
        usage_dir=usage_dir,
    )


def _within_budget(
    accounts: list[PlannedAccount], base_urls: Mapping[str, str], page_budget: int
) -> list[PlannedAccount]:
    """Leave to later runs what would take more than half of a host's requests, and first what is least urgent; the
    other half is for what is new."""
    by_host: dict[str, list[tuple[int, KnownPost]]] = {}
    for number, account in enumerate(accounts):
        due = [(number, post) for post in account.known_posts if post.is_due]
        by_host.setdefault(host_asked(account, base_urls), []).extend(due)
    later: set[tuple[int, str]] = set()
    for due in by_host.values():
        batch = max((_POSTS_A_BATCH.get(accounts[number].platform, 1) for number, _ in due), default=1)
        room = max(page_budget // 2, 1) * batch
        # of equally urgent ones those that waited longest since they were seen
        due.sort(key=lambda each: (-each[1].urgency, each[1].observed_at, each[1].native_id))
        later |= {(number, post.native_id) for number, post in due[room:]}
    if not later:
        return accounts
    return [
        evolve(
            account,
            known_posts=tuple(
                evolve(post, is_due=False) if (number, post.native_id) in later else post
                for post in account.known_posts
            ),
        )
        for number, account in enumerate(accounts)
    ]


def host_asked(account: PlannedAccount, base_urls: Mapping[str, str]) -> str:
    """Whom a visit to the account asks: its home server, else the network's one address."""
    return account.host or urlsplit(base_urls.get(account.platform, "")).netloc or account.platform


def _planned_hosts(
    hosts: Iterable[HostFacts], pauses: Mapping[str, datetime], now: datetime
) -> tuple[PlannedHost, ...]:
    planned = {
        each.host: PlannedHost(
            host=each.host,
            retry_after_at=until if (until := each.retry_after_at) and is_lasting(until, now) else None,
            error_streak=each.error_streak or 0,
            crawl_delay_seconds=each.crawl_delay_seconds,
        )
        for each in hosts
    }
    for host, until in pauses.items():
        known = planned.get(host, PlannedHost(host=host))
        planned[host] = evolve(known, retry_after_at=max(known.retry_after_at or until, until))
    return tuple(planned.values())


def _plan_account(
    entry: ListedAccount, facts: AccountFacts | None, now: datetime, horizon_at: datetime
) -> PlannedAccount:
    if facts is None:
        growth = Growth()
        posts: list[PostFacts] = []
        validators: list[ValidatorFacts] = []
    else:
        growth = Growth(facts.growth)
        posts = [post for post in facts.known_posts if post.published_at is None or post.published_at >= horizon_at]
        posts.sort(key=lambda post: (post.published_at or horizon_at, post.native_id), reverse=True)
        ended = facts.last_complete_at
        # a page that only an interrupted visit saw says nothing about the pages behind it
        validators = [each for each in facts.validators if ended is not None and each.fetched_at <= ended]
    return PlannedAccount(
        account_key=entry.account_key,
        platform=entry.platform,
        host=entry.host,
        handle=entry.handle,
        native_account_id=(facts.native_account_id if facts is not None else None) or entry.native_account_id,
        software=facts.software if facts is not None else None,
        url=entry.url,
        company=entry.company,
        is_own=entry.is_own,
        horizon_at=horizon_at,
        last_complete_at=facts.last_complete_at if facts is not None else None,
        last_outcome=Outcome(facts.last_outcome) if facts is not None and facts.last_outcome else None,
        last_reason=Reason(facts.last_reason) if facts is not None and facts.last_reason else None,
        last_message=facts.last_message if facts is not None else None,
        was_cut=facts.was_cut if facts is not None else False,
        known_posts=tuple(
            KnownPost(
                native_id=post.native_id,
                url=post.url,
                published_at=post.published_at,
                observed_at=post.observed_at,
                urgency=urgency(entry.platform, post, now, growth),
            )
            for post in posts
        ),
        validators=tuple(
            Validator(url=each.url, etag=each.etag, last_modified=each.last_modified)
            for each in validators
            if each.etag or each.last_modified
        ),
        looked_at=tuple(facts.looked_at) if facts is not None else (),
        dead_ends=tuple(facts.dead_ends) if facts is not None else (),
    )


# --- what it will cost ---


@frozen(kw_only=True)
class AccountEstimate:
    """What visiting one account will take, roughly."""

    account_key: str
    request_count: int
    minutes: float
    """On its own, at the host's delay; accounts of one host take turns."""
    is_first_visit: bool


def posts_to_read(account: PlannedAccount, now: datetime) -> int | None:
    """How many of an account's newest posts to list, so that what came since the last whole visit is among them.

    ``None`` for a first visit, which reads back to the horizon. Where each post costs money, a page of this size reads
    what is wanted and little else.
    """
    if account.last_complete_at is None or not account.known_posts:
        return None
    return 2 * _new_posts(account, account.last_complete_at, now) + _SPARE_POSTS


_SPARE_POSTS = 5
"""Room for more new posts than usual, and for one that is known, at which the listing ends."""
_FIRST_VISIT_REQUESTS = {Platform.WEB: 15, Platform.YOUTUBE: 30}
"""A home page, a feed, and the posts of twelve weeks of a usual company blog."""
_FIRST_VISIT_DEFAULT = 5
"""A profile and twelve weeks of a usual account, 40 to 100 posts a page."""
_POSTS_A_PAGE = 40
THREADS_AT_MOST = 5
"""Posts, a visit, under which answered comments are counted."""
_WITH_THREADS = (
    Platform.MASTODON,
    Platform.BLUESKY,
    Platform.PEERTUBE,
    Platform.LEMMY,
    Platform.MISSKEY,
    Platform.FOREM,
)
_POSTS_A_BATCH = {Platform.BLUESKY: 25, Platform.YOUTUBE: 50, Platform.REDDIT: 100}


def estimate(plan: CrawlPlan) -> list[AccountEstimate]:
    """Requests and minutes for each account of the plan, in its order."""
    delays = {each.host: each.crawl_delay_seconds or 0.0 for each in plan.hosts}
    own = set(plan.own_hosts)
    found = []
    for account in plan.accounts:
        requests = min(_requests(account, plan.now, has_access=account.platform in plan.access), plan.page_budget)
        host = host_asked(account, plan.base_urls)
        delay = 0.0 if host in own else max(plan.min_delay_seconds, delays.get(host, 0.0))
        found.append(
            AccountEstimate(
                account_key=account.account_key,
                request_count=requests,
                minutes=requests * delay / 60,
                is_first_visit=account.last_complete_at is None and not account.known_posts,
            )
        )
    return found


def _requests(account: PlannedAccount, now: datetime, *, has_access: bool) -> int:
    is_by_page = account.platform in _FIRST_VISIT_REQUESTS and not has_access
    if account.last_complete_at is None or not account.known_posts:
        return _FIRST_VISIT_REQUESTS[account.platform] if is_by_page else _FIRST_VISIT_DEFAULT
    due = sum(post.is_due for post in account.known_posts)
    new = _new_posts(account, account.last_complete_at, now)
    if is_by_page:
        return 2 + new + due
    threads = min(due + new, THREADS_AT_MOST) if account.platform in _WITH_THREADS else 0
    return 2 + threads + new // _POSTS_A_PAGE + -(-due // _POSTS_A_BATCH.get(account.platform, 1))


def expected_posts(account: PlannedAccount, now: datetime) -> int | None:
    """New posts at the account's usual pace and known ones that are due; ``None`` for a first visit."""
    if account.last_complete_at is None or not account.known_posts:
        return None
    return _new_posts(account, account.last_complete_at, now) + sum(post.is_due for post in account.known_posts)


def _new_posts(account: PlannedAccount, last_complete_at: datetime, now: datetime) -> int:
    """Posts to be expected since then, at the account's usual pace."""
    span_days = max((now - account.horizon_at) / timedelta(days=1), 1.0)
    away_days = (now - last_complete_at) / timedelta(days=1)
    return round(len(account.known_posts) / span_days * away_days)
