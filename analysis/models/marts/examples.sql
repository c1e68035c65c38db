-- One row per platform, dimension, level and example (at most three): the posts that
-- did best for their account, of different companies first.
with

posts as (
    select
        traits.dimension,
        traits.level,
        posts.*,
        row_number() over (
            partition by posts.platform, traits.dimension, traits.level, posts.company
            order by posts.lift desc, posts.post_id asc
        ) as company_rank,
    from marts.posts as posts
    inner join intermediate.post_traits as traits on posts.post_id = traits.post_id
    inner join seeds.dimensions as dimensions
        on traits.dimension = dimensions.dimension
    where
        posts.is_counted
        and posts.lift is not null
        and posts.removed_at is null
        and posts.url is not null
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
        company,
        is_own,
        url,
        title,
        text,
        published_at,
        engagement,
        lift,
    from posts
    qualify rank <= 3
)

select * from ranked
