-- One row per rule that flags posts for their counts: how often it flags a post for
-- nothing, and how many it flagged here.
with

accounts as (
    select count(*) as post_count,
    from staging.stg_post_keys as posts
    inner join intermediate.post_equal_age as equal_age
        on posts.post_id = equal_age.post_id
    where
        posts.role in ('original', 'quote')
        and equal_age.log_engagement is not null
    group by posts.account_id
),

-- A breakout needs thirty posts before it.
measured as (
    select
        coalesce(sum(post_count), 0)::bigint as post_count,
        coalesce(sum(greatest(post_count - 30, 0)), 0)::bigint as late_post_count,
    from accounts
),

flagged as (
    select
        'breakout' as rule,
        count(*) as flagged_count,
    from intermediate.post_breakouts
    where is_breakout
    union all
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
        if(
            rules.rule = 'breakout', measured.late_post_count, measured.post_count
        ) as post_count,
        coalesce(flagged.flagged_count, 0) as flagged_count,
    from seeds.flag_rules as rules
    cross join measured
    left join flagged on rules.rule = flagged.rule
)

select * from final
