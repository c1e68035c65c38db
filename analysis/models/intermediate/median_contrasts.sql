-- One row per primary trait and account: the median of posts with the level
-- against that of the same account's other posts, inside the same strata and with the
-- same weights as the contrast of means.
-- A median of normal values varies pi/2 times as much as their mean; the shares carry
-- that factor. Of a month in which an account published more than 300 posts about 300
-- stand for all, chosen by their ids, which say nothing about the posts.
with

-- In the strata of the evaluation at as_of alone.
posts as (
    select
        counted.post_id,
        strata.stratum_number,
        counted.log_engagement::double as log_engagement,
    from intermediate.post_strata as strata
    inner join intermediate.counted_posts as counted
        on strata.post_id = counted.post_id
    where strata.is_current and counted.log_engagement is not null
),

-- An id is an md5: those below a share of all possible ids are that share of the posts.
samples as (
    select
        stratum_number,
        format(
            '{:08x}-0000-0000-0000-000000000000',
            least(4294967295, (4294967296 * 300 // count(*))::bigint)
        )::uuid as last_post_id,
    from posts
    group by all
    having count(*) > 300
),

sampled as (
    select posts.*
    from posts
    left join samples on posts.stratum_number = samples.stratum_number
    where samples.stratum_number is null or posts.post_id < samples.last_post_id
),

levelled as (
    select
        sampled.stratum_number,
        traits.dimension_number,
        traits.trait_number,
        sampled.log_engagement,
    from sampled
    inner join intermediate.primary_traits as levels
        on sampled.post_id = levels.post_id
    inner join intermediate.traits as traits
        on levels.dimension = traits.dimension and levels.level = traits.level
),

level_medians as (
    select
        stratum_number,
        dimension_number,
        trait_number,
        count(*) as post_count,
        median(log_engagement) as middle,
    from levelled
    group by all
),

rest_medians as (
    select
        levels.stratum_number,
        levels.trait_number,
        count(*) as post_count,
        median(levelled.log_engagement) as middle,
    from level_medians as levels
    inner join levelled
        on
            levels.stratum_number = levelled.stratum_number
            and levels.dimension_number = levelled.dimension_number
            and levels.trait_number != levelled.trait_number
    group by all
),

contrasts as (
    select
        levels.trait_number,
        strata.account_number,
        levels.middle - rest.middle as difference,
        levels.post_count as level_count,
        rest.post_count as rest_count,
        levels.post_count * rest.post_count / (levels.post_count + rest.post_count)
            as weight,
    from level_medians as levels
    inner join rest_medians as rest
        on
            levels.stratum_number = rest.stratum_number
            and levels.trait_number = rest.trait_number
    inner join intermediate.strata as strata
        on levels.stratum_number = strata.stratum_number
),

median_contrasts as (
    select
        trait_number,
        account_number,
        exact_sum(weight * difference) / exact_sum(weight) as difference,
        pi() / 2 * exact_sum(weight * weight / level_count)
        / exact_sum(weight) ** 2 as level_share,
        pi() / 2 * exact_sum(weight * weight / rest_count)
        / exact_sum(weight) ** 2 as rest_share,
    from contrasts
    group by all
)

select * from median_contrasts
