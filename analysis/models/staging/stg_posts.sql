-- One row per post: its newest content (see stg_post_keys).
-- A view: texts and media stand once, as they were loaded.
with

final as (

    select
        keys.post_id,
        keys.account_id,
        keys.platform,
        posts.host,
        posts.native_id,
        posts.account,
        posts.author,
        posts.url,
        keys.role,
        keys.format,
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
        keys.version_count,
        posts.is_edited,
        posts.is_pinned,
        posts.is_promoted_label,
        keys.published_at,
        posts.original_published_at,
        posts.edited_at,
        keys.first_observed_at,
        keys.observed_at,
    from staging.stg_post_keys as keys
    inner join raw.posts on keys.content_row = posts.rowid

)

select * from final
