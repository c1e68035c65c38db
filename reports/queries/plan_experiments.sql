-- One row per test of own posts: its design, and what its pairs say.
select
    experiment_id,
    plan,
    status,
    platform,
    dimension,
    level_a,
    level_b,
    verdict,
    lift,
    lift_low,
    lift_high,
    p_value,
    pairs_planned,
    pairs_drawn,
    complete_pairs,
    post_count,
    as_planned_count,
    variance,
    target_ratio,
    started_at,
from marts.plan_experiments
order by started_at desc, experiment_id asc
