-- One row per rule that flags posts for their counts: how often it flags a post for
-- nothing, and how many it flagged here.
with

breakouts as (
    select
        'breakout' as rule,
        count(*) as post_count,
        count(*) filter (is_breakout) as flagged_count,
    from intermediate.post_breakouts
),

measured as (
    select count(*) as post_count,
    from staging.stg_post_keys as posts
    inner join intermediate.post_equal_age as equal_age
        on posts.post_id = equal_age.post_id
    where
        posts.role in ('original', 'quote')
        and equal_age.log_engagement is not null
),

suspects as (
    select
        rule,
        count(*) as flagged_count,
    from intermediate.promoted_evidence
    group by all
),

final as (
    select
        rules.rule,
        rules.flag,
        rules.words,
        rules.threshold,
        rules.false_alarm_low,
        rules.false_alarm_high,
        coalesce(breakouts.post_count, measured.post_count) as post_count,
        coalesce(breakouts.flagged_count, suspects.flagged_count, 0)
            as flagged_count,
    from seeds.flag_rules as rules
    cross join measured
    left join breakouts on rules.rule = breakouts.rule
    left join suspects on rules.rule = suspects.rule
)

select * from final
