-- One row per post with a known date and known followers: the account's follower count
-- when it was published.
-- The last count at or before publishing; where the account was not yet watched, the
-- first one after.
with

posts as (
    select
        post_id,
        account_id,
        published_at,
    from staging.stg_post_keys
    where published_at is not null
),

followers as (
    select
        account_id,
        follower_count,
        observed_at,
    from staging.stg_account_metrics
    where follower_count is not null
),

first_followers as (
    select
        account_id,
        arg_min(follower_count, observed_at) as follower_count,
    from followers
    group by all
),

post_followers as (
    select
        posts.post_id,
        coalesce(before.follower_count, first_followers.follower_count)
            as follower_count,
        log_count(coalesce(before.follower_count, first_followers.follower_count))
        ::decimal(18, 12) as log_follower_count,
    from posts
    asof left join followers as before
        on
            posts.account_id = before.account_id
            and posts.published_at >= before.observed_at
    inner join first_followers on posts.account_id = first_followers.account_id
)

select * from post_followers
