-- One row per post that is too young to compare: its count so far, beside what this
-- account's posts usually had at that age.
-- Ages fall into steps of a quarter (1.25 to the power of step); of each earlier post
-- the newest observation in the step counts. Usual is the median of at least five
-- posts; most of them lie between usual_low and usual_high (one in ten below, one in
-- ten above).
with

posts as (
    select * from marts.posts
    where role in ('original', 'quote') and published_at is not null
),

fresh as (
    select
        *,
        floor(ln(greatest(age_hours, 1)) / ln(1.25))::integer as age_step,
    from posts
    where engagement_at_age_missing = 'too_young' and is_counted
),

observations as (
    select
        posts.account_id,
        posts.post_id,
        floor(
            ln(
                greatest(hours_between(posts.published_at, metrics.observed_at), 1)
            )
            / ln(1.25)
        )::integer as age_step,
        engagement_of(
            metrics.like_count,
            metrics.comment_count,
            metrics.share_count,
            shown_counts.counts_likes,
            shown_counts.counts_comments,
            shown_counts.counts_shares
        ) as engagement,
        metrics.observed_at,
    from staging.stg_post_metrics as metrics
    inner join posts on metrics.post_id = posts.post_id
    inner join intermediate.shown_counts as shown_counts
        on posts.account_id = shown_counts.account_id
    where
        posts.is_counted
        and posts.engagement_at_age_missing is distinct from 'too_young'
),

at_steps as (
    select
        account_id,
        post_id,
        age_step,
        arg_max(engagement, observed_at) as engagement,
    from observations
    where engagement is not null
    group by all
),

usual as (
    select
        account_id,
        age_step,
        count(*) as usual_post_count,
        -- the last digit of what lies between two counts hangs on DuckDB's version
        list_transform(
            quantile_cont(engagement, [0.1, 0.5, 0.9]), lambda count: round(count, 6)
        ) as spread,
    from at_steps
    group by all
    having count(*) >= 5
),

final as (
    select
        fresh.post_id,
        fresh.company,
        fresh.is_own,
        fresh.platform,
        fresh.account,
        fresh.url,
        fresh.title,
        fresh.text,
        fresh.language,
        fresh.format,
        fresh.post_type,
        fresh.media,
        fresh.published_at,
        fresh.age_hours,
        fresh.engagement,
        usual.spread[2] as usual_engagement,
        usual.spread[1] as usual_low,
        usual.spread[3] as usual_high,
        coalesce(usual.usual_post_count, 0) as usual_post_count,
        case
            when fresh.engagement is null or usual.spread is null then null
            when fresh.engagement > usual.spread[3] then 'ahead'
            when fresh.engagement < usual.spread[1] then 'behind'
            else 'usual'
        end as pace,
        fresh.observed_at,
    from fresh
    left join usual
        on
            fresh.account_id = usual.account_id
            and fresh.age_step = usual.age_step
)

select * from final
