-- One row per definition of success (by the number of its stratified kind), trait and
-- stratum: the cells of engagement and of every further definition together.
with

engagement_cells as (
    select
        kinds.kind_number,
        cells.trait_number,
        cells.stratum_number,
        cells.post_count,
        cells.log_sum,
        cells.log_squares,
        cells.top_count,
    from intermediate.trait_cells as cells
    cross join intermediate.contrast_kinds as kinds
    where kinds.definition = 'engagement' and kinds.basis = 'stratified'
),

kind_cells as (
    select * from engagement_cells
    union all
    select * from intermediate.definition_cells
)

select * from kind_cells
