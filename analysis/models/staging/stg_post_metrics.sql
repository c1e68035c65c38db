-- One row per post and observation of its counts.
with

posts as (

    select
        keys.post_id,
        keys.account_id,
        keys.published_at,
        run.as_of,
        if(run.is_strict, run.as_of, 'infinity') as loaded_until,
    from staging.stg_post_keys as keys
    cross join config.run

),

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
        post_metrics.rowid as counts_row,
    from raw.post_metrics
    -- see stg_repeated_posts
    inner join posts
        on
            post_metrics.post_id = posts.post_id
            and post_metrics.observed_at <= posts.as_of
            and post_metrics.loaded_at <= posts.loaded_until

)

select * from final
