-- One row per account and rule about what its profile, pinned posts and pages say of
-- days: how much of it is past.
with

evaluation as (
    select as_of::date as as_of_date,
    from intermediate.evaluations
    where is_current
),

newest_pages as (
    select *
    from staging.stg_sites
    qualify
        row_number() over (
            partition by account_id, url
            order by observed_at desc
        ) = 1
),

events as (
    select
        pages.account_id,
        pages.url,
        stated.statement.about as text,
        stated.statement.value as wording,
        try_cast(stated.statement.value as date) as last_date,
    from newest_pages as pages
    cross join unnest(pages.statements) as stated (statement)
    where stated.statement.fact = 'event_end' and pages.kind = 'home'
),

wordings as (
    select
        account_id,
        url,
        text,
        wording,
        last_date,
    from intermediate.dated_wordings
    union all by name
    select *
    from events
    where last_date is not null
),

looked_at as (
    select distinct account_id,
    from staging.stg_profiles
    where bio is not null
    union
    select distinct account_id,
    from staging.stg_sites
),

sums as (
    select
        looked_at.account_id,
        count(wordings.text) as seen_count,
        count(*) filter (wordings.last_date < evaluation.as_of_date) as finding_count,
        list(
            evidence_of(
                wordings.url,
                wordings.text,
                wordings.wording || ' → ' || strftime(wordings.last_date, '%Y-%m-%d')
            )
            order by wordings.last_date desc, wordings.url asc, wordings.text asc
        ) filter (wordings.last_date < evaluation.as_of_date) as evidence,
    from looked_at
    cross join evaluation
    left join wordings on looked_at.account_id = wordings.account_id
    group by all
),

final as (
    select
        account_id,
        'wording_past' as rule,
        if(finding_count > 0, 'outdated', 'ok') as state,
        finding_count::double as value,
        null::text as limit_value,
        seen_count,
        finding_count,
        coalesce(evidence[:20], []) as evidence,
    from sums
)

select * from final
