-- One row per platform, dimension and level that works and that competitors could use
-- more: how much better, how rarely used by the market and by the own brand.
-- Only what today's evidence allows to recommend, and nothing else explains;
-- exploratory traits need three accounts and twenty posts, as in marts.findings. The
-- market is every company of the list but the own.
-- opening_score = ln(lift_low) * (1 - share_of_posts_market): what an average post of
-- the market would gain (in logarithms, at the cautious end) if all had the trait.
with

explained as (
    select * from marts.claim_adjustments
    where is_explained
),

general as (
    select claims.*
    from marts.claims as claims
    anti join explained using (platform, dimension, level)
    where
        outcome = 'engagement'
        and scope = 'general'
        and level != 'other'
        and verdict in ('works', 'works_on_average', 'better_here')
),

here as (
    select * from marts.claims
    where outcome = 'engagement' and scope = 'here'
),

evidence as (
    select
        general.platform,
        general.dimension,
        general.level,
        general.verdict,
        general.shown_verdict,
        general.verdict = 'better_here' as is_about_here,
        case
            when is_about_here then coalesce(here.stratified_lift, here.lift)
            else coalesce(general.stratified_lift, general.lift)
        end as lift,
        case
            when is_about_here then coalesce(here.stratified_low, here.lift_low)
            else coalesce(general.stratified_low, general.lift_low)
        end as lift_low,
        case
            when is_about_here then coalesce(here.stratified_high, here.lift_high)
            else coalesce(general.stratified_high, general.lift_high)
        end as lift_high,
        coalesce(general.stratified_post_count, general.post_count) as post_count,
        coalesce(general.stratified_account_count, general.account_count)
            as account_count,
        coalesce(general.stratified_accounts_up, general.accounts_up) as accounts_up,
    from general
    left join here using (platform, dimension, level)
),

uses as (
    select
        platform,
        dimension,
        level,
        used_count - own_used_count as market_post_count,
        own_used_count as own_post_count,
        share_of_posts_market,
        share_of_posts_own,
    from intermediate.claim_levels
    where share_of_posts_market is not null
),

openings as (
    select
        evidence.* exclude (is_about_here),
        uses.* exclude (platform, dimension, level),
        dimensions.family != 'primary' as is_exploratory,
        verdicts.strength,
        verdicts.shown_as,
        ln(evidence.lift_low) * (1 - uses.share_of_posts_market) as opening_score,
        case
            when uses.share_of_posts_market > 0.25
                then
                    case
                        when
                            uses.share_of_posts_own
                            < uses.share_of_posts_market / 2
                            then 'catch_up'
                        else 'common'
                    end
            when uses.share_of_posts_own > 0.25 then 'ahead'
            else 'rare'
        end as kind,
    from evidence
    inner join uses using (platform, dimension, level)
    inner join seeds.dimensions as dimensions
        on evidence.dimension = dimensions.dimension
    inner join seeds.verdicts as verdicts on evidence.verdict = verdicts.verdict
    where
        evidence.lift_low > 1
        and (
            dimensions.family = 'primary'
            or (
                evidence.verdict != 'better_here'
                and evidence.account_count >= 3
                and evidence.post_count >= 20
            )
        )
),

-- With the values of its sentences, a step before these: see the macro phrase.
valued as (
    select
        openings.*,
        map {
            'topic:Subject':
            level_words(openings.dimension, openings.level, levels.label),
            'platform:words': platforms.label,
            'ratio:ratio': openings.lift::text,
            'low:ratio': openings.lift_low::text,
            'high:ratio': openings.lift_high::text,
            'posts:post': openings.post_count::text,
            'market:share': openings.share_of_posts_market::text,
            'own:share': openings.share_of_posts_own::text
        } as named,
    from openings
    inner join seeds.platforms as platforms
        on openings.platform = platforms.platform
    left join seeds.levels as levels
        on
            openings.dimension = levels.dimension
            and openings.level = levels.level
),

worded as (
    select
        *,
        case verdict
            when 'works'
                then
                    phrase(
                        '%(topic)s on %(platform)s get %(ratio)s times the engagement '
                        || 'of the same accounts'' other posts (between %(low)s and '
                        || '%(high)s times, %(posts)s), and should carry over to you.',
                        named
                    )
            when 'works_on_average'
                then
                    phrase(
                        '%(topic)s on %(platform)s get %(ratio)s times the engagement '
                        || 'of the same accounts'' other posts (between %(low)s and '
                        || '%(high)s times, %(posts)s), on average; single companies '
                        || 'differ.',
                        named
                    )
            else
                phrase(
                    '%(topic)s on %(platform)s got %(ratio)s times the engagement of '
                    || 'the same accounts'' other posts (between %(low)s and %(high)s '
                    || 'times, %(posts)s), for these companies; it is not shown to '
                    || 'carry over.',
                    named
                )
        end as effect,
        case
            when kind = 'ahead'
                then
                    phrase(
                        'The market uses them in %(market)s of its posts, you already '
                        || 'do in %(own)s: keep it up.',
                        named
                    )
            when kind = 'common' and share_of_posts_own is not null
                then
                    phrase(
                        'This is no secret: the market uses them in %(market)s of its '
                        || 'posts, you in %(own)s.',
                        named
                    )
            when kind = 'common'
                then
                    phrase(
                        'This is no secret: the market uses them in %(market)s of its '
                        || 'posts.',
                        named
                    )
            when share_of_posts_own is not null
                then
                    phrase(
                        'The market uses them in %(market)s of its posts, you in '
                        || '%(own)s.',
                        named
                    )
            else
                phrase('The market uses them in %(market)s of its posts.', named)
        end as use,
        case
            when is_exploratory
                then phrase('Something to test, not yet a result.', named)
        end as caution,
    from valued
),

final as (
    select
        row_number() over (
            order by
                is_exploratory asc,
                case kind
                    when 'rare' then 1
                    when 'catch_up' then 2
                    when 'ahead' then 3
                    else 4
                end,
                opening_score desc,
                platform asc,
                dimension asc,
                level asc
        ) as rank,
        kind,
        platform,
        dimension,
        level,
        verdict,
        shown_verdict,
        shown_as,
        list_filter([effect, use, caution], lambda each: each is not null)
            as phrases,
        said_together(phrases) as sentence,
        strength,
        lift,
        lift_low,
        lift_high,
        post_count,
        account_count,
        accounts_up,
        share_of_posts_market,
        market_post_count,
        share_of_posts_own,
        own_post_count,
        opening_score,
        is_exploratory,
    from worded
)

select * from final
