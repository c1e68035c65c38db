-- A post is that of one planned slot at most, so that nothing it brought counts twice.
select
    post_id,
    count(*) as slot_count,
from marts.plan_slots
where post_id is not null
group by all
having count(*) > 1
