-- One row per own post and evaluation that compares it, with the number of its stratum:
-- what an account posted in a calendar month (in the whole window when that is no
-- longer than six weeks), or of that in one format.
-- Where both evaluations compare the same posts of a month, there is one stratum for
-- both of them, and what they have in common is added up once.
with

evaluations as (
    select * from intermediate.evaluations
),

lengths as (
    select
        bool_or(is_long) as is_any_long,
        bool_and(is_long) as is_every_long,
    from evaluations
),

counted as (
    select
        counted.post_id,
        accounts.account_number,
        coalesce(counted.format, 'unknown') as format,
        counted.month_start_date,
        case when lengths.is_any_long then counted.month_start_date end as span,
        counted.is_current,
        counted.is_earlier and counted.was_settled_earlier as is_earlier,
        coalesce(
            counted.log_engagement,
            counted.log_likes,
            counted.log_comments,
            counted.log_shares,
            counted.log_weighted
        ) is null as is_unmeasured,
        lengths.is_any_long = lengths.is_every_long as is_of_one_length,
    from intermediate.counted_posts as counted
    inner join intermediate.compared_accounts as accounts
        on counted.account_id = accounts.account_id
    cross join lengths
),

compared_posts as (
    select * from counted
    where is_current or is_earlier
),

-- A post that was not measured adds to no sum, and parts no month.
account_spans as (
    select
        account_number,
        span,
        bool_and(is_current = is_earlier or is_unmeasured) as is_same,
    from compared_posts
    group by all
),

posts as (
    select
        compared_posts.*,
        compared_posts.is_of_one_length and account_spans.is_same as is_shared,
    from compared_posts
    inner join account_spans
        on
            compared_posts.account_number = account_spans.account_number
            and compared_posts.span is not distinct from account_spans.span
),

compared as (
    select
        posts.post_id,
        posts.account_number,
        case when evaluations.is_long then posts.month_start_date end
            as stratum_month,
        posts.format,
        evaluations.is_current,
        posts.is_shared or not evaluations.is_current as is_earlier,
    from posts
    inner join evaluations
        on
            case
                when evaluations.is_current then posts.is_current
                else posts.is_earlier and not posts.is_shared
            end
),

names as (
    select distinct
        account_number,
        stratum_month,
        is_current,
        is_earlier,
        format,
    from compared
),

numbered as (
    select
        *,
        dense_rank() over (
            order by account_number, stratum_month, is_current, is_earlier
        ) as stratum_number,
        row_number() over (
            order by account_number, stratum_month, is_current, is_earlier, format
        ) as format_number,
    from names
),

sizes as (
    select max(stratum_number) as stratum_count,
    from numbered
),

post_strata as (
    select
        compared.post_id,
        compared.account_number,
        compared.stratum_month,
        compared.is_current,
        compared.is_earlier,
        numbered.stratum_number::integer as stratum_number,
        (sizes.stratum_count + numbered.format_number)::integer
            as format_stratum_number,
    from compared
    inner join numbered
        on
            compared.account_number = numbered.account_number
            and compared.stratum_month is not distinct from numbered.stratum_month
            and compared.is_current = numbered.is_current
            and compared.is_earlier = numbered.is_earlier
            and compared.format = numbered.format
    cross join sizes
)

select * from post_strata
