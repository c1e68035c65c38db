-- One row per platform and limit that a planned post must keep: how many hashtags and
-- how much text a network takes or advises, and since when.
select
    platform,
    what,
    kind,
    value,
    highest,
    effective_from,
    checked_on,
from marts.limits
where what in ('hashtags_max', 'hashtags_advised', 'text_max')
order by platform asc, what asc, kind asc
