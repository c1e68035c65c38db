-- Counts of a post that stand twice under one moment. Only posts are looked at of which
-- intermediate.post_observations does not already show that there are none.
with

doubtful as (
    select keys.post_id
    from intermediate.post_observations as observations
    inner join staging.stg_post_keys as keys
        on observations.content_row = keys.content_row
    where observations.look_count > observations.moment_count
)

select
    metrics.post_id,
    metrics.observed_at,
    count(*) as row_count,
from raw.post_metrics as metrics
semi join doubtful on metrics.post_id = doubtful.post_id
group by all
having count(*) > 1
