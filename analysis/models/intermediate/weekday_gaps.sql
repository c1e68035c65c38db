-- One row per platform: whether posts of some weekdays are left out much oftener than
-- those of others.
-- A difference of more than 20 points means that weekday claims would compare what was
-- seen, not what was posted.
with

shares as (
    select
        platform,
        lower(dayname(audience_at)) as weekday,
        count(*) as post_count,
        count(*) filter (missing_reason is not null) / count(*) as left_out_share,
    from intermediate.counted_posts
    where is_current and has_day
    group by all
),

weekday_gaps as (
    select
        platform,
        max(left_out_share) - min(left_out_share) as gap,
        max(left_out_share) - min(left_out_share) > 0.2 as is_uneven,
    from shares
    group by all
)

select * from weekday_gaps
