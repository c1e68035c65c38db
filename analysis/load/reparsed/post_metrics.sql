-- Counts on pages that were read again (landed_post_metrics); a row where a page says
-- something else now than what stood at its moment. The row of the first reading stays.
insert into raw.post_metrics by name
with

landed as (

    select *
    from landed_post_metrics
    qualify row_number() over (
        partition by post_id, observed_at
        order by
            like_count desc nulls last,
            comment_count desc nulls last,
            share_count desc nulls last,
            view_count desc nulls last,
            save_count desc nulls last,
            quote_count desc nulls last
    ) = 1

),

known as (

    select metrics.*
    from raw.post_metrics as metrics
    inner join landed
        on
            metrics.post_id = landed.post_id
            and metrics.observed_at = landed.observed_at
    qualify row_number() over (
        partition by metrics.post_id, metrics.observed_at
        order by metrics.source = 'reparse' desc, metrics.loaded_at desc
    ) = 1

)

select landed.*
from landed
left join known
    on landed.post_id = known.post_id and landed.observed_at = known.observed_at
where
    known.post_id is null
    or landed.like_count is distinct from known.like_count
    or landed.comment_count is distinct from known.comment_count
    or landed.share_count is distinct from known.share_count
    or landed.view_count is distinct from known.view_count
    or landed.save_count is distinct from known.save_count
    or landed.quote_count is distinct from known.quote_count
    or landed.reactions is distinct from known.reactions
    or landed.missing is distinct from known.missing
    or landed.rounded is distinct from known.rounded
