-- One row per company and platform, and per company over all its platforms (platform
-- "all").
-- engagement is what was counted last; what a post gets (median, mean, rate) is
-- compared at equal age.
-- A week is a whole ISO week. What is compared over time (the four weeks before, the
-- change of the share) is null for whoever was not present in all of these weeks.
with

current_window as (
    select
        *,
        date_trunc('week', timezone(timezone, window_end))::date as running_week,
    from intermediate.evaluations
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
        counted.account_id,
        counted.company,
        counted.platform,
        counted.engagement,
        counted.engagement_at_age,
        case
            when results.follower_count > 0
                then counted.engagement_at_age / results.follower_count
        end as engagement_rate,
        date_diff(
            'week', date_trunc('week', counted.local_at), current_window.running_week
        ) as weeks_ago,
        counted.published_at,
    from intermediate.counted_posts as counted
    cross join current_window
    inner join intermediate.post_results as results
        on counted.post_id = results.post_id
    where counted.is_current
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
        nearest_double(coalesce(sum(posts_per_week::decimal(18, 6)), 0))
            as posts_per_week,
    from account_rows
    group by all
),

post_rows as (
    select
        company,
        engagement,
        engagement_at_age,
        engagement_rate,
        weeks_ago,
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
        nearest_double(sum(engagement_at_age::decimal(38, 6)))
        / count(engagement_at_age) as engagement_mean,
        count(engagement_at_age) as measured_post_count,
        exact_sum(engagement_rate) / count(engagement_rate) as engagement_rate,
        count(*) filter (weeks_ago = 1) as post_count_last_week,
        count(*) filter (weeks_ago between 2 and 5) / 4
            as post_count_previous_4w_per_week,
    from post_rows
    group by all
),

-- Whole weeks ago in which a company was present on a platform.
presence_weeks as (
    select
        company_weeks.company,
        company_weeks.platform,
        date_diff('week', company_weeks.week_start_date, current_window.running_week)
            as weeks_ago,
    from marts.company_weeks as company_weeks
    cross join current_window
),

spans as (
    select
        company,
        platform,
        count(*) filter (weeks_ago <= 5) = 5 as has_five_weeks,
        count(*) filter (weeks_ago <= 8) = 8 as has_eight_weeks,
    from presence_weeks
    group by all
),

-- Over all platforms a company is compared on those where it was there throughout.
compared_posts as (
    select
        posts.company,
        posts.platform,
        posts.engagement,
        posts.weeks_ago,
        spans.has_five_weeks,
        spans.has_eight_weeks,
    from posts
    inner join spans using (company, platform)
    where posts.weeks_ago between 1 and 8
),

compared_rows as (
    select
        * exclude (platform),
        unnest([platform, 'all']) as platform,
    from compared_posts
),

compared_sums as (
    select
        company,
        platform,
        coalesce(sum(engagement) filter (
            has_eight_weeks and weeks_ago <= 4
        ), 0) as engagement_4w,
        coalesce(sum(engagement) filter (
            has_eight_weeks and weeks_ago > 4
        ), 0) as engagement_previous_4w,
    from compared_rows
    group by all
),

steady as (
    select distinct
        company,
        unnest([platform, 'all']) as platform,
        has_five_weeks,
        has_eight_weeks,
    from spans
),

steady_companies as (
    select
        company,
        platform,
        bool_and(has_five_weeks) as has_five_weeks,
        bool_or(has_eight_weeks) as has_eight_weeks,
    from steady
    group by all
),

share_changes as (
    select
        steady_companies.company,
        steady_companies.platform,
        coalesce(sums.engagement_4w, 0)
        / nullif(sum(sums.engagement_4w) over platform_total, 0)
            as engagement_share_4w,
        coalesce(sums.engagement_4w, 0)
        / nullif(sum(sums.engagement_4w) over platform_total, 0)
        - coalesce(sums.engagement_previous_4w, 0)
        / nullif(sum(sums.engagement_previous_4w) over platform_total, 0)
            as engagement_share_change_4w,
    from steady_companies
    left join compared_sums as sums using (company, platform)
    where steady_companies.has_eight_weeks
    window platform_total as (partition by steady_companies.platform)
),

arrivals as (
    select
        presence.company,
        presence.platform,
        max(date_trunc(
            'week', timezone(current_window.timezone, presence.present_from)
        ))::date as came_week,
    from marts.presence as presence
    cross join current_window
    where presence.present_from > presence.data_from
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
        case
            when steady_companies.has_five_weeks
                then coalesce(performances.post_count_previous_4w_per_week, 0)
        end as post_count_previous_4w_per_week,
        share_changes.engagement_share_4w,
        share_changes.engagement_share_change_4w,
        arrivals.came_week,
    from presences
    left join steady_companies using (company, platform)
    left join share_changes using (company, platform)
    left join arrivals using (company, platform)
    left join performances using (company, platform)
    left join seeds.platforms as platforms
        on presences.platform = platforms.platform
)

select * from final
