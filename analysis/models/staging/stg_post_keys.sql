-- One row per post: what it takes to count it, without what it says.
-- Whatever needs neither text nor media joins this table: it is narrow, and DuckDB
-- knows its size.
with

final as (

    select
        post_id,
        account_id,
        platform,
        role,
        format,
        published_precision,
        source,
        version_count,
        is_pinned,
        is_promoted_label,
        url is not null as has_url,
        published_at,
        first_observed_at,
        observed_at,
    from staging.stg_posts

)

select * from final
