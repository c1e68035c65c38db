-- One row per post inside a window and trait of the primary dimensions that it has:
-- without reading any other column of trait_levels.
with

levels as (
    select
        post_id,
        format,
        post_type,
    from intermediate.trait_levels
),

primary_traits as (
    unpivot levels
    on format, post_type
    into
    name dimension
    value level
)

select * from primary_traits
