-- One row per account that was not seen in full: what its last visit came to.
select
    company,
    is_own,
    platform,
    account,
    url,
    outcome,
    is_walled,
from marts.coverage
where outcome is null or outcome not in ('complete', 'unchanged')
order by is_own desc, is_walled asc, company asc, platform asc, url asc
