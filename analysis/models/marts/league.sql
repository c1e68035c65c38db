-- One row per company and platform, and per company over all its platforms (platform
-- "all").
-- engagement is what was counted last; what a post gets (median, mean, rate) is
-- compared at equal age.
with

current_window as (
    select * from intermediate.evaluations
    where is_current
),

accounts as (
    select * from staging.stg_accounts
    where state != 'removed'
),

followers as (
    select
        metrics.account_id,
        arg_max(metrics.follower_count, metrics.observed_at) as follower_count,
        arg_max(metrics.follower_count, metrics.observed_at) filter (
            metrics.observed_at <= current_window.as_of - interval 28 days
        ) as follower_count_4w_ago,
    from staging.stg_account_metrics as metrics
    cross join current_window
    where metrics.follower_count is not null
    group by all
),

posts as (
    select
        posts.*,
        case
            when posts.follower_count > 0
                then posts.engagement_at_age / posts.follower_count
        end as engagement_rate,
        posts.published_at > current_window.window_end - interval 7 days
            as is_last_week,
        posts.published_at <= current_window.window_end - interval 7 days
        and posts.published_at > current_window.window_end - interval 35 days
            as is_previous_4w,
    from marts.posts as posts
    cross join current_window
    where posts.is_counted
),

-- An account that was found later has fewer weeks to post in than the window has.
paces as (
    select
        posts.account_id,
        count(*) * 168
        / greatest(
            168,
            hours_between(min(posts.published_at), max(current_window.window_end))
        ) as posts_per_week,
    from posts
    cross join current_window
    group by all
),

account_rows as (
    select
        accounts.company,
        accounts.account_id,
        accounts.is_own,
        followers.follower_count,
        followers.follower_count - followers.follower_count_4w_ago
            as follower_change_4w,
        paces.posts_per_week,
        unnest([accounts.platform, 'all']) as platform,
    from accounts
    left join followers on accounts.account_id = followers.account_id
    left join paces on accounts.account_id = paces.account_id
),

presences as (
    select
        company,
        platform,
        bool_or(is_own) as is_own,
        count(*) as account_count,
        sum(follower_count)::bigint as follower_count,
        sum(follower_change_4w)::bigint as follower_change_4w,
        coalesce(sum(posts_per_week::decimal(18, 6)), 0)::double as posts_per_week,
    from account_rows
    group by all
),

post_rows as (
    select
        company,
        engagement,
        engagement_at_age,
        engagement_rate,
        is_last_week,
        is_previous_4w,
        unnest([platform, 'all']) as platform,
    from posts
),

performances as (
    select
        company,
        platform,
        count(*) as post_count,
        sum(engagement)::bigint as engagement,
        median(engagement_at_age) as engagement_per_post,
        sum(engagement_at_age::decimal(38, 6))::double / count(engagement_at_age)
            as engagement_mean,
        count(engagement_at_age) as measured_post_count,
        sum(engagement_rate::decimal(38, 12))::double / count(engagement_rate)
            as engagement_rate,
        count(*) filter (is_last_week) as post_count_last_week,
        count(*) filter (is_previous_4w) / 4 as post_count_previous_4w_per_week,
    from post_rows
    group by all
),

final as (
    select
        presences.company,
        presences.is_own,
        presences.platform,
        presences.account_count,
        coalesce(performances.post_count, 0) as post_count,
        presences.posts_per_week,
        presences.follower_count,
        presences.follower_change_4w,
        performances.engagement,
        performances.engagement_per_post,
        case
            when performances.measured_post_count > 0
                then performances.engagement_mean
        end as engagement_mean,
        coalesce(performances.measured_post_count, 0) as measured_post_count,
        case
            when isfinite(performances.engagement_rate)
                then performances.engagement_rate
        end as engagement_rate,
        performances.engagement
        / nullif(
            sum(performances.engagement) over (partition by presences.platform), 0
        ) as engagement_share,
        coalesce(
            platforms.engagement_definition, 'the sum of what each platform shows'
        ) as engagement_definition,
        coalesce(performances.post_count_last_week, 0) as post_count_last_week,
        coalesce(performances.post_count_previous_4w_per_week, 0)
            as post_count_previous_4w_per_week,
    from presences
    left join performances using (company, platform)
    left join seeds.platforms as platforms
        on presences.platform = platforms.platform
)

select * from final
