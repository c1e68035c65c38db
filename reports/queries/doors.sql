-- One row per walled account and way in, the cheapest first.
select
    doors.company,
    doors.platform,
    coverage.account,
    coverage.url,
    doors.url as door_url,
    doors.way,
    doors.effort_minutes,
    doors.shows,
    doors.hides,
    doors.sentence,
    doors.phrases,
    doors.rank,
from marts.doors as doors
inner join marts.coverage as coverage on doors.account_id = coverage.account_id
order by doors.company asc, doors.platform asc, coverage.account asc, doors.rank asc
