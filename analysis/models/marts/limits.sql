-- One row per platform, thing and kind: what networks allow and advise, as of the
-- build.
-- Of several the one that began last holds. What nobody looked at for twelve months, or
-- what is of low confidence, is not confirmed.
with

limits as (
    select
        limits.platform,
        limits.what,
        limits.kind,
        limits.value,
        limits.unit,
        limits.source,
        limits.confidence,
        try_cast(split_part(limits.value, '-', -1) as bigint) as highest,
        limits.confidence != 'low'
        and limits.checked_on > (evaluations.as_of - interval 12 months)::date
            as is_confirmed,
        limits.effective_from,
        limits.checked_on,
    from seeds.limits as limits
    inner join intermediate.evaluations as evaluations
        on
            evaluations.is_current
            and coalesce(limits.effective_from, date '0001-01-01')
            <= evaluations.as_of::date
    qualify
        row_number() over (
            partition by limits.platform, limits.what, limits.kind
            order by limits.effective_from desc nulls last
        ) = 1
)

select * from limits
