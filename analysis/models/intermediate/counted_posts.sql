-- One row per own post (original or quote) inside a window, with what the claims need
-- to know of it.
-- A post without a known date is in no window. Its content is fetched by content_row,
-- which reads no other posts' texts.
with

evaluations as (
    select * from intermediate.evaluations
),

spans as (
    select
        max(window_start) filter (is_current) as current_start,
        max(window_end) filter (is_current) as current_end,
        max(window_start) filter (not is_current) as earlier_start,
        max(window_end) filter (not is_current) as earlier_end,
        max(as_of) filter (not is_current) as earlier_as_of,
    from evaluations
),

posts as (
    select
        posts.post_id,
        posts.account_id,
        posts.platform,
        posts.format,
        posts.published_at,
        posts.content_row,
        accounts.company,
        accounts.is_own,
        contents.published_precision in ('second', 'minute') as has_hour,
        contents.published_precision in ('second', 'minute', 'local', 'day')
            as has_day,
        posts.published_at > spans.current_start
        and posts.published_at <= spans.current_end as is_current,
        posts.published_at > spans.earlier_start
        and posts.published_at <= spans.earlier_end as is_earlier,
        spans.earlier_as_of,
    from staging.stg_post_keys as posts
    inner join raw.posts as contents on posts.content_row = contents.rowid
    inner join staging.stg_accounts as accounts
        on posts.account_id = accounts.account_id
    cross join spans
    where
        posts.role in ('original', 'quote')
        and posts.published_at > least(spans.current_start, spans.earlier_start)
        and posts.published_at <= greatest(spans.current_end, spans.earlier_end)
        and accounts.state != 'removed'
),

-- A zone that stands beside each row costs five times one that stands beside all.
local as (
    select
        posts.*,
        case
            when posts.has_hour then timezone(run.timezone, posts.published_at)
            else timezone('UTC', posts.published_at)
        end as local_at,
    from posts
    cross join config.run
),

placed as (
    select
        local.*,
        -- what readers' clocks showed
        case
            when run.audience_timezone = run.timezone or not local.has_hour
                then local.local_at
            else timezone(run.audience_timezone, local.published_at)
        end as audience_at,
    from local
    cross join config.run
),

-- The top decile is the account's own; ties at its border are not in it.
borders as (
    select
        posts.account_id,
        quantile_disc(equal_age.log_engagement, 0.9) as top_border,
    from posts
    inner join intermediate.post_equal_age as equal_age
        on posts.post_id = equal_age.post_id
    where posts.is_current and equal_age.log_engagement is not null
    group by all
),

counted_posts as (
    select
        posts.post_id,
        posts.account_id,
        posts.platform,
        posts.company,
        posts.format,
        engagement_of(
            newest.like_count,
            newest.comment_count,
            newest.share_count,
            shown_counts.counts_likes,
            shown_counts.counts_comments,
            shown_counts.counts_shares
        ) as engagement,
        equal_age.engagement as engagement_at_age,
        equal_age.missing_reason,
        equal_age.log_engagement,
        squared(equal_age.log_engagement) as log_engagement_squared,
        equal_age.log_likes,
        equal_age.log_comments,
        equal_age.log_shares,
        equal_age.log_views,
        equal_age.log_weighted,
        equal_age.is_interpolated,
        posts.is_own,
        posts.is_current,
        posts.is_earlier and posts.published_at <= posts.earlier_as_of as is_earlier,
        coalesce(equal_age.settled_at <= posts.earlier_as_of, false)
            as was_settled_earlier,
        coalesce(equal_age.log_engagement > borders.top_border, false)
            as is_top_decile,
        coalesce(breakouts.is_breakout, false) as is_breakout,
        suspects.post_id is not null as is_promoted_suspect,
        posts.has_hour,
        posts.has_day,
        posts.local_at,
        posts.audience_at,
        date_trunc('month', posts.local_at)::date as month_start_date,
        posts.published_at,
        posts.content_row,
    from placed as posts
    inner join intermediate.post_equal_age as equal_age
        on posts.post_id = equal_age.post_id
    inner join intermediate.shown_counts as shown_counts
        on posts.account_id = shown_counts.account_id
    left join raw.post_metrics as newest on equal_age.counted_row = newest.rowid
    left join borders on posts.account_id = borders.account_id
    left join intermediate.post_breakouts as breakouts
        on posts.post_id = breakouts.post_id
    left join intermediate.promoted_suspects as suspects
        on posts.post_id = suspects.post_id
)

select * from counted_posts
