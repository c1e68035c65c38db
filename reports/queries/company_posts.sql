-- At most eight rows per company and platform: its five best posts, its three weakest;
-- fewer where more than forty companies are compared on a platform. The weakest are
-- named only where at least ten could be compared.
with

ranked as (
    select
        *,
        row_number() over best as best_rank,
        row_number() over weakest as weakest_rank,
        count(*) over (partition by platform, company) as compared_count,
        count(distinct company) over (partition by platform) as company_count,
    from marts.posts
    where is_counted and lift is not null
    window
        best as (
            partition by platform, company
            order by lift desc, published_at desc, post_id asc
        ),
        weakest as (
            partition by platform, company
            order by lift asc, published_at desc, post_id asc
        )
)

select
    platform,
    company,
    is_own,
    best_rank <= 5 as is_best,
    post_id,
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
    compared_count,
    published_at,
from ranked
where
    best_rank <= case when company_count > 40 then 2 else 5 end
    or (
        weakest_rank <= case when company_count > 40 then 1 else 3 end
        and compared_count >= 10
    )
order by
    platform asc,
    is_own desc,
    company asc,
    lift desc,
    published_at desc,
    post_id asc
