-- One row per whole ISO week, platform and company that was present in all of it: the
-- posts of all its accounts there are known from before, and were looked at after.
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

weeks as (
    select
        -- a post that claims to be older than the web makes no thousand empty weeks
        unnest(generate_series(
            greatest(first_week, date '1990-01-01'),
            running_week - 7,
            interval 7 days
        ))::date as week_start_date,
        timezone(timezone, window_start) <= week_start_date as is_whole,
        timezone,
    from current_window
),

present as (
    select
        weeks.week_start_date,
        presence.platform,
        presence.company,
    from weeks
    cross join marts.presence as presence
    group by all
    having
        bool_and(
            presence.present_until
            >= timezone(weeks.timezone, weeks.week_start_date + interval 7 days)
            -- whoever is there from the beginning is so in all of its week
            and (
                presence.present_from
                <= timezone(weeks.timezone, weeks.week_start_date::timestamp)
                or (
                    presence.present_from = presence.data_from
                    and presence.data_from
                    < timezone(weeks.timezone, weeks.week_start_date + interval 7 days)
                    and weeks.is_whole
                )
            )
        )
),

final as (
    select
        *,
        coalesce(
            lag(week_start_date) over (
                partition by platform, company
                order by week_start_date
            ) = week_start_date - 7,
            false
        ) as was_present_before,
    from present
)

select * from final
