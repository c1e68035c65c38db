-- One row per thing that a reader should know beside the data, the most urgent first.
with

notices as (
    select * from config.notices
),

final as (
    select
        rank,
        platform,
        sentence,
        is_urgent,
    from notices
)

select * from final
