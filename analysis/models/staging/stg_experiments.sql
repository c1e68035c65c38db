-- One row per test of two kinds of own posts: its newest design.
with

final as (

    select
        experiments.experiment_id,
        experiments.plan,
        experiments.status,
        experiments.platform,
        experiments.dimension,
        experiments.level_a,
        experiments.level_b,
        experiments.seed,
        experiments.variance,
        experiments.target_ratio,
        experiments.pairs_planned,
        min(experiments.observed_at) over same_test as started_at,
        experiments.observed_at,
    from raw.experiments
    cross join config.run
    where
        experiments.observed_at <= run.as_of
        and (not run.is_strict or experiments.loaded_at <= run.as_of)
    window same_test as (partition by experiments.experiment_id)
    qualify row_number() over (
        partition by experiments.experiment_id
        order by experiments.observed_at desc, experiments.loaded_at desc
    ) = 1

)

select * from final
