-- One row per platform and trait of the primary dimensions that a removed or edited
-- post has: how many of its posts in the window were removed, or edited.
with

posts as (
    select
        counted.platform,
        counted.post_id,
        removed.post_id is not null as is_removed,
        posts.edited_at is not null as is_edited,
    from intermediate.counted_posts as counted
    inner join raw.posts on counted.content_row = posts.rowid
    left join intermediate.removed_posts as removed
        on counted.post_id = removed.post_id
    where
        counted.is_current
        and (removed.post_id is not null or posts.edited_at is not null)
),

trait_removals as (
    select
        posts.platform,
        traits.dimension,
        traits.level,
        count(*) filter (posts.is_removed) as removed_count,
        count(*) filter (posts.is_edited) as edited_count,
    from posts
    inner join intermediate.primary_traits as traits
        on posts.post_id = traits.post_id
    group by all
)

select * from trait_removals
