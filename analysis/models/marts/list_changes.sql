-- One row per ISO week and platform in which the list that is compared changed: which
-- companies came, and which went. A line over the weeks compares nothing across it.
-- came: an account was added to the list, or its known posts begin in that week; went:
-- it was taken off the list, or it was not looked at any more.
with

current_window as (
    select
        *,
        date_trunc('week', timezone(timezone, window_start))::date
            as first_week,
        date_trunc('week', timezone(timezone, window_end))::date
            as running_week,
    from intermediate.evaluations
    where is_current
),

entries as (
    select
        accounts.platform,
        accounts.company,
        accounts.state = 'removed' as is_removed,
        accounts.first_observed_at as listed_at,
        accounts.observed_at as noted_at,
        case
            when presence.present_from > presence.data_from then presence.present_from
        end as present_from,
        presence.present_until,
        min(accounts.first_observed_at) over () as list_start,
    from staging.stg_accounts as accounts
    left join marts.presence as presence
        on accounts.account_id = presence.account_id
),

events as (
    select
        platform,
        company,
        'came' as kind,
        listed_at as happened_at,
    from entries
    -- the list as it was begun is no change of it
    where not is_removed and listed_at > list_start + interval 1 day
    union all
    select
        platform,
        company,
        'came' as kind,
        present_from as happened_at,
    from entries
    where present_from is not null
    union all
    select
        platform,
        company,
        'went' as kind,
        noted_at as happened_at,
    from entries
    where is_removed
    union all
    select
        entries.platform,
        entries.company,
        'went' as kind,
        entries.present_until as happened_at,
    from entries
    cross join current_window
    where
        entries.present_until
        < timezone(current_window.timezone, current_window.running_week)
),

dated as (
    select
        date_trunc('week', timezone(current_window.timezone, events.happened_at))::date
            as week_start_date,
        events.platform,
        events.company,
        events.kind,
    from events
    cross join current_window
    where
        events.happened_at > current_window.window_start
        and events.happened_at <= current_window.as_of
),

final as (
    select
        week_start_date,
        platform,
        coalesce(
            list_sort(list(distinct company) filter (kind = 'came')), []
        ) as came,
        coalesce(
            list_sort(list(distinct company) filter (kind = 'went')), []
        ) as went,
    from dated
    group by all
)

select * from final
