-- One row per post on which likes and sales disagree most: its rank by likes beside its
-- rank by sales, among your posts there. At most three a platform and kind.
select
    ranks.platform,
    ranks.kind,
    ranks.post_id,
    ranks.company,
    ranks.is_own,
    ranks.url,
    ranks.title,
    ranks.text,
    ranks.language,
    ranks.format,
    ranks.post_type,
    ranks.like_count,
    ranks.value::double as value,
    ranks.measure,
    ranks.currency,
    ranks.likes_rank,
    ranks.sales_rank,
    ranks.post_count,
    ranks.published_at,
    list_filter(
        posts.media,
        lambda medium: medium.kind = 'image' and medium.url is not null
    )[1].alt_text as picture_alt,
from marts.outcome_ranks as ranks
inner join marts.sales_totals as totals
    on
        ranks.measure = totals.measure
        and ranks.currency = totals.currency
        and totals.is_main
left join marts.posts as posts
    on ranks.post_id = posts.post_id
where ranks.kind in ('liked_not_bought', 'bought_not_liked')
qualify
    row_number() over (
        partition by ranks.platform, ranks.kind
        order by abs(ranks.likes_rank - ranks.sales_rank) desc, ranks.post_id asc
    ) <= 3
order by
    ranks.platform asc,
    ranks.kind desc,
    abs(ranks.likes_rank - ranks.sales_rank) desc,
    ranks.post_id asc
