-- One row per own post, measure and currency for which its visits or sales could be
-- known: its rank by likes beside its rank by sales, among the posts of its network.
-- Equal posts share the middle of their ranks. A tag finds more sales than the day
-- alone does, so only posts are ranked whose sales are known in the same way, that in
-- which most are.
with

known as (
    select
        *,
        count(*) over (partition by platform, measure, currency, is_marked)
            as alike_count,
    from intermediate.compared_sales
    where log_likes is not null
),

compared as (
    select *
    from known
    qualify first_value(is_marked) over (
        partition by platform, measure, currency
        order by alike_count desc, is_marked desc
    ) = is_marked
),

ranked as (
    select
        *,
        count(*) over same as post_count,
        rank() over by_likes as first_likes_rank,
        rank() over by_value as first_sales_rank,
        count(*) over as_liked as as_liked_count,
        count(*) over as_sold as as_sold_count,
    from compared
    window
        same as (partition by platform, measure, currency),
        by_likes as (partition by platform, measure, currency order by log_likes desc),
        by_value as (partition by platform, measure, currency order by value desc),
        as_liked as (partition by platform, measure, currency, log_likes),
        as_sold as (partition by platform, measure, currency, value)
),

middled as (
    select
        *,
        first_likes_rank + (as_liked_count - 1) / 2.0 as likes_rank,
        first_sales_rank + (as_sold_count - 1) / 2.0 as sales_rank,
    from ranked
),

final as (
    select
        ranked.post_id,
        ranked.platform,
        ranked.account_id,
        ranked.company,
        true as is_own,
        ranked.measure,
        ranked.currency,
        posts.url,
        posts.title,
        posts.text,
        posts.language,
        posts.format,
        results.post_type,
        round(exp(ranked.log_likes) - 1)::bigint as like_count,
        ranked.value,
        ranked.likes_rank,
        ranked.sales_rank,
        ranked.post_count,
        case
            when ranked.post_count < 10 then 'too_few'
            when
                ranked.likes_rank <= ranked.post_count / 4.0
                and ranked.sales_rank > ranked.post_count / 2.0
                then 'liked_not_bought'
            when
                ranked.sales_rank <= ranked.post_count / 4.0
                and ranked.value > 0
                and ranked.likes_rank > ranked.post_count / 2.0
                then 'bought_not_liked'
            else 'agree'
        end as kind,
        ranked.published_at,
    from middled as ranked
    inner join staging.stg_posts as posts on ranked.post_id = posts.post_id
    inner join intermediate.post_results as results
        on ranked.post_id = results.post_id
)

select * from final
