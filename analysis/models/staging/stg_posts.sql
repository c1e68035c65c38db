-- One row per post: its newest content. What only an index of posts says (a date told
-- as time ago, or neither date nor text) counts until a page of the post's own is read.
with

versions as (

    select
        posts.post_id,
        account_ids.account_id,
        posts.* exclude (post_id, account_id),
    from raw.posts
    cross join config.run
    inner join staging.stg_account_ids as account_ids
        on posts.account_id = account_ids.loaded_account_id
    where
        posts.observed_at <= run.as_of
        and (not run.is_strict or posts.loaded_at <= run.as_of)

),

final as (

    select
        post_id,
        account_id,
        platform,
        host,
        native_id,
        account,
        author,
        url,
        role,
        format,
        stated_post_type,
        title,
        text,
        language,
        published_precision,
        published_text,
        original_native_id,
        original_url,
        media,
        hashtags,
        mentions,
        links,
        sources,
        source,
        count(*) over (partition by post_id) as version_count,
        is_edited,
        is_pinned,
        is_promoted_label,
        published_at,
        original_published_at,
        edited_at,
        min(observed_at) over (partition by post_id) as first_observed_at,
        observed_at,
    from versions
    qualify row_number() over (
        partition by post_id
        order by
            coalesce(published_precision = 'relative', false)
            or (published_at is null and text is null),
            observed_at desc,
            loaded_at desc,
            content_hash asc
    ) = 1

)

select * from final
