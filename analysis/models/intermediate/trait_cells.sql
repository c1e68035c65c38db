-- One row per trait and stratum: exact sums of ln(1 + engagement at equal age).
-- Traits with is_in_total add up to the posts that are compared at all. Strata are
-- calendar months when the window is longer than six weeks; for times of day and
-- weekdays also formats.
-- used_count, young_count and unknown_count count the posts of the evaluation at as_of:
-- the week before looks at no post that was not settled then.
with

posts as (
    select
        strata.stratum_number,
        strata.format_stratum_number,
        counted.post_id,
        coalesce(
            counted.missing_reason in ('too_young', 'not_observed_in_time'), false
        ) as is_young,
        coalesce(
            counted.missing_reason in ('unknown_count', 'no_public_counts'), false
        ) as is_unknown,
        counted.is_top_decile,
        counted.log_engagement,
        counted.log_engagement_squared,
    from intermediate.post_strata as strata
    inner join intermediate.counted_posts as counted
        on strata.post_id = counted.post_id
),

-- Each post is joined once, as one narrow row; only then its levels become rows.
wide_posts as (
    select
        posts.* exclude (post_id),
        levels.* exclude (post_id),
    from posts
    inner join intermediate.trait_levels as levels on posts.post_id = levels.post_id
),

tall_posts as (
    unpivot wide_posts
    on columns(
        * exclude (
            stratum_number,
            format_stratum_number,
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

levels as (
    select * from tall_posts
    union all by name
    select
        posts.* exclude (post_id),
        tags.dimension,
        tags.level,
    from posts
    inner join intermediate.post_tags as tags on posts.post_id = tags.post_id
),

trait_cells as (
    select
        traits.trait_number,
        if(
            traits.has_format_strata,
            levels.format_stratum_number,
            levels.stratum_number
        ) as stratum_number,
        count(*) as used_count,
        count(*) filter (levels.is_young) as young_count,
        count(*) filter (levels.is_unknown) as unknown_count,
        count(levels.log_engagement) as post_count,
        sum(levels.log_engagement) as log_sum,
        sum(levels.log_engagement_squared) as log_squares,
        count(*) filter (levels.is_top_decile) as top_count,
    from levels
    inner join intermediate.traits as traits
        on levels.dimension = traits.dimension and levels.level = traits.level
    group by all
)

select * from trait_cells
