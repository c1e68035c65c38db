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

-- Read three times, with other columns each time: as one table it would be wide.
own_posts as not materialized (
    select
        posts.*,
        posts.published_at > spans.current_start
        and posts.published_at <= spans.current_end as is_current,
        posts.published_at > spans.earlier_start
        and posts.published_at <= spans.earlier_end as is_earlier,
        coalesce(posts.settled_at <= spans.earlier_as_of, false)
            as was_settled_earlier,
    from intermediate.post_equal_age as posts
    cross join spans
    where
        posts.is_own_post
        and posts.published_at > least(spans.current_start, spans.earlier_start)
        and posts.published_at <= greatest(spans.current_end, spans.earlier_end)
),

-- The top decile is the account's own; ties at its border are not in it.
borders as (
    select
        account_id,
        quantile_disc(log_engagement, 0.9) as top_border,
    from own_posts
    where is_current and log_engagement is not null
    group by all
),

-- All that is the same for the posts of an account: they are joined once.
accounts as (
    select
        accounts.account_id,
        accounts.platform,
        accounts.company,
        accounts.is_own,
        shown_counts.counts_likes,
        shown_counts.counts_comments,
        shown_counts.counts_shares,
        borders.top_border,
    from staging.stg_accounts as accounts
    inner join intermediate.shown_counts as shown_counts
        on accounts.account_id = shown_counts.account_id
    left join borders on accounts.account_id = borders.account_id
    where accounts.state != 'removed'
),

-- What was loaded about each of them, by the post: so that it is narrow where all
-- columns of a post meet it.
loaded as (
    select
        posts.content_row,
        contents.published_precision in ('second', 'minute') as has_hour,
        contents.published_precision in ('second', 'minute', 'local', 'day')
            as has_day,
        newest.like_count,
        newest.comment_count,
        newest.share_count,
    from own_posts as posts
    inner join raw.posts as contents on posts.content_row = contents.rowid
    left join raw.post_metrics as newest on posts.counted_row = newest.rowid
),

posts as (
    select
        posts.*,
        accounts.* exclude (account_id),
        loaded.* exclude (content_row),
    from own_posts as posts
    -- each has its row; an inner join would be free to make a table of the wide rows
    left join loaded on posts.content_row = loaded.content_row
    inner join accounts on posts.account_id = accounts.account_id
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

counted_posts as (
    select
        posts.post_id,
        posts.account_id,
        posts.platform,
        posts.company,
        posts.format,
        engagement_of(
            posts.like_count,
            posts.comment_count,
            posts.share_count,
            posts.counts_likes,
            posts.counts_comments,
            posts.counts_shares
        ) as engagement,
        posts.engagement as engagement_at_age,
        posts.missing_reason,
        posts.log_engagement,
        squared(posts.log_engagement) as log_engagement_squared,
        posts.log_likes,
        posts.log_comments,
        posts.log_shares,
        posts.log_views,
        posts.log_weighted,
        posts.is_interpolated,
        posts.is_own,
        posts.is_current,
        posts.is_earlier,
        posts.was_settled_earlier,
        coalesce(posts.log_engagement > posts.top_border, false) as is_top_decile,
        posts.post_id in (
            select breakouts.post_id,
            from intermediate.post_breakouts as breakouts
            where breakouts.is_breakout
        ) as is_breakout,
        posts.post_id in (
            select suspects.post_id,
            from intermediate.promoted_suspects as suspects
        ) as is_promoted_suspect,
        posts.has_hour,
        posts.has_day,
        posts.local_at,
        posts.audience_at,
        date_trunc('month', posts.local_at)::date as month_start_date,
        posts.published_at,
        posts.content_row,
    from placed as posts
)

select * from counted_posts
