-- One row per planned slot: its newest version, and the own post that it became.
-- A post is a slot's when its link carries the slot's id (utm_content), else when a
-- person said so, by the address in the plan's sheet or by a tag of the slot's id.
with

slots as (
    select * from staging.stg_slots
),

own_posts as (
    select
        post_id,
        platform,
        lower(concat_ws(' ', text, array_to_string(links, ' '))) as words,
        plain_address(url) as plain_url,
        published_at,
    from marts.posts
    where is_own and role in ('original', 'quote')
),

linked as (
    select
        post_id,
        platform,
        published_at,
        1 as rank,
        'link' as matched_by,
        unnest(list_distinct(regexp_extract_all(
            words, 'utm_content=(p[0-9]{4}-[2-9a-hjkmnp-z]{4})', 1
        ))) as slot_id,
    from own_posts
    where contains(words, 'utm_content=p')
),

told as (
    select
        own_posts.post_id,
        own_posts.platform,
        own_posts.published_at,
        2 as rank,
        'address' as matched_by,
        slots.slot_id,
    from own_posts
    inner join slots on own_posts.plain_url = plain_address(slots.post_url)
),

tagged as (
    select
        own_posts.post_id,
        own_posts.platform,
        own_posts.published_at,
        3 as rank,
        'label' as matched_by,
        unnest(labels.tags) as slot_id,
    from own_posts
    inner join staging.stg_labels as labels on own_posts.post_id = labels.post_id
),

candidates as (
    select * from linked
    union all by name
    select * from told
    union all by name
    select * from tagged
),

-- one slot a post
posts_of_slots as (
    select candidates.*
    from candidates
    inner join slots
        on
            candidates.slot_id = slots.slot_id
            and candidates.platform = slots.platform
    qualify row_number() over (
        partition by candidates.post_id
        order by candidates.rank asc, candidates.slot_id asc
    ) = 1
),

-- and one post a slot: the first
matches as (
    select
        slot_id,
        post_id,
        matched_by,
    from posts_of_slots
    qualify row_number() over (
        partition by slot_id
        order by rank asc, published_at asc nulls last, post_id asc
    ) = 1
),

final as (
    select
        slots.slot_id,
        slots.account_id,
        matches.post_id,
        accounts.company,
        slots.version,
        slots.plan,
        slots.status,
        slots.platform,
        slots.format,
        slots.post_type,
        slots.topic,
        slots.hook,
        slots.caption,
        slots.hashtags,
        slots.link,
        slots.campaign,
        slots.basis,
        slots.why,
        slots.evidence,
        slots.experiment_id,
        slots.arm,
        slots.block,
        slots.post_url,
        slots.timezone,
        matches.matched_by,
        posts.url,
        posts.format as posted_format,
        posts.post_type as posted_post_type,
        posts.engagement,
        posts.engagement_at_age,
        posts.engagement_at_age_missing,
        posts.lift,
        slots.planned_at,
        posts.published_at,
        slots.first_planned_at,
        slots.observed_at,
    from slots
    left join staging.stg_accounts as accounts
        on slots.account_id = accounts.account_id
    left join matches on slots.slot_id = matches.slot_id
    left join marts.posts as posts on matches.post_id = posts.post_id
)

select * from final
