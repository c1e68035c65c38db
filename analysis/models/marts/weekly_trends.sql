-- One row per week, platform, dimension and level: what was posted, and what it
-- typically got at equal age.
-- The two changes are against the week before, among the companies that were present in
-- both weeks.
with

current_window as (
    select
        timezone(timezone, window_start) as local_start,
        timezone(timezone, window_end) as local_end,
    from intermediate.evaluations
    where is_current
),

posts as (
    select
        counted.post_id,
        counted.platform,
        accounts.account_number,
        counted.log_engagement::double as log_engagement,
        date_trunc('week', counted.local_at)::date as week_start_date,
    from intermediate.counted_posts as counted
    inner join intermediate.compared_accounts as accounts
        on counted.account_id = accounts.account_id
    where counted.is_current
),

-- Each post is joined once; only then its levels become rows.
wide_posts as (
    select
        posts.* exclude (post_id),
        'all' as "all",
        levels.format,
        levels.post_type,
    from posts
    inner join intermediate.trait_levels as levels on posts.post_id = levels.post_id
),

levelled as (
    unpivot wide_posts
    on "all", format, post_type
    into
    name dimension
    value level
),

account_counts as (
    select
        week_start_date,
        account_number,
        dimension,
        level,
        count(*) as post_count,
        count(log_engagement) as measured_post_count,
    from levelled
    group by all
),

counts as (
    select
        account_counts.*,
        accounts.platform,
        accounts.company,
    from account_counts
    inner join intermediate.compared_accounts as accounts
        on account_counts.account_number = accounts.account_number
),

medians as (
    select
        week_start_date,
        platform,
        dimension,
        level,
        median(log_engagement) as log_median,
    from levelled
    group by all
),

weeks as (
    select
        week_start_date,
        platform,
        dimension,
        level,
        sum(post_count)::bigint as post_count,
        count(*) as account_count,
        sum(measured_post_count)::bigint as measured_post_count,
    from counts
    group by all
),

-- Every count stands in its own week, and as what was before in the next.
company_counts as (
    select
        week_start_date,
        platform,
        company,
        dimension,
        level,
        post_count,
        0 as post_count_before,
    from counts
    union all
    select
        week_start_date + 7 as week_start_date,
        platform,
        company,
        dimension,
        level,
        0 as post_count,
        post_count as post_count_before,
    from counts
),

-- What the companies that were present in both weeks posted in each of them.
moves as (
    select
        counts.week_start_date,
        counts.platform,
        counts.dimension,
        counts.level,
        sum(counts.post_count) as post_count,
        sum(counts.post_count_before) as post_count_before,
    from company_counts as counts
    inner join marts.company_weeks as company_weeks
        on
            counts.week_start_date = company_weeks.week_start_date
            and counts.platform = company_weeks.platform
            and counts.company = company_weeks.company
            and company_weeks.was_present_before
    group by all
),

changes as (
    select
        week_start_date,
        platform,
        dimension,
        level,
        (post_count - post_count_before)::bigint as post_count_change,
        post_count / nullif(sum(post_count) over same_companies, 0)
        - post_count_before / nullif(sum(post_count_before) over same_companies, 0)
            as share_of_posts_change,
    from moves
    window same_companies as (partition by week_start_date, platform, dimension)
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
        changes.share_of_posts_change,
        changes.post_count_change,
        exp(medians.log_median) - 1 as engagement_median,
        weeks.measured_post_count,
        coalesce(list_changes.came, []) as came,
        coalesce(list_changes.went, []) as went,
        current_window.local_start <= weeks.week_start_date
        and current_window.local_end
        >= weeks.week_start_date
        + to_days(7)
        + to_hours(platforms.compare_age_hours) as is_complete,
        list_changes.week_start_date is not null as is_list_changed,
    from weeks
    inner join medians using (week_start_date, platform, dimension, level)
    left join changes using (week_start_date, platform, dimension, level)
    left join marts.list_changes as list_changes
        on
            weeks.week_start_date = list_changes.week_start_date
            and weeks.platform = list_changes.platform
    inner join seeds.platforms as platforms on weeks.platform = platforms.platform
    cross join current_window
)

select * from final
