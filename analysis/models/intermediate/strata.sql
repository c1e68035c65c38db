-- One row per stratum: an account's calendar month, or of that one format, with the
-- evaluations in which it is compared.
select distinct
    stratum_number,
    account_number,
    stratum_month,
    is_current,
    is_earlier,
from intermediate.post_strata
union all
select distinct
    format_stratum_number,
    account_number,
    stratum_month,
    is_current,
    is_earlier,
from intermediate.post_strata
