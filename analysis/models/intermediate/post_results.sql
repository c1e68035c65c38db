-- One row per post of an account in the list, all roles: how it did for its account.
-- marts.posts shows it beside what was published (content_row) and its newest counts
-- (counted_row, in raw.post_metrics).
-- Followers are the account's last count at or before publishing; where the account was
-- not yet watched, the first one after.
with

followers as (
    select
        account_id,
        follower_count,
        observed_at,
        lead(observed_at) over (
            partition by account_id order by observed_at
        ) as next_observed_at,
    from staging.stg_account_metrics
    where follower_count is not null
),

-- What was known first and last holds before and after all others.
known_followers as (
    select
        account_id,
        arg_min(follower_count, observed_at) as first_count,
        arg_max(follower_count, observed_at) as last_count,
        max(observed_at) as last_observed_at,
    from followers
    group by all
),

-- A count under every week in which it holds until the next: a post looks through its
-- own week. Laying all posts beside all counts in order of time (an ASOF join) takes
-- many times as long.
weekly_followers as (
    select
        account_id,
        follower_count,
        observed_at,
        next_observed_at,
        unnest(
            range(
                weeks_since_1970(observed_at), weeks_since_1970(next_observed_at) + 1
            )
        ) as week,
    from followers
    where next_observed_at is not null
),

posts as (
    select
        posts.post_id,
        posts.account_id,
        posts.published_at,
        posts.engagement,
        posts.missing_reason,
        posts.observed_at,
        posts.content_row,
        posts.counted_row,
        coalesce(post_types.post_type, 'other') as post_type,
        coalesce(post_types.post_type_source, 'none') as post_type_source,
        post_types.post_type_reason,
        accounts.is_own,
        case
            when posts.published_at >= known.last_observed_at then known.last_count
            when posts.published_at is not null
                then coalesce(before.follower_count, known.first_count)
        end as follower_count,
    from intermediate.post_equal_age as posts
    left join intermediate.post_types as post_types
        on posts.post_id = post_types.post_id
    inner join staging.stg_accounts as accounts
        on posts.account_id = accounts.account_id and accounts.state != 'removed'
    left join known_followers as known on posts.account_id = known.account_id
    left join weekly_followers as before
        on
            posts.account_id = before.account_id
            and weeks_since_1970(posts.published_at) = before.week
            and posts.published_at >= before.observed_at
            and posts.published_at < before.next_observed_at
),

post_results as (
    select
        posts.post_id,
        posts.account_id,
        posts.post_type,
        posts.post_type_source,
        posts.post_type_reason,
        posts.follower_count,
        posts.engagement as engagement_at_age,
        posts.missing_reason as engagement_at_age_missing,
        case
            when counted.is_current
                then
                    exp(
                        counted.log_engagement::double - baselines.log_baseline
                    )
        end as lift,
        breakouts.breakout_score,
        posts.is_own,
        coalesce(breakouts.is_breakout, false) as is_breakout,
        suspects.post_id is not null as is_promoted_suspect,
        coalesce(counted.is_current, false) as is_counted,
        coalesce(labels.tags, []) as tags,
        posts.published_at,
        posts.observed_at,
        removals.removed_at,
        posts.content_row,
        posts.counted_row,
    from posts
    left join staging.stg_labels as labels on posts.post_id = labels.post_id
    left join intermediate.counted_posts as counted
        on posts.post_id = counted.post_id
    left join intermediate.post_breakouts as breakouts
        on posts.post_id = breakouts.post_id
    left join intermediate.promoted_suspects as suspects
        on posts.post_id = suspects.post_id
    left join intermediate.account_baselines as baselines
        on posts.account_id = baselines.account_id
    left join intermediate.removed_posts as removals
        on posts.post_id = removals.post_id
)

select * from post_results
