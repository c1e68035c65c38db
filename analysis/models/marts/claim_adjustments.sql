-- One row per platform, format or post type and adjustment: its ratio among posts of
-- the same post type or format, of the same weekday, and paid posts apart.
-- The ratio is that of accounts like these; below three accounts, of exactly these.
with

final as (
    select
        platform,
        dimension,
        level,
        adjusted_for,
        coalesce(adjusted.post_count, 0) as post_count,
        coalesce(adjusted.account_count, 0) as account_count,
        coalesce(adjusted.accounts_up, 0) as accounts_up,
        exp(difference) as lift,
        exp(difference_low) as lift_low,
        exp(difference_high) as lift_high,
        exp(plain_difference) as plain_lift,
        verdict,
        plain_verdict,
        sentence,
        is_sign_changed,
        is_verdict_changed,
        is_explained,
    from intermediate.claim_adjustments
)

select * from final
