-- One row per account and field: in how many of the posts looked at on the newest day
-- of crawling it was filled, against that account's own earlier days.
-- Counts: every look of the day. Contents: posts first seen on it. A day counts with at
-- least five posts; "usual" is the middle of up to four earlier days; a fall by more
-- than ten points is a sign that a page or an answer has changed.
with

looks as (
    select
        metrics.account_id,
        metrics.observed_at::date as observed_date,
        count(*) as post_count,
        count(metrics.like_count) as like_count,
        count(metrics.comment_count) as comment_count,
        count(metrics.share_count) as share_count,
        count(metrics.view_count) as view_count,
    from staging.stg_post_metrics as metrics
    where metrics.source = 'crawl'
    group by all
),

first_looks as (
    select
        account_id,
        first_observed_at::date as observed_date,
        count(*) as post_count,
        count(*) filter (coalesce(title, text) is not null) as text_count,
        count(format) as format_count,
        count(published_at) as published_count,
    from staging.stg_posts
    where source = 'crawl'
    group by all
),

fields as (
    select
        account_id,
        observed_date,
        post_count,
        unnest([
            { 'field': 'likes', 'filled_count': like_count },
            { 'field': 'comments', 'filled_count': comment_count },
            { 'field': 'shares', 'filled_count': share_count },
            { 'field': 'views', 'filled_count': view_count }
        ]) as filled,
    from looks
    where post_count >= 5
    union all by name
    select
        account_id,
        observed_date,
        post_count,
        unnest([
            { 'field': 'text', 'filled_count': text_count },
            { 'field': 'format', 'filled_count': format_count },
            { 'field': 'date', 'filled_count': published_count }
        ]) as filled,
    from first_looks
    where post_count >= 5
),

shares as (
    select
        account_id,
        filled.field,
        observed_date,
        post_count,
        filled.filled_count / post_count as share_filled,
        row_number() over (
            partition by account_id, filled.field
            order by observed_date desc
        ) as day_rank,
    from fields
),

usual as (
    select
        account_id,
        field,
        count(*) as usual_day_count,
        median(share_filled) as usual_share,
    from shares
    where day_rank between 2 and 5
    group by all
),

final as (
    select
        shares.account_id,
        accounts.company,
        accounts.is_own,
        accounts.platform,
        accounts.url,
        shares.field,
        shares.post_count,
        shares.share_filled,
        usual.usual_share,
        coalesce(usual.usual_day_count, 0) as usual_day_count,
        coalesce(usual.usual_share - shares.share_filled > 0.1, false) as has_fallen,
        shares.observed_date,
    from shares
    inner join staging.stg_accounts as accounts
        on shares.account_id = accounts.account_id
    left join usual
        on shares.account_id = usual.account_id and shares.field = usual.field
    where shares.day_rank = 1 and accounts.state != 'removed'
)

select * from final
