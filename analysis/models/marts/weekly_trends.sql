-- One row per week, platform, dimension and level: what was posted, and what it
-- typically got at equal age.
with

current_window as (
    select * from intermediate.evaluations
    where is_current
),

posts as (
    select
        counted.post_id,
        counted.platform,
        counted.account_id,
        counted.log_engagement::double as log_engagement,
        date_trunc('week', counted.local_at)::date as week_start_date,
    from intermediate.counted_posts as counted
    where counted.is_current
),

levels as (
    select
        post_id,
        'all' as dimension,
        'all' as level,
    from posts
    union all
    select
        post_id,
        dimension,
        level,
    from intermediate.post_traits
    where dimension in ('format', 'post_type')
),

weeks as (
    select
        posts.week_start_date,
        posts.platform,
        levels.dimension,
        levels.level,
        count(*) as post_count,
        count(distinct posts.account_id) as account_count,
        exp(median(posts.log_engagement)) - 1 as engagement_median,
        count(posts.log_engagement) as measured_post_count,
    from posts
    inner join levels on posts.post_id = levels.post_id
    group by all
),

final as (
    select
        weeks.week_start_date,
        weeks.platform,
        weeks.dimension,
        weeks.level,
        weeks.post_count,
        weeks.account_count,
        weeks.post_count / sum(weeks.post_count) over (
            partition by weeks.week_start_date, weeks.platform, weeks.dimension
        ) as share_of_posts,
        weeks.engagement_median,
        weeks.measured_post_count,
        timezone(current_window.timezone, current_window.window_start)
        <= weeks.week_start_date
        and timezone(current_window.timezone, current_window.window_end)
        >= weeks.week_start_date
        + to_days(7)
        + to_hours(platforms.compare_age_hours) as is_complete,
    from weeks
    inner join seeds.platforms as platforms on weeks.platform = platforms.platform
    cross join current_window
)

select * from final
