-- One row per further definition of success (by the number of its stratified kind),
-- trait and stratum: exact sums of its logarithm, over the posts whose engagement was
-- measured (and, in one of them, removed posts as they were last seen).
-- An outcome that was asked for has cells of every trait, as trait_cells has for
-- engagement; everything else shows whether a verdict about a primary trait hangs on
-- the definition.
with

further_outcomes as (
    select outcome,
    from intermediate.outcomes
    where not is_default
),

edited as (
    select counted.post_id,
    from intermediate.counted_posts as counted
    inner join raw.posts on counted.content_row = posts.rowid
    where posts.edited_at is not null
),

posts as (
    select
        strata.stratum_number,
        strata.format_stratum_number,
        strata.is_current,
        counted.post_id,
        counted.account_id,
        counted.log_engagement_squared,
        counted.log_likes,
        counted.log_comments,
        counted.log_shares,
        counted.log_weighted,
        log_per_follower(
            counted.log_engagement, log_count(results.follower_count)::decimal(18, 12)
        ) as log_per_follower,
        log_per_view(counted.log_engagement, counted.log_views) as log_per_view,
        case when not counted.is_promoted_suspect then counted.log_engagement end
            as log_without_promoted,
        case when not counted.is_breakout then counted.log_engagement end
            as log_without_breakouts,
        case when not counted.is_interpolated then counted.log_engagement end
            as log_mature,
        coalesce(counted.log_engagement, removed.log_as_last_seen)
            as log_as_last_seen,
        case when removed.post_id is null then counted.log_engagement end
            as log_without_removed,
        case when edited.post_id is null then counted.log_engagement end
            as log_without_edited,
    from intermediate.post_strata as strata
    inner join intermediate.counted_posts as counted
        on strata.post_id = counted.post_id
    left join intermediate.post_results as results
        on counted.post_id = results.post_id
    left join intermediate.removed_posts as removed
        on counted.post_id = removed.post_id
    left join edited on counted.post_id = edited.post_id
    where
        coalesce(counted.log_engagement, removed.log_as_last_seen) is not null
        and (strata.is_current or exists (from further_outcomes))
),

-- The top decile is the account's own; ties at its border are not in it.
borders as (
    select
        account_id,
        quantile_disc(log_likes, 0.9) as top_likes,
        quantile_disc(log_comments, 0.9) as top_comments,
        quantile_disc(log_shares, 0.9) as top_shares,
        quantile_disc(log_weighted, 0.9) as top_weighted,
        quantile_disc(log_per_follower, 0.9) as top_per_follower,
        quantile_disc(log_per_view, 0.9) as top_per_view,
    from posts
    where is_current and exists (from further_outcomes)
    group by all
),

bordered as (
    select
        posts.*,
        borders.* exclude (account_id),
    from posts
    left join borders on posts.account_id = borders.account_id
),

levels as (
    select * from intermediate.primary_traits
    union all
    select
        post_traits.post_id,
        post_traits.dimension,
        post_traits.level,
    from intermediate.post_traits as post_traits
    inner join seeds.dimensions as dimensions
        on post_traits.dimension = dimensions.dimension
    where dimensions.family != 'primary' and exists (from further_outcomes)
),

sums as (
    select
        traits.trait_number,
        if(
            traits.has_format_strata,
            bordered.format_stratum_number,
            bordered.stratum_number
        ) as stratum_number,
        traits.is_primary and bordered.is_current as is_check,
        exact_sums_and_top(bordered.log_likes, bordered.top_likes) as likes,
        exact_sums_and_top(bordered.log_comments, bordered.top_comments)
            as comments,
        exact_sums_and_top(bordered.log_shares, bordered.top_shares) as shares,
        exact_sums_and_top(bordered.log_weighted, bordered.top_weighted)
            as weighted,
        exact_sums_and_top(bordered.log_per_follower, bordered.top_per_follower)
            as engagement_per_follower,
        exact_sums_and_top(bordered.log_per_view, bordered.top_per_view)
            as engagement_per_view,
        exact_sums_of(bordered.log_without_promoted, bordered.log_engagement_squared)
            as without_promoted,
        exact_sums_of(bordered.log_without_breakouts, bordered.log_engagement_squared)
            as without_breakouts,
        exact_sums_of(bordered.log_mature, bordered.log_engagement_squared)
            as mature_only,
        exact_sums(bordered.log_as_last_seen) as removed_as_last_seen,
        exact_sums_of(bordered.log_without_removed, bordered.log_engagement_squared)
            as without_removed,
        exact_sums_of(bordered.log_without_edited, bordered.log_engagement_squared)
            as without_edited,
    from bordered
    inner join levels on bordered.post_id = levels.post_id
    inner join intermediate.traits as traits
        on levels.dimension = traits.dimension and levels.level = traits.level
    group by all
),

tall_sums as (
    unpivot sums
    on columns(* exclude (trait_number, stratum_number, is_check))
    into
    name definition
    value sums
),

definition_cells as (
    select
        kinds.kind_number,
        tall_sums.trait_number,
        tall_sums.stratum_number,
        tall_sums.sums.post_count,
        tall_sums.sums.log_sum,
        tall_sums.sums.log_squares,
        tall_sums.sums.top_count,
    from tall_sums
    inner join intermediate.contrast_kinds as kinds
        on tall_sums.definition = kinds.definition and kinds.basis = 'stratified'
    where
        tall_sums.sums.post_count > 0
        and (kinds.is_outcome or tall_sums.is_check)
)

select * from definition_cells
