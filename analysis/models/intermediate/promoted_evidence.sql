-- One row per own post and rule that speaks for paid promotion: what was seen, beside
-- what the account's posts usually show.
-- label, hashtag: the post says so. late_engagement: of what it had at the first look
-- between two and four ages of comparison (T), far more came after T than is usual for
-- the account. like_comment_jump: far more likes for each comment than is usual, on a
-- post that did at least twice as well as the middle one: paid reach brings likes.
-- Robust scores: (value - median) / (interquartile range / 1.349), over all posts of
-- the account for which the value is known; thresholds and needs in seeds.flag_rules.
with

late_rule as (
    select * from seeds.flag_rules
    where rule = 'late_engagement'
),

ratio_rule as (
    select * from seeds.flag_rules
    where rule = 'like_comment_jump'
),

posts as (
    select
        equal_age.post_id,
        equal_age.account_id,
        equal_age.published_at,
        shown_counts.counts_likes,
        shown_counts.counts_comments,
        shown_counts.counts_shares,
        equal_age.log_engagement::double as log_engagement,
        equal_age.log_likes::double as log_likes,
        equal_age.log_comments::double as log_comments,
        case
            when
                equal_age.is_interpolated
                or hours_between(equal_age.published_at, equal_age.settled_at)
                <= 1.25 * shown_counts.compare_age_hours
                then equal_age.late_row
        end as late_row,
    from intermediate.post_equal_age as equal_age
    inner join intermediate.shown_counts as shown_counts
        on equal_age.account_id = shown_counts.account_id
    where equal_age.is_own_post and equal_age.log_engagement is not null
),

-- The few that may say it are found among the contents, before all keys are met.
said as (
    select
        contents.post_id,
        promoting_hashtags(contents.hashtags) as tags,
        coalesce(contents.is_promoted_label, false) as is_labelled,
    from raw.posts as contents
    semi join staging.stg_post_keys as keys on contents.rowid = keys.content_row
    where
        contents.role in ('original', 'quote')
        and (contents.is_promoted_label or len(contents.hashtags) > 0)
),

-- Only of posts that were read at the age of comparison itself.
late_looks as (
    select
        posts.post_id,
        posts.account_id,
        posts.log_engagement,
        hours_between(posts.published_at, metrics.observed_at) as age_hours,
        engagement_of(
            metrics.like_count,
            metrics.comment_count,
            metrics.share_count,
            posts.counts_likes,
            posts.counts_comments,
            posts.counts_shares
        ) as engagement,
    from posts
    inner join raw.post_metrics as metrics on posts.late_row = metrics.rowid
),

growths as (
    select
        * exclude (log_engagement),
        log_count(engagement) - log_engagement as growth,
    from late_looks
    where engagement is not null
),

-- Most accounts have no post that grew so much: what is usual need not be asked there.
far_growths as (
    select growths.*
    from growths
    cross join late_rule
    where
        growths.engagement >= late_rule.least_count
        and 1 - exp(-growths.growth) >= late_rule.least_value
),

usual_growths as (
    select
        account_id,
        count(*) as post_count,
        quantile_cont(growth, [0.25, 0.5, 0.75]) as quarters,
    from growths
    where account_id in (select far_growths.account_id from far_growths)
    group by all
),

late as (
    select
        growths.post_id,
        shown_counts.compare_age_hours,
        growths.age_hours,
        1 - exp(-growths.growth) as late_share,
        greatest(0, 1 - exp(-usual.quarters[2])) as usual_share,
        (growths.growth - usual.quarters[2]) / greatest(
            (usual.quarters[3] - usual.quarters[1]) / 1.349, late_rule.least_spread
        ) as score,
    from far_growths as growths
    inner join usual_growths as usual on growths.account_id = usual.account_id
    inner join intermediate.shown_counts as shown_counts
        on growths.account_id = shown_counts.account_id
    cross join late_rule
    where usual.post_count >= late_rule.posts_needed and score >= late_rule.threshold
),

ratios as (
    select
        post_id,
        account_id,
        log_engagement,
        log_likes,
        log_likes - log_comments as log_ratio,
    from posts
    where counts_likes and counts_comments
),

usual_ratios as (
    select
        account_id,
        count(*) as post_count,
        median(log_engagement) as typical,
        quantile_cont(log_ratio, [0.25, 0.5, 0.75]) as quarters,
    from ratios
    group by all
),

jumps as (
    select
        ratios.post_id,
        exp(ratios.log_ratio) as ratio,
        exp(usual.quarters[2]) as usual_ratio,
        exp(ratios.log_engagement - usual.typical) as times_typical,
        (ratios.log_ratio - usual.quarters[2]) / greatest(
            (usual.quarters[3] - usual.quarters[1]) / 1.349,
            ratio_rule.least_spread
        ) as score,
    from ratios
    inner join usual_ratios as usual on ratios.account_id = usual.account_id
    cross join ratio_rule
    where
        usual.post_count >= ratio_rule.posts_needed
        and exp(ratios.log_likes) - 1 >= ratio_rule.least_count
        and ratios.log_engagement - usual.typical >= ln(ratio_rule.least_value)
        and score >= ratio_rule.threshold
),

promoted_evidence as (
    select
        post_id,
        'label' as rule,
        null::double as score,
        'The network marks it as paid for.' as evidence,
    from said
    where is_labelled
    union all
    select
        post_id,
        'hashtag' as rule,
        null::double as score,
        'It carries #' || tags[1] || '.' as evidence,
    from said
    where len(tags) > 0
    union all
    select
        post_id,
        'late_engagement' as rule,
        score,
        format('{:.0f}', 100 * late_share) || ' % of the engagement that it had after '
        || counted(round(age_hours / 24)::bigint, 'day', 'days')
        || ' came after the first '
        || counted(round(compare_age_hours / 24)::bigint, 'day', 'days')
        || '; with this account''s posts it is usually '
        || format('{:.0f}', 100 * usual_share) || ' %.' as evidence,
    from late
    union all
    select
        post_id,
        'like_comment_jump' as rule,
        score,
        'It has ' || ratio_number(ratio)
        || ' likes for each comment, where this account''s posts usually have '
        || ratio_number(usual_ratio) || ', and ' || ratio_in_words(times_typical)
        || ' the usual engagement.' as evidence,
    from jumps
)

select * from promoted_evidence
