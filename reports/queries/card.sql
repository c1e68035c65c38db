-- At most one row: the format or post type with the strongest evidence, else the best bet to test.
-- has_one_account_each says whether "accounts" may be read as "companies" on that platform.
select
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
    findings.share_of_posts_market,
    findings.share_of_posts_own,
    findings.posts_missing,
    exists (
        select coverage.account_id
        from marts.coverage as coverage
        where coverage.is_own
    ) as has_own_brand,
    (
        select count(*) = count(distinct coverage.company)
        from marts.coverage as coverage
        where coverage.platform = findings.platform
    ) as has_one_account_each,
from marts.findings as findings
where
    findings.kind in ('do_more', 'best_bet')
    and findings.dimension in ('format', 'post_type')
order by findings.kind = 'do_more' desc, findings.rank
limit 1
