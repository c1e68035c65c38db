-- One row per site in the list: which share of its pages is ready to be found and
-- shared.
with

pages as (
    select * from marts.site_pages
),

final as (

    select
        account_id,
        company,
        is_own,
        arg_min(host, (kind != 'home', url)) as host,
        list_sort(list_distinct(flatten(list(share_networks)))) as share_networks,
        list_sort(list_distinct(flatten(list(feed_urls)))) as feed_urls,
        list_sort(list_distinct(flatten(list(profile_links)))) as profile_links,
        count(*) as page_count,
        count(*) filter (where kind = 'post') as post_page_count,
        avg(has_title::integer) as title_rate,
        avg(has_description::integer) as description_rate,
        avg(has_open_graph::integer) as open_graph_rate,
        avg(has_card::integer) as card_rate,
        avg(has_image::integer) as image_rate,
        count(has_large_image) as sized_image_count,
        avg(has_large_image::integer) as large_image_rate,
        avg(has_canonical::integer) as canonical_rate,
        avg(has_language::integer) as language_rate,
        avg(has_share_links::integer) as share_link_rate,
        avg(has_feed::integer) as feed_rate,
        avg(has_profile_links::integer) as profile_link_rate,
        max(observed_at) as observed_at,
    from pages
    group by all

)

select * from final
