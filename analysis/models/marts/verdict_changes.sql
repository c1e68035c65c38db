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

worded as (
    select
        causes.*,
        level_subject(causes.dimension, causes.level, levels.label) as subject,
        upper(subject[1]) || subject[2:] || ' on ' || platforms.label as topic,
        '“' || now_words.shown_as || '”' as now_shown,
        '“' || before_words.shown_as || '”' as before_shown,
        case cause
            when 'new_version'
                then
                    case
                        when published_version != version
                            then
                                'Rivalscope ' || version || ' judges by other rules '
                                || 'than ' || published_version || ' did'
                        else 'the rules or settings of the analysis changed'
                    end
            when 'changed_market'
                then
                    case
                        when cause = week_cause and len(companies_came) > 0
                            then
                                array_to_string(companies_came, ', ')
                                || ' came into the list'
                        else
                            array_to_string(companies_went, ', ')
                            || ' went from the list'
                    end
            when 'corrected_data'
                then
                    case
                        when level_corrected > 0
                            then
                                counted(level_corrected, 'post', 'posts')
                                || ' of this kind'
                        else
                            counted(rest_corrected, 'post', 'posts')
                            || ' of other kinds'
                    end
                    || ' that were there before are counted or sorted otherwise now'
            when 'new_posts'
                then
                    case
                        when level_new + level_left > 0
                            then
                                counted(level_new, 'new post', 'new posts')
                                || ' of this kind'
                        else
                            counted(rest_new, 'new post', 'new posts')
                            || ' of other kinds'
                    end
                    || case
                        when level_left > 0
                            then
                                ', and '
                                || counted(level_left, 'older one', 'older ones')
                                || ' left the window'
                        else ''
                    end
        end as why,
    from causes
    inner join seeds.platforms as platforms on causes.platform = platforms.platform
    inner join seeds.verdicts as now_words on causes.verdict = now_words.verdict
    inner join seeds.verdicts as before_words
        on causes.before_verdict = before_words.verdict
    left join seeds.levels as levels
        on causes.dimension = levels.dimension and causes.level = levels.level
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
        case mark
            when 'first'
                then
                    topic || ': ' || now_shown || '. There is no earlier look to '
                    || 'compare with.'
            when 'still' then topic || ': still ' || now_shown || '.'
            when 'no_longer'
                then
                    topic || ': no longer ' || before_shown || ', now ' || now_shown
                    || ', because of this: ' || why || '.'
            else
                topic || ': now ' || now_shown || ', a week ago ' || before_shown
                || ', because of this: ' || why || '.'
        end as sentence,
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
