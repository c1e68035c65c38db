-- One row per platform: how many posts of the window are known there, and of how many
-- accounts.
select
    platform,
    count(*) as post_count,
    count(distinct account_id) as account_count,
from marts.posts
where is_counted
group by all
order by post_count desc, platform asc
