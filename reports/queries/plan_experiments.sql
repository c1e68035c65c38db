-- One row per test of own posts: its design, what its pairs say, and the smallest ratio
-- that it can see in 4, 8 and 12 weeks at the pace of the pairs drawn for the next four
-- weeks: exp(sqrt(2 * 7.85 * variance / (pairs - 1.92))), none below six pairs.
with

paces as (
    select
        slots.experiment_id,
        count(distinct slots.block) / 4 as pairs_a_week,
    from marts.plan_slots as slots
    cross join marts.build as build
    where
        slots.experiment_id is not null
        and slots.status != 'dropped'
        and slots.planned_at > build.as_of
        and slots.planned_at <= build.as_of + interval 28 days
    group by all
),

sights as (
    select
        experiments.*,
        coalesce(paces.pairs_a_week, 0) as pairs_a_week,
        list_transform(
            [4, 8, 12],
            lambda w: case
                when pairs_a_week * w >= 6
                    then
                        exp(sqrt(
                            2 * 7.85 * experiments.variance / (pairs_a_week * w - 1.92)
                        ))
            end
        ) as smallest_ratios,
    from marts.plan_experiments as experiments
    left join paces on experiments.experiment_id = paces.experiment_id
)

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
    pairs_planned,
    pairs_drawn,
    complete_pairs,
    post_count,
    as_planned_count,
    variance,
    target_ratio,
    pairs_a_week,
    smallest_ratios[1] as smallest_in_4_weeks,
    smallest_ratios[2] as smallest_in_8_weeks,
    smallest_ratios[3] as smallest_in_12_weeks,
    started_at,
from sights
order by started_at desc, experiment_id asc
