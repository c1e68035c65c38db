-- One row per post inside a window, dimension of which a post may have several levels,
-- and level: single hashtags that at least three accounts use, a person's own tags, and
-- topics.
with

posts as (
    select
        counted.post_id,
        counted.platform,
        counted.account_id,
        content.hashtags,
    from intermediate.counted_posts as counted
    inner join raw.posts as content on counted.content_row = content.rowid
    where len(content.hashtags) > 0
),

tagged as (
    select distinct
        post_id,
        platform,
        account_id,
        lower(unnest(hashtags)) as tag,
    from posts
),

known_tags as (
    select
        platform,
        tag,
    from tagged
    where tag != '*'
    group by all
    having count(*) >= 10 and count(distinct account_id) >= 3
),

hashtags as (
    select
        tagged.post_id,
        tagged.platform,
        'hashtag' as dimension,
        tagged.tag as level,
    from tagged
    inner join known_tags
        on tagged.platform = known_tags.platform and tagged.tag = known_tags.tag
),

own_tags as (
    select
        post_id,
        unnest(tags) as tag,
    from staging.stg_labels
),

tags as (
    select
        counted.post_id,
        counted.platform,
        'tag' as dimension,
        own_tags.tag as level,
    from intermediate.counted_posts as counted
    inner join own_tags on counted.post_id = own_tags.post_id
),

topics as (
    select
        counted.post_id,
        counted.platform,
        'topic' as dimension,
        post_topics.topic as level,
    from intermediate.counted_posts as counted
    inner join intermediate.post_topics as post_topics
        on counted.post_id = post_topics.post_id
),

post_tags as (
    select * from hashtags
    union all
    select * from tags
    union all
    select * from topics
)

select * from post_tags
