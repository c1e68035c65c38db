-- One row per week, platform, dimension and level: what was posted, and what it
-- typically got at equal age.
-- The two changes are against the week before, among the companies that were present in
-- both weeks.
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
        counted.company,
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

company_counts as (
    select
        posts.week_start_date,
        posts.platform,
        posts.company,
        levels.dimension,
        levels.level,
        count(*) as post_count,
    from posts
    inner join levels on posts.post_id = levels.post_id
    group by all
),

-- What a company that was present in both weeks posted in each of them.
moves as (
    select
        company_weeks.week_start_date,
        counts.platform,
        counts.dimension,
        counts.level,
        coalesce(sum(counts.post_count) filter (
            counts.week_start_date = company_weeks.week_start_date
        ), 0) as post_count,
        coalesce(sum(counts.post_count) filter (
            counts.week_start_date < company_weeks.week_start_date
        ), 0) as post_count_before,
    from marts.company_weeks as company_weeks
    inner join company_counts as counts
        on
            company_weeks.platform = counts.platform
            and company_weeks.company = counts.company
            and counts.week_start_date in (
                company_weeks.week_start_date, company_weeks.week_start_date - 7
            )
    where company_weeks.was_present_before
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
        weeks.engagement_median,
        weeks.measured_post_count,
        coalesce(list_changes.came, []) as came,
        coalesce(list_changes.went, []) as went,
        timezone(current_window.timezone, current_window.window_start)
        <= weeks.week_start_date
        and timezone(current_window.timezone, current_window.window_end)
        >= weeks.week_start_date
        + to_days(7)
        + to_hours(platforms.compare_age_hours) as is_complete,
        list_changes.week_start_date is not null as is_list_changed,
    from weeks
    left join changes using (week_start_date, platform, dimension, level)
    left join marts.list_changes as list_changes
        on
            weeks.week_start_date = list_changes.week_start_date
            and weeks.platform = list_changes.platform
    inner join seeds.platforms as platforms on weeks.platform = platforms.platform
    cross join current_window
)

select * from final
