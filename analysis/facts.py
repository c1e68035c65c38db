"""What the warehouse already knows, as plain values from which the next crawl is planned."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from analysis.warehouse import SnapshotMissingError, explained, has_table, open_snapshot

VALIDATOR_DAYS = 90  # a page not asked for in a quarter is fetched whole
_OK = 200
OWN_LINKS = """
    select account_key, platform, host, url
    from marts.own_links
    order by list_position(['profile', 'pinned', 'site', 'post'], place), url, account_key
"""
DEAD_END_DAYS = 30  # what was not there, or closed to us, is tried again after a month


@dataclass(frozen=True, kw_only=True)
class PostFacts:
    """One known post."""

    native_id: str
    url: str | None
    role: str
    published_at: datetime | None
    observed_at: datetime
    """When its counts (or, without counts, its content) were last seen."""
    observation_times: tuple[datetime, ...]
    """Every observation of its counts, oldest first."""


@dataclass(frozen=True, kw_only=True)
class ValidatorFacts:
    """What a server sent along with its newest answer at one URL."""

    url: str
    etag: str | None
    last_modified: str | None
    fetched_at: datetime


@dataclass(frozen=True, kw_only=True)
class AccountFacts:
    """What is known of one account; every ``account_key`` it was ever listed under has the same."""

    account_key: str
    native_account_id: str | None = None
    software: str | None = None
    last_complete_at: datetime | None = None
    """End of the newest visit that reached everything (``complete`` or ``unchanged``, and not cut)."""
    last_outcome: str | None = None
    """How the newest visit ended that reached anybody; where none did, the newest."""
    last_reason: str | None = None
    """The detail behind it."""
    last_message: str | None = None
    """What the newest visit said for a person."""
    was_cut: bool = False
    """The newest visit ended with the budget."""
    known_posts: tuple[PostFacts, ...] = ()
    """Published since the horizon, or without a date, and not found missing since; newest first."""
    validators: tuple[ValidatorFacts, ...] = ()
    looked_at: tuple[str, ...] = ()
    """Pages of a site that were asked for within :data:`VALIDATOR_DAYS`."""
    dead_ends: tuple[str, ...] = ()
    """Addresses of a site that were missing, or closed to us, within :data:`DEAD_END_DAYS`."""
    growth: dict[int, float] = field(default_factory=dict)
    """⌊log2(age in hours)⌋ → growth of ln(1 + engagement) for each step of ln(age): the middle of the account's own
    posts, where five or more were seen before and after."""


@dataclass(frozen=True, kw_only=True)
class HostFacts:
    """The newest observation of one host."""

    host: str
    robots_state: str | None
    retry_after_at: datetime | None
    error_streak: int | None
    crawl_delay_seconds: float | None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything a plan is made from."""

    accounts: tuple[AccountFacts, ...] = ()
    hosts: tuple[HostFacts, ...] = field(default=())


ACCOUNTS = """
with last_visits as (
    select * from staging.stg_visits
    qualify row_number() over (partition by account_id order by observed_at desc, crawl_id desc) = 1
), told_visits as (
    -- what a site said of us or its account holds until it says something else, not until its server is down
    select * from staging.stg_visits
    qualify row_number() over (
        partition by account_id
        order by
            (
                (outcome = 'error' and reason is distinct from 'off_host')
                or coalesce(reason in ('robots_unreachable', 'interrupted'), false)
            ) asc,
            observed_at desc,
            crawl_id desc
    ) = 1
), complete_visits as (
    select account_id, max(observed_at) as last_complete_at
    from staging.stg_visits
    where outcome in ('complete', 'unchanged') and not is_cut
    group by all
), account_keys as (
    select distinct accounts.account_key, account_ids.account_id
    from raw.accounts
    inner join staging.stg_account_ids as account_ids on accounts.account_id = account_ids.loaded_account_id
)
select
    account_keys.account_key,
    account_keys.account_id,
    accounts.native_account_id,
    accounts.software,
    complete_visits.last_complete_at,
    told_visits.outcome as last_outcome,
    told_visits.reason as last_reason,
    last_visits.message as last_message,
    coalesce(last_visits.is_cut, false) as was_cut
from account_keys
inner join staging.stg_accounts as accounts using (account_id)
left join complete_visits using (account_id)
left join last_visits using (account_id)
left join told_visits using (account_id)
order by account_keys.account_key
"""

# A known post is asked for again when a listing does not show it; one that was found missing since is not.
POSTS = """
with observations as (
    select post_id, list(observed_at order by observed_at) as observation_times
    from staging.stg_post_metrics
    group by all
), absences as (
    select post_id, max(observed_at) as absent_at
    from staging.stg_absences
    group by all
), known as (
    select
        posts.account_id,
        posts.post_id,
        posts.native_id,
        posts.url,
        posts.role,
        posts.published_at,
        greatest(observations.observation_times[-1], posts.observed_at) as observed_at,
        coalesce(observations.observation_times, []) as observation_times
    from staging.stg_posts as posts
    left join observations using (post_id)
    -- of an account that moved, what is on the server that is asked now
    inner join staging.stg_accounts as accounts
        on posts.account_id = accounts.account_id and posts.host = accounts.host
    where posts.published_at is null or posts.published_at >= ?
), shown as (
    select * from known
    {doubled}
)
select account_id, native_id, url, role, published_at, observed_at, observation_times
from shown
left join absences using (post_id)
where absences.absent_at is null or absences.absent_at < shown.observed_at
order by published_at desc nulls last, native_id
"""

# What counts at another site of the company is no news at this one.
DOUBLED = """
    union all by name
    select doubled.account_id, doubled.native_id, known.* exclude (account_id, native_id)
    from known
    inner join staging.stg_doubled_posts as doubled on known.post_id = doubled.counted_post_id
    inner join staging.stg_accounts as accounts
        on doubled.account_id = accounts.account_id and doubled.host = accounts.host
"""

# Between two looks at a post, at the (geometric) middle of their ages. Engagement is what is stated of it both times.
GROWTH = """
with looks as (
    select
        metrics.account_id,
        metrics.age_seconds / 3600 as age_hours,
        coalesce(like_count, 0) + coalesce(comment_count, 0) + coalesce(share_count, 0) as engagement,
        lag(age_hours) over moments as earlier_hours,
        lag(engagement) over moments as earlier_engagement
    from staging.stg_post_metrics as metrics
    inner join staging.stg_post_keys as posts using (post_id)
    where
        metrics.published_at >= ? and posts.role in ('original', 'quote') and metrics.age_seconds >= 3600
        and coalesce(like_count, comment_count, share_count) is not null
    window moments as (partition by post_id order by metrics.observed_at)
)
select
    account_id,
    floor(log2(sqrt(age_hours * earlier_hours)))::integer as step,
    median((ln(1 + engagement) - ln(1 + earlier_engagement)) / ln(age_hours / earlier_hours)) as slope
from looks
where engagement >= 5 and age_hours > earlier_hours * 1.05
group by all
having count(*) >= 5
"""

# The newest answer decides: one without validators takes back those of earlier answers, a 304 only confirms them.
VALIDATORS = """
select account_id, url, etag, last_modified, fetched_at
from staging.stg_pages
where account_id is not null and fetched_at >= ? and status = 200
qualify
    row_number() over (partition by account_id, url order by fetched_at desc) = 1
    and coalesce(etag, last_modified) is not null
order by url
"""

# Of sites only: elsewhere every request has its use again.
LOOKED_AT = """
select pages.account_id, pages.url, pages.status, pages.fetched_at
from staging.stg_pages as pages
inner join staging.stg_accounts as accounts using (account_id)
where
    accounts.platform = 'web'
    and pages.fetched_at >= ?
    and pages.status in (200, 401, 403, 404, 410)
qualify row_number() over (partition by pages.account_id, pages.url order by pages.fetched_at desc) = 1
order by pages.url
"""

HOSTS = """
select host, robots_state, retry_after_at, error_streak, crawl_delay_seconds
from staging.stg_hosts
qualify row_number() over (partition by host order by observed_at desc) = 1
order by host
"""


def plan_facts(snapshot: Path, *, now: datetime, horizon_days: int = 84) -> Facts:
    """What the published snapshot knows at ``now``; empty when nothing was published yet.

    Raises as ``open_snapshot`` does, but for the missing snapshot.
    """
    try:
        connection = open_snapshot(snapshot)
    except SnapshotMissingError:
        return Facts()
    with connection, explained(snapshot):
        posts = _posts(connection, now - timedelta(days=horizon_days))
        validators = _validators(connection, now)
        looked_at, dead_ends = _looked_at(connection, now)
        growth = _growth(connection, now - timedelta(days=horizon_days))
        accounts = tuple(
            AccountFacts(
                account_key=key,
                native_account_id=native_account_id,
                software=software,
                last_complete_at=last_complete_at,
                last_outcome=last_outcome,
                last_reason=last_reason,
                last_message=last_message,
                was_cut=was_cut,
                known_posts=tuple(posts[str(account_id)]),
                validators=tuple(validators[str(account_id)]),
                looked_at=tuple(looked_at[str(account_id)]),
                dead_ends=tuple(dead_ends[str(account_id)]),
                growth=growth[str(account_id)],
            )
            for (
                key,
                account_id,
                native_account_id,
                software,
                last_complete_at,
                last_outcome,
                last_reason,
                last_message,
                was_cut,
            ) in connection.execute(ACCOUNTS).fetchall()
        )
        hosts = _hosts(connection)
    return Facts(accounts=accounts, hosts=hosts)


def host_facts(snapshot: Path) -> tuple[HostFacts, ...]:
    """The hosts of :func:`plan_facts` alone, without reading any post."""
    try:
        connection = open_snapshot(snapshot)
    except SnapshotMissingError:
        return ()
    with connection, explained(snapshot):
        return _hosts(connection)


@dataclass(frozen=True, kw_only=True)
class OwnLink:
    """A link that an own account shows."""

    account_key: str
    platform: str
    host: str
    url: str


def own_links(snapshot: Path) -> tuple[OwnLink, ...]:
    """The links of own accounts, those of profiles first. Raises as :func:`analysis.warehouse.open_snapshot`."""
    with open_snapshot(snapshot) as connection, explained(snapshot):
        rows = connection.execute(OWN_LINKS).fetchall()
    return tuple(
        OwnLink(account_key=account_key, platform=platform, host=host, url=url)
        for account_key, platform, host, url in rows
    )


def _hosts(connection: duckdb.DuckDBPyConnection) -> tuple[HostFacts, ...]:
    rows = connection.execute(HOSTS).fetchall()
    return tuple(
        HostFacts(
            host=host,
            robots_state=robots_state,
            retry_after_at=retry_after_at,
            error_streak=error_streak,
            crawl_delay_seconds=crawl_delay_seconds,
        )
        for host, robots_state, retry_after_at, error_streak, crawl_delay_seconds in rows
    )


def _posts(connection: duckdb.DuckDBPyConnection, since: datetime) -> defaultdict[str, list[PostFacts]]:
    found: defaultdict[str, list[PostFacts]] = defaultdict(list)
    for account_id, native_id, url, role, published_at, observed_at, times in connection.execute(
        POSTS.format(doubled=DOUBLED if has_table(connection, "staging.stg_doubled_posts") else ""), [since]
    ).fetchall():
        found[str(account_id)].append(
            PostFacts(
                native_id=native_id,
                url=url,
                role=role,
                published_at=published_at,
                observed_at=observed_at,
                observation_times=tuple(times),
            )
        )
    return found


def _growth(connection: duckdb.DuckDBPyConnection, since: datetime) -> defaultdict[str, dict[int, float]]:
    found: defaultdict[str, dict[int, float]] = defaultdict(dict)
    for account_id, step, slope in connection.execute(GROWTH, [since]).fetchall():
        found[str(account_id)][step] = slope
    return found


def _validators(connection: duckdb.DuckDBPyConnection, now: datetime) -> defaultdict[str, list[ValidatorFacts]]:
    found: defaultdict[str, list[ValidatorFacts]] = defaultdict(list)
    for account_id, url, etag, last_modified, fetched_at in connection.execute(
        VALIDATORS, [now - timedelta(days=VALIDATOR_DAYS)]
    ).fetchall():
        found[str(account_id)].append(
            ValidatorFacts(url=url, etag=etag, last_modified=last_modified, fetched_at=fetched_at)
        )
    return found


def _looked_at(
    connection: duckdb.DuckDBPyConnection, now: datetime
) -> tuple[defaultdict[str, list[str]], defaultdict[str, list[str]]]:
    """Pages that answered, and addresses that were missing or closed."""
    looked_at: defaultdict[str, list[str]] = defaultdict(list)
    dead_ends: defaultdict[str, list[str]] = defaultdict(list)
    for account_id, url, status, fetched_at in connection.execute(
        LOOKED_AT, [now - timedelta(days=VALIDATOR_DAYS)]
    ).fetchall():
        if status == _OK:
            looked_at[str(account_id)].append(url)
        elif fetched_at >= now - timedelta(days=DEAD_END_DAYS):
            dead_ends[str(account_id)].append(url)
    return looked_at, dead_ends
