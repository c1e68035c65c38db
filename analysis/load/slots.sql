-- What is planned to be posted; one row per slot and version.
insert into raw.slots by name
with

landed as (

    select
        records.slot_id,
        records.version,
        records.plan,
        records.status,
        records.platform,
        account_ids.account_id,
        records.format,
        records.post_type,
        records.topic,
        records.hook,
        records.caption,
        coalesce(records.hashtags, []) as hashtags,
        records.link,
        records.campaign,
        records.basis,
        records.why,
        coalesce(records.evidence, []) as evidence,
        records.experiment_id,
        records.arm,
        records.block,
        records.post_url,
        records.timezone,
        records.planned_at,
        records.source,
        records.observed_at,
        getvariable('loaded_at') as loaded_at,
    from
        read_json(
            getvariable('landing_file'),
            format = 'newline_delimited',
            maximum_object_size = 67108864,
            columns = {
                slot_id: 'text',
                version: 'integer',
                plan: 'text',
                status: 'text',
                platform: 'text',
                account_key: 'text',
                format: 'text',
                post_type: 'text',
                topic: 'text',
                hook: 'text',
                caption: 'text',
                hashtags: 'text[]',
                link: 'text',
                campaign: 'text',
                basis: 'text',
                why: 'text',
                evidence: 'text[]',
                experiment_id: 'text',
                arm: 'text',
                block: 'integer',
                post_url: 'text',
                timezone: 'text',
                planned_at: 'timestamptz',
                source: 'text',
                observed_at: 'timestamptz'
            }
        ) as records
    left join account_ids on records.account_key = account_ids.account_key

)

select landed.*
from landed
where
    not exists (
        select 1
        from raw.slots as known
        where
            known.slot_id = landed.slot_id
            and known.version = landed.version
    )
qualify row_number() over (
    partition by slot_id, version
    order by observed_at asc, planned_at asc, status asc
) = 1
