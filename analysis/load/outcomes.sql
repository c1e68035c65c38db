-- Rows of tables of one's own visits and sales; a row whenever a file's row is read
-- for the first time, or otherwise than before.
insert into raw.outcomes by name
with

landed as (

    select
        records.* exclude (traffic_source),
        records.traffic_source as source,
        md5(to_json({
            kind: records.kind,
            property_name: records.property_name,
            date: records.date,
            period_start_date: records.period_start_date,
            period_end_date: records.period_end_date,
            source: records.traffic_source,
            medium: records.medium,
            campaign: records.campaign,
            content: records.content,
            code: records.code,
            landing_page: records.landing_page,
            order_key: records.order_key,
            currency: records.currency,
            session_count: records.session_count,
            key_event_count: records.key_event_count,
            order_count: records.order_count,
            revenue: records.revenue,
            is_additional: records.is_additional
        })::text) as content_hash,
        getvariable('loaded_at') as loaded_at,
    from
        read_json(
            getvariable('landing_file'),
            format = 'newline_delimited',
            maximum_object_size = 67108864,
            columns = {
                file_hash: 'text',
                row_number: 'integer',
                file_name: 'text',
                kind: 'text',
                property_name: 'text',
                date: 'date',
                period_start_date: 'date',
                period_end_date: 'date',
                traffic_source: 'text',
                medium: 'text',
                campaign: 'text',
                content: 'text',
                code: 'text',
                landing_page: 'text',
                order_key: 'text',
                currency: 'text',
                session_count: 'bigint',
                key_event_count: 'double',
                order_count: 'integer',
                revenue: 'decimal(18, 4)',
                is_additional: 'boolean',
                observed_at: 'timestamptz'
            }
        ) as records

)

select landed.*
from landed
where
    landed.content_hash is distinct from (
        select max_by(known.content_hash, known.loaded_at)
        from raw.outcomes as known
        where
            known.file_hash = landed.file_hash
            and known.row_number = landed.row_number
    )
qualify row_number() over (
    partition by file_hash, row_number
    order by observed_at desc, content_hash asc
) = 1
