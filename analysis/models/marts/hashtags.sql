-- One row per platform and hashtag of the window: who uses it, and what it does.
with

used as (
    select distinct
        counted.post_id,
        counted.platform,
        counted.company,
        counted.is_own,
        lower(unnest(content.hashtags)) as hashtag,
    from intermediate.counted_posts as counted
    inner join staging.stg_posts as content on counted.post_id = content.post_id
    where counted.is_current and len(content.hashtags) > 0
),

uses as (
    select
        platform,
        hashtag,
        count(*) as used_post_count,
        count(*) filter (is_own) as own_post_count,
        count(distinct company) as company_count,
    from used
    group by all
),

hashtags as (
    select
        uses.platform,
        uses.hashtag,
        coalesce(comparisons.shown_verdict, 'not_enough') as shown_verdict,
        comparisons.lift,
        comparisons.lift_low,
        comparisons.lift_high,
        uses.used_post_count,
        uses.own_post_count,
        uses.company_count,
        coalesce(comparisons.post_count, 0) as measured_post_count,
    from uses
    left join marts.comparisons as comparisons
        on
            comparisons.dimension = 'hashtag'
            and uses.platform = comparisons.platform
            and uses.hashtag = comparisons.level
)

select * from hashtags
