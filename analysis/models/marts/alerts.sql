-- One row per thing that should be told at once, between briefs, as long as it holds.
-- From which number on stands in config.alert_limits. A post breaks out where
-- intermediate.post_breakouts says so; followers jump where marts.follower_changes
-- does; where an account moved to, the account or its site says, once
-- is enough. A visit that was interrupted, or that ended at a wall where none ever went
-- well, is no failure; an account that was never seen is not gone.
with

accounts as (
    select * from staging.stg_accounts
    where state = 'active'
),

limits as (
    select * from config.alert_limits
),

ended_visits as (
    select
        *,
        bool_or(outcome in ('complete', 'partial', 'unchanged')) over (
            partition by account_id
        ) as was_ever_well,
    from staging.stg_visits
    where reason is distinct from 'interrupted'
),

visits as (
    select
        *,
        was_ever_well and outcome in ('gone', 'not_found') as is_gone,
        coalesce(reason in ('moved', 'off_host'), false) as is_elsewhere,
        coalesce(reason != 'off_host', true)
        and (
            outcome in ('error', 'layout_changed', 'suspect')
            or coalesce(reason = 'robots_unreachable', false)
            or (
                was_ever_well
                and outcome in ('blocked', 'login_wall', 'robots_denied')
            )
        ) as is_failed,
    from ended_visits
),

streaks as (
    select
        account_id,
        count(*) filter (is_gone and last_other_than_gone_at is null) as gone_count,
        count(*) filter (is_failed and last_other_than_failed_at is null)
            as failed_count,
        count(*) filter (is_elsewhere and last_other_than_elsewhere_at is null)
            as elsewhere_count,
        arg_max(outcome, observed_at) as outcome,
        arg_max(message, observed_at) as message,
        max(observed_at) as observed_at,
    from (
        select
            *,
            max(if(is_gone, null, observed_at)) over from_newest
                as last_other_than_gone_at,
            max(if(is_elsewhere, null, observed_at)) over from_newest
                as last_other_than_elsewhere_at,
            max(if(is_failed, null, observed_at)) over from_newest
                as last_other_than_failed_at,
        from visits
        window from_newest as (
            partition by account_id
            order by observed_at desc, crawl_id desc
        )
    ) as counted
    group by all
),

breakouts as (
    select
        'breakout' as kind,
        posts.account_id,
        posts.post_id::text as subject,
        posts.url,
        coalesce(posts.title, posts.text) as words,
        null as outcome,
        posts.engagement_at_age::bigint as number,
        posts.lift as ratio,
        posts.observed_at,
    from marts.posts as posts
    cross join limits
    cross join config.run
    where
        posts.is_breakout
        and posts.lift >= limits.breakout_lift
        and posts.published_at >= run.as_of - to_days(limits.breakout_days)
),

follower_jumps as (
    select
        'follower_jump' as kind,
        changes.account_id,
        changes.week_start_date::text as subject,
        changes.url,
        null as words,
        null as outcome,
        changes.follower_change as number,
        changes.follower_change
        / (changes.follower_count - changes.follower_change) as ratio,
        changes.observed_at,
    from marts.follower_changes as changes
    cross join limits
    cross join config.run
    where
        changes.is_jump
        and not changes.is_own
        and changes.follower_change >= limits.follower_jump_least
        and changes.follower_change
        >= limits.follower_jump_share
        * (changes.follower_count - changes.follower_change)
        and changes.observed_at >= run.as_of - interval 7 days
),

gone_accounts as (
    select
        'account_gone' as kind,
        streaks.account_id,
        '' as subject,
        accounts.url,
        streaks.message as words,
        streaks.outcome,
        streaks.gone_count as number,
        null as ratio,
        streaks.observed_at,
    from streaks
    cross join limits
    inner join accounts on streaks.account_id = accounts.account_id
    where streaks.gone_count >= limits.gone_visits
),

moved_accounts as (
    select
        'account_moved' as kind,
        streaks.account_id,
        '' as subject,
        accounts.url,
        streaks.message as words,
        streaks.outcome,
        streaks.elsewhere_count as number,
        null as ratio,
        streaks.observed_at,
    from streaks
    cross join limits
    inner join accounts on streaks.account_id = accounts.account_id
    where streaks.elsewhere_count > 0
),

failed_visits as (
    select
        'failed_visits' as kind,
        streaks.account_id,
        '' as subject,
        accounts.url,
        streaks.message as words,
        streaks.outcome,
        streaks.failed_count as number,
        null as ratio,
        streaks.observed_at,
    from streaks
    cross join limits
    inner join accounts on streaks.account_id = accounts.account_id
    where streaks.failed_count >= limits.failed_visits
),

all_kinds as (
    select * from breakouts
    union all
    select * from follower_jumps
    union all
    select * from gone_accounts
    union all
    select * from moved_accounts
    union all
    select * from failed_visits
),

final as (
    select
        concat_ws(
            ' ', all_kinds.kind, all_kinds.account_id, nullif(all_kinds.subject, '')
        ) as alert_key,
        all_kinds.kind,
        all_kinds.account_id,
        accounts.company,
        accounts.platform,
        accounts.account,
        accounts.lists,
        all_kinds.url,
        all_kinds.words,
        all_kinds.outcome,
        all_kinds.number,
        all_kinds.ratio,
        accounts.is_own,
        all_kinds.observed_at,
    from all_kinds
    inner join accounts on all_kinds.account_id = accounts.account_id
)

select * from final
