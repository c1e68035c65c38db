-- One row per platform, dimension and level with a verdict now or a week ago (all but
-- not_enough): both verdicts, and the one that was published about a week ago.
-- earlier_verdict is today's method over what was known a week ago; published_verdict
-- what the snapshot said that was published then, null where none was kept.
with

moments as (
    select
        max(as_of) filter (is_current) as as_of,
        max(as_of) filter (not is_current) as earlier_as_of,
    from intermediate.evaluations
),

present as (
    select * from config.publications
    where is_current
),

published as (
    select publications.*
    from config.publications as publications
    cross join moments
    where
        not publications.is_current
        and publications.as_of <= moments.as_of - interval 6 days
    qualify row_number() over (order by publications.as_of desc) = 1
),

published_lists as (
    select unnest(verdicts) as verdict,
    from published
),

published_verdicts as (
    select
        verdict.platform,
        verdict.dimension,
        verdict.level,
        verdict.verdict as published_verdict,
    from published_lists
),

current_verdicts as (
    select
        platform,
        dimension,
        level,
        verdict,
        shown_verdict,
    from intermediate.claim_evidence
    where outcome = 'engagement'
),

earlier_verdicts as (
    select
        verdicts.platform,
        verdicts.dimension,
        verdicts.level,
        verdicts.verdict as earlier_verdict,
    from intermediate.claim_verdicts as verdicts
    inner join moments on verdicts.as_of = moments.earlier_as_of
    where verdicts.definition = 'engagement' and verdicts.basis = 'stratified'
),

first_look as (
    select
        coalesce(min(first_observed_at) > max(moments.earlier_as_of), true)
            as is_first_look,
    from staging.stg_post_keys
    cross join moments
),

united as (
    select
        platform,
        dimension,
        level,
        coalesce(current_verdicts.verdict, 'not_enough') as verdict,
        coalesce(current_verdicts.shown_verdict, 'not_enough') as shown_verdict,
        coalesce(earlier_verdicts.earlier_verdict, 'not_enough') as earlier_verdict,
        case
            when published.as_of is not null
                then coalesce(published_verdicts.published_verdict, 'not_enough')
        end as published_verdict,
        published.as_of as published_as_of,
        published.built_at as published_built_at,
        published.version as published_version,
        published.account_ids as published_account_ids,
        coalesce(
            published.method_sha256 != present.method_sha256
            or published.version != present.version
            or published.timezone != present.timezone
            or published.is_strict != present.is_strict
            or published.since is distinct from present.since
            or published.is_until_set != present.is_until_set,
            false
        ) as is_other_method,
        present.version,
        first_look.is_first_look,
        moments.earlier_as_of,
        moments.as_of,
    from current_verdicts
    full join earlier_verdicts using (platform, dimension, level)
    full join published_verdicts using (platform, dimension, level)
    cross join moments
    cross join first_look
    left join published on true
    left join present on true
),

final as (
    select
        *,
        coalesce(published_verdict, earlier_verdict) as before_verdict,
    from united
    where
        verdict != 'not_enough'
        or earlier_verdict != 'not_enough'
        or coalesce(published_verdict, 'not_enough') != 'not_enough'
)

select * from final
