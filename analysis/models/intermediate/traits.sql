-- One row per dimension and level that a post inside a window has, numbered, so that
-- what comes after adds up by numbers.
-- The levels of a dimension with is_in_total add up to the posts whose level is known.
with

-- Of each column on its own: as rows of dimension and level they cost eight times as
-- much.
column_levels as (
    select list(distinct columns(* exclude (post_id))),
    from intermediate.trait_levels
),

tall_levels as (
    unpivot column_levels
    on columns(*)
    into
    name dimension
    value levels
),

names as (
    select
        dimension,
        unnest(levels) as level,
    from tall_levels
    union
    select
        dimension,
        level,
    from intermediate.post_tags
),

traits as (
    select
        (row_number() over (order by names.dimension, names.level))::integer
            as trait_number,
        (dense_rank() over (order by names.dimension))::integer
            as dimension_number,
        names.dimension,
        names.level,
        names.level = '*' as is_everything,
        names.level = '*' or not dimensions.is_multiple as is_in_total,
        dimensions.family = 'primary' as is_primary,
        dimensions.strata = 'month_format' as has_format_strata,
        dimensions.min_post_count,
    from names
    inner join seeds.dimensions as dimensions
        on names.dimension = dimensions.dimension
    where names.level is not null
)

select * from traits
