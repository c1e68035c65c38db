-- At most three rows: real posts of the format or post type on the card.
with

card as (
    select
        platform,
        dimension,
        level,
    from marts.findings
    where
        kind in ('do_more', 'best_bet')
        and dimension in ('format', 'post_type')
    order by kind = 'do_more' desc, rank
    limit 1
)

select
    examples.rank,
    examples.post_id,
    examples.company,
    examples.url,
    examples.title,
    examples.text,
    list_filter(
        posts.media,
        lambda medium: medium.kind = 'image' and medium.url is not null
    )[1].url as picture_url,
    list_filter(
        posts.media,
        lambda medium: medium.kind = 'image' and medium.url is not null
    )[1].alt_text as picture_alt,
    examples.engagement,
    examples.lift,
    examples.published_at,
from marts.examples as examples
left join marts.posts as posts on examples.post_id = posts.post_id
inner join card
    on
        examples.platform = card.platform
        and examples.dimension = card.dimension
        and examples.level = card.level
order by examples.rank asc
limit 3
