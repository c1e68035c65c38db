-- One row per platform: how much posts of one account differ there (variance of
-- ln(1 + engagement)).
select
    platform,
    max(variance) as variance,
from marts.evidence_planner
where level = 'all'
group by all
order by platform asc
