-- One row per platform and format or post type: engagement as a ratio to
-- the same accounts' other posts, inside calendar months where that could be done, as
-- the verdict rests on it. The ratio is that of accounts like these; where only these
-- very accounts can be spoken of, it is theirs.
with

scopes as (
    select
        platform,
        dimension,
        level,
        scope,
        coalesce(stratified_lift, lift) as ratio,
        case
            when stratified_lift is null then lift_low else stratified_low
        end as ratio_low,
        case
            when stratified_lift is null then lift_high else stratified_high
        end as ratio_high,
        post_count,
        coalesce(stratified_account_count, account_count) as account_count,
        coalesce(stratified_accounts_up, accounts_up) as accounts_up,
        share_of_posts,
        posts_needed,
        accounts_needed,
        left_out_young,
        left_out_unknown,
        shown_verdict,
        sentence,
    from marts.claims
    where
        scope in ('general', 'here')
        and outcome = 'engagement'
        and dimension in ('format', 'post_type')
),

claims as (
    select
        general.*,
        here.ratio as here_ratio,
        here.ratio_low as here_low,
        here.ratio_high as here_high,
        findings.posts_missing as bet_posts_missing,
        here.ratio is not null
        and (
            general.ratio_low is null
            or ends_with(general.shown_verdict, '_here')
        ) as is_here,
    from scopes as general
    left join scopes as here
        on
            general.platform = here.platform
            and general.dimension = here.dimension
            and general.level = here.level
            and here.scope = 'here'
    left join marts.findings as findings
        on
            general.platform = findings.platform
            and general.dimension = findings.dimension
            and general.level = findings.level
    where general.scope = 'general'
)

select
    platform,
    dimension,
    level,
    shown_verdict,
    case when is_here then here_ratio else ratio end as lift,
    case when is_here then here_low else ratio_low end as lift_low,
    case when is_here then here_high else ratio_high end as lift_high,
    post_count,
    account_count,
    accounts_up,
    share_of_posts,
    coalesce(
        bet_posts_missing,
        case
            when greatest(posts_needed, 10) > post_count
                then greatest(posts_needed, 10) - post_count
        end
    ) as posts_missing,
    case
        when greatest(accounts_needed, 3) > account_count
            then greatest(accounts_needed, 3) - account_count
    end as accounts_missing,
    left_out_young,
    left_out_unknown,
    sentence,
from claims
order by platform asc, dimension asc, lift desc nulls last, level asc
