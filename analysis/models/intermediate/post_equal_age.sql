-- One row per post with a known date: its counts at the age at which posts of its
-- platform are compared.
-- Between an observation in [T/2, T) and the first at or after T, when that is at most
-- 2T old, ln(1 + count) is interpolated linearly in ln(age); else the first observation
-- at or after T stands; else the post is left out.
-- A count that is unknown never stands for zero: such an observation is none.
with

posts as (
    select
        posts.post_id,
        posts.account_id,
        posts.published_at,
        shown_counts.compare_age_hours,
        shown_counts.counts_likes,
        shown_counts.counts_comments,
        shown_counts.counts_shares,
        coalesce(observations.was_seen_mature, false) as was_seen_mature,
        hours_between(posts.published_at, observations.early_at) as early_age,
        hours_between(posts.published_at, observations.mature_at) as mature_age,
        case
            when mature_age <= 2.0 * shown_counts.compare_age_hours
                then observations.early_row
        end as early_row,
        observations.mature_at,
        observations.mature_row,
    from staging.stg_post_keys as posts
    inner join intermediate.shown_counts as shown_counts
        on posts.account_id = shown_counts.account_id
    left join intermediate.post_observations as observations
        on posts.post_id = observations.post_id
    where posts.published_at is not null
),

weights as (
    select
        max(weight) filter (count_name = 'like_count') as like_weight,
        max(weight) filter (count_name = 'comment_count') as comment_weight,
        max(weight) filter (count_name = 'share_count') as share_weight,
    from seeds.count_weights
),

weighted as (
    select
        posts.*,
        engagement_of(
            early.like_count,
            early.comment_count,
            early.share_count,
            posts.counts_likes,
            posts.counts_comments,
            posts.counts_shares
        ) as early_engagement,
        engagement_of(
            mature.like_count,
            mature.comment_count,
            mature.share_count,
            posts.counts_likes,
            posts.counts_comments,
            posts.counts_shares
        ) as mature_engagement,
        weighted_engagement_of(
            early.like_count,
            early.comment_count,
            early.share_count,
            posts.counts_likes,
            posts.counts_comments,
            posts.counts_shares,
            weights.like_weight,
            weights.comment_weight,
            weights.share_weight
        ) as early_weighted,
        weighted_engagement_of(
            mature.like_count,
            mature.comment_count,
            mature.share_count,
            posts.counts_likes,
            posts.counts_comments,
            posts.counts_shares,
            weights.like_weight,
            weights.comment_weight,
            weights.share_weight
        ) as mature_weighted,
        likes_of(early.like_count, posts.counts_likes) as early_likes,
        likes_of(mature.like_count, posts.counts_likes) as mature_likes,
        comments_of(early.comment_count, posts.counts_comments) as early_comments,
        comments_of(mature.comment_count, posts.counts_comments)
            as mature_comments,
        shares_of(early.share_count, posts.counts_shares) as early_shares,
        shares_of(mature.share_count, posts.counts_shares) as mature_shares,
        early.view_count as early_views,
        mature.view_count as mature_views,
        case
            when posts.early_row is not null
                then
                    (ln(posts.compare_age_hours) - ln(posts.early_age))
                    / (ln(posts.mature_age) - ln(posts.early_age))
            else 1.0
        end as share,
    from posts
    cross join weights
    left join raw.post_metrics as early on posts.early_row = early.rowid
    left join raw.post_metrics as mature on posts.mature_row = mature.rowid
),

post_equal_age as (
    select
        weighted.post_id,
        case
            when weighted.mature_at is not null then null
            when
                not (
                    weighted.counts_likes
                    or weighted.counts_comments
                    or weighted.counts_shares
                )
                then 'no_public_counts'
            when
                weighted.published_at + to_hours(weighted.compare_age_hours)
                > run.as_of
                then 'too_young'
            when weighted.was_seen_mature then 'unknown_count'
            else 'not_observed_in_time'
        end as missing_reason,
        weighted.compare_age_hours,
        case
            when weighted.share = 1 then weighted.mature_age
            else weighted.compare_age_hours
        end as age_hours,
        case
            when weighted.share = 1 then weighted.mature_engagement
            else
                exp(
                    log_between(
                        weighted.early_engagement,
                        weighted.mature_engagement,
                        weighted.share
                    )
                )
                - 1
        end as engagement,
        log_between(
            weighted.early_engagement, weighted.mature_engagement, weighted.share
        )::decimal(18, 12) as log_engagement,
        log_between(
            weighted.early_likes, weighted.mature_likes, weighted.share
        )::decimal(18, 12) as log_likes,
        log_between(
            weighted.early_comments, weighted.mature_comments, weighted.share
        )::decimal(18, 12) as log_comments,
        log_between(
            weighted.early_shares, weighted.mature_shares, weighted.share
        )::decimal(18, 12) as log_shares,
        log_between(
            weighted.early_views, weighted.mature_views, weighted.share
        )::decimal(18, 12) as log_views,
        log_between(
            weighted.early_weighted, weighted.mature_weighted, weighted.share
        )::decimal(18, 12) as log_weighted,
        weighted.share < 1 as is_interpolated,
        weighted.mature_at as settled_at,
    from weighted
    cross join config.run as run
)

select * from post_equal_age
