-- One row per finding worth a sentence: what to do more of, what less, what is new
-- (posted more or less in the market, or no longer so), what to test, what depends. At
-- most five, or four where something could not be seen; of each purpose the strongest
-- first, and at most two that only say again what was said a week ago. With one account
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
        case
            when findings.kind = 'do_more' then 'more'
            when findings.kind = 'best_bet' then 'test'
            when findings.kind = 'do_less' then 'less'
            when findings.kind = 'open' then 'open'
            when findings.lift < 1 then 'less'
            else 'more'
        end as purpose,
        findings.platform,
        findings.dimension,
        findings.level,
        findings.verdict,
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
    from marts.findings as findings
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
),

lost as (
    select
        0 as rank,
        'watch' as kind,
        'new' as purpose,
        changes.platform,
        changes.dimension,
        changes.level,
        changes.verdict,
        changes.sentence,
        changes.phrases,
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

trends as (
    select
        row_number() over (
            order by
                is_exploratory asc,
                abs(share_change) desc,
                platform asc,
                dimension asc,
                level asc
        ) as rank,
        'trend' as kind,
        'new' as purpose,
        platform,
        dimension,
        level,
        verdict,
        sentence,
        phrases,
        before_post_count + recent_post_count as post_count,
        account_count,
    from marts.trait_trends
    where verdict in ('rising', 'falling')
    qualify rank <= 2
),

united as (
    select * from found
    union all by name
    select * from lost
    union all by name
    select * from trends
),

fresh as (
    select *
    from united
    qualify
        mark is distinct from 'still'
        or count(*) filter (mark = 'still') over (
            order by rank asc rows unbounded preceding
        ) <= 2
),

chosen as (
    select
        *,
        list_position(['more', 'less', 'new', 'test', 'open'], purpose) as place,
        row_number() over (
            partition by purpose
            order by rank asc, platform asc, dimension asc, level asc
        ) as turn,
    from fresh
    order by turn asc, place asc
    limit (
        select
            case
                when
                    count(*) = count(*) filter (outcome in ('complete', 'unchanged'))
                    then 5
                else 4
            end,
        from marts.coverage
    )
)

select
    chosen.* exclude (place, turn),
    coalesce(platforms.has_one_account_each, false) as has_one_account_each,
from chosen
left join platforms on chosen.platform = platforms.platform
order by chosen.place asc, chosen.turn asc
