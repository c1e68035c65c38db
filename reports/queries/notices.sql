-- One row per thing to know about a token, the most urgent first.
select
    platform,
    sentence,
    is_urgent,
from marts.notices
order by rank
