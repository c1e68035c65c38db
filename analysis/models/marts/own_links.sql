-- One row per own account and link that its profile, its pinned and newest posts, or
-- its pages show, with where it stands.
with

own_accounts as (
    select
        account_id,
        account_key,
        platform,
        host,
        url,
    from staging.stg_accounts
    where is_own and state != 'removed'
),

profiles as (
    select
        own_accounts.account_id,
        own_accounts.url as place_url,
        profiles.bio,
        profiles.links,
    from staging.stg_profiles as profiles
    inner join own_accounts on profiles.account_id = own_accounts.account_id
    qualify
        row_number() over (
            partition by profiles.account_id
            order by profiles.observed_at desc
        ) = 1
),

posts as (
    select
        posts.account_id,
        posts.url,
        posts.is_pinned,
        coalesce(posts.title, posts.text) as shown,
        posts.links,
    from staging.stg_posts as posts
    inner join own_accounts on posts.account_id = own_accounts.account_id
    where posts.role in ('original', 'quote')
    qualify
        posts.is_pinned
        or row_number() over (
            partition by posts.account_id
            order by posts.published_at desc nulls last, posts.post_id asc
        ) <= 20
),

pages as (
    select *
    from marts.site_pages
    where is_own
),

found as (
    select
        account_id,
        unnest(
            list_concat(
                coalesce(links, []),
                regexp_extract_all(
                    coalesce(bio, ''), '(?i)https?://[^\s<>"]*[^\s<>".,;:!?)\]}…]'
                )
            )
        ) as url,
        'profile' as place,
        place_url,
        bio as shown,
    from profiles
    union all by name
    select
        account_id,
        unnest(links) as url,
        if(is_pinned, 'pinned', 'post') as place,
        url as place_url,
        shown,
    from posts
    union all by name
    select
        account_id,
        url,
        'site' as place,
        url as place_url,
        title as shown,
    from pages
    union all by name
    select
        account_id,
        unnest(
            list_concat(
                profile_links,
                feed_urls,
                list_filter([image_url], lambda each: each is not null)
            )
        ) as url,
        'site' as place,
        url as place_url,
        title as shown,
    from pages
),

own_links as (
    select
        own_accounts.account_id,
        own_accounts.account_key,
        own_accounts.platform,
        own_accounts.host,
        found.url,
        found.place,
        found.place_url,
        left(found.shown, 500) as shown,
    from found
    inner join own_accounts on found.account_id = own_accounts.account_id
    where regexp_matches(found.url, '(?i)^https?://.')
    qualify
        row_number() over (
            partition by found.account_id, found.url
            order by
                list_position(['profile', 'pinned', 'site', 'post'], found.place) asc,
                found.place_url asc nulls last,
                found.shown asc nulls last
        ) = 1
)

select * from own_links
