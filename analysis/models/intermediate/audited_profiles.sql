-- One row per account on a network and rule about its profile: what holds, and what the
-- profile says.
with

profiles as (
    select
        accounts.account_id,
        accounts.company,
        accounts.platform,
        coalesce(profiles.url, accounts.url) as url,
        profiles.bio,
        profiles.links,
        profiles.pinned_native_id,
        accounts.account,
        profiles.account_id is not null as is_seen,
        coalesce(map_keys(counts.missing), []) as not_shown,
    from staging.stg_accounts as accounts
    left join staging.stg_profiles as profiles
        on accounts.account_id = profiles.account_id
    left join staging.stg_account_metrics as counts
        on
            profiles.account_id = counts.account_id
            and profiles.observed_at = counts.observed_at
    where accounts.state != 'removed' and accounts.platform != 'web'
    qualify
        row_number() over (
            partition by accounts.account_id
            order by profiles.observed_at desc nulls last
        ) = 1
),

sites as (
    select
        company,
        list(distinct host) as hosts,
        min(url) as url,
    from staging.stg_accounts
    where platform = 'web' and state != 'removed' and host != ''
    group by all
),

pinned as (
    select
        posts.account_id,
        arg_max(posts.url, posts.published_at) as url,
        arg_max(coalesce(posts.title, posts.text), posts.published_at) as text,
    from staging.stg_posts as posts
    where posts.is_pinned
    group by all
),

calls as (
    select distinct profiles.account_id,
    from profiles
    inner join seeds.call_to_action_phrases as phrases
        on
            contains(
                plain_words(profiles.bio),
                ' ' || phrases.phrase || ' '
            )
),

bio_limits as (
    select
        platform,
        value,
        highest,
        is_confirmed,
    from marts.limits
    where what = 'bio_max' and kind = 'cap'
),

bios as (
    select
        profiles.*,
        trim(profiles.bio) != '' as has_bio,
        counted_length(profiles.platform, trim(profiles.bio)) as bio_length,
        [evidence_of(profiles.url, left(profiles.bio, 500), null)] as shown,
        coalesce(profiles.links, []) != []
        or regexp_matches(
            coalesce(profiles.bio, ''), '(?i)https?://|www\.[\pL\d]'
        ) as has_link,
        calls.account_id is not null as is_calling,
        pinned.account_id is not null as has_pinned_post,
        pinned.url as pinned_url,
        pinned.text as pinned_text,
        sites.url as site_url,
        len(
            list_filter(
                sites.hosts,
                lambda host:
                regexp_matches(
                    lower(
                        concat_ws(' ', profiles.account, profiles.bio)
                        || ' ' || array_to_string(coalesce(profiles.links, []), ' ')
                    ),
                    -- shop.acme.example is acme.example's, notacme.example is not
                    '(?:^|[^\w-])' || regexp_escape(host) || '\.?(?:[^\w.-]|$)'
                )
            )
        ) > 0 as leads_to_site,
    from profiles
    left join calls on profiles.account_id = calls.account_id
    left join pinned on profiles.account_id = pinned.account_id
    left join sites on profiles.company = sites.company
),

judged as (
    select
        account_id,
        'bio_filled' as rule,
        case
            when not is_seen or bio is null then 'not_visible'
            when has_bio then 'ok'
            else 'missing'
        end as state,
        has_bio::integer::double as value,
        shown as evidence,
    from bios
    union all by name
    select
        bios.account_id,
        'bio_length' as rule,
        case
            when bios.bio is null then 'not_visible'
            when not bio_limits.is_confirmed then 'unconfirmed'
            when bios.bio_length > bio_limits.highest then 'over'
            when 2 * bios.bio_length < bio_limits.highest then 'below'
            else 'ok'
        end as state,
        bios.bio_length::double as value,
        bio_limits.value as limit_value,
        bios.shown as evidence,
    from bios
    inner join bio_limits on bios.platform = bio_limits.platform
    union all by name
    select
        account_id,
        'bio_link' as rule,
        case
            when has_link then 'ok'
            when not is_seen or bio is null or list_contains(not_shown, 'links')
                then 'not_visible'
            else 'missing'
        end as state,
        has_link::integer::double as value,
        [evidence_of(url, left(coalesce(links[1], bio), 500), null)] as evidence,
    from bios
    union all by name
    select
        account_id,
        'bio_call_to_action' as rule,
        case
            when bio is null then 'not_visible' when is_calling then 'ok' else 'missing'
        end as state,
        is_calling::integer::double as value,
        shown as evidence,
    from bios
    union all by name
    select
        account_id,
        'pinned_post' as rule,
        case
            when pinned_native_id is not null or has_pinned_post then 'ok'
            when is_seen and not list_contains(not_shown, 'pinned_native_id')
                then 'missing'
            else 'not_visible'
        end as state,
        (pinned_native_id is not null or has_pinned_post)::integer::double as value,
        [evidence_of(coalesce(pinned_url, url), left(pinned_text, 500), null)]
            as evidence,
    from bios
    union all by name
    select
        account_id,
        'profile_links_site' as rule,
        case
            when leads_to_site then 'ok'
            when
                not is_seen
                or list_contains(not_shown, 'links')
                or (bio is null and coalesce(links, []) = [])
                then 'not_visible'
            else 'missing'
        end as state,
        leads_to_site::integer::double as value,
        [evidence_of(url, site_url, null)] as evidence,
    from bios
    where site_url is not null
),

final as (
    select
        account_id,
        rule,
        state,
        case when state != 'not_visible' then value end as value,
        limit_value,
        (state != 'not_visible')::bigint as seen_count,
        (state in ('missing', 'below', 'over'))::bigint as finding_count,
        evidence,
    from judged
)

select * from final
