-- One row per planned slot: its newest version.
with

final as (

    select
        slots.slot_id,
        account_ids.account_id,
        slots.version,
        slots.plan,
        slots.status,
        slots.platform,
        slots.format,
        slots.post_type,
        slots.topic,
        slots.hook,
        slots.caption,
        slots.hashtags,
        slots.link,
        slots.campaign,
        slots.basis,
        slots.why,
        slots.evidence,
        slots.experiment_id,
        slots.arm,
        slots.block,
        slots.post_url,
        slots.timezone,
        slots.planned_at,
        min(slots.observed_at) over same_slot as first_planned_at,
        slots.observed_at,
    from raw.slots
    cross join config.run
    left join staging.stg_account_ids as account_ids
        on slots.account_id = account_ids.loaded_account_id
    where
        slots.observed_at <= run.as_of
        and (not run.is_strict or slots.loaded_at <= run.as_of)
    window same_slot as (partition by slots.slot_id)
    qualify row_number() over (
        partition by slots.slot_id
        order by slots.version desc
    ) = 1

)

select * from final
