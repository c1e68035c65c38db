-- How many imported posts were new, updated (words or counts) or unchanged; one row.
with

known as (
    select distinct post_id,
    from raw.posts
    where loaded_at < getvariable('loaded_at')
),

-- An older observation that comes later is compared with the one after it.
versions as (
    select
        *,
        coalesce(
            lag(content_hash) over moments, lead(content_hash) over moments
        ) as other_hash,
    from raw.posts
    where post_id in (select imported_posts.post_id from imported_posts)
    window moments as (
        partition by post_id
        order by observed_at asc, content_hash asc
    )
),

reworded as (
    select distinct post_id,
    from versions
    where
        loaded_at = getvariable('loaded_at')
        and content_hash is distinct from other_hash
),

snapshots as (
    select
        *,
        coalesce(
            lag(observed_at) over moments, lead(observed_at) over moments
        ) as other_at,
        coalesce(
            lag(like_count) over moments, lead(like_count) over moments
        ) as other_like_count,
        coalesce(
            lag(comment_count) over moments, lead(comment_count) over moments
        ) as other_comment_count,
        coalesce(
            lag(share_count) over moments, lead(share_count) over moments
        ) as other_share_count,
        coalesce(
            lag(view_count) over moments, lead(view_count) over moments
        ) as other_view_count,
        coalesce(
            lag(save_count) over moments, lead(save_count) over moments
        ) as other_save_count,
        coalesce(
            lag(quote_count) over moments, lead(quote_count) over moments
        ) as other_quote_count,
    from raw.post_metrics
    where post_id in (select imported_posts.post_id from imported_posts)
    window moments as (partition by post_id order by observed_at)
),

recounted as (
    select distinct post_id,
    from snapshots
    where
        loaded_at = getvariable('loaded_at')
        -- a count that is not stated now says nothing
        and (
            other_at is null
            or (like_count is not null and like_count is distinct from other_like_count)
            or (
                comment_count is not null
                and comment_count is distinct from other_comment_count
            )
            or (
                share_count is not null
                and share_count is distinct from other_share_count
            )
            or (view_count is not null and view_count is distinct from other_view_count)
            or (save_count is not null and save_count is distinct from other_save_count)
            or (
                quote_count is not null
                and quote_count is distinct from other_quote_count
            )
        )
)

select
    count(*) filter (known.post_id is null) as new,
    count(*) filter (
        known.post_id is not null
        and (reworded.post_id is not null or recounted.post_id is not null)
    ) as updated,
    count(*) filter (
        known.post_id is not null
        and reworded.post_id is null
        and recounted.post_id is null
    ) as unchanged,
from imported_posts
left join known on imported_posts.post_id = known.post_id
left join reworded on imported_posts.post_id = reworded.post_id
left join recounted on imported_posts.post_id = recounted.post_id
