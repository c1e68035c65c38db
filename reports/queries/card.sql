-- At most one row: the format or post type with the strongest evidence, else the best
-- bet to test. With one account each, "accounts" may be read as "companies".
with

platforms as (
    select
        platform,
        count(*) = count(distinct company) as has_one_account_each,
    from marts.coverage
    group by all
),

brands as (
    select count(*) filter (is_own) > 0 as has_own_brand,
    from marts.coverage
)

select
    findings.kind,
    findings.platform,
    findings.dimension,
    findings.level,
    findings.verdict,
    findings.shown_as,
    findings.sentence,
    findings.phrases,
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
    changes.phrases as change_phrases,
    comparisons.robustness,
    comparisons.definitions_held,
    comparisons.definitions_tried,
    brands.has_own_brand,
    coalesce(platforms.has_one_account_each, false) as has_one_account_each,
from marts.findings as findings
left join platforms on findings.platform = platforms.platform
left join marts.verdict_changes as changes
    on
        findings.platform = changes.platform
        and findings.dimension = changes.dimension
        and findings.level = changes.level
left join marts.comparisons as comparisons
    on
        findings.platform = comparisons.platform
        and findings.dimension = comparisons.dimension
        and findings.level = comparisons.level
cross join brands
where
    findings.kind in ('do_more', 'best_bet')
    and findings.dimension in ('format', 'post_type')
order by findings.kind = 'do_more' desc, findings.rank asc
limit 1
