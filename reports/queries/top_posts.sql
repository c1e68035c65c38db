-- Five rows per platform: the posts that did best against their account's usual.
select
    platform,
    company,
    is_own,
    account,
    url,
    format,
    post_type,
    title,
    text,
    language,
    engagement,
    lift,
    is_breakout,
    published_at,
from marts.posts
where is_counted and lift is not null
qualify
    row_number() over (
        partition by platform
        order by lift desc, published_at desc, post_id asc
    ) <= 5
order by platform asc, lift desc, published_at desc, post_id asc
