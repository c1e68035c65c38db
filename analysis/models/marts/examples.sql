-- One row per platform, dimension, level and example (at most three): the posts that
-- did best for their account, of different companies first.
with

posts as (
    select
        traits.dimension,
        traits.level,
        posts.post_id,
        counted.platform,
        posts.lift,
        row_number() over (
            partition by
                counted.platform, traits.dimension, traits.level, counted.company
            order by posts.lift desc, posts.post_id asc
        ) as company_rank,
    from intermediate.post_results as posts
    inner join intermediate.counted_posts as counted
        on posts.post_id = counted.post_id
    inner join raw.posts as contents
        on posts.content_row = contents.rowid and contents.url is not null
    inner join intermediate.post_traits as traits on posts.post_id = traits.post_id
    inner join seeds.dimensions as dimensions
        on traits.dimension = dimensions.dimension
    where
        posts.is_counted
        and posts.lift is not null
        and posts.removed_at is null
        and dimensions.family = 'primary'
    qualify company_rank <= 3
),

ranked as (
    select
        platform,
        dimension,
        level,
        row_number() over (
            partition by platform, dimension, level
            order by company_rank asc, lift desc, post_id asc
        ) as rank,
        post_id,
    from posts
    qualify rank <= 3
),

examples as (
    select
        ranked.platform,
        ranked.dimension,
        ranked.level,
        ranked.rank,
        ranked.post_id,
        posts.company,
        posts.is_own,
        posts.url,
        posts.title,
        posts.text,
        posts.published_at,
        posts.engagement,
        posts.lift,
    from ranked
    inner join marts.posts as posts on ranked.post_id = posts.post_id
)

select * from examples
