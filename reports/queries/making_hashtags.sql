-- At most ten rows per platform: the hashtags that most posts have, of at least two
-- companies.
select
    platform,
    hashtag,
    shown_verdict,
    lift,
    lift_low,
    lift_high,
    used_post_count,
    own_post_count,
    company_count,
    measured_post_count,
from marts.hashtags
where company_count >= 2
qualify
    row_number() over (
        partition by platform
        order by used_post_count desc, hashtag asc
    ) <= 10
order by platform asc, used_post_count desc, hashtag asc
