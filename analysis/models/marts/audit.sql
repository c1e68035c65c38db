-- One row per account and audit rule: whether it is kept, what was found, and what the
-- other companies on the same platform do.
with

audited as (
    select * from intermediate.audited_profiles
    union all by name
    select * from intermediate.audited_posts
    union all by name
    select * from intermediate.audited_replies
    union all by name
    select * from intermediate.audited_sites
    union all by name
    select * from intermediate.audited_links
    union all by name
    select * from intermediate.audited_facts
    union all by name
    select * from intermediate.audited_wordings
),

checked as (
    select
        accounts.account_id,
        accounts.company,
        accounts.is_own,
        accounts.platform,
        accounts.account,
        accounts.url,
        rules.* exclude (platforms, limit_what, confidence),
        case
            when
                audited.state not in ('ok', 'not_visible')
                and (
                    rules.confidence = 'low'
                    or rules.checked_on
                    <= (evaluations.as_of - interval 12 months)::date
                )
                then 'unconfirmed'
            else audited.state
        end as state,
        audited.value,
        audited.limit_value,
        limits.source as limit_source,
        limits.effective_from as limit_from,
        coalesce(limits.checked_on, rules.checked_on) as limit_checked_on,
        audited.seen_count,
        audited.finding_count,
        audited.evidence,
    from audited
    inner join staging.stg_accounts as accounts
        on audited.account_id = accounts.account_id and accounts.state != 'removed'
    inner join seeds.audit_rules as rules on audited.rule = rules.rule
    inner join intermediate.evaluations as evaluations on evaluations.is_current
    left join marts.limits as limits
        on
            accounts.platform = limits.platform
            and rules.limit_what = limits.what
            and rules.limit_kind = limits.kind
    where
        rules.platforms is null
        or list_contains(string_split(rules.platforms, ' '), accounts.platform)
),

fields as (
    select
        checked.account_id,
        checked.rule,
        count(distinct others.company) as field_company_count,
        count(distinct others.company) filter (others.state = 'ok')
            as field_ok_count,
        median(others.value) as field_value,
    from checked
    inner join checked as others
        on
            checked.rule = others.rule
            and checked.platform = others.platform
            and checked.company != others.company
    where others.state not in ('not_visible', 'unconfirmed')
    group by all
),

audit as (
    select
        checked.* replace (
            if(
                checked.state in ('ok', 'not_visible', 'unconfirmed'),
                0, checked.finding_count
            ) as finding_count
        ),
        coalesce(fields.field_company_count, 0) as field_company_count,
        coalesce(fields.field_ok_count, 0) as field_ok_count,
        fields.field_value,
    from checked
    left join fields
        on
            checked.account_id = fields.account_id
            and checked.rule = fields.rule
)

select * from audit
