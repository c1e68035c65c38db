-- One row per post whose words no earlier build has read as they are now.
with

unread_posts as (
    select
        keys.post_id,
        keys.content_row,
    from staging.stg_post_keys as keys
    anti join intermediate.read_posts as read_posts
        on keys.post_id = read_posts.post_id
)

select * from unread_posts
