-- One row per week, platform and company: its part of the posts and of the engagement
-- seen so far.
-- is_comparable: the whole week lies in the window, and of every company at least 80 %
-- of the posts are measured.
with

current_window as (
    select * from intermediate.evaluations
    where is_current
),

posts as (
    select
        posts.platform,
        posts.company,
        posts.is_own,
        posts.engagement,
        date_trunc('week', counted.local_at)::date as week_start_date,
    from marts.posts as posts
    inner join intermediate.counted_posts as counted
        on posts.post_id = counted.post_id
    where counted.is_current
),

weeks as (
    select
        week_start_date,
        platform,
        company,
        bool_or(is_own) as is_own,
        count(*) as post_count,
        sum(engagement)::bigint as engagement,
        count(engagement) as measured_post_count,
    from posts
    group by all
),

final as (
    select
        weeks.week_start_date,
        weeks.platform,
        weeks.company,
        weeks.is_own,
        weeks.post_count,
        weeks.engagement,
        weeks.measured_post_count,
        weeks.engagement
        / nullif(sum(weeks.engagement) over (
            partition by weeks.week_start_date, weeks.platform
        ), 0) as engagement_share,
        timezone(current_window.timezone, current_window.window_start)
        <= weeks.week_start_date
        and timezone(current_window.timezone, current_window.window_end)
        >= weeks.week_start_date + to_days(7)
        and min(weeks.measured_post_count / weeks.post_count) over (
            partition by weeks.week_start_date, weeks.platform
        ) >= 0.8 as is_comparable,
    from weeks
    cross join current_window
)

select * from final
