-- One row per finding worth a sentence, in order.
select
    findings.rank,
    findings.kind,
    findings.platform,
    findings.dimension,
    findings.level,
    findings.verdict,
    findings.shown_as,
    findings.sentence,
    findings.lift,
    findings.lift_low,
    findings.lift_high,
    findings.post_count,
    findings.account_count,
    findings.accounts_up,
    findings.posts_missing,
    (
        select count(*) = count(distinct coverage.company)
        from marts.coverage as coverage
        where coverage.platform = findings.platform
    ) as has_one_account_each,
from marts.findings as findings
order by findings.rank
limit 5
