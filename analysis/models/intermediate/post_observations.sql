-- One row per observed post: which of its observations count.
-- counted: the newest that states any count; early: the last in [T/2, T) that states
-- its engagement, T being the age at which posts of its platform are compared; mature:
-- the first such at or after T; late: the first in [2T, 4T], whatever it states. *_row
-- is where it stands in raw.post_metrics.
-- A view: post_equal_age reads it once.
with

observations as (
    select
        metrics.post_id,
        metrics.counts_row,
        metrics.like_count is not null
        or metrics.comment_count is not null
        or metrics.share_count is not null
        or metrics.view_count is not null
        or metrics.save_count is not null
        or metrics.quote_count is not null
        or coalesce(cardinality(metrics.reactions) > 0, false) as has_counts,
        -- engagement_of() without adding up
        (
            shown_counts.counts_likes
            or shown_counts.counts_comments
            or shown_counts.counts_shares
        )
        and (metrics.like_count is not null or not shown_counts.counts_likes)
        and (metrics.comment_count is not null or not shown_counts.counts_comments)
        and (metrics.share_count is not null or not shown_counts.counts_shares)
            as has_engagement,
        -- in ages of comparison
        hours_between(metrics.published_at, metrics.observed_at)
        / shown_counts.compare_age_hours as age,
        metrics.observed_at,
    from staging.stg_post_metrics as metrics
    left join intermediate.shown_counts as shown_counts
        on metrics.account_id = shown_counts.account_id
),

post_observations as (
    select
        post_id,
        -- a page that states no count at all takes back none that was seen before
        coalesce(
            arg_max(counts_row, observed_at) filter (has_counts),
            arg_max(counts_row, observed_at) filter (not has_counts)
        ) as counted_row,
        arg_max(counts_row, observed_at) filter (
            has_engagement and age >= 0.5 and age < 1
        ) as early_row,
        arg_min(counts_row, observed_at) filter (has_engagement and age >= 1)
            as mature_row,
        arg_min(counts_row, observed_at) filter (age >= 2 and age <= 4) as late_row,
        max(observed_at) as observed_at,
    from observations
    group by all
)

select * from post_observations
