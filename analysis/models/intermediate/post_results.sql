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

-- What is the same for all posts of an account, so that they meet it once.
accounts as (
    select
        accounts.account_id,
        accounts.is_own,
        known.first_count,
        known.last_count,
        known.last_observed_at,
        baselines.log_baseline,
    from staging.stg_accounts as accounts
    left join known_followers as known on accounts.account_id = known.account_id
    left join intermediate.account_baselines as baselines
        on accounts.account_id = baselines.account_id
    where accounts.state != 'removed'
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
        accounts.log_baseline,
        case
            when posts.published_at >= accounts.last_observed_at
                then accounts.last_count
            when posts.published_at is not null
                then coalesce(before.follower_count, accounts.first_count)
        end as follower_count,
    from intermediate.post_equal_age as posts
    left join intermediate.post_types as post_types
        on posts.post_id = post_types.post_id
    inner join accounts on posts.account_id = accounts.account_id
    left join weekly_followers as before
        on
            posts.account_id = before.account_id
            and weeks_since_1970(posts.published_at) = before.week
            and posts.published_at >= before.observed_at
            and posts.published_at < before.next_observed_at
),

-- What is true of few posts, so that all posts meet it once.
few as (
    select
        post_id,
        counted.is_current as is_counted,
        counted.log_engagement,
        breakouts.breakout_score,
        breakouts.is_breakout,
        suspects.rules is not null as is_promoted_suspect,
        removals.removed_at,
        labels.tags,
    from intermediate.counted_posts as counted
    full join intermediate.post_breakouts as breakouts using (post_id)
    full join intermediate.promoted_suspects as suspects using (post_id)
    full join intermediate.removed_posts as removals using (post_id)
    full join staging.stg_labels as labels using (post_id)
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
            when few.is_counted
                then exp(few.log_engagement::double - posts.log_baseline)
        end as lift,
        few.breakout_score,
        posts.is_own,
        coalesce(few.is_breakout, false) as is_breakout,
        coalesce(few.is_promoted_suspect, false) as is_promoted_suspect,
        coalesce(few.is_counted, false) as is_counted,
        coalesce(few.tags, []) as tags,
        posts.published_at,
        posts.observed_at,
        few.removed_at,
        posts.content_row,
        posts.counted_row,
    from posts
    left join few on posts.post_id = few.post_id
)

select * from post_results
