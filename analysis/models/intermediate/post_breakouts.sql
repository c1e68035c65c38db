-- One row per own post that was measured at equal age: how far it stands above the
-- account's previous 100.
-- score = (ln(1 + y) - median) / max(1.4826 * MAD, 0.25); the history needs 30 posts;
-- posts of the same format when there are 30 of them.
with

measured as (
    select
        posts.post_id,
        posts.account_id,
        posts.format,
        posts.published_at,
        equal_age.log_engagement::double as log_engagement,
    from staging.stg_posts as posts
    inner join intermediate.post_equal_age as equal_age
        on posts.post_id = equal_age.post_id
    where
        posts.role in ('original', 'quote')
        and equal_age.log_engagement is not null
),

histories as (
    select
        post_id,
        log_engagement,
        count(*) over history as history_count,
        median(log_engagement) over history as typical,
        mad(log_engagement) over history as deviation,
        count(*) over format_history as format_history_count,
        median(log_engagement) over format_history as format_typical,
        mad(log_engagement) over format_history as format_deviation,
    from measured
    window
        history as (
            partition by account_id
            order by published_at, post_id
            rows between 100 preceding and 1 preceding
        ),
        format_history as (
            partition by account_id, format
            order by published_at, post_id
            rows between 100 preceding and 1 preceding
        )
),

baselines as (
    select
        post_id,
        log_engagement,
        case
            when format_history_count >= 30 then format_typical
            when history_count >= 30 then typical
        end as typical,
        case
            when format_history_count >= 30 then format_deviation
            when history_count >= 30 then deviation
        end as deviation,
    from histories
),

post_breakouts as (
    select
        post_id,
        (log_engagement - typical)
        / greatest(1.4826 * deviation, 0.25) as breakout_score,
        exp(log_engagement - typical) as times_typical,
        (log_engagement - typical)
        / greatest(1.4826 * deviation, 0.25) >= 3.5 as is_breakout,
    from baselines
    where typical is not null
)

select * from post_breakouts
