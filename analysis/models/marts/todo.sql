-- One row per account that only saved files can show, in the order in which to save it.
with

-- Accounts that only an import named are nobody's errand.
accounts as (
    select coverage.*
    from marts.coverage as coverage
    inner join staging.stg_accounts as listed
        on coverage.account_id = listed.account_id
    where
        coverage.is_walled
        and coverage.state = 'active'
        and listed.source = 'list'
),

-- The quickest way that ends in a file with posts; filling in a table is none.
ways as (
    select
        accounts.account_id,
        doors.way,
        doors.effort_minutes,
        doors.shows,
        doors.how,
    from accounts
    inner join seeds.doors as doors on accounts.platform = doors.platform
    where
        doors.way in ('saved_page', 'recording')
        or (doors.way = 'own_export' and accounts.is_own)
    qualify row_number() over (
        partition by accounts.account_id
        order by
            (doors.way = 'own_export' and accounts.is_own) desc,
            doors.rank asc
    ) = 1
),

observations as (
    select
        account_id,
        post_id,
        source,
        observed_at,
    from staging.stg_post_metrics
),

newest as (
    select
        account_id,
        max(observed_at) as observed_at,
        max(observed_at) filter (source = 'import') as imported_at,
    from observations
    group by all
),

last_imports as (
    select
        observations.account_id,
        count(distinct observations.post_id) as imported_post_count,
    from observations
    inner join newest on observations.account_id = newest.account_id
    where
        observations.source = 'import'
        and observations.observed_at > newest.imported_at - interval 1 day
    group by all
),

due as (
    select
        accounts.account_id,
        accounts.company,
        accounts.platform,
        accounts.account,
        accounts.url,
        ways.way,
        ways.how,
        ways.shows,
        ways.effort_minutes,
        accounts.post_count,
        coalesce(last_imports.imported_post_count, 0) as imported_post_count,
        accounts.is_own,
        -- Once a week is enough; a day's grace keeps Monday a Monday.
        coalesce(newest.observed_at <= run.as_of - interval 6 day, true) as is_due,
        newest.observed_at,
        newest.imported_at,
    from accounts
    cross join config.run
    inner join ways on accounts.account_id = ways.account_id
    left join newest on accounts.account_id = newest.account_id
    left join last_imports on accounts.account_id = last_imports.account_id
),

ranked as (
    select
        *,
        row_number() over (
            order by
                is_due desc,
                observed_at asc nulls first,
                effort_minutes asc,
                account_id asc
        ) as rank,
    from due
),

final as (
    select
        account_id,
        company,
        platform,
        account,
        url,
        way,
        how,
        shows,
        effort_minutes,
        sum(effort_minutes) over (order by rank)::bigint as minutes_so_far,
        post_count,
        imported_post_count,
        rank,
        is_own,
        is_due,
        -- Ten minutes a week; the first account is asked for however long it takes.
        is_due
        and (rank = 1 or sum(effort_minutes) over (order by rank) <= 10)
            as is_this_week,
        observed_at,
        imported_at,
    from ranked
)

select * from final
