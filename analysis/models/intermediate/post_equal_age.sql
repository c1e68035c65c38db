-- One row per post with a known date: its counts at the age at which posts of its
-- platform are compared.
-- Between an observation in [T/2, T) and the first at or after T, when that is at most
-- 2T old, ln(1 + count) is interpolated linearly in ln(age); else the first observation
-- at or after T stands; else the post is left out.
-- A count that is unknown never stands for zero: such an observation is none.
with

posts as (
    select * from staging.stg_posts
),

shown_counts as (
    select * from intermediate.shown_counts
),

weights as (
    select
        max(weight) filter (count_name = 'like_count') as like_weight,
        max(weight) filter (count_name = 'comment_count') as comment_weight,
        max(weight) filter (count_name = 'share_count') as share_weight,
    from seeds.count_weights
),

observations as (
    select
        posts.post_id,
        shown_counts.compare_age_hours::double as compare_age,
        hours_between(posts.published_at, metrics.observed_at) as age_hours,
        engagement_of(
            metrics.like_count,
            metrics.comment_count,
            metrics.share_count,
            shown_counts.counts_likes,
            shown_counts.counts_comments,
            shown_counts.counts_shares
        ) as engagement,
        weighted_engagement_of(
            metrics.like_count,
            metrics.comment_count,
            metrics.share_count,
            shown_counts.counts_likes,
            shown_counts.counts_comments,
            shown_counts.counts_shares,
            weights.like_weight,
            weights.comment_weight,
            weights.share_weight
        ) as weighted_engagement,
        likes_of(metrics.like_count, shown_counts.counts_likes) as like_count,
        comments_of(metrics.comment_count, shown_counts.counts_comments)
            as comment_count,
        shares_of(metrics.share_count, shown_counts.counts_shares) as share_count,
        metrics.view_count,
        metrics.observed_at,
    from staging.stg_post_metrics as metrics
    inner join posts on metrics.post_id = posts.post_id
    inner join shown_counts on posts.account_id = shown_counts.account_id
    cross join weights
    where posts.published_at is not null
),

chosen as (
    select
        post_id,
        arg_max(
            {
                'age': age_hours,
                'engagement': engagement,
                'weighted': weighted_engagement,
                'likes': like_count,
                'comments': comment_count,
                'shares': share_count,
                'views': view_count
            },
            age_hours
        ) filter (
            engagement is not null
            and age_hours >= compare_age / 2
            and age_hours < compare_age
        ) as early,
        arg_min(
            {
                'age': age_hours,
                'engagement': engagement,
                'weighted': weighted_engagement,
                'likes': like_count,
                'comments': comment_count,
                'shares': share_count,
                'views': view_count,
                'observed_at': observed_at
            },
            age_hours
        ) filter (engagement is not null and age_hours >= compare_age) as mature,
        bool_or(age_hours >= compare_age) as was_seen_mature,
    from observations
    group by all
),

weighted as (
    select
        posts.post_id,
        posts.published_at,
        shown_counts.compare_age_hours,
        shown_counts.counts_likes
        or shown_counts.counts_comments
        or shown_counts.counts_shares as has_public_counts,
        chosen.early,
        chosen.mature,
        chosen.was_seen_mature,
        case
            when
                chosen.early is not null
                and chosen.mature.age <= 2.0 * shown_counts.compare_age_hours
                then
                    (ln(shown_counts.compare_age_hours) - ln(chosen.early.age))
                    / (ln(chosen.mature.age) - ln(chosen.early.age))
            else 1.0
        end as share,
    from posts
    inner join shown_counts on posts.account_id = shown_counts.account_id
    left join chosen on posts.post_id = chosen.post_id
    where posts.published_at is not null
),

post_equal_age as (
    select
        weighted.post_id,
        case
            when weighted.mature is not null then null
            when not weighted.has_public_counts then 'no_public_counts'
            when
                weighted.published_at + to_hours(weighted.compare_age_hours)
                > run.as_of
                then 'too_young'
            when weighted.was_seen_mature then 'unknown_count'
            else 'not_observed_in_time'
        end as missing_reason,
        weighted.compare_age_hours,
        case
            when weighted.share = 1 then weighted.mature.age
            else weighted.compare_age_hours
        end as age_hours,
        case
            when weighted.share = 1 then weighted.mature.engagement
            else
                exp(
                    log_between(
                        weighted.early.engagement,
                        weighted.mature.engagement,
                        weighted.share
                    )
                )
                - 1
        end as engagement,
        log_between(
            weighted.early.engagement, weighted.mature.engagement, weighted.share
        )::decimal(18, 12) as log_engagement,
        log_between(
            weighted.early.likes, weighted.mature.likes, weighted.share
        )::decimal(18, 12) as log_likes,
        log_between(
            weighted.early.comments, weighted.mature.comments, weighted.share
        )::decimal(18, 12) as log_comments,
        log_between(
            weighted.early.shares, weighted.mature.shares, weighted.share
        )::decimal(18, 12) as log_shares,
        log_between(
            weighted.early.views, weighted.mature.views, weighted.share
        )::decimal(18, 12) as log_views,
        log_between(
            weighted.early.weighted, weighted.mature.weighted, weighted.share
        )::decimal(18, 12) as log_weighted,
        weighted.share < 1 as is_interpolated,
        weighted.mature.observed_at as settled_at,
    from weighted
    cross join config.run as run
)

select * from post_equal_age
