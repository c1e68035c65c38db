-- One row per page of a site in the list: how ready it is to be found and shared.
with

accounts as (
    select * from staging.stg_accounts
    where state != 'removed'
),

newest_pages as (
    select *
    from staging.stg_sites
    qualify row_number() over (
        partition by account_id, url
        order by observed_at desc
    ) = 1
),

final as (

    select
        accounts.account_id,
        accounts.company,
        accounts.is_own,
        pages.host,
        pages.url,
        pages.kind,
        pages.title,
        pages.description,
        pages.og,
        pages.card,
        pages.canonical_url,
        pages.language,
        pages.image_url,
        pages.share_networks,
        pages.feed_urls,
        pages.profile_links,
        pages.image_width,
        pages.image_height,
        pages.title is not null as has_title,
        pages.description is not null as has_description,
        -- what a preview shows beside the picture; type and url have working defaults
        pages.og['title'] is not null
        and pages.og['description'] is not null as has_open_graph,
        pages.card['card'] is not null as has_card,
        pages.image_url is not null as has_image,
        -- LinkedIn advises 1200 x 627, Facebook 1200 x 630: the lesser counts
        pages.image_width >= 1200 and pages.image_height >= 627 as has_large_image,
        pages.canonical_url is not null as has_canonical,
        pages.language is not null as has_language,
        pages.share_networks != [] as has_share_links,
        pages.feed_urls != [] as has_feed,
        pages.profile_links != [] as has_profile_links,
        pages.observed_at,
    from newest_pages as pages
    inner join accounts on pages.account_id = accounts.account_id

)

select * from final
