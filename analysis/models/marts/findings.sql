-- One row per claim worth a sentence, the strongest evidence first.
-- do_more and do_less passed; the one best_bet did not, and is what to test next; watch
-- worked (or did not) for exactly these companies, is an exploratory trait that passed,
-- or a format or post type of which nothing is left once something else is held equal;
-- open depends on who.
-- Exploratory traits need three accounts and twenty posts.
with

explained as (
    select
        platform,
        dimension,
        level,
        bool_or(is_explained) as is_explained,
    from intermediate.claim_adjustments
    group by all
),

proven as (
    select distinct
        dimension,
        level,
    from intermediate.claim_evidence
    where
        outcome = 'engagement'
        and shown_verdict in ('works', 'works_on_average')
),

evidence as (
    select
        evidence.*,
        coalesce(explained.is_explained, false) as is_explained,
        dimensions.family,
        verdicts.strength,
        verdicts.shown_as,
        level_words(evidence.dimension, evidence.level, levels.label)
            as subject,
        platforms.label as platform_label,
        sentences.phrases as claim_phrases,
        proven.level is not null as is_proven_somewhere,
        coalesce(
            evidence.stratified.here_mean, evidence.rough_difference
        ) as promise,
        coalesce(evidence.stratified.post_count, evidence.measured_count)
            as evidence_count,
    from intermediate.claim_evidence as evidence
    inner join intermediate.claim_sentences as sentences
        using (platform, outcome, dimension, level)
    inner join seeds.dimensions as dimensions
        on evidence.dimension = dimensions.dimension
    inner join seeds.verdicts as verdicts
        on evidence.shown_verdict = verdicts.verdict
    inner join seeds.platforms as platforms
        on evidence.platform = platforms.platform
    left join seeds.levels as levels
        on
            evidence.dimension = levels.dimension
            and evidence.level = levels.level
    left join explained
        on
            evidence.platform = explained.platform
            and evidence.dimension = explained.dimension
            and evidence.level = explained.level
    left join proven
        on
            evidence.dimension = proven.dimension
            and evidence.level = proven.level
    where evidence.outcome = 'engagement' and evidence.level != 'other'
),

passed as (
    select
        *,
        case
            when family != 'primary' or is_explained then 'watch'
            when shown_verdict in ('works', 'works_on_average') then 'do_more'
            when shown_verdict in ('worse', 'worse_on_average') then 'do_less'
            when shown_verdict in ('better_here', 'worse_here') then 'watch'
            when shown_verdict = 'mixed' then 'open'
        end as kind,
        null::bigint as posts_missing,
    from evidence
    where
        shown_verdict not in ('not_enough', 'no_difference')
        and (
            family = 'primary'
            or (
                stratified.account_count >= 3
                and stratified.post_count >= 20
                and shown_verdict in (
                    'works', 'works_on_average', 'worse', 'worse_on_average'
                )
            )
        )
),

bets as (
    select
        *,
        'best_bet' as kind,
        -- first impressions flatter: plan for half of the ratio (in logarithms), never
        -- for less than 1.3
        greatest(
            1,
            10 - evidence_count,
            ceil(
                2 * 7.85 * variance / greatest(ln(1.3), promise / 2) ** 2
            )::bigint - evidence_count
        ) as posts_missing,
    from evidence
    where
        family = 'primary'
        and shown_verdict in ('not_enough', 'better_here')
        and promise >= ln(1.1)
        and evidence_count >= 2
        and variance > 0
    qualify row_number() over (
        order by
            is_proven_somewhere asc,
            promise * sqrt(evidence_count / variance) desc,
            platform,
            dimension asc,
            level asc
    ) = 1
),

chosen as (
    select * from bets
    union all by name
    select passed.*
    from passed
    left join bets using (platform, dimension, level)
    where bets.level is null
),

-- With the values of its sentences, a step before these: see the macro phrase.
valued as (
    select
        *,
        map {
            'topic:Subject': subject,
            'platform:words': platform_label,
            'posts:post': evidence_count::text,
            'ratio:ratio': exp(promise)::text,
            'missing:more_post': posts_missing::text
        } as named,
    from chosen
),

worded as (
    select
        kind,
        platform,
        dimension,
        level,
        verdict,
        case when kind = 'best_bet' then 'Best bet to test' else shown_as end
            as shown_as,
        case
            when family != 'primary'
                then
                    list_append(
                        claim_phrases,
                        phrase('Something to test, not yet a result.', named)
                    )
            when kind != 'best_bet' then claim_phrases
            else
                [
                    phrase(
                        '%(topic)s on %(platform)s are the best bet to test: so far '
                        || '%(posts)s got %(ratio)s times the engagement of the same '
                        || 'accounts'' other posts.',
                        named
                    ),
                    case
                        when verdict = 'better_here'
                            then
                                phrase(
                                    'Not shown to carry over to other companies.',
                                    named
                                )
                        else phrase('About %(missing)s would tell.', named)
                    end
                ]
        end as phrases,
        said_together(phrases) as sentence,
        case
            when verdict in ('better_here', 'worse_here') or kind = 'best_bet'
                then exp(promise)
            else exp(stratified.mu)
        end as lift,
        case
            when verdict in ('better_here', 'worse_here') or kind = 'best_bet'
                then exp(stratified.here_low)
            else exp(stratified.mu_low)
        end as lift_low,
        case
            when verdict in ('better_here', 'worse_here') or kind = 'best_bet'
                then exp(stratified.here_high)
            else exp(stratified.mu_high)
        end as lift_high,
        evidence_count as post_count,
        coalesce(stratified.account_count, using_account_count) as account_count,
        stratified.accounts_up,
        share_of_posts_market,
        share_of_posts_own,
        posts_missing,
        family != 'primary' as is_exploratory,
        strength,
    from valued
),

final as (
    select
        row_number() over (
            order by
                is_exploratory asc,
                case kind
                    when 'do_more' then 1
                    when 'best_bet' then 2
                    when 'do_less' then 3
                    when 'watch' then 4
                    else 5
                end,
                strength desc,
                case
                    when kind = 'do_less' then -ln(lift_high)
                    else ln(lift_low)
                end desc nulls last,
                platform,
                dimension asc,
                level asc
        ) as rank,
        * exclude (strength, phrases),
        phrases,
    from worded
)

select * from final
