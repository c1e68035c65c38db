-- One row per platform, format or post type and definition of success that was tried:
-- what it says, and whether the verdict holds in it.
-- The ratio is that of accounts like these; below three accounts, of exactly these.
with

checks as (
    select
        *,
        mu_low is null as is_about_here,
    from intermediate.claim_checks
),

accounts as (
    select
        account_id,
        company,
    from staging.stg_accounts
),

final as (
    select
        checks.platform,
        checks.dimension,
        checks.level,
        checks.definition,
        checks.left_out_account_id,
        case
            when checks.definition = 'without_account'
                then 'without ' || accounts.company
            else definitions.label
        end as label,
        checks.post_count,
        checks.account_count,
        checks.accounts_up,
        exp(if(checks.is_about_here, checks.here_mean, checks.mu)) as lift,
        exp(if(checks.is_about_here, checks.here_low, checks.mu_low)) as lift_low,
        exp(if(checks.is_about_here, checks.here_high, checks.mu_high))
            as lift_high,
        checks.verdict,
        checks.is_direction_held,
        checks.is_held,
    from checks
    inner join seeds.definitions as definitions
        on checks.definition = definitions.definition
    left join accounts on checks.left_out_account_id = accounts.account_id
)

select * from final
