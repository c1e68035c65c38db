-- One row per own post and mark by which its visits and sales can be known: the id of
-- its slot, the tags and pages of its links, the discount codes that it names.
with

own_posts as (
    select
        posts.post_id,
        posts.platform,
        accounts.company,
        posts.title,
        posts.text,
        posts.published_at,
        timezone(run.timezone, posts.published_at)::date as published_date,
        list_distinct(
            list_concat(
                posts.links,
                regexp_extract_all(coalesce(posts.text, ''), 'https?://[^\s<>"]+')
            )
        ) as links,
    from staging.stg_posts as posts
    inner join staging.stg_accounts as accounts
        on posts.account_id = accounts.account_id
    cross join config.run
    where
        accounts.is_own
        and accounts.state != 'removed'
        and posts.role in ('original', 'quote')
        and posts.published_at is not null
),

own_hosts as (
    select
        company,
        host,
    from staging.stg_accounts
    where is_own and platform = 'web' and host != ''
    union
    select
        accounts.company,
        site_host_of(unnest(profiles.links)) as host,
    from staging.stg_profiles as profiles
    inner join staging.stg_accounts as accounts
        on profiles.account_id = accounts.account_id
    where accounts.is_own
),

links as (
    select
        post_id,
        company,
        unnest(links) as link,
    from own_posts
),

pages as (
    select
        links.post_id,
        nullif(
            rtrim(regexp_extract(links.link, '^https?://[^/?#]+(/[^?#]*)', 1), '/'),
            ''
        ) as landing_page,
        own_hosts.host is not null as is_own_host,
        bool_or(own_hosts.host is not null) over (partition by links.company)
            as has_own_hosts,
    from links
    left join own_hosts
        on
            links.company = own_hosts.company
            and site_host_of(links.link) = own_hosts.host
),

codes as (
    select distinct code,
    from staging.stg_outcomes
    where length(code) >= 3
),

worded as (
    select
        post_id,
        unnest(
            list_distinct(
                regexp_extract_all(
                    lower(concat_ws(' ', title, text)), '[\p{L}\p{N}][\p{L}\p{N}_-]+'
                )
            )
        ) as word,
    from own_posts
    where exists (select 1 from codes)
),

marks as (
    select
        post_id,
        'slot' as way,
        slot_id as mark,
    from marts.plan_slots
    where post_id is not null
    union
    select
        post_id,
        'content' as way,
        link_tag(link, 'content') as mark,
    from links
    union
    select
        post_id,
        'campaign' as way,
        campaign_mark(link_tag(link, 'campaign'), link_tag(link, 'source')) as mark,
    from links
    union
    select
        post_id,
        'landing_page' as way,
        landing_page as mark,
    from pages
    where is_own_host or not has_own_hosts
    union
    select
        worded.post_id,
        'code' as way,
        worded.word as mark,
    from worded
    inner join codes on worded.word = codes.code
),

final as (
    select
        marks.post_id,
        marks.way,
        marks.mark,
        own_posts.platform,
        own_posts.published_date,
        own_posts.published_at,
    from marks
    inner join own_posts on marks.post_id = own_posts.post_id
    where marks.mark is not null
)

select * from final
