-- One row per platform, format or post type and level that somebody used: how many of
-- its posts were removed or edited, and what that does to the claim.
-- The ratio is that of accounts like these; below three accounts, of exactly these.
with

final as (
    select
        platform,
        dimension,
        level,
        used_count as post_count,
        removed_count,
        edited_count,
        other_count,
        other_removed_count,
        other_edited_count,
        exp(if(claim.mu_low is null, claim.here_mean, claim.mu)) as lift,
        claim.verdict,
        exp(if(kept.mu_low is null, kept.here_mean, kept.mu)) as lift_as_last_seen,
        exp(if(kept.mu_low is null, kept.here_low, kept.mu_low))
            as lift_as_last_seen_low,
        exp(if(kept.mu_low is null, kept.here_high, kept.mu_high))
            as lift_as_last_seen_high,
        kept.verdict as verdict_as_last_seen,
        exp(if(left_out.mu_low is null, left_out.here_mean, left_out.mu))
            as lift_without_removed,
        exp(if(left_out.mu_low is null, left_out.here_low, left_out.mu_low))
            as lift_without_removed_low,
        exp(if(left_out.mu_low is null, left_out.here_high, left_out.mu_high))
            as lift_without_removed_high,
        left_out.verdict as verdict_without_removed,
        sentence,
        is_changed_by_keeping or is_changed_by_leaving_out as is_verdict_changed,
    from intermediate.claim_survivals
)

select * from final
