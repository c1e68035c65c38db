-- One row per definition of success and basis on which levels are compared, numbered,
-- so that what comes after adds up by numbers.
-- plain_kind_number: the kind whose variances an account's few posts inside strata are
-- drawn to. Of what is no outcome there is no contrast of the week before.
with

kinds as (
    select
        definitions.definition,
        bases.basis,
        if(bases.basis = 'top_decile', null, 'plain') as plain_basis,
    from seeds.definitions as definitions
    cross join (values ('plain'), ('stratified'), ('top_decile')) as bases (basis)
    union all
    select
        'engagement' as definition,
        unnest(['within_counterpart', 'within_weekday', 'within_promoted'])
            as basis,
        'plain' as plain_basis,
),

numbered as (
    select
        (row_number() over (order by definition, basis))::integer as kind_number,
        *,
    from kinds
),

contrast_kinds as (
    select
        kinds.kind_number,
        kinds.definition,
        kinds.basis,
        plain.kind_number as plain_kind_number,
        outcomes.outcome is not null as is_outcome,
    from numbered as kinds
    left join numbered as plain
        on
            kinds.definition = plain.definition
            and kinds.plain_basis = plain.basis
    left join intermediate.outcomes as outcomes
        on kinds.definition = outcomes.outcome
)

select * from contrast_kinds
