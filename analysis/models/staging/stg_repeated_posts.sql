-- One row per post that was seen with more than one content: which of its rows in
-- raw.posts holds.
-- What only an index of posts says (a date told as time ago, or neither date nor text)
-- counts until a page of the post's own is read. Time ago is told in ever larger units,
-- so that the first time it was told is nearest to the truth.
with

-- What a build may see stands beside the accounts, so that DuckDB can tell how many
-- posts that leaves; after a cross join with config.run it expects hardly any, and
-- keeps all of them in memory.
accounts as (

    select
        account_ids.loaded_account_id,
        run.as_of,
        if(run.is_strict, run.as_of, 'infinity') as loaded_until,
    from staging.stg_account_ids as account_ids
    cross join config.run

),

seen as (

    select
        posts.post_id,
        posts.observed_at,
        posts.loaded_at,
        posts.published_at,
        coalesce(posts.published_precision = 'relative', false) as is_time_ago,
        posts.content_hash,
        posts.rowid as content_row,
    from raw.posts
    inner join staging.stg_reloaded_posts as reloaded
        on posts.post_id = reloaded.post_id
    inner join accounts
        on
            posts.account_id = accounts.loaded_account_id
            and posts.observed_at <= accounts.as_of
            and posts.loaded_at <= accounts.loaded_until

),

repeated as (

    select
        post_id,
        count(*) as version_count,
        min(observed_at) as first_observed_at,
        first(
            published_at
            order by observed_at asc, loaded_at desc, content_hash asc
        ) filter (is_time_ago) as first_told_at,
    from seen
    group by all
    having count(*) > 1

),

-- Texts are long: they are read of undated posts alone.
bare as (

    select rowid as content_row,
    from raw.posts
    where published_at is null and text is null

),

versions as (

    select
        seen.post_id,
        seen.content_row,
        repeated.version_count,
        repeated.first_observed_at,
        if(seen.is_time_ago, repeated.first_told_at, null) as first_told_at,
        seen.is_time_ago or bare.content_row is not null as is_from_index,
        seen.observed_at,
        seen.loaded_at,
        seen.content_hash,
    from seen
    inner join repeated on seen.post_id = repeated.post_id
    left join bare on seen.content_row = bare.content_row

),

final as (

    select
        post_id,
        content_row,
        version_count,
        first_told_at,
        first_observed_at,
        observed_at,
    from versions
    qualify row_number() over (
        partition by post_id
        order by
            is_from_index asc, observed_at desc, loaded_at desc, content_hash asc
    ) = 1

)

select * from final
