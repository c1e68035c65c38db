-- One row per dimension and level that a post inside a window has, numbered, so that
-- what comes after adds up by numbers.
-- The levels of a dimension with is_in_total add up to the posts whose level is known.
with

names as (
    select distinct
        dimension,
        level,
    from intermediate.post_traits
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
)

select * from traits
