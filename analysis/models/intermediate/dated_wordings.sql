-- One row per text of an account and kind of wording in it with the last day that it
-- holds.
-- Texts are profiles, pinned posts, and passages of pages that are no post and that no
-- post of the account holds.
with profiles as (
    select
        profiles.account_id,
        coalesce(profiles.url, accounts.url) as url,
        profiles.bio as text,
        min(profiles.observed_at) over (
            partition by profiles.account_id, profiles.bio
        )::date as written,
        false as is_dated,
    from staging.stg_profiles as profiles
    inner join staging.stg_accounts as accounts
        on profiles.account_id = accounts.account_id
    where accounts.platform != 'web'
    qualify
        row_number() over (
            partition by profiles.account_id
            order by profiles.observed_at desc
        ) = 1
),
pinned as (
    select
        account_id,
        url,
        text,
        published_at::date as written,
        published_at is not null as is_dated,
    from staging.stg_posts
    where is_pinned and text is not null and published_at is not null
),
newest as (
    select
        account_id,
        url,
        max(observed_at) as observed_at,
    from staging.stg_sites
    group by all
),
page_contents as (
    select
        sites.account_id,
        sites.url,
        sites.kind,
        shown.passage as text,
        min(sites.observed_at) over (
            partition by sites.account_id, sites.url, shown.passage
        )::date as written,
        sites.observed_at = newest.observed_at as is_newest,
    from staging.stg_sites as sites
    inner join newest
        on sites.account_id = newest.account_id and sites.url = newest.url
    cross join unnest(sites.passages) as shown (passage)
),
passages as (
    select
        contents.account_id,
        contents.url,
        contents.text,
        contents.written,
        false as is_dated,
    from page_contents as contents
    where
        contents.is_newest
        and contents.kind != 'post'
        and not exists (
            select 1
            from staging.stg_posts as posts
            where
                posts.account_id = contents.account_id
                and contains(
                    concat_ws(' ', posts.title, posts.text), contents.text
                )
        )
),
texts as (
    select *
    from profiles
    union all by name
    select *
    from pinned
    union all by name
    select *
    from passages
),
found as (
    select
        texts.*,
        'deadline' as kind,
        unnest(dates_behind(texts.text, deadline_pattern())) as found,
    from texts
    union all by name
    select
        texts.*,
        'event' as kind,
        unnest(dates_behind(texts.text, invitation_pattern())) as found,
    from texts
),
numbered as (
    select
        *,
        try_cast(found.said.day as integer) as day,
        month_number(found.said.month) as month,
        try_cast(found.said.year as integer) as year,
    from found
),
days as (
    select
        account_id,
        url,
        text,
        written,
        is_dated,
        kind,
        trim(found.wording) as wording,
        found.said.year != '' as has_year,
        meant_date(day, month, year, written, is_dated) as meant,
    from numbered
),
relatives as (
    select
        *,
        'relative' as kind,
        regexp_extract(text, relative_pattern()) as wording,
        regexp_extract(text, relative_pattern(), ['soon', 'this', 'next']) as said,
    from texts
    where
        regexp_matches(text, relative_pattern())
        and not regexp_matches(text, repeating_pattern())
),
years as (
    select
        *,
        'copyright' as kind,
        regexp_extract(text, copyright_pattern()) as wording,
        try_cast(regexp_extract(text, copyright_pattern(), 1) as integer) as year,
    from texts
    union all by name
    select
        *,
        'edition' as kind,
        trim(regexp_extract(text, edition_pattern()), ' !?.,;:|()') as wording,
        try_cast(regexp_extract(text, edition_pattern(), 1) as integer) as year,
    from texts
),
wordings as (
    select
        account_id,
        url,
        text,
        kind,
        wording,
        meant as last_date,
    from days
    where
        meant is not null
        and (has_year or kind = 'deadline')
        -- what was over for years when it was first seen tells a story
        and meant > written - 1100
        and (has_year or not regexp_matches(text, season_pattern()))
    union all by name
    select
        account_id,
        url,
        text,
        kind,
        wording,
        written
        + case
            when said.soon != '' then 1
            when regexp_matches(said.this, '(?i)^(?:month|monat|mes|mois)') then 31
            when said.this != '' then 7
            when regexp_matches(said.next, '(?i)^(?:month|monat|mes|mois)') then 62
            else 14
        end as last_date,
    from relatives
    union all by name
    select
        account_id,
        url,
        text,
        kind,
        wording,
        -- nobody changes it on New Year's Day
        make_date(year + 1, if(kind = 'copyright', 1, 0) + 1, 1) - 1 as last_date,
    from years
    where year between 1990 and 2100
),
final as (
    select
        account_id,
        url,
        text,
        kind,
        wording,
        last_date,
    from wordings
    qualify
        row_number() over (
            partition by account_id, url, text, kind
            order by length(wording) desc, last_date desc
        ) = 1
)
select * from final
