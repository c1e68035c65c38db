-- One row per company and open place that is not yet in the list.
select
    company,
    platform,
    what_it_shows,
    candidate_url,
    source,
    sentence,
    phrases,
    rank,
from marts.open_doors
order by company asc, rank asc, platform asc
