-- One row per attempt to deliver one brief or alert to one addressee.
with

final as (

    select
        deliveries.parcel,
        deliveries.receiver,
        deliveries.way,
        deliveries.addressee,
        deliveries.message,
        deliveries.is_delivered,
        deliveries.observed_at,
    from raw.deliveries
    cross join config.run
    where
        deliveries.observed_at <= run.as_of
        and (not run.is_strict or deliveries.loaded_at <= run.as_of)

)

select * from final
