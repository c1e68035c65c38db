-- One row per crawl, platform, measure and field: all accounts of the platform that
-- were visited in it, where there are several with enough posts together.
with

sums as (

    select
        crawl_id,
        null::uuid as account_id,
        platform,
        measure,
        field,
        sum(part_count)::bigint / sum(sample_count)::bigint as value,
        sum(part_count)::bigint as part_count,
        sum(sample_count)::bigint as sample_count,
        min(started_at) as started_at,
        max(observed_at) as observed_at,
    from visit_measures
    where measure in ('coverage', 'zeros')
    group by all
    having count(*) > 1

),

final as (

    select sums.*,
    from sums
    cross join bounds
    where sums.sample_count >= bounds.least_pooled_posts

)

select * from final
