-- One row per account of the audit: how many rules it keeps, and how many are to mend.
select
    account_id,
    count(*) as rule_count,
    count(*) filter (state = 'ok') as kept_count,
    count(*) filter (state = 'unconfirmed') as unconfirmed_count,
    count(*) filter (state = 'not_visible') as unseen_count,
    rule_count - kept_count - unconfirmed_count - unseen_count as open_count,
from marts.audit
group by all
order by account_id asc
