-- One row per post that a person labelled: what was said last.
with

final as (

    select
        labels.post_id,
        labels.post_type,
        labels.tags,
        labels.observed_at,
    from raw.labels
    cross join config.run
    where
        labels.observed_at <= run.as_of
        and (not run.is_strict or labels.loaded_at <= run.as_of)
    qualify row_number() over (
        partition by labels.post_id
        order by labels.observed_at desc, labels.loaded_at desc
    ) = 1

)

select * from final
where post_type is not null or len(tags) > 0
