-- One row per own post that may stand far above the account's previous 100 at equal
-- age: how far it does. Whoever has no row is no breakout.
-- score = (ln(1 + y) - median) / max(1.4826 * MAD, 0.25); the history needs 30 posts;
-- posts of the same format when there are 30 of them.
-- A MAD over a moving window costs ten times a quantile. Fewer than half of 30 or more
-- values lie strictly between their 26th and their 74th percentile, so the MAD is at
-- least the distance from the median to the nearer of the two. Whoever does not reach
-- 3.5 with that has no row; the MAD of the others is taken from their history, exactly.
-- A history is that of an account and a format, both as numbers, which are sorted and
-- joined faster than names; that of all formats of an account has format 0.
with

account_numbers as (
    select
        account_id,
        row_number() over (order by account_id)::integer as account_number,
    from intermediate.shown_counts
),

format_numbers as (
    select
        format,
        row_number() over (order by format)::integer as format_number,
    from intermediate.post_equal_age
    group by format
),

measured as (
    select
        posts.post_id,
        accounts.account_number,
        formats.format_number,
        posts.published_at,
        posts.log_engagement::double as log_engagement,
    from intermediate.post_equal_age as posts
    inner join account_numbers as accounts on posts.account_id = accounts.account_id
    inner join format_numbers as formats
        on posts.format is not distinct from formats.format
    where posts.is_own_post and posts.log_engagement is not null
),

by_format as (
    select
        *,
        row_number() over format_order as format_rank,
        quantile_cont(log_engagement, [0.26, 0.5, 0.74])
            over format_history as quarters,
    from measured
    window
        format_order as (
            partition by account_number, format_number
            order by published_at, post_id
        ),
        format_history as (
            partition by account_number, format_number
            order by published_at, post_id
            rows between 100 preceding and 1 preceding
        )
),

-- The history of the account is read as far as posts need it that have no 30 of their
-- format before them.
needed as (
    select
        account_number,
        max(published_at) as until,
    from by_format
    where format_rank <= 30
    group by all
),

by_account as (
    select
        by_format.* exclude (quarters),
        row_number() over account_order as account_rank,
        quantile_cont(by_format.log_engagement, [0.26, 0.5, 0.74])
            over account_history as quarters,
    from by_format
    inner join needed
        on
            by_format.account_number = needed.account_number
            and by_format.published_at <= needed.until
    window
        account_order as (
            partition by by_format.account_number
            order by by_format.published_at, by_format.post_id
        ),
        account_history as (
            partition by by_format.account_number
            order by by_format.published_at, by_format.post_id
            rows between 100 preceding and 1 preceding
        )
),

with_history as (
    select
        post_id,
        account_number,
        format_number,
        format_rank as rank,
        quarters,
        log_engagement,
    from by_format
    where format_rank > 30
    union all
    select
        post_id,
        account_number,
        0 as format_number,
        account_rank as rank,
        quarters,
        log_engagement,
    from by_account
    where format_rank <= 30 and account_rank > 30
),

candidates as (
    select
        post_id,
        account_number,
        format_number,
        rank,
        log_engagement - quarters[2] as above,
    from with_history
    where
        above >= 3.5 * greatest(
            1.4826 * least(quarters[2] - quarters[1], quarters[3] - quarters[2]), 0.25
        )
),

-- The hundred posts before one lie in its own hundred and the one before: joining these
-- meets no more than two hundred posts of the history. No more than the keys is
-- carried, so that DuckDB looks the many posts up among these few.
sought as (
    select
        account_number,
        format_number,
        rank,
        unnest([rank // 100 - 1, rank // 100]) as hundred,
    from candidates
),

histories as (
    select
        account_number,
        format_number,
        format_rank as rank,
        format_rank // 100 as hundred,
        log_engagement,
    from by_format
    union all
    select
        account_number,
        0 as format_number,
        account_rank as rank,
        account_rank // 100 as hundred,
        log_engagement,
    from by_account
),

deviations as (
    select
        sought.account_number,
        sought.format_number,
        sought.rank,
        mad(histories.log_engagement) as mad,
    from histories
    inner join sought
        on
            histories.account_number = sought.account_number
            and histories.format_number = sought.format_number
            and histories.hundred = sought.hundred
            and histories.rank between sought.rank - 100 and sought.rank - 1
    group by all
),

scores as (
    select
        candidates.post_id,
        candidates.above / greatest(1.4826 * deviations.mad, 0.25) as breakout_score,
    from candidates
    inner join deviations
        on
            candidates.account_number = deviations.account_number
            and candidates.format_number = deviations.format_number
            and candidates.rank = deviations.rank
),

post_breakouts as (
    select
        post_id,
        breakout_score,
        breakout_score >= 3.5 as is_breakout,
    from scores
)

select * from post_breakouts
