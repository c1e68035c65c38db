-- One row per post inside a window and trait it has: a (dimension, level) pair that
-- might matter.
-- A new trait is one more select here and one more row in seeds.dimensions; a post
-- whose level is unknown has no row.
with

posts as (
    select
        *,
        length(concat_ws(' ', title, text)) as text_length,
        len(hashtags) as hashtag_count,
    from intermediate.counted_posts
),

formats as (
    select
        post_id,
        'format' as dimension,
        format as level,
    from posts
    where format is not null
),

post_types as (
    select
        posts.post_id,
        'post_type' as dimension,
        post_types.post_type as level,
    from posts
    inner join intermediate.post_types as post_types
        on posts.post_id = post_types.post_id
),

weekdays as (
    select
        post_id,
        'weekday' as dimension,
        lower(dayname(local_at)) as level,
    from posts
    where has_day
),

hour_blocks as (
    select
        post_id,
        'hour_block' as dimension,
        format('{:02d}-{:02d}', hour(local_at) // 4 * 4, hour(local_at) // 4 * 4 + 4)
            as level,
    from posts
    where has_hour
),

lengths as (
    select
        post_id,
        'length' as dimension,
        case
            when text_length = 0 then 'none'
            when text_length <= 80 then 'up_to_80'
            when text_length <= 200 then '81_to_200'
            when text_length <= 500 then '201_to_500'
            when text_length <= 2000 then '501_to_2000'
            else 'over_2000'
        end as level,
    from posts
    where text is not null
),

hashtag_counts as (
    select
        post_id,
        'hashtag_count' as dimension,
        case
            when hashtag_count = 0 then '0'
            when hashtag_count <= 2 then '1_to_2'
            when hashtag_count <= 5 then '3_to_5'
            when hashtag_count <= 10 then '6_to_10'
            else 'over_10'
        end as level,
    from posts
    where text is not null or hashtag_count > 0
),

links as (
    select
        post_id,
        'has_link' as dimension,
        case when len(links) > 0 then 'yes' else 'no' end as level,
    from posts
    where text is not null or len(links) > 0
),

post_traits as (
    select * from formats
    union all
    select * from post_types
    union all
    select * from weekdays
    union all
    select * from hour_blocks
    union all
    select * from lengths
    union all
    select * from hashtag_counts
    union all
    select * from links
)

select * from post_traits
