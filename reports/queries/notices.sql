-- One row per thing to know about a token, the most urgent first.
select
    platform,
    phrases,
    sentence,
    is_urgent,
from marts.notices
order by rank
