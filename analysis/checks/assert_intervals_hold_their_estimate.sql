-- Claims whose interval does not contain the estimate, or whose verdict lacks its
-- evidence.
select
    platform,
    dimension,
    level,
    scope,
    verdict,
from marts.claims
where
    not coalesce(lift_low <= lift and lift <= lift_high, true)
    or not coalesce(next_low <= lift_low and lift_high <= next_high, true)
    or not coalesce(
        stratified_low <= stratified_lift and stratified_lift <= stratified_high, true
    )
    or (scope = 'general') != (verdict is not null)
    or (verdict != 'not_enough' and post_count < 10)
    or (
        verdict in ('works', 'worse', 'works_on_average', 'worse_on_average')
        and account_count < 3
    )
