-- One row per imported file of one's own visits and sales: what of it counts, and why
-- the rest does not.
with

counted as (
    select
        file_hash,
        count(*) as counted_row_count,
    from intermediate.counted_outcomes
    group by all
),

final as (
    select
        files.file_hash,
        files.file_name,
        files.kind,
        files.property_name,
        files.period_start_date,
        files.period_end_date,
        files.row_count,
        coalesce(counted.counted_row_count, 0) as counted_row_count,
        case
            when totals.is_told_by_day then 'told_by_day'
            when totals.is_overlapping then 'overlaps'
            when coalesce(counted.counted_row_count, 0) = files.row_count then 'counts'
            when counted.counted_row_count > 0 then 'counts_in_part'
            else 'replaced'
        end as status,
        files.is_daily,
        files.is_additional,
        files.observed_at,
    from intermediate.outcome_files as files
    left join counted on files.file_hash = counted.file_hash
    left join intermediate.outcome_totals as totals
        on files.file_hash = totals.file_hash
)

select * from final
