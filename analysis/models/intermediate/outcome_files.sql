-- One row per imported file of one's own visits and sales: what it is about, and its
-- rank among exports of the same tool and property. What tells ways in apart more
-- finely goes first, then what was saved last. A file that names no property is about
-- the one that the others of its tool name, where they name one: explorations of Google
-- Analytics name none, its reports do.
with

properties as (
    select
        kind,
        max(property_name) as property_name,
    from staging.stg_outcomes
    where property_name != ''
    group by all
    having count(distinct property_name) = 1
),

files as (
    select
        file_hash,
        max(file_name) as file_name,
        max(kind) as kind,
        max(property_name) as property_name,
        case
            when max(kind) like 'plausible%' then 'plausible'
            when max(kind) = 'mapped' then 'mapped ' || max(property_name)
            else max(kind)
        end as tool,
        min(period_start_date) as period_start_date,
        max(period_end_date) as period_end_date,
        count(*) as row_count,
        case
            when bool_or(content is not null) then 3
            when bool_or(campaign is not null or landing_page is not null) then 2
            when bool_or(source is not null) then 1
            else 0
        end as detail,
        bool_or(date is not null) as is_daily,
        bool_or(is_additional) as is_additional,
        max(observed_at) as observed_at,
    from staging.stg_outcomes
    group by file_hash
),

named as (
    select
        files.* exclude (property_name),
        coalesce(
            nullif(files.property_name, ''), properties.property_name, ''
        ) as property_name,
    from files
    left join properties on files.kind = properties.kind
),

final as (
    select
        *,
        row_number() over (
            partition by kind, property_name, is_daily
            order by
                detail desc,
                observed_at desc,
                period_end_date desc,
                file_hash asc
        ) as rank,
    from named
)

select * from final
