-- One row per primary dimension, level and account: the median of posts with the level
-- against that of the same account's other posts, inside the same strata and with the
-- same weights as the contrast of means.
-- A median of normal values varies pi/2 times as much as their mean; the shares carry
-- that factor. Of a month in which an account published more than 300 posts about 300
-- stand for all, chosen by their ids, which say nothing about the posts.
with

evaluations as (
    select * from intermediate.evaluations
    where is_current
),

posts as (
    select
        counted.post_id,
        counted.platform,
        counted.account_id,
        case when evaluations.is_long then counted.month_start_date end
            as stratum_month,
        counted.log_engagement,
    from intermediate.counted_posts as counted
    cross join evaluations
    where counted.is_current and counted.log_engagement is not null
),

-- An id is an md5: those below a share of all possible ids are that share of the posts.
samples as (
    select
        account_id,
        stratum_month,
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
    left join samples
        on
            posts.account_id = samples.account_id
            and posts.stratum_month is not distinct from samples.stratum_month
    where samples.account_id is null or posts.post_id < samples.last_post_id
),

levelled as (
    select
        sampled.platform,
        sampled.account_id,
        sampled.stratum_month,
        traits.dimension,
        traits.level,
        sampled.log_engagement::double as log_engagement,
    from sampled
    inner join intermediate.post_traits as traits on sampled.post_id = traits.post_id
    inner join seeds.dimensions as dimensions
        on traits.dimension = dimensions.dimension
    where dimensions.family = 'primary'
),

level_medians as (
    select
        platform,
        account_id,
        stratum_month,
        dimension,
        level,
        count(*) as post_count,
        median(log_engagement) as middle,
    from levelled
    group by all
),

rest_medians as (
    select
        levels.platform,
        levels.account_id,
        levels.stratum_month,
        levels.dimension,
        levels.level,
        count(*) as post_count,
        median(levelled.log_engagement) as middle,
    from level_medians as levels
    inner join levelled
        on
            levels.account_id = levelled.account_id
            and levels.stratum_month is not distinct from levelled.stratum_month
            and levels.dimension = levelled.dimension
            and levels.level != levelled.level
    group by all
),

strata as (
    select
        levels.platform,
        levels.account_id,
        levels.dimension,
        levels.level,
        levels.middle - rest.middle as difference,
        levels.post_count as level_count,
        rest.post_count as rest_count,
        levels.post_count * rest.post_count / (levels.post_count + rest.post_count)
            as weight,
    from level_medians as levels
    inner join rest_medians as rest
        on
            levels.account_id = rest.account_id
            and levels.stratum_month is not distinct from rest.stratum_month
            and levels.dimension = rest.dimension
            and levels.level = rest.level
),

median_contrasts as (
    select
        platform,
        account_id,
        dimension,
        level,
        sum(exact(weight * difference))::double / sum(exact(weight))::double
            as difference,
        pi() / 2 * sum(exact(weight * weight / level_count))::double
        / sum(exact(weight))::double ** 2 as level_share,
        pi() / 2 * sum(exact(weight * weight / rest_count))::double
        / sum(exact(weight))::double ** 2 as rest_share,
    from strata
    group by all
)

select * from median_contrasts
