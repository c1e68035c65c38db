-- One row per thing that a reader should know beside the data, the most urgent first.
with

tokens as (
    select
        notices.rank,
        notices.platform,
        notices.is_urgent,
        map {
            'platform:words': platforms.label,
            'day:name': strftime(notices.ends_at, '%Y-%m-%d'),
            'left:day': notices.days_left::text,
            'command:name': 'rivalscope connect ' || notices.platform
        } as named,
        [
            case
                when notices.days_left < 0
                    then phrase(
                        'The token for %(platform)s ended on %(day)s: get a new one '
                        || 'with `%(command)s`.',
                        named
                    )
                when notices.days_left = 0
                    then phrase(
                        'The token for %(platform)s ends on %(day)s, today: get a new '
                        || 'one with `%(command)s`.',
                        named
                    )
                when notices.days_left = 1
                    then phrase(
                        'The token for %(platform)s ends on %(day)s, tomorrow: get a '
                        || 'new one with `%(command)s`.',
                        named
                    )
                else phrase(
                    'The token for %(platform)s ends on %(day)s, in %(left)s: get a '
                    || 'new one with `%(command)s`.',
                    named
                )
            end
        ] as phrases,
    from config.notices as notices
    inner join seeds.platforms as platforms on notices.platform = platforms.platform
),

-- Said in the brief of the week in which it began, however often accounts are visited:
-- what was so when the brief before was made is no news.
told as (
    select max(publications.as_of) as told_until,
    from config.publications as publications
    cross join config.run
    where
        not publications.is_current
        and publications.as_of <= run.as_of - interval 160 hours
),

-- With the values of its sentences, a step before these: see the macro phrase.
valued_drift as (
    select
        drift.platform,
        drift.account_id,
        drift.company,
        coalesce(drift.url, drift.account_key) as address,
        drift.measure,
        drift.field,
        map {
            'found:post': drift.value::text,
            'usual_found:count': coalesce(drift.usual, 0)::text,
            'share:share': drift.value::text,
            'usual:share': coalesce(drift.usual, 0)::text,
            'posts:post': drift.sample_count::text,
            'pages:page': drift.sample_count::text,
            'requests:request': drift.sample_count::text,
            'field:words': case drift.field
                when 'like_count' then own_words('likes')
                when 'comment_count' then own_words('comments')
                when 'share_count' then own_words('shares')
                when 'view_count' then own_words('views')
                when 'published_at' then own_words('dates')
                when 'text' then own_words('texts')
                when 'format' then own_words('formats')
            end
        } as named,
    from marts.drift as drift
    cross join told
    where
        drift.is_out
        and drift.is_newest
        and (told.told_until is null or drift.begun_at > told.told_until)
),

drift as (
    select
        *,
        case measure
            when 'posts_found'
                then phrase(
                    'Only %(found)s were found, usually %(usual_found)s.', named
                )
            when 'unparsed_pages'
                then phrase(
                    '%(share)s of %(pages)s could not be read, usually %(usual)s.',
                    named
                )
            when 'errors'
                then phrase(
                    '%(share)s of %(requests)s were answered with errors, usually '
                    || '%(usual)s.',
                    named
                )
            when 'identical_pages'
                then phrase('%(share)s of %(pages)s were the same page.', named)
            when 'coverage'
                then phrase(
                    'The %(field)s are there for %(share)s of %(posts)s, usually for '
                    || '%(usual)s.',
                    named
                )
            else phrase(
                'The %(field)s are zero on %(share)s of %(posts)s, usually on '
                || '%(usual)s.',
                named
            )
        end as found,
    from valued_drift
),

drifts as (
    select
        platform,
        count(distinct account_id) as account_count,
        arg_min(
            struct_pack(company := company, address := address, found := found),
            (company, address, measure, coalesce(field, ''))
        ) as first,
    from drift
    group by all
),

-- A server that does not answer says nothing of where the account is.
told_visits as (
    select
        account_id,
        message,
        reason in ('moved', 'off_host') as is_elsewhere,
        observed_at,
        coalesce(lag(reason) over moments != reason, true) as is_new,
        lead(observed_at) over moments is null as is_newest,
    from staging.stg_visits
    where
        (outcome != 'error' or coalesce(reason = 'off_host', false))
        and reason is distinct from 'robots_unreachable'
        and reason is distinct from 'interrupted'
    window moments as (
        partition by account_id
        order by observed_at, crawl_id
    )
),

moves as (
    select
        account_id,
        arg_max(message, observed_at) as message,
        max(observed_at) filter (is_new) as begun_at,
    from told_visits
    where is_elsewhere
    group by account_id
    having bool_or(is_newest)
),

news as (
    select
        platform,
        map {
            'company:name': first.company,
            'account:name': first.address,
            'accounts:more_account': (account_count - 1)::text
        } as named,
        [
            phrase('%(company)s, %(account)s:', named),
            first.found,
            case account_count
                when 1 then null
                when 2 then phrase('The same on one more account.', named)
                else phrase('Similar on %(accounts)s.', named)
            end,
            phrase(
                'It is left out of comparisons until it is usual, mended or accepted.',
                named
            )
        ] as phrases,
    from drifts
    union all by name
    -- What a visit says of it has addresses and the command that follows.
    select
        accounts.platform,
        map {
            'company:name': accounts.company,
            'account:name': coalesce(accounts.url, accounts.account_key),
            'message:name': moves.message
        } as named,
        [
            case
                when moves.message is null
                    then phrase('%(company)s, %(account)s is elsewhere now.', named)
                else phrase(
                    '%(company)s, %(account)s is elsewhere now. %(message)s', named
                )
            end
        ] as phrases,
    from moves
    inner join staging.stg_accounts as accounts
        on moves.account_id = accounts.account_id
    cross join told
    where
        accounts.state = 'active'
        and (told.told_until is null or moves.begun_at > told.told_until)
),

said as (
    select
        platform,
        list_filter(phrases, lambda each: each is not null) as phrases,
        said_together(phrases) as sentence,
    from news
),

final as (
    select
        rank,
        platform,
        phrases,
        said_together(phrases) as sentence,
        is_urgent,
    from tokens
    union all by name
    select
        (select count(*) from tokens)
        + row_number() over (order by platform, sentence) as rank,
        platform,
        phrases,
        sentence,
        true as is_urgent,
    from said
)

select * from final
