-- One row per post: its newest content (see stg_repeated_posts).
-- A view, as hardly any post was seen with two contents: nothing is copied, and only
-- those few are looked up.
with

final as (

    select
        posts.post_id,
        account_ids.account_id,
        posts.platform,
        posts.host,
        posts.native_id,
        posts.account,
        posts.author,
        posts.url,
        posts.role,
        posts.format,
        posts.stated_post_type,
        posts.title,
        posts.text,
        posts.language,
        posts.published_precision,
        posts.published_text,
        posts.original_native_id,
        posts.original_url,
        posts.media,
        posts.hashtags,
        posts.mentions,
        posts.links,
        posts.sources,
        posts.source,
        coalesce(repeated_posts.version_count, 1) as version_count,
        posts.is_edited,
        posts.is_pinned,
        posts.is_promoted_label,
        posts.published_at,
        posts.original_published_at,
        posts.edited_at,
        coalesce(repeated_posts.first_observed_at, posts.observed_at)
            as first_observed_at,
        posts.observed_at,
    from raw.posts
    cross join config.run
    inner join staging.stg_account_ids as account_ids
        on posts.account_id = account_ids.loaded_account_id
    left join staging.stg_repeated_posts as repeated_posts
        on posts.post_id = repeated_posts.post_id
    where
        posts.observed_at <= run.as_of
        and (not run.is_strict or posts.loaded_at <= run.as_of)
        and (
            repeated_posts.post_id is null
            or (
                posts.observed_at = repeated_posts.observed_at
                and posts.loaded_at = repeated_posts.loaded_at
                and posts.content_hash
                is not distinct from repeated_posts.content_hash
            )
        )

)

select * from final
