-- Tests of two kinds of own posts; one row per test and change of its design.
insert into raw.experiments by name
with

landed as (

    select
        experiment_id,
        plan,
        status,
        platform,
        dimension,
        level_a,
        level_b,
        seed,
        variance,
        target_ratio,
        pairs_planned,
        source,
        observed_at,
        getvariable('loaded_at') as loaded_at,
    from
        read_json(
            getvariable('landing_file'),
            format = 'newline_delimited',
            maximum_object_size = 67108864,
            columns = {
                experiment_id: 'text',
                plan: 'text',
                status: 'text',
                platform: 'text',
                dimension: 'text',
                level_a: 'text',
                level_b: 'text',
                seed: 'text',
                variance: 'double',
                target_ratio: 'double',
                pairs_planned: 'integer',
                source: 'text',
                observed_at: 'timestamptz'
            }
        )

)

select landed.*
from landed
where
    not exists (
        select 1
        from raw.experiments as known
        where
            known.experiment_id = landed.experiment_id
            and known.observed_at = landed.observed_at
    )
qualify row_number() over (
    partition by experiment_id, observed_at
    order by status asc, pairs_planned desc
) = 1
