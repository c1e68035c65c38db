-- Who gained followers in the last four weeks?
select
    company,
    platform,
    follower_count,
    follower_change_4w,
    round(
        follower_change_4w / nullif(follower_count - follower_change_4w, 0), 4
    ) as follower_change_rate,
from marts.league
where follower_change_4w is not null
order by follower_change_rate desc nulls last, company asc, platform asc
