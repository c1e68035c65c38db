-- One row per post and observation of its absence.
with

final as (

    select
        absences.post_id,
        account_ids.account_id,
        absences.kind,
        absences.status,
        absences.observed_at,
    from raw.absences
    cross join config.run
    inner join staging.stg_account_ids as account_ids
        on absences.account_id = account_ids.loaded_account_id
    where
        absences.observed_at <= run.as_of
        and (not run.is_strict or absences.loaded_at <= run.as_of)

)

select * from final
