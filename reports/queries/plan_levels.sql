-- One row per platform, dimension and level that a plan can choose from: what the
-- evidence says today, how the own brand uses it, and whether it is an opening.
-- The ratio is that of accounts like these; where only these very accounts can be
-- spoken of, it is theirs. What something else explains is not known to work.
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
        coalesce(claims.stratified_lift, claims.lift) as lift,
        case
            when claims.stratified_lift is null then claims.lift_low
            else claims.stratified_low
        end as lift_low,
        case
            when claims.stratified_lift is null then claims.lift_high
            else claims.stratified_high
        end as lift_high,
        coalesce(claims.stratified_post_count, claims.post_count) as post_count,
        coalesce(claims.stratified_account_count, claims.account_count)
            as account_count,
    from marts.claims as claims
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

here as (
    select
        platform,
        dimension,
        level,
        coalesce(stratified_lift, lift) as lift,
        case
            when stratified_lift is null then lift_low else stratified_low
        end as lift_low,
        case
            when stratified_lift is null then lift_high else stratified_high
        end as lift_high,
    from marts.claims
    where scope = 'here' and outcome = 'engagement'
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
        case
            when ends_with(general.verdict, '_here') or general.lift is null
                then here.lift
            else general.lift
        end as ratio,
        case
            when ends_with(general.verdict, '_here') or general.lift is null
                then here.lift_low
            else general.lift_low
        end as ratio_low,
        case
            when ends_with(general.verdict, '_here') or general.lift is null
                then here.lift_high
            else general.lift_high
        end as ratio_high,
        general.post_count,
        general.account_count,
        coalesce(own_uses.own_post_count, 0) as own_post_count,
        coalesce(openings.kind in ('rare', 'catch_up'), false) as is_opening,
    from general
    left join here
        on
            general.platform = here.platform
            and general.dimension = here.dimension
            and general.level = here.level
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
