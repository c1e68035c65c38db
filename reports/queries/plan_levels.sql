-- One row per platform, dimension and level that a plan can choose from: what the
-- evidence says today, how the own brand uses it, and whether it is an opening.
-- The ratio is the one that the brief shows. What something else explains is not known
-- to work.
with

explained as (
    select distinct
        platform,
        dimension,
        level,
    from marts.claim_adjustments
    where is_explained
),

general as (
    select
        claims.platform,
        claims.dimension,
        claims.level,
        case
            when explained.platform is null then claims.verdict else 'not_enough'
        end as verdict,
        comparisons.lift,
        comparisons.lift_low,
        comparisons.lift_high,
        comparisons.post_count,
        comparisons.account_count,
    from marts.claims as claims
    inner join marts.comparisons as comparisons
        on
            claims.platform = comparisons.platform
            and claims.dimension = comparisons.dimension
            and claims.level = comparisons.level
    left join explained
        on
            claims.platform = explained.platform
            and claims.dimension = explained.dimension
            and claims.level = explained.level
    where
        claims.scope = 'general'
        and claims.outcome = 'engagement'
        and claims.dimension in (
            'format', 'post_type', 'weekday', 'hour_block', 'hashtag', 'topic'
        )
        and claims.level != 'other'
),

own_uses as (
    select
        platform,
        'format' as dimension,
        format as level,
        count(*) as own_post_count,
    from marts.posts
    where is_own and is_counted
    group by all
    union all by name
    select
        platform,
        'post_type' as dimension,
        post_type as level,
        count(*) as own_post_count,
    from marts.posts
    where is_own and is_counted
    group by all
    union all by name
    select
        general.platform,
        'topic' as dimension,
        general.level,
        count(*) as own_post_count,
    from general
    inner join marts.posts as posts
        on
            general.platform = posts.platform
            and contains(
                lower(concat_ws(' ', posts.title, posts.text)), lower(general.level)
            )
    where general.dimension = 'topic' and posts.is_own and posts.is_counted
    group by all
),

levels as (
    select
        general.platform,
        general.dimension,
        general.level,
        general.verdict,
        general.lift as ratio,
        general.lift_low as ratio_low,
        general.lift_high as ratio_high,
        general.post_count,
        general.account_count,
        coalesce(own_uses.own_post_count, 0) as own_post_count,
        coalesce(openings.kind in ('rare', 'catch_up'), false) as is_opening,
    from general
    left join own_uses
        on
            general.platform = own_uses.platform
            and general.dimension = own_uses.dimension
            and general.level = own_uses.level
    left join marts.opportunities as openings
        on
            general.platform = openings.platform
            and general.dimension = openings.dimension
            and general.level = openings.level
)

select * from levels
order by platform asc, dimension asc, post_count desc, level asc
