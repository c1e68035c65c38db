-- One row per adjustment (by the number of its kind), format or post type, account and
-- stratum: exact sums of ln(1 + engagement at equal age).
-- Basis "within_counterpart" compares formats inside the same post type and post types
-- inside the same format, "within_weekday" on the same weekday, "within_promoted" paid
-- posts with paid ones. An adjustment without a choice (nobody pays) has no cells.
with

posts as (
    select
        accounts.platform,
        accounts.account_number,
        counted.format,
        coalesce(post_types.post_type, 'other') as post_type,
        case when counted.has_day then lower(dayname(counted.audience_at)) end
            as weekday,
        counted.is_promoted_suspect,
        count(*) as post_count,
        sum(counted.log_engagement) as log_sum,
        sum(counted.log_engagement_squared) as log_squares,
    from intermediate.counted_posts as counted
    inner join intermediate.compared_accounts as accounts
        on counted.account_id = accounts.account_id
    left join intermediate.post_types as post_types
        on counted.post_id = post_types.post_id
    where counted.is_current and counted.log_engagement is not null
    group by all
),

numbered as (
    select
        posts.* exclude (format, post_type, weekday),
        formats.trait_number as format_number,
        post_types.trait_number as post_type_number,
        weekdays.trait_number as weekday_number,
    from posts
    left join intermediate.traits as formats
        on formats.dimension = 'format' and posts.format = formats.level
    left join intermediate.traits as post_types
        on post_types.dimension = 'post_type' and posts.post_type = post_types.level
    left join intermediate.traits as weekdays
        on weekdays.dimension = 'weekday' and posts.weekday = weekdays.level
),

levels as (
    select
        *,
        format_number as trait_number,
        post_type_number as within_counterpart,
        weekday_number as within_weekday,
        is_promoted_suspect::integer as within_promoted,
    from numbered
    union all
    select
        *,
        post_type_number as trait_number,
        format_number as within_counterpart,
        weekday_number as within_weekday,
        is_promoted_suspect::integer as within_promoted,
    from numbered
),

tall_levels as (
    unpivot levels
    on within_counterpart, within_weekday, within_promoted
    into
    name basis
    value stratum
),

cells as (
    select
        kinds.kind_number,
        tall_levels.platform,
        tall_levels.trait_number,
        tall_levels.account_number,
        tall_levels.stratum,
        sum(tall_levels.post_count)::bigint as post_count,
        sum(tall_levels.log_sum) as log_sum,
        sum(tall_levels.log_squares) as log_squares,
    from tall_levels
    inner join intermediate.contrast_kinds as kinds on tall_levels.basis = kinds.basis
    where tall_levels.trait_number is not null
    group by all
),

sizes as (
    select max(trait_number) + 2 as trait_count,
    from intermediate.traits
),

choices as (
    select
        cells.kind_number,
        cells.platform,
        traits.dimension_number,
    from cells
    inner join intermediate.traits as traits
        on cells.trait_number = traits.trait_number
    group by all
    having count(distinct cells.stratum) > 1
),

adjusted_cells as (
    select
        cells.kind_number,
        cells.trait_number,
        cells.account_number,
        -- one number for the account and what it is compared inside
        cells.account_number::bigint * sizes.trait_count + cells.stratum
            as stratum_number,
        cells.post_count,
        cells.log_sum,
        cells.log_squares,
    from cells
    inner join intermediate.traits as traits
        on cells.trait_number = traits.trait_number
    inner join choices
        on
            cells.kind_number = choices.kind_number
            and cells.platform = choices.platform
            and traits.dimension_number = choices.dimension_number
    cross join sizes
)

select * from adjusted_cells
