-- Which of your posts were liked and not bought from, and which the other way round?
select
    kind,
    platform,
    measure,
    currency,
    likes_rank,
    sales_rank,
    post_count,
    like_count,
    value,
    format,
    post_type,
    url,
    published_at,
from marts.outcome_ranks
where kind != 'agree'
order by
    kind asc,
    platform asc,
    measure asc,
    currency asc,
    abs(likes_rank - sales_rank) desc,
    url asc
