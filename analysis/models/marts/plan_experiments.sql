-- One row per test of two kinds of own posts: its design, and what its pairs say.
-- Arms are compared as they were drawn, inside pairs whose two posts are both known at
-- the same age: d = ln(1 + engagement) of arm a less that of arm b, lift = exp(mean d),
-- with Student's t interval over pairs. The p-value is that of the draw itself: in how
-- many of all ways to draw the arms the difference would have been as large (all 2^n
-- of them up to 12 pairs, else 4,096 drawn from the test's id).
-- Nothing is said before pairs_planned are complete or the test was ended: who looks
-- every week and stops at a good moment finds effects that are not there.
with

experiments as (
    select * from staging.stg_experiments
),

slots as (
    select * from marts.plan_slots
    where
        experiment_id is not null
        and arm is not null
        and block is not null
        and status != 'dropped'
),

blocks as (
    select
        slots.experiment_id,
        slots.block,
        count(slots.post_id) as post_count,
        count(*) filter (
            case
                when experiments.dimension = 'format'
                    then slots.posted_format = slots.format
                else slots.posted_post_type = slots.post_type
            end
        ) as as_planned_count,
        max(ln(1 + slots.engagement_at_age)) filter (slots.arm = 'a')
        - max(ln(1 + slots.engagement_at_age)) filter (slots.arm = 'b')
            as difference,
    from slots
    inner join experiments
        on slots.experiment_id = experiments.experiment_id
    group by all
),

pairs as (
    select
        experiment_id,
        block,
        difference,
        row_number() over (partition by experiment_id order by block) as pair_number,
        count(*) over (partition by experiment_id) as pair_count,
    from blocks
    where difference is not null
),

draw_numbers as (
    select unnest(range(0, 4096))::integer as draw
),

draws as (
    select
        pairs.experiment_id,
        draw_numbers.draw,
        pairs.pair_count,
        abs(exact_sum(pairs.difference)) as observed,
        abs(exact_sum(
            pairs.difference * case
                when pairs.pair_count <= 12
                    then 1 - 2 * ((draw_numbers.draw >> (pair_number - 1)::integer) & 1)
                else
                    1 - 2 * (md5_number_lower(concat_ws(
                        '/', pairs.experiment_id, draw_numbers.draw, pairs.block
                    )) % 2)::integer
            end
        )) as drawn,
    from pairs
    inner join draw_numbers
        on draw_numbers.draw < 2 ** least(pairs.pair_count, 12)
    group by all
),

p_values as (
    select
        experiment_id,
        (count(*) filter (drawn >= observed - 1e-9) + if(pair_count > 12, 1, 0))
        / (count(*) + if(pair_count > 12, 1, 0)) as p_value,
    from draws
    group by experiment_id, pair_count
),

contrasts as (
    select
        experiment_id,
        count(*) as complete_pairs,
        exact_sum(difference) / complete_pairs as mean_difference,
        sqrt(
            greatest(
                0.0,
                exact_sum(difference * difference)
                - complete_pairs * mean_difference ** 2
            ) / nullif(complete_pairs - 1, 0)
        ) as spread,
        t_quantile(complete_pairs - 1) * spread / sqrt(complete_pairs) as half,
    from pairs
    group by all
),

counts as (
    select
        experiment_id,
        count(*) as pairs_drawn,
        sum(post_count)::bigint as post_count,
        sum(as_planned_count)::bigint as as_planned_count,
    from blocks
    group by all
),

judged as (
    select
        experiments.*,
        coalesce(counts.pairs_drawn, 0) as pairs_drawn,
        coalesce(counts.post_count, 0) as post_count,
        coalesce(counts.as_planned_count, 0) as as_planned_count,
        coalesce(contrasts.complete_pairs, 0) as complete_pairs,
        exp(contrasts.mean_difference) as lift,
        exp(contrasts.mean_difference - contrasts.half) as lift_low,
        exp(contrasts.mean_difference + contrasts.half) as lift_high,
        p_values.p_value,
    from experiments
    left join counts using (experiment_id)
    left join contrasts using (experiment_id)
    left join p_values using (experiment_id)
),

final as (
    select
        experiment_id,
        plan,
        status,
        platform,
        dimension,
        level_a,
        level_b,
        case
            when status = 'running' and complete_pairs < pairs_planned then 'running'
            when p_value < 0.05 and lift >= 1.1 and lift_low > 1 then 'a_better'
            when p_value < 0.05 and lift <= 1 / 1.1 and lift_high < 1 then 'b_better'
            when complete_pairs >= 6 and lift_low >= 0.8 and lift_high <= 1.25
                then 'no_difference'
            else 'not_enough'
        end as verdict,
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
        observed_at,
    from judged
)

select * from final
