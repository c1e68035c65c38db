-- One row per post, all roles: what was published, its newest counts, and how it did
-- for its account.
-- A view: texts and media stand once, as they were loaded.
with

posts as (
    select * from staging.stg_posts
),

results as (
    select * from intermediate.post_results
),

final as (
    select
        posts.post_id,
        posts.platform,
        posts.host,
        posts.native_id,
        posts.account_id,
        posts.account,
        results.company,
        results.is_own,
        posts.author,
        posts.url,
        posts.published_at,
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
        results.like_count,
        results.comment_count,
        results.share_count,
        results.view_count,
        results.save_count,
        results.quote_count,
        results.reactions,
        results.missing,
        results.rounded,
        results.engagement,
        results.follower_count,
        results.engagement_at_age,
        results.engagement_at_age_missing,
        results.age_hours,
        results.baseline,
        results.lift,
        results.is_breakout,
        results.breakout_score,
        results.is_promoted_suspect,
        results.is_pinned,
        results.is_counted,
        results.first_observed_at,
        results.observed_at,
        results.removed_at,
        posts.edited_at,
        results.tags,
        posts.sources,
    from posts
    inner join results on posts.post_id = results.post_id
)

select * from final
