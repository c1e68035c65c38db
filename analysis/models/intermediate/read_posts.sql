-- One row per post whose content the earlier build read as it is now: what was found in
-- its words is taken over.
with

contents as (
    select
        keys.post_id,
        posts.content_hash,
    from staging.stg_post_keys as keys
    inner join raw.posts on keys.content_row = posts.rowid
),

read_posts as (
    select contents.post_id,
    from contents
    inner join earlier.contents as known
        on
            contents.post_id = known.post_id
            and contents.content_hash = known.content_hash
)

select * from read_posts
