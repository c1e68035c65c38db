-- Posts that could not be compared and do not say why, or say why although they could.
select
    post_id,
    engagement_at_age,
    engagement_at_age_missing,
from intermediate.post_results
where (engagement_at_age is null) = (engagement_at_age_missing is null)
