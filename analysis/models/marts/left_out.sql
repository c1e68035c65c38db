-- One row per platform, reason and weekday (and weekday "all"): posts that count, but
-- could not be compared.
with

posts as (
    select
        platform,
        missing_reason as reason,
        case when has_day then lower(dayname(audience_at)) else 'unknown' end
            as weekday,
    from intermediate.counted_posts
    where is_current
),

weekdays as (
    select
        platform,
        reason,
        unnest([weekday, 'all']) as weekday,
    from posts
),

reasons as (
    select
        platform,
        reason,
        weekday,
        count(*) as post_count,
    from weekdays
    group by all
),

shares as (
    select
        *,
        post_count / sum(post_count) over (partition by platform, weekday)
            as share_of_posts,
    from reasons
),

final as (
    select
        platform,
        reason,
        weekday,
        post_count,
        share_of_posts,
    from shares
    where reason is not null
)

select * from final
