-- One row per whole ISO week, platform, dimension and level of marts.trait_trends: its
-- share of the posts of the accounts that posted in both periods.
with

weeks as (
    select * from intermediate.trait_weeks
),

totals as (
    select
        week_start_date,
        platform,
        dimension,
        account_id,
        sum(post_count) as post_count,
    from weeks
    where is_in_total
    group by all
),

final as (
    select
        totals.week_start_date,
        totals.platform,
        shifts.dimension,
        shifts.level,
        coalesce(sum(weeks.post_count), 0)::bigint as post_count,
        sum(totals.post_count)::bigint as known_post_count,
        count(*) as account_count,
        coalesce(sum(weeks.post_count), 0) / sum(totals.post_count) as share_of_posts,
    from intermediate.share_shifts as shifts
    inner join totals using (platform, dimension, account_id)
    left join weeks
        on
            totals.week_start_date = weeks.week_start_date
            and totals.platform = weeks.platform
            and shifts.dimension = weeks.dimension
            and shifts.level = weeks.level
            and totals.account_id = weeks.account_id
    group by all
)

select * from final
