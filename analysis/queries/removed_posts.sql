-- Which posts were removed, and how had they done?
select
    company,
    platform,
    published_at,
    removed_at,
    coalesce(title, text) as text,
    engagement,
    lift,
    url,
from marts.posts
where removed_at is not null
order by removed_at desc, post_id asc
