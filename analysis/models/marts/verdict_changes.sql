-- One row per platform, dimension and level with a verdict now or a week ago: new,
-- changed, still the same or no longer, and the cause of a change.
-- Before is what was published about a week ago, where that was kept; else today's
-- method over what was known a week ago. The two differ where the method, its settings,
-- the list or older data changed meanwhile: that step is told apart from the step of
-- the week. The cause of a week is what moved most posts of the level, else most other
-- posts that these are compared with.
with

pairs as (
    select * from intermediate.verdict_pairs
),

went as (
    select
        pairs.platform,
        pairs.dimension,
        pairs.level,
        list_sort(list(distinct accounts.company)) as companies_went,
    from pairs
    inner join staging.stg_accounts as accounts
        on
            pairs.platform = accounts.platform
            and list_contains(pairs.published_account_ids, accounts.account_id)
    where accounts.state = 'removed'
    group by all
),

facts as (
    select
        pairs.*,
        coalesce(went.companies_went, []) as companies_went,
        coalesce(moves.companies_came, []) as companies_came,
        coalesce(moves.level_came, 0) as level_came,
        coalesce(moves.level_corrected, 0) as level_corrected,
        coalesce(moves.level_new, 0) as level_new,
        coalesce(moves.level_left, 0) as level_left,
        coalesce(moves.rest_came, 0) as rest_came,
        coalesce(moves.rest_corrected, 0) as rest_corrected,
        coalesce(moves.rest_new, 0) as rest_new,
        coalesce(moves.rest_left, 0) as rest_left,
        pairs.before_verdict != pairs.earlier_verdict as is_judged_anew,
        pairs.earlier_verdict != pairs.verdict as is_moved,
        case
            when pairs.is_first_look then 'first'
            when pairs.before_verdict = pairs.verdict then 'still'
            when pairs.before_verdict = 'not_enough' then 'new'
            when pairs.verdict = 'not_enough' then 'no_longer'
            else 'changed'
        end as mark,
    from pairs
    left join went using (platform, dimension, level)
    left join intermediate.verdict_moves as moves
        using (platform, dimension, level)
),

steps as (
    select
        *,
        case
            when is_other_method then 'new_version'
            when len(companies_went) > 0 then 'changed_market'
            when level_corrected + rest_corrected > 0 then 'corrected_data'
            else 'new_posts'
        end as anew_cause,
        -- a pair of numbers is compared like a word: the level's posts decide first
        case
            when
                (level_came, rest_came) >= (level_corrected, rest_corrected)
                and (level_came, rest_came)
                >= (level_new + level_left, rest_new + rest_left)
                and level_came + rest_came > 0
                then 'changed_market'
            when
                (level_corrected, rest_corrected)
                >= (level_new + level_left, rest_new + rest_left)
                and level_corrected + rest_corrected > 0
                then 'corrected_data'
            else 'new_posts'
        end as week_cause,
    from facts
),

causes as (
    select
        *,
        case
            when mark in ('first', 'still') then null
            when is_judged_anew and (not is_moved or is_other_method)
                then anew_cause
            else week_cause
        end as cause,
    from steps
),

-- With the values of its sentences, a step before these: see the macro phrase.
valued as (
    select
        causes.*,
        map {
            'topic:Subject': level_words(causes.dimension, causes.level, levels.label),
            'platform:words': platforms.label,
            'now:words': now_words.shown_as,
            'before:words': before_words.shown_as,
            'version:name': version,
            'other_version:name': published_version,
            'came:name': array_to_string(companies_came, ', '),
            'went:name': array_to_string(companies_went, ', '),
            'corrected:post':
            if(level_corrected > 0, level_corrected, rest_corrected)::text,
            'new:new_post': if(level_new + level_left > 0, level_new, rest_new)::text,
            'left:older_post': level_left::text
        } as named,
    from causes
    inner join seeds.platforms as platforms on causes.platform = platforms.platform
    inner join seeds.verdicts as now_words on causes.verdict = now_words.verdict
    inner join seeds.verdicts as before_words
        on causes.before_verdict = before_words.verdict
    left join seeds.levels as levels
        on causes.dimension = levels.dimension and causes.level = levels.level
),

worded as (
    select
        *,
        case mark
            when 'first'
                then
                    phrase(
                        '%(topic)s on %(platform)s: “%(now)s”. There is no earlier '
                        || 'look to compare with.',
                        named
                    )
            when 'still'
                then phrase('%(topic)s on %(platform)s: still “%(now)s”.', named)
            when 'no_longer'
                then
                    phrase(
                        '%(topic)s on %(platform)s: no longer “%(before)s”, now '
                        || '“%(now)s”.',
                        named
                    )
            else
                phrase(
                    '%(topic)s on %(platform)s: now “%(now)s”, a week ago '
                    || '“%(before)s”.',
                    named
                )
        end as change,
        case
            when mark in ('first', 'still') then null
            when cause = 'new_version' and published_version != version
                then
                    phrase(
                        'The cause: Rivalscope %(version)s judges by other rules than '
                        || '%(other_version)s did.',
                        named
                    )
            when cause = 'new_version'
                then
                    phrase(
                        'The cause: the rules or settings of the analysis changed.',
                        named
                    )
            when
                cause = 'changed_market'
                and cause = week_cause
                and len(companies_came) > 0
                then phrase('The cause: %(came)s came into the list.', named)
            when cause = 'changed_market'
                then phrase('The cause: %(went)s went from the list.', named)
            when cause = 'corrected_data' and level_corrected > 0
                then
                    phrase(
                        'The cause: %(corrected)s of this kind that were there before '
                        || 'are counted or sorted otherwise now.',
                        named
                    )
            when cause = 'corrected_data'
                then
                    phrase(
                        'The cause: %(corrected)s of other kinds that were there '
                        || 'before are counted or sorted otherwise now.',
                        named
                    )
            when cause = 'new_posts' and level_left > 0
                then
                    phrase(
                        'The cause: %(new)s of this kind, and %(left)s left the '
                        || 'window.',
                        named
                    )
            when cause = 'new_posts' and level_new > 0
                then phrase('The cause: %(new)s of this kind.', named)
            when cause = 'new_posts'
                then phrase('The cause: %(new)s of other kinds.', named)
        end as why,
    from valued
),

final as (
    select
        platform,
        dimension,
        level,
        mark,
        cause,
        before_verdict as earlier_verdict,
        verdict,
        shown_verdict,
        list_filter([change, why], lambda each: each is not null) as phrases,
        said_together(phrases) as sentence,
        level_new as new_post_count,
        level_left as left_post_count,
        level_corrected as corrected_post_count,
        companies_came,
        companies_went,
        published_verdict is not null as was_published,
        coalesce(published_as_of, earlier_as_of) as earlier_as_of,
        as_of,
    from worded
)

select * from final
