-- One row per post and observation of its counts.
with

final as (

    select
        post_metrics.post_id,
        posts.account_id,
        post_metrics.like_count,
        post_metrics.comment_count,
        post_metrics.share_count,
        post_metrics.view_count,
        post_metrics.save_count,
        post_metrics.quote_count,
        post_metrics.reactions,
        post_metrics.missing,
        post_metrics.rounded,
        post_metrics.source,
        date_diff('second', posts.published_at, post_metrics.observed_at)
            as age_seconds,
        posts.published_at,
        post_metrics.observed_at,
    from raw.post_metrics
    cross join config.run
    inner join staging.stg_post_keys as posts on post_metrics.post_id = posts.post_id
    where
        post_metrics.observed_at <= run.as_of
        and (not run.is_strict or post_metrics.loaded_at <= run.as_of)

)

select * from final
