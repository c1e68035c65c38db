-- One row per thing that should be told at once, the newest first.
select
    alert_key,
    kind,
    company,
    platform,
    lists,
    url,
    words,
    outcome,
    number,
    ratio,
    is_own,
    observed_at,
from marts.alerts
order by observed_at desc, alert_key asc
