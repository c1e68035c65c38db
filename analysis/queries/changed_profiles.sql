-- Which accounts changed how they present themselves?
select
    company,
    platform,
    account,
    field,
    old_value,
    new_value,
    observed_at,
from marts.profile_changes
order by observed_at desc, company asc, account asc, field asc
