-- One row per post of an account in the list, all roles: its newest counts, and how it
-- did for its account. marts.posts shows it beside what was published.
with

posts as (
    select * from staging.stg_post_keys
),

accounts as (
    select * from staging.stg_accounts
    where state != 'removed'
),

observed as (
    select * from intermediate.post_observations
),

newest_metrics as (
    select metrics.*
    from raw.post_metrics as metrics
    inner join observed on metrics.rowid = observed.counted_row
),

baselines as (
    select
        account_id,
        median(log_engagement::double) as log_baseline,
    from intermediate.counted_posts
    where is_current and log_engagement is not null
    group by all
    having count(*) >= 5
),

post_results as (
    select
        posts.post_id,
        posts.account_id,
        posts.platform,
        accounts.company,
        accounts.is_own,
        posts.published_at,
        counted.local_at,
        posts.role,
        post_types.post_type,
        post_types.post_type_source,
        post_types.post_type_reason,
        newest_metrics.like_count,
        newest_metrics.comment_count,
        newest_metrics.share_count,
        newest_metrics.view_count,
        newest_metrics.save_count,
        newest_metrics.quote_count,
        newest_metrics.reactions,
        newest_metrics.missing,
        newest_metrics.rounded,
        engagement_of(
            newest_metrics.like_count,
            newest_metrics.comment_count,
            newest_metrics.share_count,
            shown_counts.counts_likes,
            shown_counts.counts_comments,
            shown_counts.counts_shares
        ) as engagement,
        followers.follower_count,
        equal_age.engagement as engagement_at_age,
        case
            when equal_age.engagement is not null then null
            when posts.published_at is null then 'no_date'
            else equal_age.missing_reason
        end as engagement_at_age_missing,
        hours_between(posts.published_at, newest_metrics.observed_at)
            as age_hours,
        exp(baselines.log_baseline) - 1 as baseline,
        case
            when counted.is_current
                then
                    exp(
                        counted.log_engagement::double - baselines.log_baseline
                    )
        end as lift,
        coalesce(breakouts.is_breakout, false) as is_breakout,
        breakouts.breakout_score,
        suspects.post_id is not null as is_promoted_suspect,
        coalesce(posts.is_pinned, false) as is_pinned,
        posts.has_url,
        coalesce(counted.is_current, false) as is_counted,
        posts.first_observed_at,
        coalesce(
            greatest(observed.observed_at, posts.observed_at),
            posts.observed_at
        ) as observed_at,
        removals.removed_at,
        coalesce(labels.tags, []) as tags,
    from posts
    inner join accounts on posts.account_id = accounts.account_id
    left join intermediate.shown_counts as shown_counts
        on posts.account_id = shown_counts.account_id
    left join newest_metrics on posts.post_id = newest_metrics.post_id
    left join intermediate.post_equal_age as equal_age
        on posts.post_id = equal_age.post_id
    left join observed on posts.post_id = observed.post_id
    left join intermediate.post_followers as followers
        on posts.post_id = followers.post_id
    left join intermediate.post_types as post_types
        on posts.post_id = post_types.post_id
    left join staging.stg_labels as labels on posts.post_id = labels.post_id
    left join intermediate.counted_posts as counted
        on posts.post_id = counted.post_id
    left join intermediate.post_breakouts as breakouts
        on posts.post_id = breakouts.post_id
    left join intermediate.promoted_suspects as suspects
        on posts.post_id = suspects.post_id
    left join baselines on posts.account_id = baselines.account_id
    left join intermediate.removed_posts as removals
        on posts.post_id = removals.post_id
)

select * from post_results
