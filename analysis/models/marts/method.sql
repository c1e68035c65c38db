-- One row per platform with an account: the definitions that are printed beside its
-- numbers.
with

posts as (
    select
        platform,
        count(*) as post_count,
        count(log_engagement) as measured_post_count,
    from intermediate.counted_posts
    where is_current
    group by all
),

accounts as (
    select
        platform,
        count(*) as account_count,
    from staging.stg_accounts
    where state != 'removed'
    group by all
),

final as (
    select
        platforms.platform,
        platforms.label,
        platforms.engagement_definition,
        platforms.note as engagement_note,
        platforms.compare_age_hours,
        accounts.account_count,
        coalesce(posts.post_count, 0) as post_count,
        coalesce(posts.measured_post_count, 0) as measured_post_count,
        current_window.window_start,
        current_window.window_end,
        current_window.as_of,
    from accounts
    inner join seeds.platforms as platforms
        on accounts.platform = platforms.platform
    left join posts on accounts.platform = posts.platform
    cross join intermediate.evaluations as current_window
    where current_window.is_current
)

select * from final
