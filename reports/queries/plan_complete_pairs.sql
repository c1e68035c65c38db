-- One row per test and pair whose two posts are both known at the same age.
select
    experiment_id,
    block,
from marts.plan_slots
where
    experiment_id is not null
    and block is not null
    and status != 'dropped'
    and engagement_at_age is not null
group by all
having count(distinct arm) = 2
order by experiment_id asc, block asc
