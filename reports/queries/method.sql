-- One row per platform: what engagement means there, and the age of the comparison.
select
    platform,
    engagement_definition,
    compare_age_hours,
    compare_age_hours / 24 as compare_age_days,
from marts.method
order by platform asc
