-- One row per own post inside the window, measure and currency for which its visits or
-- sales could have been known: what it brought in its first days.
-- A post whose visits nothing could have told apart is not in it: unknown is not zero.
-- Nor is one whose first days no export is about.
with

counted_tools as (
    select
        measure,
        currency,
        tool,
    from marts.sales_tools
    where is_counted
    -- a till beside the shop does not say that the shop's days are known
    qualify is_additional = min(is_additional) over (partition by measure, currency)
),

days_of_files as (
    select
        files.tool,
        days.date,
    from intermediate.outcome_days as days
    inner join intermediate.outcome_files as files
        on days.file_hash = files.file_hash
    union
    select
        files.tool,
        unnest(
            generate_series(
                files.period_start_date::timestamp,
                least(files.period_end_date, files.period_start_date + 3660)::timestamp,
                interval 1 day
            )
        )::date as date,
    from intermediate.outcome_files as files
    inner join intermediate.outcome_totals as totals
        on files.file_hash = totals.file_hash
    where totals.is_counted
),

covered_days as (
    select distinct
        counted_tools.measure,
        counted_tools.currency,
        days_of_files.date,
    from counted_tools
    inner join days_of_files on counted_tools.tool = days_of_files.tool
),

posts as (
    select
        posts.post_id,
        posts.account_id,
        posts.platform,
        posts.company,
        posts.log_likes,
        posts.month_start_date,
        posts.published_at,
        timezone(run.timezone, posts.published_at)::date as published_date,
    from intermediate.counted_posts as posts
    cross join config.run
    where posts.is_own and posts.is_current
),

covered_posts as (
    select
        posts.post_id,
        covered_days.measure,
        covered_days.currency,
    from posts
    inner join covered_days
        on
            covered_days.date between posts.published_date
            and posts.published_date + sales_days() - 1
    group by all
    having count(*) = sales_days()
),

usable_ways as (
    select distinct
        measure,
        currency,
        platform,
        matched_by,
    from intermediate.sales_values
    where post_id is not null
),

marked_posts as (
    select distinct
        ways.post_id,
        usable_ways.measure,
        usable_ways.currency,
    from intermediate.post_ways as ways
    inner join usable_ways
        on
            ways.way = usable_ways.matched_by
            and ways.platform = usable_ways.platform
),

lone_posts as (
    select
        posts.post_id,
        posts.platform,
    from posts
    inner join staging.stg_post_keys as others
        on
            posts.platform = others.platform
            and others.role in ('original', 'quote')
            and others.published_at
            between posts.published_at - interval 3 days
            and posts.published_at + interval 3 days
    inner join staging.stg_accounts as accounts
        on others.account_id = accounts.account_id
    cross join config.run
    where accounts.is_own and accounts.state != 'removed'
    group by posts.post_id, posts.platform, posts.published_date
    having
        count(*) filter (
            timezone(run.timezone, others.published_at)::date
            between posts.published_date - 1 and posts.published_date + 1
        ) = 1
),

known_posts as (
    select
        covered_posts.post_id,
        covered_posts.measure,
        covered_posts.currency,
        marked_posts.post_id is not null as is_marked,
    from covered_posts
    left join marked_posts
        on
            covered_posts.post_id = marked_posts.post_id
            and covered_posts.measure = marked_posts.measure
            and covered_posts.currency = marked_posts.currency
    left join lone_posts on covered_posts.post_id = lone_posts.post_id
    left join usable_ways
        on
            covered_posts.measure = usable_ways.measure
            and covered_posts.currency = usable_ways.currency
            and lone_posts.platform = usable_ways.platform
            and usable_ways.matched_by = 'day'
    where marked_posts.post_id is not null or usable_ways.platform is not null
),

brought as (
    select
        posts.post_id,
        sales_values.measure,
        sales_values.currency,
        sales_values.matched_by = 'day' as is_by_day,
        sum(sales_values.value) as value,
    from intermediate.sales_values as sales_values
    inner join posts on sales_values.post_id = posts.post_id
    where
        sales_values.date is null
        or sales_values.date
        between posts.published_date and posts.published_date + sales_days() - 1
    group by all
),

final as (
    select
        posts.post_id,
        posts.account_id,
        posts.platform,
        posts.company,
        known_posts.measure,
        known_posts.currency,
        -- refunds may be more than what was sold in these days
        greatest(coalesce(brought.value, 0), 0) as value,
        posts.log_likes,
        known_posts.is_marked,
        posts.month_start_date,
        posts.published_at,
    from known_posts
    inner join posts on known_posts.post_id = posts.post_id
    left join brought
        on
            known_posts.post_id = brought.post_id
            and known_posts.measure = brought.measure
            and known_posts.currency = brought.currency
            and known_posts.is_marked != brought.is_by_day
)

select * from final
