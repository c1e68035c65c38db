-- One row per platform, dimension and level whose verdict changed: which posts of the
-- dimension moved in or out of the comparison in the last week, and why.
-- level_* counts posts with the level, rest_* the others of the same dimension.
-- came: of accounts of which nothing was seen before; corrected: old enough a week ago,
-- and measured only since, or seen otherwise since (an edit, your label, an older count
-- that was imported); new: came of age; left: slid out of the window.
with

changed as (
    select
        platform,
        dimension,
        level,
        published_built_at,
        earlier_as_of,
    from intermediate.verdict_pairs
    where before_verdict != verdict and not is_first_look
),

first_looks as (
    select
        account_id,
        min(first_observed_at) as first_observed_at,
    from staging.stg_post_keys
    group by all
),

since as (
    select
        max(published_built_at) as published_built_at,
        max(earlier_as_of) as earlier_as_of,
    from changed
),

late_counts as (
    select distinct metrics.post_id,
    from raw.post_metrics as metrics
    cross join since
    where
        metrics.loaded_at > since.published_built_at
        and metrics.observed_at <= since.earlier_as_of
),

posts as (
    select
        counted.post_id,
        counted.platform,
        counted.company,
        counted.is_current and counted.log_engagement is not null as is_measured,
        counted.is_earlier
        and counted.was_settled_earlier
        and counted.log_engagement is not null as was_measured,
        case
            when is_measured and not was_measured
                then
                    case
                        when first_looks.first_observed_at > since.earlier_as_of
                            then 'came'
                        when
                            counted.published_at
                            + to_hours(platforms.compare_age_hours)
                            <= since.earlier_as_of
                            then 'corrected'
                        else 'new'
                    end
            when was_measured and not is_measured then 'left'
            when
                is_measured
                and (
                    late_counts.post_id is not null
                    or (
                        content.version_count > 1
                        and content.observed_at > since.earlier_as_of
                    )
                    or labels.observed_at > since.earlier_as_of
                )
                then 'corrected'
        end as move,
    from intermediate.counted_posts as counted
    inner join seeds.platforms as platforms on counted.platform = platforms.platform
    inner join staging.stg_post_keys as content on counted.post_id = content.post_id
    inner join first_looks on counted.account_id = first_looks.account_id
    cross join since
    left join staging.stg_labels as labels on counted.post_id = labels.post_id
    left join late_counts on counted.post_id = late_counts.post_id
    where counted.platform in (select changed.platform, from changed)
),

-- Few posts move in a week: their traits are looked up before they meet the verdicts,
-- of which each trait has many.
traits as materialized (
    select
        posts.post_id,
        posts.platform,
        posts.company,
        posts.move,
        post_traits.dimension,
        post_traits.level,
    from posts
    inner join intermediate.post_traits as post_traits
        on posts.post_id = post_traits.post_id
    where posts.move is not null
),

moved as (
    select
        changed.platform,
        changed.dimension,
        changed.level,
        traits.post_id,
        traits.company,
        traits.move,
        bool_or(traits.level = changed.level) as has_level,
    from traits
    inner join changed
        on
            traits.platform = changed.platform
            and traits.dimension = changed.dimension
    group by all
),

final as (
    select
        platform,
        dimension,
        level,
        count(*) filter (has_level and move = 'came') as level_came,
        count(*) filter (has_level and move = 'corrected') as level_corrected,
        count(*) filter (has_level and move = 'new') as level_new,
        count(*) filter (has_level and move = 'left') as level_left,
        count(*) filter (not has_level and move = 'came') as rest_came,
        count(*) filter (not has_level and move = 'corrected') as rest_corrected,
        count(*) filter (not has_level and move = 'new') as rest_new,
        count(*) filter (not has_level and move = 'left') as rest_left,
        coalesce(
            list_sort(list(distinct company) filter (move = 'came')), []
        ) as companies_came,
    from moved
    group by all
)

select * from final
