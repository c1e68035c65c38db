-- One row per post inside a window and trait it has: a (dimension, level) pair that
-- might matter. A new trait is a column of trait_levels.
with

single_levels as (
    unpivot intermediate.trait_levels
    on columns(* exclude (post_id))
    into
    name dimension
    value level
),

post_traits as (
    select
        post_id,
        dimension,
        level,
    from single_levels
    union all
    select
        post_id,
        dimension,
        level,
    from intermediate.post_tags
)

select * from post_traits
