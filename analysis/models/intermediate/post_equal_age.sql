-- One row per post: which of its observations count, and its counts at the age at which
-- posts of its platform are compared.
-- Between an observation in [T/2, T) and the first at or after T, when that is at most
-- 2T old, ln(1 + count) is interpolated linearly in ln(age); else the first observation
-- at or after T stands; else the post is left out.
-- A count that is unknown never stands for zero: such an observation is none.
-- Shares, views and weighted counts serve only claims: outside the windows they are
-- null.
with

spans as (
    select
        min(window_start) as first_start,
        max(window_end) as last_end,
    from intermediate.evaluations
),

-- The two looks by the post: so that they are narrow where all posts meet them.
early_looks as (
    select
        observations.content_row,
        metrics.like_count,
        metrics.comment_count,
        metrics.share_count,
        metrics.view_count,
        metrics.observed_at,
    from raw.post_metrics as metrics
    inner join intermediate.post_observations as observations
        on metrics.rowid = observations.early_row
),

mature_looks as (
    select
        observations.content_row,
        metrics.like_count,
        metrics.comment_count,
        metrics.share_count,
        metrics.view_count,
        metrics.observed_at,
    from raw.post_metrics as metrics
    inner join intermediate.post_observations as observations
        on metrics.rowid = observations.mature_row
),

looks as (
    select
        posts.post_id,
        posts.account_id,
        posts.role in ('original', 'quote') as is_own_post,
        posts.format,
        posts.published_at,
        posts.content_row,
        posts.published_at > spans.first_start
        and posts.published_at <= spans.last_end as is_compared,
        shown_counts.compare_age_hours,
        shown_counts.counts_likes,
        shown_counts.counts_comments,
        shown_counts.counts_shares,
        observations.counted_row,
        observations.late_row,
        observations.observed_at,
        early.like_count as early_likes,
        early.comment_count as early_comments,
        early.share_count as early_shares,
        early.view_count as early_views,
        mature.like_count as mature_likes,
        mature.comment_count as mature_comments,
        mature.share_count as mature_shares,
        mature.view_count as mature_views,
        mature.observed_at as settled_at,
        hours_between(posts.published_at, early.observed_at) as early_age,
        hours_between(posts.published_at, mature.observed_at) as mature_age,
        case
            when
                early.content_row is not null
                and mature_age <= 2 * shown_counts.compare_age_hours
                then
                    (ln(shown_counts.compare_age_hours) - ln(early_age))
                    / (ln(mature_age) - ln(early_age))
            else 1.0
        end as share,
    from staging.stg_post_keys as posts
    inner join intermediate.shown_counts as shown_counts
        on posts.account_id = shown_counts.account_id
    left join intermediate.post_observations as observations
        on posts.content_row = observations.content_row
    left join early_looks as early on posts.content_row = early.content_row
    left join mature_looks as mature on posts.content_row = mature.content_row
    cross join spans
),

weights as (
    select
        max(weight) filter (count_name = 'like_count') as like_weight,
        max(weight) filter (count_name = 'comment_count') as comment_weight,
        max(weight) filter (count_name = 'share_count') as share_weight,
    from seeds.count_weights
),

-- What a macro is given is worked out as often as the macro names it: so sums stand
-- here, and their logarithms below.
sums as (
    select
        looks.*,
        engagement_of(
            looks.early_likes,
            looks.early_comments,
            looks.early_shares,
            looks.counts_likes,
            looks.counts_comments,
            looks.counts_shares
        ) as early_engagement,
        engagement_of(
            looks.mature_likes,
            looks.mature_comments,
            looks.mature_shares,
            looks.counts_likes,
            looks.counts_comments,
            looks.counts_shares
        ) as mature_engagement,
        case
            when looks.is_compared
                then
                    weighted_engagement_of(
                        looks.early_likes,
                        looks.early_comments,
                        looks.early_shares,
                        looks.counts_likes,
                        looks.counts_comments,
                        looks.counts_shares,
                        weights.like_weight,
                        weights.comment_weight,
                        weights.share_weight
                    )
        end as early_weighted,
        case
            when looks.is_compared
                then
                    weighted_engagement_of(
                        looks.mature_likes,
                        looks.mature_comments,
                        looks.mature_shares,
                        looks.counts_likes,
                        looks.counts_comments,
                        looks.counts_shares,
                        weights.like_weight,
                        weights.comment_weight,
                        weights.share_weight
                    )
        end as mature_weighted,
    from looks
    cross join weights
),

logs as (
    select
        *,
        log_between(early_engagement, mature_engagement, share) as log_engagement,
        case
            when counts_likes then log_between(early_likes, mature_likes, share)
        end as log_likes,
        case
            when counts_comments
                then log_between(early_comments, mature_comments, share)
        end as log_comments,
        case
            when is_compared and counts_shares
                then log_between(early_shares, mature_shares, share)
        end as log_shares,
        case
            when is_compared then log_between(early_views, mature_views, share)
        end as log_views,
        log_between(early_weighted, mature_weighted, share) as log_weighted,
    from sums
),

post_equal_age as (
    select
        logs.post_id,
        logs.account_id,
        logs.is_own_post,
        logs.format,
        logs.published_at,
        case
            when logs.settled_at is not null then null
            when logs.published_at is null then 'no_date'
            when
                not (logs.counts_likes or logs.counts_comments or logs.counts_shares)
                then 'no_public_counts'
            when
                logs.published_at + to_hours(logs.compare_age_hours) > run.as_of
                then 'too_young'
            when
                hours_between(logs.published_at, logs.observed_at)
                >= logs.compare_age_hours
                then 'unknown_count'
            else 'not_observed_in_time'
        end as missing_reason,
        case
            when logs.share = 1 then logs.mature_engagement
            else exp(logs.log_engagement) - 1
        end as engagement,
        logs.log_engagement::decimal(18, 12) as log_engagement,
        logs.log_likes::decimal(18, 12) as log_likes,
        logs.log_comments::decimal(18, 12) as log_comments,
        logs.log_shares::decimal(18, 12) as log_shares,
        logs.log_views::decimal(18, 12) as log_views,
        logs.log_weighted::decimal(18, 12) as log_weighted,
        logs.share < 1 as is_interpolated,
        logs.settled_at,
        logs.observed_at,
        logs.content_row,
        logs.counted_row,
        logs.late_row,
    from logs
    cross join config.run as run
)

select * from post_equal_age
