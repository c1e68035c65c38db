-- One row per platform and format or post type: engagement as a ratio to the same
-- accounts' other posts. Where posts could be compared inside calendar months (and the
-- like), the ratio is that one: the verdict rests on it.
with

general as (
    select
        *,
        stratified_lift is not null as is_by_month,
    from marts.claims
    where
        scope = 'general'
        and outcome = 'engagement'
        and dimension in ('format', 'post_type')
)

select
    platform,
    dimension,
    level,
    shown_verdict,
    case when is_by_month then stratified_lift else lift end as lift,
    case when is_by_month then stratified_low else lift_low end as lift_low,
    case when is_by_month then stratified_high else lift_high end as lift_high,
    post_count,
    account_count,
    accounts_up,
    share_of_posts,
    case
        when greatest(posts_needed, 10) > post_count
            then greatest(posts_needed, 10) - post_count
    end as posts_missing,
    case
        when greatest(accounts_needed, 3) > account_count
            then greatest(accounts_needed, 3) - account_count
    end as accounts_missing,
    left_out_young,
    left_out_unknown,
    sentence,
from general
order by platform asc, dimension asc, lift desc nulls last, level asc
