-- One row per account, page of its site and changed content.
with

final as (

    select
        account_ids.account_id,
        sites.host,
        sites.url,
        sites.kind,
        sites.title,
        sites.description,
        sites.og,
        sites.card,
        sites.canonical_url,
        sites.language,
        sites.image_url,
        sites.share_networks,
        sites.feed_urls,
        sites.profile_links,
        sites.image_width,
        sites.image_height,
        coalesce(sites.statements, []) as statements,
        coalesce(sites.passages, []) as passages,
        sites.observed_at,
    from raw.sites
    cross join config.run
    inner join staging.stg_account_ids as account_ids
        on sites.account_id = account_ids.loaded_account_id
    where
        sites.observed_at <= run.as_of
        and (not run.is_strict or sites.loaded_at <= run.as_of)
    -- two entries of one account may have been visited in one crawl
    qualify row_number() over (
        partition by account_ids.account_id, sites.url, sites.observed_at
        order by sites.loaded_at desc, sites.content_hash asc
    ) = 1

)

select * from final
