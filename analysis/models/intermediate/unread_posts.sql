-- One row per post whose words no earlier build has read as they are now.
-- A view: of all other posts nothing is fetched.
with

keys as (
    select
        keys.post_id,
        keys.content_row,
    from staging.stg_post_keys as keys
    anti join intermediate.read_posts as read_posts
        on keys.post_id = read_posts.post_id
),

unread_posts as (
    select
        keys.post_id,
        posts.stated_post_type,
        posts.title,
        posts.text,
        posts.language,
    from keys
    inner join raw.posts on keys.content_row = posts.rowid
)

select * from unread_posts
