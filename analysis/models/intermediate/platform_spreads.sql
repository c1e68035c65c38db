-- One row per platform: how much the posts of one account differ (variance of ln(1 + y)
-- inside accounts), and what they typically get.
with

accounts as (
    select
        platform,
        account_id,
        count(*) as post_count,
        sum(log_engagement)::double as log_sum,
        sum(log_engagement_squared)::double as log_squares,
        median(log_engagement::double) as typical,
    from intermediate.counted_posts
    where is_current and log_engagement is not null
    group by all
),

final as (
    select
        platform,
        sum(exact(log_squares - log_sum * log_sum / post_count))::double
        / nullif(sum(post_count - 1), 0) as variance,
        exp(median(typical)) - 1 as typical_engagement,
    from accounts
    group by all
)

select * from final
