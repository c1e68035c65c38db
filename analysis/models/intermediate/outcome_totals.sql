-- One row per imported export without days: whether its totals count. They do where
-- nothing by day is about any of its days, and no better export without days that
-- counts overlaps with it: totals of two periods that overlap cannot be told apart.
with recursive

totals as (
    select
        files.file_hash,
        files.kind,
        files.property_name,
        files.period_start_date,
        files.period_end_date,
        files.rank,
        (
            select count(*) > 0
            from intermediate.outcome_days as days
            where
                days.kind = files.kind
                and days.property_name = files.property_name
                and days.date between files.period_start_date and files.period_end_date
        ) as is_told_by_day,
    from intermediate.outcome_files as files
    where not files.is_daily
),

steps as (
    select
        kind,
        property_name,
        0::bigint as rank,
        list_filter(
            [{ 'start_date': null::date, 'end_date': null::date }],
            lambda period: false
        ) as taken,
        null::text as file_hash,
        false as is_overlapping,
        false as is_told_by_day,
    from totals
    group by all
    union all
    select
        steps.kind,
        steps.property_name,
        totals.rank,
        case
            when
                totals.is_told_by_day
                or len(list_filter(
                    steps.taken,
                    lambda period: period.start_date <= totals.period_end_date
                    and period.end_date >= totals.period_start_date
                )) > 0
                then steps.taken
            else
                list_append(
                    steps.taken,
                    {
                        'start_date': totals.period_start_date,
                        'end_date': totals.period_end_date
                    }
                )
        end as taken,
        totals.file_hash,
        len(list_filter(
            steps.taken,
            lambda period: period.start_date <= totals.period_end_date
            and period.end_date >= totals.period_start_date
        )) > 0 as is_overlapping,
        totals.is_told_by_day,
    from steps
    inner join totals
        on
            steps.kind = totals.kind
            and steps.property_name = totals.property_name
            and steps.rank + 1 = totals.rank
),

final as (
    select
        file_hash,
        is_told_by_day,
        is_overlapping and not is_told_by_day as is_overlapping,
        not is_told_by_day and not is_overlapping as is_counted,
    from steps
    where file_hash is not null
)

select * from final
