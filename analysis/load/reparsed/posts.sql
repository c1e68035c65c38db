-- Posts of pages that were read again (landed_posts); a row where a page says something
-- else now than what stood at its moment. The row of the first reading stays.
insert into raw.posts by name
with

-- What stands at each moment: the newest reading, and of contents of one moment the one
-- that staging takes.
known as (

    select
        post_id,
        content_hash,
        observed_at,
    from raw.posts
    where post_id in (select landed_posts.post_id from landed_posts)
    qualify row_number() over (
        partition by post_id, observed_at
        order by
            source = 'reparse' desc,
            case when source = 'reparse' then loaded_at end desc nulls last,
            content_hash asc
    ) = 1

),

landed as (

    select
        post_id,
        content_hash,
        rowid as row_id,
        observed_at,
    from landed_posts
    qualify row_number() over (
        partition by post_id, observed_at
        order by content_hash asc, row_id asc
    ) = 1

),

versions as (

    select
        landed.post_id,
        landed.content_hash,
        known.content_hash as known_hash,
        landed.row_id,
        landed.observed_at,
    from landed
    left join known
        on
            landed.post_id = known.post_id
            and landed.observed_at = known.observed_at
    union all by name
    select
        known.post_id,
        known.content_hash,
        known.observed_at,
    from known
    left join landed
        on
            known.post_id = landed.post_id
            and known.observed_at = landed.observed_at
    where landed.post_id is null

),

changed as (

    select row_id
    from versions
    qualify
        row_id is not null
        and content_hash is distinct from coalesce(
            known_hash,
            lag(content_hash) over (partition by post_id order by observed_at)
        )

)

select
    landed_posts.*,
    getvariable('loaded_at') as loaded_at,
from landed_posts
where landed_posts.rowid in (select changed.row_id from changed)
