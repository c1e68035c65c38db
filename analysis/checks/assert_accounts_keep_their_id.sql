-- An account key has one id for ever.
select
    account_key,
    count(distinct account_id) as id_count,
from raw.accounts
group by all
having count(distinct account_id) > 1
