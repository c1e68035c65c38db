-- One row per company and open platform that is not yet in its list: what of theirs can be seen without asking anyone.
with

accounts as (
    select * from staging.stg_accounts
    where state != 'removed'
),

companies as (
    select
        company,
        arg_min(
            regexp_replace(split_part(ltrim(account, '@'), '@', 1), '[/.].*$', ''),
            (platform = 'web', account_key)
        ) as handle,
    from accounts
    group by all
),

profile_links as (
    select distinct
        profiles.company,
        unnest(profiles.links) as url,
    from marts.profiles as profiles
),

known_links as (
    select
        profile_links.company,
        profile_links.url,
        min(open_platforms.platform) as platform,
    from profile_links
    left join seeds.open_platforms as open_platforms
        on
            open_platforms.url_pattern is not null
            and regexp_matches(profile_links.url, open_platforms.url_pattern)
    group by all
),

-- A link that belongs to no network is their own site, or a page of links that leads there.
linked as (
    select
        company,
        coalesce(platform, 'web') as platform,
        min(url) as url,
    from known_links
    where
        platform is not null
        or not regexp_matches(
            url,
            '^https?://([^/]+\.)?(instagram|facebook|fb|twitter|x|linkedin|tiktok|threads|pinterest|youtube|youtu|bsky|t)\.(com|net|app|be|me)(/|$)'
        )
    group by all
),

missing as (
    select
        companies.company,
        companies.handle,
        open_platforms.*,
    from companies
    cross join seeds.open_platforms as open_platforms
    left join accounts
        on
            companies.company = accounts.company
            and open_platforms.platform = accounts.platform
    where accounts.account_id is null
),

candidates as (
    select
        missing.company,
        missing.platform,
        missing.what_it_shows,
        missing.how,
        missing.rank,
        coalesce(
            linked.url,
            replace(missing.guess_url, '{handle}', nullif(lower(missing.handle), ''))
        ) as candidate_url,
        case when linked.url is not null then 'linked' else 'guess' end as source,
    from missing
    left join linked using (company, platform)
    where
        linked.url is not null
        or missing.guess_url is not null
        or missing.platform = 'web'
),

final as (
    select
        candidates.company,
        candidates.platform,
        candidates.what_it_shows,
        candidates.candidate_url,
        candidates.source,
        case
            when candidates.source = 'linked'
                then
                    candidates.company || ' links to ' || candidates.candidate_url
                    || ': ' || candidates.how || '.'
            when candidates.candidate_url is not null
                then
                    'See whether ' || candidates.candidate_url || ' belongs to '
                    || candidates.company || ': ' || candidates.how || '.'
            else
                'Look for the site or blog of ' || candidates.company || ': '
                || candidates.how || '.'
        end as sentence,
        row_number() over (
            partition by candidates.company
            order by candidates.source != 'linked', candidates.rank
        ) as rank,
    from candidates
)

select * from final
