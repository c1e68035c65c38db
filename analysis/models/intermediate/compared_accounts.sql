-- One row per account with posts inside a window, numbered, so that what comes after
-- adds up by numbers.
with

accounts as (
    select distinct
        account_id,
        platform,
        company,
        is_own,
    from intermediate.counted_posts
),

compared_accounts as (
    select
        (row_number() over (order by account_id))::integer as account_number,
        *,
    from accounts
)

select * from compared_accounts
