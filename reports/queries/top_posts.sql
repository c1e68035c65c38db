-- Five rows per platform: the posts that did best against their account's usual.
select
    platform,
    post_id,
    company,
    is_own,
    account,
    url,
    format,
    post_type,
    title,
    text,
    language,
    list_filter(
        media,
        lambda medium: medium.kind = 'image' and medium.url is not null
    )[1].url as picture_url,
    list_filter(
        media,
        lambda medium: medium.kind = 'image' and medium.url is not null
    )[1].alt_text as picture_alt,
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
