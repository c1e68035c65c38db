-- One row per whole ISO week, platform, dimension, level and account: its posts with
-- the level, in the last twelve whole weeks of the window.
-- weeks_ago is 1 for the last whole week. Levels with is_in_total add up to the posts
-- whose level is known.
with

current_window as (
    select
        *,
        date_trunc('week', timezone(timezone, window_end))::date as running_week,
        timezone(timezone, window_start) as local_start,
    from intermediate.evaluations
    where is_current
),

posts as (
    select
        counted.post_id,
        counted.platform,
        counted.account_id,
        date_trunc('week', counted.local_at)::date as week_start_date,
        current_window.running_week,
    from intermediate.counted_posts as counted
    cross join current_window
    where
        counted.is_current
        and counted.local_at < current_window.running_week
        and counted.local_at >= current_window.running_week - 84
        and date_trunc('week', counted.local_at) >= current_window.local_start
),

final as (
    select
        posts.week_start_date,
        ((posts.running_week - posts.week_start_date) // 7)::integer as weeks_ago,
        posts.platform,
        traits.dimension,
        traits.level,
        traits.level = '*' or not dimensions.is_multiple as is_in_total,
        posts.account_id,
        count(*) as post_count,
    from posts
    inner join intermediate.post_traits as traits on posts.post_id = traits.post_id
    inner join seeds.dimensions as dimensions
        on traits.dimension = dimensions.dimension
    group by all
)

select * from final
