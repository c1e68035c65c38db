-- One row per row of the imported visits and sales, and measure, that is counted: of
-- the tools that count the same again only the one that is taken.
with

final as (
    select outcome_values.*,
    from intermediate.outcome_values as outcome_values
    inner join marts.sales_tools as tools
        on
            outcome_values.measure = tools.measure
            and outcome_values.currency = tools.currency
            and outcome_values.tool = tools.tool
    where tools.is_counted
)

select * from final
