-- One row per outcome that claims were made about: what success means there.
with

weights as (
    select
        string_agg(
            format('{} × {:g}', noun, weight::double), ' + '
            order by weight, noun
        ) as formula,
    from seeds.count_weights
),

final as (
    select
        outcomes.outcome,
        outcomes.position,
        outcomes.noun,
        described.definition || case
            when outcomes.outcome = 'weighted'
                then ': ' || weights.formula
            else ''
        end as definition,
        outcomes.is_default,
    from intermediate.outcomes as outcomes
    inner join seeds.outcomes as described
        on outcomes.outcome = described.outcome
    cross join weights
)

select * from final
