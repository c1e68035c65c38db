-- One row per post, all roles: what was published, its newest counts, and how it did
-- for its account.
-- A view: texts and media stand once, as they were loaded.
with

final as (
    select
        results.post_id,
        posts.platform,
        posts.host,
        posts.native_id,
        results.account_id,
        posts.account,
        accounts.company,
        results.is_own,
        posts.author,
        posts.url,
        results.published_at,
        posts.published_precision,
        posts.role,
        posts.format,
        results.post_type,
        results.post_type_source,
        results.post_type_reason,
        posts.title,
        posts.text,
        posts.language,
        posts.hashtags,
        posts.mentions,
        posts.links,
        posts.media,
        metrics.like_count,
        metrics.comment_count,
        metrics.share_count,
        metrics.view_count,
        metrics.save_count,
        metrics.quote_count,
        metrics.reactions,
        -- a post whose counts nobody looked at lacks them all for that reason
        coalesce(
            metrics.missing,
            map {
                'like_count': 'not_observed',
                'comment_count': 'not_observed',
                'share_count': 'not_observed',
                'view_count': 'not_observed',
                'save_count': 'not_observed',
                'quote_count': 'not_observed'
            }
        ) as missing,
        metrics.rounded,
        engagement_of(
            metrics.like_count,
            metrics.comment_count,
            metrics.share_count,
            shown_counts.counts_likes,
            shown_counts.counts_comments,
            shown_counts.counts_shares
        ) as engagement,
        results.follower_count,
        results.engagement_at_age,
        results.engagement_at_age_missing,
        hours_between(results.published_at, metrics.observed_at) as age_hours,
        baselines.baseline,
        results.lift,
        results.is_breakout,
        results.breakout_score,
        results.is_promoted_suspect,
        coalesce(posts.is_pinned, false) as is_pinned,
        results.is_counted,
        coalesce(repeated_posts.first_observed_at, posts.observed_at)
            as first_observed_at,
        greatest(results.observed_at, posts.observed_at) as observed_at,
        results.removed_at,
        posts.edited_at,
        results.tags,
        posts.sources,
    from intermediate.post_results as results
    inner join raw.posts on results.content_row = posts.rowid
    inner join staging.stg_accounts as accounts
        on results.account_id = accounts.account_id
    inner join intermediate.shown_counts as shown_counts
        on results.account_id = shown_counts.account_id
    left join intermediate.account_baselines as baselines
        on results.account_id = baselines.account_id
    left join staging.stg_repeated_posts as repeated_posts
        on results.post_id = repeated_posts.post_id
    left join raw.post_metrics as metrics on results.counted_row = metrics.rowid
)

select * from final
