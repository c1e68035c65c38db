-- One row per thing that a reader should know beside the data, the most urgent first.
with

notices as (
    select * from config.notices
),

-- Said in the brief of the week in which it began, however often accounts are visited:
-- what was so when the brief before was made is no news.
told as (
    select max(publications.as_of) as told_until,
    from config.publications as publications
    cross join config.run
    where
        not publications.is_current
        and publications.as_of <= run.as_of - interval 160 hours
),

drifts as (
    select
        drift.platform,
        count(distinct drift.account_id) as account_count,
        min(
            drift.company || ', ' || coalesce(drift.url, drift.account_key) || ': '
            || drift.sentence
        ) as sentence,
    from marts.drift as drift
    cross join told
    where
        drift.is_out
        and drift.is_newest
        and (told.told_until is null or drift.begun_at > told.told_until)
    group by all
),

-- A server that does not answer says nothing of where the account is.
told_visits as (
    select
        account_id,
        message,
        reason in ('moved', 'off_host') as is_elsewhere,
        observed_at,
        coalesce(lag(reason) over moments != reason, true) as is_new,
        lead(observed_at) over moments is null as is_newest,
    from staging.stg_visits
    where
        (outcome != 'error' or coalesce(reason = 'off_host', false))
        and reason is distinct from 'robots_unreachable'
        and reason is distinct from 'interrupted'
    window moments as (
        partition by account_id
        order by observed_at, crawl_id
    )
),

moves as (
    select
        account_id,
        arg_max(message, observed_at) as message,
        max(observed_at) filter (is_new) as begun_at,
    from told_visits
    where is_elsewhere
    group by account_id
    having bool_or(is_newest)
),

news as (
    select
        drifts.platform,
        drifts.sentence
        || case drifts.account_count
            when 1 then ''
            when 2 then ' The same on one more account.'
            else ' Similar on ' || drifts.account_count - 1 || ' more accounts.'
        end
        || ' It is left out of comparisons until it is usual, mended or accepted.'
            as sentence,
    from drifts
    union all by name
    select
        accounts.platform,
        accounts.company || ', ' || coalesce(accounts.url, accounts.account_key) || ': '
        || moves.message as sentence,
    from moves
    inner join staging.stg_accounts as accounts
        on moves.account_id = accounts.account_id
    cross join told
    where
        accounts.state = 'active'
        and (told.told_until is null or moves.begun_at > told.told_until)
),

final as (
    select
        rank,
        platform,
        sentence,
        is_urgent,
    from notices
    union all by name
    select
        (select count(*) from notices)
        + row_number() over (order by platform, sentence) as rank,
        platform,
        sentence,
        true as is_urgent,
    from news
)

select * from final
