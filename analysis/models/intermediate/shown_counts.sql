-- One row per account: which counts make up its engagement.
-- Networks: what the platform shows to everybody. Sites: a count belongs when at least
-- half of the site's posts that state any count state it.
with

accounts as (
    select * from staging.stg_accounts
),

platforms as (
    select * from seeds.platforms
),

-- As in stg_post_metrics, which would look up every post of every platform.
site_posts as (
    select
        posts.post_id,
        posts.account_id,
        run.as_of,
        if(run.is_strict, run.as_of, 'infinity') as loaded_until,
    from staging.stg_post_keys as posts
    inner join platforms
        on posts.platform = platforms.platform and platforms.is_by_site
    cross join config.run
    where posts.role in ('original', 'quote')
),

stated as (
    select
        posts.account_id,
        posts.post_id,
        bool_or(metrics.like_count is not null) as has_likes,
        bool_or(metrics.comment_count is not null) as has_comments,
        bool_or(metrics.share_count is not null) as has_shares,
    from raw.post_metrics as metrics
    inner join site_posts as posts
        on
            metrics.post_id = posts.post_id
            and metrics.observed_at <= posts.as_of
            and metrics.loaded_at <= posts.loaded_until
    group by all
),

sites as (
    select
        account_id,
        count(*) filter (has_likes) * 2 >= count(*) as counts_likes,
        count(*) filter (has_comments) * 2 >= count(*) as counts_comments,
        count(*) filter (has_shares) * 2 >= count(*) as counts_shares,
    from stated
    where has_likes or has_comments or has_shares
    group by all
),

shown_counts as (
    select
        accounts.account_id,
        accounts.platform,
        platforms.compare_age_hours,
        case
            when platforms.is_by_site then coalesce(sites.counts_likes, false)
            else platforms.counts_likes
        end as counts_likes,
        case
            when platforms.is_by_site then coalesce(sites.counts_comments, false)
            else platforms.counts_comments
        end as counts_comments,
        case
            when platforms.is_by_site then coalesce(sites.counts_shares, false)
            else platforms.counts_shares
        end as counts_shares,
    from accounts
    inner join platforms on accounts.platform = platforms.platform
    left join sites on accounts.account_id = sites.account_id
)

select * from shown_counts
