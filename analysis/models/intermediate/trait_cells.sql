-- One row per evaluation, dimension, level, account and stratum: exact sums of ln(1 +
-- engagement at equal age).
-- Cells with is_in_total add up to the posts that are compared at all. Strata are
-- calendar months when the window is longer than six weeks; for times of day
-- and weekdays also formats.
with

evaluations as (
    select * from intermediate.evaluations
),

posts as (
    select
        post_id,
        platform,
        account_id,
        month_start_date,
        coalesce(format, 'unknown') as stratum_format,
        is_own,
        is_current,
        is_earlier,
        is_earlier and was_settled_earlier as was_compared,
        coalesce(missing_reason in ('too_young', 'not_observed_in_time'), false)
            as is_young,
        coalesce(missing_reason in ('unknown_count', 'no_public_counts'), false)
            as is_unknown,
        is_top_decile,
        log_engagement,
        log_engagement_squared,
    from intermediate.counted_posts
),

-- Each post is joined once, as one narrow row; only then its levels become rows.
wide_posts as (
    select
        posts.* exclude (post_id),
        traits.* exclude (post_id),
    from posts
    inner join intermediate.trait_levels as traits on posts.post_id = traits.post_id
),

tall_posts as (
    unpivot wide_posts
    on columns(
        * exclude (
            platform,
            account_id,
            month_start_date,
            stratum_format,
            is_own,
            is_current,
            is_earlier,
            was_compared,
            is_young,
            is_unknown,
            is_top_decile,
            log_engagement,
            log_engagement_squared
        )
    )
    into
    name dimension
    value level
),

traits as (
    select * from tall_posts
    union all by name
    select
        posts.* exclude (post_id),
        tags.dimension,
        tags.level,
    from posts
    inner join intermediate.post_tags as tags on posts.post_id = tags.post_id
),

-- Posts that the two evaluations treat alike are added up together: plain sums cost
-- half of filtered ones.
sums as (
    select
        dimensions.dimension,
        traits.level,
        traits.level = '*' or not dimensions.is_multiple as is_in_total,
        -- what an account has one of is no part of the key
        any_value(traits.platform) as platform,
        traits.account_id,
        traits.month_start_date,
        case
            when dimensions.strata = 'month_format' then traits.stratum_format
        end as stratum_format,
        any_value(traits.is_own) as is_own,
        traits.is_current,
        traits.is_earlier,
        traits.was_compared,
        count(*) as used_count,
        count(*) filter (traits.is_young) as young_count,
        count(*) filter (traits.is_unknown) as unknown_count,
        count(traits.log_engagement) as post_count,
        sum(traits.log_engagement) as log_sum,
        sum(traits.log_engagement_squared) as log_squares,
        count(*) filter (traits.is_top_decile) as top_count,
    from traits
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
        any_value(sums.platform) as platform,
        sums.account_id,
        case when evaluations.is_long then sums.month_start_date end
            as stratum_month,
        sums.stratum_format,
        sums.is_in_total,
        sum(sums.used_count)::bigint as used_count,
        sum(
            case
                when evaluations.is_current
                    then if(sums.is_own, sums.used_count, 0)
            end
        )::bigint as own_used_count,
        sum(case when evaluations.is_current then sums.young_count end)::bigint
            as young_count,
        sum(case when evaluations.is_current then sums.unknown_count end)::bigint
            as unknown_count,
        sum(
            case
                when evaluations.is_current or sums.was_compared then sums.post_count
                else 0
            end
        )::bigint as post_count,
        sum(
            case
                when evaluations.is_current or sums.was_compared then sums.log_sum
            end
        ) as log_sum,
        sum(
            case
                when evaluations.is_current or sums.was_compared
                    then sums.log_squares
            end
        ) as log_squares,
        sum(case when evaluations.is_current then sums.top_count end)::bigint
            as top_count,
    from sums
    inner join evaluations
        on
            case
                when evaluations.is_current then sums.is_current
                else sums.is_earlier
            end
    group by all
)

select * from trait_cells
