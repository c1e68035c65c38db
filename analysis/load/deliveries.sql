-- What was delivered to whom, or did not arrive; one row per parcel, addressee and
-- moment.
insert into raw.deliveries by name
with

landed as (

    select
        parcel,
        receiver,
        way,
        addressee,
        is_delivered,
        message,
        observed_at,
        getvariable('loaded_at') as loaded_at,
    from read_json(
        getvariable('landing_file'),
        format = 'newline_delimited',
        maximum_object_size = 67108864,
        columns = {
            parcel: 'text',
            receiver: 'text',
            way: 'text',
            addressee: 'text',
            is_delivered: 'boolean',
            message: 'text',
            observed_at: 'timestamptz'
        }
    )

)

select landed.*
from landed
where
    not exists (
        select 1
        from raw.deliveries as known
        where
            known.parcel = landed.parcel
            and known.receiver = landed.receiver
            and known.addressee is not distinct from landed.addressee
            and known.observed_at = landed.observed_at
    )
qualify row_number() over (
    partition by parcel, receiver, addressee, observed_at
    order by is_delivered desc, message asc nulls first
) = 1
