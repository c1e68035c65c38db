-- One row per platform, primary dimension and level: how many of its posts were removed
-- and edited, beside the others, and what the claim would be with removed posts as last
-- seen, and without any.
-- Something is said when one of the two does not hold the verdict, or when posts with
-- the trait are removed twice as often as others (five at least, and one in twenty).
with

levels as (
    select
        levels.platform,
        levels.dimension,
        levels.level,
        levels.used_count,
        coalesce(removals.removed_count, 0) as removed_count,
        coalesce(removals.edited_count, 0) as edited_count,
        (sum(levels.used_count) over platform_dimension - levels.used_count)::bigint
            as other_count,
        (
            sum(coalesce(removals.removed_count, 0)) over platform_dimension
            - coalesce(removals.removed_count, 0)
        )::bigint as other_removed_count,
        (
            sum(coalesce(removals.edited_count, 0)) over platform_dimension
            - coalesce(removals.edited_count, 0)
        )::bigint as other_edited_count,
    from intermediate.claim_levels as levels
    inner join seeds.dimensions as dimensions
        on levels.dimension = dimensions.dimension
    left join intermediate.trait_removals as removals
        on
            levels.platform = removals.platform
            and levels.dimension = removals.dimension
            and levels.level = removals.level
    where dimensions.family = 'primary'
    window platform_dimension as (partition by levels.platform, levels.dimension)
),

checks as (
    select * from intermediate.claim_checks
),

claims as (
    select * from checks
    where definition = 'engagement'
),

kept as (
    select * from checks
    where definition = 'removed_as_last_seen'
),

left_out as (
    select * from checks
    where definition = 'without_removed'
),

compared as (
    select
        levels.*,
        claims as claim,
        kept,
        left_out,
        claims.mu is not null
        and removed_count >= 5
        and removed_count >= used_count / 20
        and removed_count * other_count >= 2 * other_removed_count * used_count
            as is_removed_more,
        not coalesce(kept.is_held, true) as is_changed_by_keeping,
        not coalesce(left_out.is_held, true) as is_changed_by_leaving_out,
    from levels
    left join claims
        on
            levels.platform = claims.platform
            and levels.dimension = claims.dimension
            and levels.level = claims.level
    left join kept
        on
            levels.platform = kept.platform
            and levels.dimension = kept.dimension
            and levels.level = kept.level
    left join left_out
        on
            levels.platform = left_out.platform
            and levels.dimension = left_out.dimension
            and levels.level = left_out.level
),

-- With the values of its sentences, a step before these: see the macro phrase.
valued as (
    select
        compared.*,
        map {
            'removed:count': removed_count::text,
            'used:such_post': used_count::text,
            'others_removed:count': other_removed_count::text,
            'others:other': other_count::text,
            'kept:ratio':
            exp(if(kept.mu_low is null, kept.here_mean, kept.mu))::text,
            'kept_words:words': kept_words.words,
            'left:ratio':
            exp(
                if(left_out.mu_low is null, left_out.here_mean, left_out.mu)
            )::text,
            'left_words:words': left_out_words.words
        } as named,
    from compared
    left join seeds.verdicts as kept_words on kept.verdict = kept_words.verdict
    left join seeds.verdicts as left_out_words
        on left_out.verdict = left_out_words.verdict
),

spoken as (
    select
        *,
        case
            when is_changed_by_keeping
                then
                    phrase(
                        'Removed: %(removed)s of %(used)s, and %(others_removed)s of '
                        || '%(others)s; with the removed ones as they were last seen, '
                        || 'it would be %(kept)s times, %(kept_words)s.',
                        named
                    )
            when is_changed_by_leaving_out
                then
                    phrase(
                        'Removed: %(removed)s of %(used)s, and %(others_removed)s of '
                        || '%(others)s; without the removed ones it would be %(left)s '
                        || 'times, %(left_words)s.',
                        named
                    )
            when is_removed_more and kept.verdict is null
                then
                    phrase(
                        'Removed: %(removed)s of %(used)s, and %(others_removed)s of '
                        || '%(others)s; what they had is not known well enough to add '
                        || 'them.',
                        named
                    )
            when is_removed_more
                then
                    phrase(
                        'Removed: %(removed)s of %(used)s, and %(others_removed)s of '
                        || '%(others)s; adding them as they were last seen changes '
                        || 'nothing.',
                        named
                    )
        end as phrase,
    from valued
),

claim_survivals as (
    select
        * exclude (named),
        said(phrase) as sentence,
    from spoken
)

select * from claim_survivals
