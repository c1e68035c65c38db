-- One row per platform and rule of the audit: how many companies keep it, and whether
-- the own brand does.
select
    platform,
    rule,
    title,
    position,
    count(distinct company) filter (
        not is_own and state not in ('not_visible', 'unconfirmed')
    ) as company_count,
    count(distinct company) filter (not is_own and state = 'ok') as kept_count,
    bool_and(state = 'ok') filter (
        is_own and state not in ('not_visible', 'unconfirmed')
    ) as is_kept_by_own,
from marts.audit
group by all
order by platform asc, position asc
