-- One row per own post that may stand far above the account's previous 100 at equal
-- age: how far it does. Whoever has no row is no breakout.
-- score = (ln(1 + y) - median) / max(1.4826 * MAD, 0.25); the history needs 30 posts;
-- posts of the same format when there are 30 of them.
-- A MAD over a moving window costs ten times a quantile. Fewer than half of 30 or more
-- values lie strictly between their 26th and their 74th percentile, so the MAD is at
-- least the distance from the median to the nearer of the two. Whoever does not reach
-- 3.5 with that has no row; the MAD of the others is taken from their history, exactly.
with

measured as (
    select
        posts.post_id,
        posts.account_id,
        posts.format,
        posts.published_at,
        equal_age.log_engagement::double as log_engagement,
    from staging.stg_post_keys as posts
    inner join intermediate.post_equal_age as equal_age
        on posts.post_id = equal_age.post_id
    where
        posts.role in ('original', 'quote')
        and equal_age.log_engagement is not null
),

ordered as (
    select
        *,
        row_number() over account_order as account_rank,
        row_number() over format_order as format_rank,
        quantile_cont(log_engagement, [0.26, 0.5, 0.74])
            over account_history as account_quarters,
        quantile_cont(log_engagement, [0.26, 0.5, 0.74])
            over format_history as format_quarters,
    from measured
    window
        account_order as (
            partition by account_id order by published_at, post_id
        ),
        format_order as (
            partition by account_id, format order by published_at, post_id
        ),
        account_history as (
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

candidates as (
    select
        post_id,
        account_id,
        format,
        format_rank > 30 as is_by_format,
        if(is_by_format, format_rank, account_rank) as rank,
        if(is_by_format, format_quarters, account_quarters) as quarters,
        quarters[2] as typical,
        log_engagement,
    from ordered
    where
        account_rank > 30
        and log_engagement - typical >= 3.5 * greatest(
            1.4826 * least(typical - quarters[1], quarters[3] - typical), 0.25
        )
),

-- The hundred posts before one lie in its own hundred and the one before: joining these
-- meets no more than two hundred posts of the account.
sought as (
    select
        *,
        unnest([rank // 100 - 1, rank // 100]) as hundred,
    from candidates
),

histories as (
    select
        account_id,
        true as is_by_format,
        format,
        format_rank as rank,
        format_rank // 100 as hundred,
        log_engagement,
    from ordered
    union all
    select
        account_id,
        false as is_by_format,
        null as format,
        account_rank as rank,
        account_rank // 100 as hundred,
        log_engagement,
    from ordered
),

scores as (
    select
        sought.post_id,
        (any_value(sought.log_engagement) - any_value(sought.typical))
        / greatest(1.4826 * mad(histories.log_engagement), 0.25)
            as breakout_score,
    from sought
    inner join histories
        on
            sought.account_id = histories.account_id
            and sought.is_by_format = histories.is_by_format
            and sought.hundred = histories.hundred
            and histories.rank between sought.rank - 100 and sought.rank - 1
            and case when sought.is_by_format then sought.format end
            is not distinct from histories.format
    group by sought.post_id
),

post_breakouts as (
    select
        post_id,
        breakout_score,
        breakout_score >= 3.5 as is_breakout,
    from scores
)

select * from post_breakouts
