-- One row per company and open platform that is not yet in its list: what of theirs can
-- be seen without asking anyone.
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

-- What leads to another network is no open door; it would else pass for a site, or a
-- Mastodon profile.
own_links as (
    select * from profile_links
    where
        not regexp_matches(
            url,
            '^https?://([^/]+\.)?((instagram|facebook|fb|twitter|x|linkedin|tiktok'
            || '|threads|pinterest|medium|tumblr|reddit|github|gitlab|vimeo|twitch'
            || '|xing|vk|flickr|soundcloud|spotify|discord|patreon|snapchat|behance'
            || '|dribbble|yelp|kununu|whatsapp)\.(com|net|tv)|(t|fb)\.me'
            || '|discord\.gg|linktr\.ee|ok\.ru)(/|$)'
        )
),

-- The longest pattern is the most particular one; what fits none is their own site, or
-- a page that leads there.
linked as (
    select
        own_links.company,
        own_links.url,
        coalesce(
            arg_max(open_platforms.platform, length(open_platforms.url_pattern)), 'web'
        ) as platform,
    from own_links
    left join seeds.open_platforms as open_platforms
        on regexp_matches(own_links.url, open_platforms.url_pattern)
    group by all
),

first_links as (
    select
        company,
        platform,
        min(url) as url,
    from linked
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
            first_links.url,
            replace(missing.guess_url, '{handle}', nullif(lower(missing.handle), ''))
        ) as candidate_url,
        case when first_links.url is not null then 'linked' else 'guess' end as source,
        map {
            'company:name': missing.company,
            'address:name': candidate_url,
            'how:words': missing.how
        } as named,
    from missing
    left join first_links using (company, platform)
    where
        first_links.url is not null
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
        [
            case
                when candidates.source = 'linked'
                    then
                        phrase('%(company)s links to %(address)s: %(how)s.', named)
                when candidates.candidate_url is not null
                    then
                        phrase(
                            'See whether %(address)s belongs to %(company)s: %(how)s.',
                            named
                        )
                else
                    phrase(
                        'Look for the site or blog of %(company)s: %(how)s.', named
                    )
            end
        ] as phrases,
        said_together(phrases) as sentence,
        row_number() over (
            partition by candidates.company
            order by candidates.source != 'linked', candidates.rank
        ) as rank,
    from candidates
)

select * from final
