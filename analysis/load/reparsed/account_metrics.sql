-- Counts of accounts on pages that were read again (landed_account_metrics); a row
-- where a page says something else now than what stood at its moment.
insert into raw.account_metrics by name
with

landed as (

    select *
    from landed_account_metrics
    qualify row_number() over (
        partition by account_id, observed_at
        order by
            follower_count desc nulls last,
            following_count desc nulls last,
            post_count desc nulls last
    ) = 1

),

known as (

    select metrics.*
    from raw.account_metrics as metrics
    inner join landed
        on
            metrics.account_id = landed.account_id
            and metrics.observed_at = landed.observed_at
    qualify row_number() over (
        partition by metrics.account_id, metrics.observed_at
        order by metrics.loaded_at desc
    ) = 1

)

select landed.*
from landed
left join known
    on
        landed.account_id = known.account_id
        and landed.observed_at = known.observed_at
where
    known.account_id is null
    or landed.follower_count is distinct from known.follower_count
    or landed.following_count is distinct from known.following_count
    or landed.post_count is distinct from known.post_count
    or landed.missing is distinct from known.missing
    or landed.rounded is distinct from known.rounded
