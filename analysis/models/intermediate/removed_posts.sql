-- One row per post that was missing after it was last seen: when, and what it would
-- have had at the age of comparison, going by its last look.
-- A last look before that age is grown as posts of the platform inside the windows grew
-- from the same band of ages (each twice as old as the one before), where ten of these
-- are known; else it stands as it is. A post that was still too young when it was last
-- looked for would not be compared anyway, and has no such count.
with

absent as (
    select distinct post_id,
    from staging.stg_absences
),

posts as (
    select
        posts.post_id,
        posts.platform,
        posts.role,
        posts.published_at,
        shown_counts.compare_age_hours,
        greatest(posts.observed_at, equal_age.observed_at) as observed_at,
        hours_between(posts.published_at, metrics.observed_at) as age_hours,
        engagement_of(
            metrics.like_count,
            metrics.comment_count,
            metrics.share_count,
            shown_counts.counts_likes,
            shown_counts.counts_comments,
            shown_counts.counts_shares
        ) as engagement,
    from staging.stg_post_keys as posts
    inner join absent on posts.post_id = absent.post_id
    inner join intermediate.shown_counts as shown_counts
        on posts.account_id = shown_counts.account_id
    inner join intermediate.post_equal_age as equal_age
        on posts.post_id = equal_age.post_id
    -- a last look that states no count says nothing
    left join raw.post_metrics as metrics
        on
            equal_age.counted_row = metrics.rowid
            and equal_age.observed_at = metrics.observed_at
),

removals as (
    select
        posts.post_id,
        min(absences.observed_at) as removed_at,
    from posts
    inner join staging.stg_absences as absences on posts.post_id = absences.post_id
    where absences.observed_at > posts.observed_at
    group by all
),

early as (
    select
        removals.post_id,
        posts.platform,
        posts.engagement,
        posts.compare_age_hours,
        floor(log2(posts.compare_age_hours / posts.age_hours))::bigint as age_band,
    from removals
    inner join posts on removals.post_id = posts.post_id
    cross join config.run as run
    where
        posts.role in ('original', 'quote')
        and posts.age_hours > 0
        and posts.age_hours < posts.compare_age_hours
        and posts.published_at + to_hours(posts.compare_age_hours) <= run.as_of
),

bands as (
    select distinct
        platform,
        age_band,
        compare_age_hours / 2.0 ** (age_band + 1) as from_hours,
        compare_age_hours / 2.0 ** age_band as until_hours,
    from early
),

-- Whose growth is known, of the posts that claims compare, with what is the same for
-- all of a post's looks (see post_observations).
others as (
    select
        posts.post_id,
        posts.content_row,
        posts.platform,
        posts.published_at,
        posts.log_engagement,
        shown_counts.counts_likes,
        shown_counts.counts_comments,
        shown_counts.counts_shares,
        posts.published_at + to_hours(shown_counts.compare_age_hours) as compared_at,
        if(run.is_strict, run.as_of, 'infinity') as loaded_until,
    from intermediate.counted_posts as posts
    inner join intermediate.shown_counts as shown_counts
        on posts.account_id = shown_counts.account_id
    cross join config.run as run
    where
        posts.platform in (select bands.platform from bands)
        and posts.log_engagement is not null
),

early_looks as (
    select
        others.content_row,
        others.platform,
        others.log_engagement,
        hours_between(others.published_at, metrics.observed_at) as age_hours,
        engagement_of(
            metrics.like_count,
            metrics.comment_count,
            metrics.share_count,
            others.counts_likes,
            others.counts_comments,
            others.counts_shares
        ) as engagement,
    from raw.post_metrics as metrics
    inner join others
        on
            metrics.post_id = others.post_id
            and metrics.observed_at <= others.compared_at
            and metrics.loaded_at <= others.loaded_until
),

growths as (
    select
        bands.platform,
        bands.age_band,
        median(looks.log_engagement::double - log_count(looks.engagement)) as growth,
        count(distinct looks.content_row) as post_count,
    from early_looks as looks
    inner join bands
        on
            looks.platform = bands.platform
            and looks.age_hours between bands.from_hours and bands.until_hours
    where looks.engagement is not null
    group by all
),

removed_posts as (
    select
        removals.post_id,
        removals.removed_at,
        early.engagement as last_engagement,
        (
            log_count(early.engagement)
            + case
                when growths.post_count >= 10 then greatest(0, growths.growth)
                else 0
            end
        )::decimal(18, 12) as log_as_last_seen,
    from removals
    left join early on removals.post_id = early.post_id
    left join growths
        on
            early.platform = growths.platform
            and early.age_band = growths.age_band
)

select * from removed_posts
