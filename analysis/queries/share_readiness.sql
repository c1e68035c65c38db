-- Whose site is ready to be found and shared, and what is missing there?
select
    company,
    host,
    page_count,
    round(title_rate, 2) as title_rate,
    round(description_rate, 2) as description_rate,
    round(open_graph_rate, 2) as open_graph_rate,
    round(card_rate, 2) as card_rate,
    round(image_rate, 2) as image_rate,
    sized_image_count,
    round(large_image_rate, 2) as large_image_rate,
    round(canonical_rate, 2) as canonical_rate,
    round(language_rate, 2) as language_rate,
    round(share_link_rate, 2) as share_link_rate,
    round(feed_rate, 2) as feed_rate,
    round(profile_link_rate, 2) as profile_link_rate,
    array_to_string(share_networks, ', ') as share_networks,
    is_own,
from marts.site_readiness
order by is_own desc, company asc, host asc
