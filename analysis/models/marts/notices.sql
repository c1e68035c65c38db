-- One row per thing that a reader should know beside the data, the most urgent first.
with

notices as (
    select * from config.notices
),

-- Said once: a visit that is as unlike as the one before is no news.
drifts as (
    select
        platform,
        count(distinct account_id) as account_count,
        min(company || ', ' || coalesce(url, account_key) || ': ' || sentence)
            as sentence,
    from marts.drift
    where is_out and is_new and is_newest
    group by all
),

final as (
    select
        rank,
        platform,
        sentence,
        is_urgent,
    from notices
    union all by name
    select
        (select count(*) from notices) + row_number() over (order by platform)
            as rank,
        platform,
        sentence
        || case account_count
            when 1 then ''
            when 2 then ' The same on one more account.'
            else ' Similar on ' || account_count - 1 || ' more accounts.'
        end
        || ' It is left out of comparisons until it is usual, mended or accepted.'
            as sentence,
        true as is_urgent,
    from drifts
)

select * from final
