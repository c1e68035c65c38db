-- One row per account and ISO week with a follower count: what it grew by since the
-- week before that had one, and whether that is a jump.
-- A jump is a week whose growth (change of ln(followers) a day) lies 3.5 robust
-- standard deviations, at least 0.3 % a day, from the median of the account's own
-- earlier weeks (at least four), and changes the count by at least 25. A count that is
-- shown rounded changes in steps; a step of its last digit is none.
with

current_window as (
    select * from intermediate.evaluations
    where is_current
),

counts as (
    select
        metrics.account_id,
        date_trunc(
            'week', timezone(current_window.timezone, metrics.observed_at)
        )::date as week_start_date,
        arg_max(metrics.follower_count, metrics.observed_at) as follower_count,
        arg_max(
            metrics.rounded['follower_count'], metrics.observed_at
        ) as digits_known,
        max(metrics.observed_at) as observed_at,
    from staging.stg_account_metrics as metrics
    cross join current_window
    where metrics.follower_count > 0
    group by all
),

steps as (
    select
        *,
        follower_count - lag(follower_count) over weeks as follower_change,
        hours_between(lag(observed_at) over weeks, observed_at) / 24 as days,
        ln(follower_count / lag(follower_count) over weeks) as log_change,
        case
            when digits_known is not null
                then
                    10 ** greatest(
                        length(follower_count::text) - digits_known, 0
                    )
            else 1
        end as step_size,
    from counts
    window weeks as (partition by account_id order by week_start_date)
),

growths as (
    select
        *,
        case when days >= 2 then log_change / days end as growth,
    from steps
),

histories as (
    select
        *,
        list(growth) filter (growth is not null) over earlier as earlier_growths,
    from growths
    window earlier as (
        partition by account_id
        order by week_start_date
        rows between 26 preceding and 1 preceding
    )
),

middles as (
    select
        *,
        list_median(earlier_growths) as usual_growth,
    from histories
),

usual as (
    select
        *,
        list_median(
            list_transform(earlier_growths, lambda earlier: abs(earlier - usual_growth))
        ) as spread,
    from middles
),

final as (
    select
        usual.account_id,
        accounts.company,
        accounts.is_own,
        accounts.platform,
        accounts.account,
        accounts.url,
        usual.week_start_date,
        usual.follower_count,
        usual.follower_change,
        usual.days,
        usual.growth,
        len(usual.earlier_growths) as earlier_week_count,
        usual.usual_growth,
        coalesce(
            len(usual.earlier_growths) >= 4
            and abs(usual.follower_change) >= greatest(25, 2 * usual.step_size)
            and abs(usual.growth - usual.usual_growth)
            > greatest(3.5 * 1.4826 * usual.spread, 0.003),
            false
        ) as is_jump,
        usual.observed_at,
    from usual
    inner join staging.stg_accounts as accounts
        on usual.account_id = accounts.account_id
    where accounts.state != 'removed'
)

select * from final
