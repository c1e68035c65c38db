"""Visits that are unlike their account's history: found, named, and their values kept out of a snapshot's models.

A network that changes its pages seldom says so: likes are suddenly zero, or missing, or half of the posts are. Before
the models of a snapshot are built, every visit is measured (``measures.sql``) and held against the history of its
account and of its platform (:mod:`analysis.drift.judging`). What is unlike it is written to ``config.drift``; in the
snapshot, whose raw tables hold what models may count, the visit's outcome becomes ``layout_changed`` or ``suspect``,
and where counts are unlike, all that the visit counted becomes unknown (``not_parsed``): what was seen before stands.
The warehouse itself keeps what pages said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import Any

import duckdb

from analysis.drift.judging import BOUNDS, Judged, Measured, UnsettledError, judge

_COUNTS = ("like_count", "comment_count", "share_count", "view_count", "save_count", "quote_count")
_LAYOUT = ("coverage", "zeros", "unparsed_pages")
"""Measures that tell of pages that look different; the others only of a visit that is hard to believe."""
_NAMES = {
    "like_count": "likes",
    "comment_count": "comments",
    "share_count": "shares",
    "view_count": "views",
    "published_at": "dates",
    "text": "texts",
    "format": "formats",
}

_FETCHED_AT_ONCE = 25
"""Accounts whose measures are fetched by one query, which looks through those of all; each may have some thousands."""

_Key = tuple[str, str, str, str | None]
"""Platform, crawl, measure and field."""
_DRIFT = """
    create or replace table config.drift (
        crawl_id text not null,
        account_id uuid not null,
        platform text not null,
        measure text not null,
        field text,
        value double not null,
        usual double,
        sample_count bigint not null,
        outcome text,
        accepted_by text,
        sentence text,
        is_out boolean not null,
        is_new boolean not null,
        is_newest boolean not null,
        started_at timestamptz not null,
        observed_at timestamptz not null
    )
"""
_ACCEPTED = """
    select account_id, max(acceptances.observed_at) as accepted_at
    from raw.acceptances cross join config.run as run
    where acceptances.observed_at <= run.as_of and (not run.is_strict or acceptances.loaded_at <= run.as_of)
    group by all
"""
# A platform is accepted up to where each of its accounts is.
_GIVEN_BY_ALL = f"""
    select min(acceptances.accepted_at)
    from (
        select distinct account_id from visit_measures
        where account_id is not null and platform = $platform and measure in ('coverage', 'zeros')
    ) as accounts
    left join ({_ACCEPTED}) as acceptances using (account_id)
    having count(*) = count(acceptances.accepted_at)
"""  # noqa: S608  # the query above


def keep_out_drift(snapshot: duckdb.DuckDBPyConnection) -> None:
    """Judge every visit of a snapshot that is being built, and keep out what is unlike; ``config.run`` stands."""
    measure(snapshot)
    snapshot.execute(_DRIFT)
    _write(snapshot, [row for judgements in _judgements(snapshot) for row in _rows(judgements)])
    _run(snapshot, "newest", into="insert into config.drift")
    for table in ("bounds", "visit_measures", "visit_histories", "judged_alone", "out_for_all", "nearby_measures"):
        snapshot.execute(f"drop table if exists {table}")
    if snapshot.execute("select 1 from config.drift where is_out limit 1").fetchone():
        _keep_out(snapshot)


def _run(snapshot: duckdb.DuckDBPyConnection, name: str, *, into: str = "") -> None:
    """The script ``<name>.sql``; what a select gives goes ``into`` a table."""
    script = files("analysis").joinpath("drift", f"{name}.sql").read_text(encoding="utf-8")
    snapshot.execute(f"{into}\n{script}")


def measure(snapshot: duckdb.DuckDBPyConnection) -> None:
    """Create the temporary tables ``visit_measures``, and of them ``visit_histories`` and ``judged_alone``.

    Most accounts are as ever at every visit. These are never fetched: a query finds whoever was once unlike, and only
    their visits are judged one after the other.
    """
    _run(snapshot, "macros")
    bounds = ", ".join(f"{value} as {name}" for name, value in BOUNDS.items())
    snapshot.execute(f"create or replace temporary table bounds as select {bounds}")
    # looks must meet their account before visits: joined by day alone they would meet everybody's visits of that day
    snapshot.execute("set disabled_optimizers = 'join_order'")
    try:
        _run(snapshot, "measures", into="create or replace temporary table visit_measures as")
    finally:
        snapshot.execute("reset disabled_optimizers")
    _run(snapshot, "pooled", into="insert into visit_measures")
    _run(snapshot, "histories", into="create or replace temporary table visit_histories as")
    snapshot.execute(
        """
        create or replace temporary table judged_alone as
        select distinct platform, account_id from visit_histories where is_unlike
        """
    )


def _judgements(snapshot: duckdb.DuckDBPyConnection) -> Iterator[list[Judged]]:
    """The judgements of each account that was ever unlike itself, or was visited when its whole platform was.

    Of the visits of an account, those near one that is unlike; all of them where that does not settle it.
    """
    pooled: dict[_Key, Judged] = {}
    for platform, _, measures, _ in _histories(snapshot):
        given = snapshot.execute(_GIVEN_BY_ALL, {"platform": platform}).fetchone()
        for each in judge(measures, given[0] if given else None):
            if each.is_out:
                pooled[_key(each.measured)] = each
    snapshot.execute(
        "create or replace temporary table out_for_all (platform text, crawl_id text, measure text, field text)"
    )
    for key in pooled:
        snapshot.execute("insert into out_for_all values (?, ?, ?, ?)", key)
    snapshot.execute(
        """
        insert into judged_alone
        select distinct measures.platform, measures.account_id
        from visit_measures as measures
        semi join out_for_all
            on measures.platform = out_for_all.platform and measures.crawl_id = out_for_all.crawl_id
                and measures.measure = out_for_all.measure and measures.field is not distinct from out_for_all.field
        where measures.account_id is not null
        """
    )
    query = "select distinct account_id::text from judged_alone where account_id is not null"
    alone = [account_id for (account_id,) in snapshot.execute(query).fetchall()]
    if not alone:
        return
    _run(snapshot, "nearby", into="create or replace temporary table nearby_measures as")
    unsettled: list[str] = []
    for _, accepted_at, measures, passed_over in _histories(snapshot, alone, "nearby_measures"):
        try:
            judged = judge(measures, accepted_at, passed_over=passed_over)
        except UnsettledError:
            unsettled.append(str(measures[0].account_id))
        else:
            yield _for_account(judged, measures, pooled)
    if unsettled:
        for _, accepted_at, measures, _ in _histories(snapshot, unsettled):
            yield _for_account(judge(measures, accepted_at), measures, pooled)


_NAMED = ("crawl_id", "account_id", "platform", "measure", "field", "value", "sample_count")
_Visits = set[tuple[datetime, str]]


def _histories(
    snapshot: duckdb.DuckDBPyConnection, account_ids: Sequence[str] | None = None, table: str = "visit_measures"
) -> Iterator[tuple[str, datetime | None, list[Measured], _Visits]]:
    """Of each account (``None`` = of each platform as one) that is judged alone: its platform, up to when a person
    accepted it, what was measured, and which visits only make up the history of others."""
    accounts = snapshot.execute(
        f"""
        select distinct judged_alone.platform, judged_alone.account_id::text, acceptances.accepted_at
        from judged_alone left join ({_ACCEPTED}) as acceptances using (account_id)
        where ($1 is null and judged_alone.account_id is null) or judged_alone.account_id in (select unnest($1::uuid[]))
        order by all
        """,  # noqa: S608  # the query above
        [account_ids],
    ).fetchall()
    accepted = {(platform, account_id): accepted_at for platform, account_id, accepted_at in accounts}
    is_judged = "true as is_judged" if table == "visit_measures" else "is_judged"
    for start in range(0, len(accounts), _FETCHED_AT_ONCE):
        platforms, account_ids, _ = zip(*accounts[start : start + _FETCHED_AT_ONCE], strict=True)
        answer = snapshot.execute(
            f"""
            with wanted as (select unnest($1) as platform, unnest($2::uuid[]) as account_id)
            select crawl_id, account_id::text as account_id, platform, measure, field, value, sample_count,
                epoch_us(started_at), epoch_us(observed_at), {is_judged}
            from {table} as measures
            semi join wanted
                on measures.platform = wanted.platform and measures.account_id is not distinct from wanted.account_id
            order by platform, account_id, observed_at, crawl_id, measure, field nulls first
            """,  # noqa: S608  # names of ours
            [list(platforms), list(account_ids)],
        )
        passed_over: dict[tuple[str, str | None], _Visits] = defaultdict(set)
        measures: dict[tuple[str, str | None], list[Measured]] = defaultdict(list)
        for *values, started_us, observed_us, is_one_judged in answer.fetchall():
            named = dict(zip(_NAMED, values, strict=True))
            one = Measured(**named, started_at=_moment(started_us), observed_at=_moment(observed_us))
            whose = (one.platform, one.account_id)
            measures[whose].append(one)
            if not is_one_judged:
                passed_over[whose].add((one.observed_at, one.crawl_id))
        for whose, theirs in measures.items():
            yield whose[0], accepted[whose], theirs, passed_over[whose]


@lru_cache(maxsize=100_000)  # visits have many measures
def _moment(microseconds: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)


def _key(one: Measured) -> _Key:
    return (one.platform, one.crawl_id, one.measure, one.field)


def _for_account(
    judgements: Sequence[Judged], measures: Iterable[Measured], pooled: Mapping[_Key, Judged]
) -> list[Judged]:
    """What is out for a platform is so for each of its accounts that was visited then."""
    found = {_key(each.measured): each for each in judgements}
    for one in measures:
        whole, known = pooled.get(_key(one)), found.get(_key(one))
        if whole is None or not one.sample_count or (known and (known.is_out or known.accepted_by == "person")):
            continue
        found[_key(one)] = Judged(measured=one, usual=whole.usual, is_out=True, is_new=whole.is_new)
    return list(found.values())


def _rows(judgements: Sequence[Judged]) -> Iterator[tuple[Any, ...]]:
    """Rows of ``config.drift``: of an account's newest visit every measure, of the others those that are out."""
    newest = max((each.measured.observed_at, each.measured.crawl_id) for each in judgements)[1]
    for each in judgements:
        one = each.measured
        is_newest = one.crawl_id == newest
        if not (each.is_out or is_newest or each.accepted_by):
            continue
        outcome = ("layout_changed" if one.measure in _LAYOUT else "suspect") if each.is_out else None
        yield (
            one.crawl_id, one.account_id, one.platform, one.measure, one.field, one.value, each.usual, one.sample_count,
            outcome, each.accepted_by, _sentence(each) if each.is_out else None, each.is_out, each.is_new, is_newest,
            one.started_at, one.observed_at,
        )  # fmt: skip


def _write(snapshot: duckdb.DuckDBPyConnection, rows: Sequence[tuple[Any, ...]]) -> None:
    """All at once, a list for each column: a statement for each row takes a hundred times as long."""
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        unnested = ", ".join("unnest(?)" for _ in columns)
        snapshot.execute(f"insert into config.drift select {unnested}", columns)


def _sentence(judged: Judged) -> str:
    one, usual = judged.measured, judged.usual or 0.0
    name = _NAMES.get(one.field or "", "")
    match one.measure:
        case "posts_found":
            return f"Only {one.value:,.0f} posts were found, usually {usual:,.0f}."
        case "unparsed_pages":
            return f"{one.value:.0%} of {one.sample_count:,} pages could not be read, usually {usual:.0%}."
        case "errors":
            return f"{one.value:.0%} of {one.sample_count:,} requests were answered with errors, usually {usual:.0%}."
        case "identical_pages":
            return f"{one.value:.0%} of {one.sample_count:,} pages were the same page."
        case "coverage":
            return f"The {name} are there for {one.value:.0%} of {one.sample_count:,} posts, usually for {usual:.0%}."
    return f"The {name} are zero on {one.value:.0%} of {one.sample_count:,} posts, usually on {usual:.0%}."


def what_helps(outcome: str, platform: str, account: str) -> str:
    """What a person can do about a visit that ended so."""
    accepting = f"If it is right all the same: rivalscope accept {account}"
    return f"{upgrading(platform)} {accepting}" if outcome == "layout_changed" else accepting


def upgrading(platform: str) -> str:
    """How pages that changed come to be read: which version this is, how to get a newer one, and what to do then."""
    try:
        installed = version("rivalscope")
    except PackageNotFoundError:
        installed = "unknown"
    return (
        f"This is Rivalscope {installed}; a newer one may read the pages as they are now: pipx upgrade rivalscope, then"
        f" rivalscope reparse --platform {platform}."
    )


def _keep_out(snapshot: duckdb.DuckDBPyConnection) -> None:
    nothing = ", ".join(f"{count} = null" for count in _COUNTS)
    unread = ", ".join(f"'{count}': 'not_parsed'" for count in _COUNTS)
    # the whole look, so that what was seen before stands, with its age, and no half of a sum
    snapshot.execute(
        f"""
        update raw.post_metrics as metrics
        set {nothing}, reactions = null,
            missing = map_concat(map {{{unread}}}, coalesce(missing, map()))
        from (
            select posts.post_id, drift.started_at, drift.observed_at
            from config.drift as drift
            inner join (select distinct post_id, account_id from raw.posts) as posts using (account_id)
            where drift.is_out and (drift.field like '%_count' or drift.measure = 'identical_pages')
        ) as out
        where metrics.post_id = out.post_id
            and metrics.observed_at between out.started_at and out.observed_at
            and metrics.source <> 'import'
        """  # noqa: S608  # the names above
    )
    snapshot.execute(
        """
        delete from raw.absences as absences
        using config.drift as drift
        where drift.is_out and drift.measure in ('posts_found', 'identical_pages', 'unparsed_pages')
            and absences.account_id = drift.account_id
            and absences.observed_at between drift.started_at and drift.observed_at
        """
    )
    keys = "select account_id, any_value(account_key) from raw.accounts group by all"
    accounts = dict(snapshot.execute(keys).fetchall())
    visits = snapshot.execute(
        """
        select
            crawl_id, account_id, any_value(platform), min(outcome),
            string_agg(sentence, ' ' order by measure, field)
        from config.drift
        where is_out
        group by all
        """
    ).fetchall()
    told = [
        (crawl_id, account_id, outcome, f"{sentence} {what_helps(outcome, platform, accounts[account_id])}")
        for crawl_id, account_id, platform, outcome, sentence in visits
    ]
    snapshot.execute(
        """
        with out as (
            select
                unnest($1) as crawl_id, unnest($2::uuid[]) as account_id, unnest($3) as outcome, unnest($4) as message
        )
        update raw.visits as visits set outcome = out.outcome, reason = null, message = out.message
        from out
        where visits.crawl_id = out.crawl_id and visits.account_id = out.account_id
            and visits.outcome in ('complete', 'partial')
        """,
        [list(column) for column in zip(*told, strict=True)],
    )
