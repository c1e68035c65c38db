-- One row per platform and outcome that is a count: how much the posts of one account
-- differ (variance of ln(1 + y) inside accounts), and what they typically get.
with

outcomes as (
    select list(outcome) as asked,
    from intermediate.outcomes
),

posts as (
    select
        counted.platform,
        counted.account_id,
        counted.log_engagement,
        if(list_contains(outcomes.asked, 'likes'), counted.log_likes, null)
            as log_likes,
        if(list_contains(outcomes.asked, 'comments'), counted.log_comments, null)
            as log_comments,
        if(list_contains(outcomes.asked, 'shares'), counted.log_shares, null)
            as log_shares,
        if(list_contains(outcomes.asked, 'weighted'), counted.log_weighted, null)
            as log_weighted,
    from intermediate.counted_posts as counted
    cross join outcomes
    where counted.is_current and counted.log_engagement is not null
),

accounts as (
    select
        platform,
        account_id,
        map {
            'engagement': exact_sums_and_median(log_engagement),
            'likes': exact_sums_and_median(log_likes),
            'comments': exact_sums_and_median(log_comments),
            'shares': exact_sums_and_median(log_shares),
            'weighted': exact_sums_and_median(log_weighted)
        } as sums_by_outcome,
    from posts
    group by all
),

unnested as (
    select
        platform,
        unnest(map_entries(sums_by_outcome)) as entry,
    from accounts
),

sums as (
    select
        platform,
        entry.key as outcome,
        entry.value.post_count,
        nearest_double(entry.value.log_sum) as log_sum,
        nearest_double(entry.value.log_squares) as log_squares,
        entry.value.middle,
    from unnested
    where entry.value.post_count > 0
),

final as (
    select
        platform,
        outcome,
        exact_sum(log_squares - log_sum * log_sum / post_count)
        / nullif(sum(post_count - 1), 0) as variance,
        exp(median(middle)) - 1 as typical_count,
    from sums
    group by all
)

select * from final
