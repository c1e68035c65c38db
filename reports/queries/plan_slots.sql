-- One row per planned slot from today on, and of the four weeks before: what is to be
-- posted when, why, and what it became.
select
    slots.slot_id,
    slots.plan,
    slots.planned_at,
    slots.planned_at > build.as_of as is_coming,
    slots.platform,
    slots.company,
    slots.format,
    slots.post_type,
    slots.topic,
    coalesce(slots.caption, slots.hook) as words,
    slots.caption is not null as is_written,
    slots.hashtags,
    slots.link,
    slots.campaign,
    slots.basis,
    slots.why,
    slots.evidence,
    slots.status,
    slots.arm,
    slots.post_id,
    slots.url,
    slots.engagement,
from marts.plan_slots as slots
cross join marts.build as build
where
    slots.status != 'dropped'
    and slots.planned_at > build.as_of - interval 28 days
order by slots.planned_at asc, slots.slot_id asc
