-- One row per platform, dimension and level: engagement as a ratio to the same
-- accounts' other posts, inside calendar months where that could be done, as the
-- verdict rests on it.
-- The ratio is that of accounts like these; where only these very accounts can be
-- spoken of (is_about_here), it is theirs. A verdict is robust when every definition of
-- success that was tried holds it, fragile when fewer than four in five do.
with

scopes as (
    select
        *,
        coalesce(stratified_lift, lift) as ratio,
        case
            when stratified_lift is null then lift_low else stratified_low
        end as ratio_low,
        case
            when stratified_lift is null then lift_high else stratified_high
        end as ratio_high,
        coalesce(stratified_post_count, post_count) as ratio_post_count,
    from marts.claims
    where scope in ('general', 'here') and outcome = 'engagement'
),

general as (
    select * from scopes
    where scope = 'general'
),

here as (
    select * from scopes
    where scope = 'here'
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
        ) as is_about_here,
    from general
    left join here
        on
            general.platform = here.platform
            and general.dimension = here.dimension
            and general.level = here.level
    left join marts.findings as findings
        on
            general.platform = findings.platform
            and general.dimension = findings.dimension
            and general.level = findings.level
),

comparisons as (
    select
        platform,
        dimension,
        level,
        shown_verdict,
        case
            when shown_verdict = 'not_enough' then null
            when definitions_held = definitions_tried then 'robust'
            when definitions_held < 0.8 * definitions_tried then 'fragile'
            when definitions_tried > 0 then 'nearly'
        end as robustness,
        sentence,
        phrases,
        case when is_about_here then here_ratio else ratio end as lift,
        case when is_about_here then here_low else ratio_low end as lift_low,
        case when is_about_here then here_high else ratio_high end as lift_high,
        top_decile_odds as hit_odds,
        top_decile_low as hit_odds_low,
        top_decile_high as hit_odds_high,
        ratio_post_count as post_count,
        coalesce(stratified_account_count, account_count) as account_count,
        coalesce(stratified_accounts_up, accounts_up) as accounts_up,
        share_of_posts,
        definitions_held,
        definitions_tried,
        coalesce(
            bet_posts_missing,
            case
                when greatest(posts_needed, 10) > ratio_post_count
                    then greatest(posts_needed, 10) - ratio_post_count
            end
        ) as posts_missing,
        case
            when greatest(accounts_needed, 3) > account_count
                then greatest(accounts_needed, 3) - account_count
        end as accounts_missing,
        left_out_young,
        left_out_unknown,
        is_about_here,
    from claims
)

select * from comparisons
