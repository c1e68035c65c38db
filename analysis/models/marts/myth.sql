-- One row per week at most: what a plain table of averages over all posts would have
-- crowned, and why that is wrong.
-- Nothing is a myth that the claims confirm.
with

posts as (
    select
        posts.platform,
        traits.dimension,
        traits.level,
        posts.account_id,
        posts.account,
        posts.company,
        posts.engagement,
    from marts.posts as posts
    inner join intermediate.post_traits as traits on posts.post_id = traits.post_id
    inner join seeds.dimensions as dimensions
        on traits.dimension = dimensions.dimension
    where
        posts.is_counted
        and posts.engagement is not null
        and dimensions.family = 'primary'
        and traits.level != 'other'
),

accounts as (
    select
        platform,
        dimension,
        level,
        account_id,
        min(account) as account,
        min(company) as company,
        count(*) as post_count,
    from posts
    group by all
),

-- A platform with one account has no big page among small ones.
top_accounts as (
    select
        *,
        post_count / sum(post_count) over (partition by platform, dimension, level)
            as share,
        count(distinct account_id) over (partition by platform) > 1 as has_peers,
    from accounts
    qualify row_number() over (
        partition by platform, dimension, level
        order by post_count desc, account_id asc
    ) = 1
),

averages as (
    select
        platform,
        dimension,
        level,
        count(*) as post_count,
        sum(engagement)::double / count(*) as plain_mean,
    from posts
    group by all
    having count(*) >= 3
),

ranked as (
    select
        *,
        row_number() over places as place,
        lead(level) over places as runner_up_level,
        lead(plain_mean) over places as runner_up_mean,
        sum(post_count) over (partition by platform, dimension)
            as platform_post_count,
    from averages
    window
        places as (
            partition by platform, dimension
            order by plain_mean desc, level asc
        )
),

crowned as (
    select
        ranked.*,
        evidence.verdict,
        evidence.stratified.account_count,
        evidence.stratified.mu,
        evidence.stratified.mu_low,
        evidence.stratified.mu_high,
        evidence.stratified.here_mean,
        evidence.stratified.here_low,
        evidence.stratified.here_high,
        -- the claim that the brief shows of it everywhere else (marts.comparisons)
        evidence.stratified.mu_low is null
        or evidence.verdict in ('better_here', 'worse_here') as is_about_here,
        top_accounts.account as top_account,
        top_accounts.company as top_company,
        top_accounts.share as top_account_share,
        top_accounts.has_peers,
        platforms.label as platform_label,
        level_words(ranked.dimension, ranked.level, levels.label) as subject,
        level_words(ranked.dimension, ranked.runner_up_level, runner_up.label)
            as runner_up,
    from ranked
    inner join intermediate.claim_evidence as evidence
        using (platform, dimension, level)
    inner join top_accounts using (platform, dimension, level)
    inner join seeds.platforms as platforms on ranked.platform = platforms.platform
    left join seeds.levels as levels
        on ranked.dimension = levels.dimension and ranked.level = levels.level
    left join seeds.levels as runner_up
        on
            ranked.dimension = runner_up.dimension
            and ranked.runner_up_level = runner_up.level
    where
        ranked.place = 1
        and evidence.outcome = 'engagement'
        and ranked.runner_up_level is not null
        and ranked.plain_mean > ranked.runner_up_mean
        and evidence.verdict not in ('works', 'works_on_average', 'better_here')
),

-- The wider the gap between the plain table and the comparison inside accounts, the
-- better the lesson.
chosen as (
    select
        *,
        case when is_about_here then here_mean else mu end as log_ratio,
        case when is_about_here then here_low else mu_low end as log_low,
        case when is_about_here then here_high else mu_high end as log_high,
    from crowned
    qualify row_number() over (
        order by
            mu is null,
            ln(greatest(1, plain_mean)) - ln(greatest(1, runner_up_mean))
            - coalesce(mu, 0) desc,
            platform_post_count desc,
            platform asc,
            dimension asc
    ) = 1
),

-- With the values of its sentences, a step before these: see the macro phrase.
valued as (
    select
        *,
        map {
            'subject:subject': subject,
            'platform:words': platform_label,
            'mean:count': plain_mean::text,
            'runner_up:subject': runner_up,
            'runner_up_mean:count': runner_up_mean::text,
            'posts:post': post_count::text,
            'share:share': top_account_share::text,
            'company:name': top_company,
            'ratio:ratio': exp(log_ratio)::text
        } as named,
    from chosen
),

spoken as (
    select
        *,
        phrase(
            'A plain table of averages would crown %(subject)s on %(platform)s '
            || '(%(mean)s engagements a post, before %(runner_up)s with '
            || '%(runner_up_mean)s).',
            named
        ) as crown,
        case
            when post_count < 10 then phrase('It rests on %(posts)s.', named)
            when has_peers and top_account_share >= 0.4
                then
                    phrase(
                        '%(share)s of these posts come from %(company)s, so the table '
                        || 'mostly shows who posts them.',
                        named
                    )
            else
                phrase(
                    'Averages over companies of different size show who posts, and a '
                    || 'few very large posts, more than what works.',
                    named
                )
        end as flaw,
        case
            when log_ratio is null
                then
                    phrase(
                        'No account has enough of them to compare inside it.', named
                    )
            else
                phrase(
                    'Inside each account they get %(ratio)s times the engagement of '
                    || 'the other posts.',
                    named
                )
        end as lesson,
    from valued
),

final as (
    select
        platform,
        dimension,
        level,
        plain_mean,
        runner_up_level,
        runner_up_mean,
        top_account,
        top_account_share,
        exp(log_ratio) as lift,
        exp(log_low) as lift_low,
        exp(log_high) as lift_high,
        verdict,
        [crown, flaw, lesson] as phrases,
        said_together(phrases) as sentence,
    from spoken
)

select * from final
