-- One row per account with at least five measured posts in the window: what the middle
-- one of them got.
with

account_baselines as (
    select
        account_id,
        median(log_engagement::double) as log_baseline,
        exp(log_baseline) - 1 as baseline,
    from intermediate.counted_posts
    where is_current and log_engagement is not null
    group by all
    having count(*) >= 5
)

select * from account_baselines
