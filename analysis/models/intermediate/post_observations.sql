-- One row per observed post (content_row): which of its observations count.
-- counted: the newest that states any count; early: the last in [T/2, T) that states
-- its engagement, T being the age at which posts of its platform are compared; mature:
-- the first such at or after T; late: the first in [2T, 4T], whatever it states. *_row
-- is where it stands in raw.post_metrics.
with

-- As in stg_post_metrics, with what is the same for all observations of a post beside
-- the post: there are several times as many of them.
posts as (
    select
        keys.post_id,
        keys.content_row,
        keys.published_at,
        shown_counts.compare_age_hours,
        shown_counts.counts_likes,
        shown_counts.counts_comments,
        shown_counts.counts_shares,
        run.as_of,
        if(run.is_strict, run.as_of, 'infinity') as loaded_until,
    from staging.stg_post_keys as keys
    inner join intermediate.shown_counts as shown_counts
        on keys.account_id = shown_counts.account_id
    cross join config.run
),

observations as (
    select
        posts.content_row,
        metrics.rowid as counts_row,
        metrics.like_count is not null
        or metrics.comment_count is not null
        or metrics.share_count is not null
        or metrics.view_count is not null
        or metrics.save_count is not null
        or metrics.quote_count is not null
        or coalesce(cardinality(metrics.reactions) > 0, false) as has_counts,
        -- engagement_of() without adding up
        (posts.counts_likes or posts.counts_comments or posts.counts_shares)
        and (metrics.like_count is not null or not posts.counts_likes)
        and (metrics.comment_count is not null or not posts.counts_comments)
        and (metrics.share_count is not null or not posts.counts_shares)
            as has_engagement,
        -- in ages of comparison
        hours_between(posts.published_at, metrics.observed_at)
        / posts.compare_age_hours as age,
        metrics.observed_at,
    from raw.post_metrics as metrics
    inner join posts
        on
            metrics.post_id = posts.post_id
            and metrics.observed_at <= posts.as_of
            and metrics.loaded_at <= posts.loaded_until
),

-- Moments instead of filters: an aggregate skips what has none, which costs less.
moments as (
    select
        content_row,
        counts_row,
        if(has_counts, observed_at, null) as counted_at,
        if(has_engagement and age >= 0.5 and age < 1, observed_at, null) as early_at,
        if(has_engagement and age >= 1, observed_at, null) as mature_at,
        if(age >= 2 and age <= 4, observed_at, null) as late_at,
        observed_at,
    from observations
),

post_observations as (
    select
        content_row,
        -- a page that states no count at all takes back none that was seen before
        coalesce(
            arg_max(counts_row, counted_at), arg_max(counts_row, observed_at)
        ) as counted_row,
        arg_max(counts_row, early_at) as early_row,
        arg_min(counts_row, mature_at) as mature_row,
        arg_min(counts_row, late_at) as late_row,
        max(observed_at) as observed_at,
        count(*) as look_count,
        -- As many of 64 places taken as there were looks: no two of one moment. Where
        -- fewer are, that must be looked at (see assert_counts_are_seen_once).
        bit_count(bit_or(1::ubigint << (hash(observed_at) % 64))) as moment_count,
    from moments
    group by all
)

select * from post_observations
