-- One row per account on a network and rule about its answers to comments, against the
-- middle of the other companies there.
with

accounts as (
    select
        accounts.account_id,
        accounts.company,
        accounts.platform,
        accounts.url,
        community.comment_count,
        community.answered_count,
        community.answered_rate,
        community.answer_seconds,
        community.timed_post_count,
    from staging.stg_accounts as accounts
    left join marts.community as community
        on accounts.account_id = community.account_id
    where accounts.state != 'removed' and accounts.platform != 'web'
),

fields as (
    select
        accounts.account_id,
        median(others.answered_rate) as answered_rate,
        median(others.answer_seconds) as answer_seconds,
    from accounts
    inner join accounts as others
        on
            accounts.platform = others.platform
            and accounts.company != others.company
    group by all
),

waiting as (
    select
        account_id,
        list(
            evidence_of(url, null, unanswered_count::text)
            order by published_at asc, url asc
        )[:5] as posts,
    from marts.threads
    where is_counted and unanswered_count > 0
    group by all
),

judged as (
    select
        accounts.account_id,
        'reply_rate' as rule,
        case
            when coalesce(accounts.comment_count, 0) = 0 then 'not_visible'
            when accounts.answered_count = accounts.comment_count then 'ok'
            when accounts.answered_count = 0 then 'missing'
            when accounts.answered_rate < fields.answered_rate then 'below'
            else 'ok'
        end as state,
        accounts.answered_rate as value,
        coalesce(accounts.comment_count, 0) as seen_count,
        case
            when state in ('missing', 'below')
                then accounts.comment_count - accounts.answered_count
            else 0
        end as finding_count,
        case when state in ('missing', 'below') then waiting.posts end as evidence,
    from accounts
    left join fields on accounts.account_id = fields.account_id
    left join waiting on accounts.account_id = waiting.account_id
    union all by name
    select
        accounts.account_id,
        'reply_time' as rule,
        case
            when coalesce(accounts.timed_post_count, 0) = 0 then 'not_visible'
            when accounts.answer_seconds > fields.answer_seconds then 'over'
            else 'ok'
        end as state,
        accounts.answer_seconds / 3600 as value,
        coalesce(accounts.timed_post_count, 0) as seen_count,
        (state = 'over')::bigint as finding_count,
        [evidence_of(accounts.url, null, null)] as evidence,
    from accounts
    left join fields on accounts.account_id = fields.account_id
),

final as (
    select * replace (coalesce(evidence, []) as evidence)
    from judged
)

select * from final
