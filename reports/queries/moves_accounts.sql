-- One row per account that came into the list in the seven days before the brief.
select
    coverage.company,
    coverage.is_own,
    coverage.platform,
    coverage.account,
    coverage.url,
    coverage.first_observed_at,
from marts.coverage as coverage
cross join marts.build as build
where
    coverage.first_observed_at > build.as_of - interval 7 days
    and coverage.first_observed_at > build.first_crawl_at + interval 1 day
order by coverage.company asc, coverage.platform asc, coverage.url asc
