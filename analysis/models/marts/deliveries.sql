-- One row per attempt to deliver one brief or alert to one addressee.
with

deliveries as (
    select * from staging.stg_deliveries
),

final as (
    select
        parcel,
        receiver,
        way,
        addressee,
        message,
        is_delivered,
        observed_at as attempted_at,
    from deliveries
)

select * from final
