-- One row per platform: what engagement means there, and at what age posts are compared.
select
    platform,
    engagement_definition,
    compare_age_hours,
from marts.method
order by platform
