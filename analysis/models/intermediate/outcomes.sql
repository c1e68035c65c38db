-- One row per outcome that claims are made about: the default, and those that were
-- asked for.
with

outcomes as (
    select
        outcomes.outcome,
        outcomes.position,
        outcomes.noun,
        outcomes.outcome = 'engagement' as is_default,
    from seeds.outcomes as outcomes
    cross join config.run as run
    where
        outcomes.outcome = 'engagement'
        or list_contains(run.outcomes, outcomes.outcome)
)

select * from outcomes
