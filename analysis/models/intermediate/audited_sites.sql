-- One row per site and rule about its pages: how many of those that were seen keep it.
with

pages as (
    select * from marts.site_pages
),

checked as (
    unpivot (
        select
            account_id,
            kind,
            url,
            title,
            image_width || ' × ' || image_height as image_size,
            has_title as site_title,
            has_description as site_description,
            has_open_graph as site_open_graph,
            has_card as site_card,
            has_image as site_image,
            has_large_image as site_image_size,
            has_canonical as site_canonical,
            case when kind = 'post' then has_share_links end as site_share_links,
        from pages
    )
    on site_title, site_description, site_open_graph, site_card, site_image,
    site_image_size, site_canonical, site_share_links
    into name rule value is_kept
),

page_sums as (
    select
        account_id,
        rule,
        avg(is_kept::integer) as value,
        count(*) as seen_count,
        count(*) filter (not is_kept) as finding_count,
        list(
            evidence_of(url, title, if(rule = 'site_image_size', image_size, null))
            order by kind = 'home' desc, url asc
        ) filter (not is_kept) as evidence,
    from checked
    group by all
),

feeds as (
    select
        account_id,
        'site_feed' as rule,
        bool_or(has_feed)::integer::double as value,
        count(*) as seen_count,
        (not bool_or(has_feed))::bigint as finding_count,
        list(
            evidence_of(url, title, null)
            order by kind = 'home' desc, url asc
        )[:1] as evidence,
    from pages
    group by all
),

site_links as (
    select
        account_id,
        company,
        list_transform(profile_links, lambda link: profile_address(link)) as links,
    from marts.site_readiness
),

profiles as (
    select
        accounts.company,
        accounts.url,
        accounts.platform,
        list_contains(site_links.links, profile_address(accounts.url))
        or list_contains(site_links.links, profile_address(profiles.url)) as is_linked,
        site_links.account_id,
    from staging.stg_accounts as accounts
    inner join site_links on accounts.company = site_links.company
    left join staging.stg_profiles as profiles
        on accounts.account_id = profiles.account_id
    where accounts.state != 'removed' and accounts.platform != 'web'
    qualify
        row_number() over (
            partition by accounts.account_id, site_links.account_id
            order by profiles.observed_at desc nulls last
        ) = 1
),

profile_sums as (
    select
        account_id,
        'site_links_profiles' as rule,
        avg(coalesce(is_linked, false)::integer) as value,
        count(*) as seen_count,
        count(*) filter (not coalesce(is_linked, false)) as finding_count,
        list(evidence_of(url, null, platform) order by url asc)
        filter (not coalesce(is_linked, false)) as evidence,
    from profiles
    group by all
),

sums as (
    select * from page_sums
    union all by name
    select * from feeds
    union all by name
    select * from profile_sums
),

unseen as (
    select
        accounts.account_id,
        rules.rule,
    from staging.stg_accounts as accounts
    cross join seeds.audit_rules as rules
    where
        accounts.state != 'removed'
        and accounts.platform = 'web'
        and rules.part = 'site'
        and accounts.account_id not in (select pages.account_id from pages)
),

final as (
    select
        account_id,
        rule,
        if(finding_count > 0, 'missing', 'ok') as state,
        value,
        null::text as limit_value,
        seen_count,
        finding_count,
        if(finding_count > 0, evidence[:5], []) as evidence,
    from sums
    union all by name
    select
        account_id,
        rule,
        'not_visible' as state,
        0 as seen_count,
        0 as finding_count,
        [] as evidence,
    from unseen
)

select * from final
