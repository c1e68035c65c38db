-- One row per observed post: which of its observations count.
-- counted: the newest that states any count; early: the last in [T/2, T) that states
-- its engagement, T being the age at which posts of its platform are compared; mature:
-- the first such at or after T. *_row is where it stands in raw.post_metrics.
with

observations as (
    select
        metrics.post_id,
        metrics.observed_at,
        metrics.counts_row,
        coalesce(
            metrics.like_count,
            metrics.comment_count,
            metrics.share_count,
            metrics.view_count,
            metrics.save_count,
            metrics.quote_count
        ) is not null
        or cardinality(metrics.reactions) > 0 as has_counts,
        engagement_of(
            metrics.like_count,
            metrics.comment_count,
            metrics.share_count,
            shown_counts.counts_likes,
            shown_counts.counts_comments,
            shown_counts.counts_shares
        ) is not null as has_engagement,
        shown_counts.compare_age_hours::double as compare_age,
        hours_between(metrics.published_at, metrics.observed_at) as age_hours,
    from staging.stg_post_metrics as metrics
    left join intermediate.shown_counts as shown_counts
        on metrics.account_id = shown_counts.account_id
),

marked as (
    select
        *,
        coalesce(has_engagement and age_hours >= compare_age, false) as is_mature,
        coalesce(
            has_engagement and age_hours >= compare_age / 2 and age_hours < compare_age,
            false
        ) as is_early,
    from observations
),

post_observations as (
    select
        post_id,
        coalesce(bool_or(age_hours >= compare_age), false) as was_seen_mature,
        max(observed_at) as observed_at,
        -- a page that states no count at all takes back none that was seen before
        coalesce(
            arg_max(counts_row, observed_at) filter (has_counts),
            arg_max(counts_row, observed_at)
        ) as counted_row,
        max(observed_at) filter (is_early) as early_at,
        arg_max(counts_row, observed_at) filter (is_early) as early_row,
        min(observed_at) filter (is_mature) as mature_at,
        arg_min(counts_row, observed_at) filter (is_mature) as mature_row,
    from marked
    group by all
)

select * from post_observations
