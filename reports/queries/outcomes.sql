-- One row per outcome that claims were made about: what success means there.
select
    outcome,
    definition,
    is_default,
from marts.outcomes
order by position asc
