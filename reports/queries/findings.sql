-- One row per finding worth a sentence, in order: at most five, at most two of which
-- only say again what was said a week ago, and what no longer holds. With one account
-- each, "accounts" may be read as "companies".
with

platforms as (
    select
        platform,
        count(*) = count(distinct company) as has_one_account_each,
    from marts.coverage
    group by all
),

found as (
    select
        findings.rank,
        findings.kind,
        findings.platform,
        findings.dimension,
        findings.level,
        findings.verdict,
        findings.sentence,
        findings.lift,
        findings.lift_low,
        findings.lift_high,
        findings.post_count,
        findings.account_count,
        findings.accounts_up,
        findings.share_of_posts_market,
        findings.share_of_posts_own,
        findings.posts_missing,
        changes.mark,
        changes.cause,
        changes.sentence as change_sentence,
    from marts.findings as findings
    left join marts.verdict_changes as changes
        on
            findings.platform = changes.platform
            and findings.dimension = changes.dimension
            and findings.level = changes.level
),

lost as (
    select
        'watch' as kind,
        changes.platform,
        changes.dimension,
        changes.level,
        changes.verdict,
        changes.sentence,
        changes.mark,
        changes.cause,
    from marts.verdict_changes as changes
    left join marts.findings as findings
        on
            changes.platform = findings.platform
            and changes.dimension = findings.dimension
            and changes.level = findings.level
    where
        changes.mark = 'no_longer'
        and changes.dimension in ('format', 'post_type')
        and findings.level is null
),

united as (
    select * from found
    union all by name
    select * from lost
),

chosen as (
    select *
    from united
    qualify
        mark is distinct from 'still'
        or count(*) filter (mark = 'still') over (
            order by rank asc rows unbounded preceding
        ) <= 2
)

select
    chosen.*,
    coalesce(platforms.has_one_account_each, false) as has_one_account_each,
from chosen
left join platforms on chosen.platform = platforms.platform
-- what was lost stands third
order by
    coalesce(chosen.rank, 2.5) asc,
    chosen.platform asc,
    chosen.dimension asc,
    chosen.level asc
limit 5
