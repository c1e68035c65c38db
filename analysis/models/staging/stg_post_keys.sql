-- One row per post: what it takes to count it, without what it says.
-- Whatever needs neither text nor media joins this table: it is narrow, and DuckDB
-- knows its size. Content is fetched by content_row, the rowid of the row of raw.posts
-- that holds (see stg_repeated_posts): nothing is ever deleted there.
-- Articles that count at another site of the company are not in it.
with

accounts as (

    select
        account_ids.loaded_account_id,
        account_ids.account_id,
        run.as_of,
        if(run.is_strict, run.as_of, 'infinity') as loaded_until,
    from staging.stg_account_ids as account_ids
    cross join config.run

),

final as (

    select
        posts.post_id,
        accounts.account_id,
        posts.platform,
        posts.role,
        posts.format,
        coalesce(repeated_posts.version_count, 1) as version_count,
        coalesce(repeated_posts.first_told_at, posts.published_at) as published_at,
        coalesce(repeated_posts.first_observed_at, posts.observed_at)
            as first_observed_at,
        posts.observed_at,
        posts.rowid as content_row,
    from raw.posts
    -- see stg_repeated_posts
    inner join accounts
        on
            posts.account_id = accounts.loaded_account_id
            and posts.observed_at <= accounts.as_of
            and posts.loaded_at <= accounts.loaded_until
    left join staging.stg_repeated_posts as repeated_posts
        on posts.post_id = repeated_posts.post_id
    anti join staging.stg_doubled_posts as doubled_posts
        on posts.post_id = doubled_posts.post_id
    where posts.rowid = coalesce(repeated_posts.content_row, posts.rowid)

)

select * from final
