-- One row per finding worth a sentence, in order. With one account each, "accounts" may
-- be read as "companies".
with

platforms as (
    select
        platform,
        count(*) = count(distinct company) as has_one_account_each,
    from marts.coverage
    group by all
)

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
    coalesce(platforms.has_one_account_each, false) as has_one_account_each,
from marts.findings as findings
left join platforms on findings.platform = platforms.platform
order by findings.rank asc
limit 5
