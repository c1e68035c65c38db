-- One row per week, platform and company: its part of the posts and of the engagement
-- seen so far.
-- is_comparable: the whole week lies in the window, and of every company at least 80 %
-- of the posts are measured. engagement_share_change is against the week before, among
-- the companies that were present in both weeks, when both are comparable.
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
        platform,
        company,
        is_own,
        engagement,
        date_trunc('week', local_at)::date as week_start_date,
    from intermediate.counted_posts
    where is_current
),

sums as (
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

weeks as (
    select
        sums.*,
        current_window.local_start <= sums.week_start_date
        and current_window.local_end >= sums.week_start_date + to_days(7)
        and min(sums.measured_post_count / sums.post_count) over (
            partition by sums.week_start_date, sums.platform
        ) >= 0.8 as is_comparable,
    from sums
    cross join current_window
),

comparable_weeks as (
    select distinct
        week_start_date,
        platform,
    from weeks
    where is_comparable
),

-- Whoever was there in both weeks; a week without a post is a share of nothing.
pairs as (
    select
        comparable.week_start_date,
        comparable.platform,
        company_weeks.company,
        coalesce(weeks.engagement, 0) as engagement,
        coalesce(weeks_before.engagement, 0) as engagement_before,
    from comparable_weeks as comparable
    inner join comparable_weeks as before
        on
            comparable.platform = before.platform
            and comparable.week_start_date = before.week_start_date + 7
    inner join marts.company_weeks as company_weeks
        on
            comparable.platform = company_weeks.platform
            and comparable.week_start_date = company_weeks.week_start_date
            and company_weeks.was_present_before
    left join weeks
        on
            comparable.week_start_date = weeks.week_start_date
            and comparable.platform = weeks.platform
            and company_weeks.company = weeks.company
    left join weeks as weeks_before
        on
            before.week_start_date = weeks_before.week_start_date
            and before.platform = weeks_before.platform
            and company_weeks.company = weeks_before.company
),

changes as (
    select
        week_start_date,
        platform,
        company,
        engagement / nullif(sum(engagement) over same_companies, 0)
        - engagement_before / nullif(sum(engagement_before) over same_companies, 0)
            as engagement_share_change,
    from pairs
    window same_companies as (partition by week_start_date, platform)
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
        changes.engagement_share_change,
        coalesce(list_changes.came, []) as came,
        coalesce(list_changes.went, []) as went,
        weeks.is_comparable,
        list_changes.week_start_date is not null as is_list_changed,
    from weeks
    left join changes using (week_start_date, platform, company)
    left join marts.list_changes as list_changes
        on
            weeks.week_start_date = list_changes.week_start_date
            and weeks.platform = list_changes.platform
)

select * from final
