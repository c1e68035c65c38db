-- One row per evaluation, dimension, level, account and stratum: exact sums of ln(1 +
-- engagement at equal age).
-- Cells with is_in_total add up to the posts that are compared at all. Strata are
-- calendar months when the window is longer than six weeks; for times of day
-- and weekdays also formats.
with

evaluations as (
    select * from intermediate.evaluations
),

sums as (
    select
        dimensions.dimension,
        traits.level,
        traits.level = '*' or not dimensions.is_multiple as is_in_total,
        posts.platform,
        posts.account_id,
        posts.month_start_date,
        case
            when dimensions.strata = 'month_format'
                then coalesce(posts.format, 'unknown')
        end as stratum_format,
        count(*) filter (posts.is_current) as current_used_count,
        count(*) filter (posts.is_current and posts.is_own)
            as current_own_used_count,
        count(*) filter (
            posts.is_current
            and posts.missing_reason in ('too_young', 'not_observed_in_time')
        ) as current_young_count,
        count(*) filter (
            posts.is_current
            and posts.missing_reason in ('unknown_count', 'no_public_counts')
        ) as current_unknown_count,
        count(posts.log_engagement) filter (posts.is_current) as current_count,
        sum(posts.log_engagement) filter (posts.is_current) as current_sum,
        sum(posts.log_engagement_squared) filter (posts.is_current)
            as current_squares,
        count(posts.log_engagement) filter (posts.is_current and posts.is_top_decile)
            as current_top_count,
        count(*) filter (posts.is_earlier) as earlier_used_count,
        count(posts.log_engagement) filter (
            posts.is_earlier and posts.was_settled_earlier
        ) as earlier_count,
        sum(posts.log_engagement) filter (
            posts.is_earlier and posts.was_settled_earlier
        ) as earlier_sum,
        sum(posts.log_engagement_squared) filter (
            posts.is_earlier and posts.was_settled_earlier
        ) as earlier_squares,
    from intermediate.counted_posts as posts
    inner join intermediate.post_traits as traits on posts.post_id = traits.post_id
    inner join seeds.dimensions as dimensions
        on traits.dimension = dimensions.dimension
    group by all
),

trait_cells as (
    select
        evaluations.as_of,
        evaluations.is_current,
        sums.dimension,
        sums.level,
        sums.platform,
        sums.account_id,
        case when evaluations.is_long then sums.month_start_date end
            as stratum_month,
        sums.stratum_format,
        sums.is_in_total,
        sum(
            case
                when evaluations.is_current then sums.current_used_count
                else sums.earlier_used_count
            end
        )::bigint as used_count,
        sum(case when evaluations.is_current then sums.current_own_used_count end)
        ::bigint as own_used_count,
        sum(case when evaluations.is_current then sums.current_young_count end)
        ::bigint as young_count,
        sum(case when evaluations.is_current then sums.current_unknown_count end)
        ::bigint as unknown_count,
        sum(
            case
                when evaluations.is_current then sums.current_count
                else sums.earlier_count
            end
        )::bigint as post_count,
        sum(
            case
                when evaluations.is_current then sums.current_sum
                else sums.earlier_sum
            end
        ) as log_sum,
        sum(
            case
                when evaluations.is_current then sums.current_squares
                else sums.earlier_squares
            end
        ) as log_squares,
        sum(case when evaluations.is_current then sums.current_top_count end)
        ::bigint as top_count,
    from sums
    cross join evaluations
    group by all
)

select * from trait_cells
