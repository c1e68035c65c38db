-- One row per moment at which claims are computed: as_of itself, and one week before.
-- The window is (as_of - 26 weeks, as_of] unless the run names other ends; a start
-- before 1900 means the first post.
with

run as (
    select * from config.run
),

own_posts as (
    select min(published_at) as first_published_at,
    from staging.stg_post_keys
    where role in ('original', 'quote')
),

moments as (
    select
        run.as_of - to_days(weeks.days_back) as as_of,
        run.since,
        run.until,
        run.timezone,
        weeks.days_back = 0 as is_current,
    from run
    cross join (values (0), (7)) as weeks (days_back)
),

windows as (
    select
        moments.as_of,
        case
            when moments.since is null then moments.as_of - interval 182 days
            when moments.since >= timestamptz '1900-01-01' then moments.since
            else coalesce(
                own_posts.first_published_at - interval 1 second, moments.as_of
            )
        end as window_start,
        least(moments.until, moments.as_of) as window_end,
        moments.timezone,
        moments.is_current,
    from moments
    cross join own_posts
),

evaluations as (
    select
        as_of,
        window_start,
        window_end,
        timezone,
        window_end - window_start > interval 42 days as is_long,
        is_current,
    from windows
)

select * from evaluations
