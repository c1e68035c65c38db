-- One row per site, or profile of the same company, and fact that several places state:
-- whether any of them contradict.
-- Two pages contradict where neither states any value that the other does: a page may
-- name two shops. Whose profile says what its company's site does not is told of the
-- profile.
with

pages as (
    select
        newest.account_id,
        newest.url,
        stated.statement.about,
        stated.statement.fact,
        stated.statement.value,
    from (
        select *
        from staging.stg_sites
        qualify
            row_number() over (
                partition by account_id, url
                order by observed_at desc
            ) = 1
    ) as newest
    cross join unnest(newest.statements) as stated (statement)
),

facts as (
    select
        account_id,
        url,
        lower(about) as about,
        fact,
        value,
        case split_part(fact, ':', 1)
            when 'telephone'
                then
                    regexp_replace(
                        regexp_replace(value, '\(0\)', ''), '\D', '', 'g'
                    )
            else trim(regexp_replace(lower(value), '[^\pL\d]+', ' ', 'g'))
        end as plain_value,
        case
            when starts_with(fact, 'hours') then 'facts_hours'
            when fact in ('street', 'postal_code', 'city') then 'facts_address'
            when fact = 'telephone' then 'facts_phone'
            when fact = 'price' then 'facts_price'
            when fact = 'name' then 'facts_name'
        end as rule,
    from pages
    where fact != 'event_end'
),

page_values as (
    select
        account_id,
        rule,
        about,
        fact,
        url,
        list(distinct plain_value) as plain_values,
        string_agg(distinct value, ', ' order by value) as shown,
    from facts
    group by all
),

shops as (
    select
        account_id,
        about,
        url,
        list(distinct plain_value) filter (fact = 'street') as streets,
        list(distinct right(plain_value, 7)) filter (fact = 'telephone') as phones,
    from facts
    group by all
),

page_conflicts as (
    select
        one.account_id,
        one.rule,
        one.about,
        one.fact,
        one.url,
        one.shown,
        bool_or(
            not list_has_any(one.plain_values, other.plain_values)
            -- two shops of one name have two streets and two telephones
            and not coalesce(
                not list_has_any(shop.streets, other_shop.streets)
                and not list_has_any(shop.phones, other_shop.phones),
                false
            )
            and not (
                one.fact = 'telephone' and list_has_any(shop.phones, other_shop.phones)
            )
        ) as is_contradicted,
    from page_values as one
    inner join page_values as other
        on
            one.account_id = other.account_id
            and one.about = other.about
            and one.fact = other.fact
    inner join shops as shop
        on
            one.account_id = shop.account_id
            and one.about = shop.about
            and one.url = shop.url
    inner join shops as other_shop
        on
            other.account_id = other_shop.account_id
            and other.about = other_shop.about
            and other.url = other_shop.url
    group by all
),

site_sums as (
    select
        account_id,
        rule,
        count(*) as seen_count,
        count(*) filter (is_contradicted) as finding_count,
        list(
            evidence_of(url, about, fact || ': ' || shown)
            order by fact asc, shown asc, url asc
        ) filter (is_contradicted) as evidence,
    from page_conflicts
    group by all
),

profiles as (
    select
        accounts.account_id,
        accounts.company,
        coalesce(profiles.url, accounts.url) as url,
        profiles.name,
        profiles.bio,
        regexp_extract_all(
            coalesce(profiles.bio, ''),
            '(?:\+|\b00|\b0|\()\d[\d ()/.–-]{6,}\d'
        ) as phones,
    from staging.stg_profiles as profiles
    inner join staging.stg_accounts as accounts
        on profiles.account_id = accounts.account_id
    where accounts.state != 'removed' and accounts.platform != 'web'
    qualify
        row_number() over (
            partition by profiles.account_id
            order by profiles.observed_at desc
        ) = 1
),

company_facts as (
    select
        accounts.company,
        facts.fact,
        list(distinct facts.value order by facts.value) as shown_values,
        list(distinct facts.plain_value) as plain_values,
        min(facts.url) as url,
    from facts
    inner join staging.stg_accounts as accounts
        on facts.account_id = accounts.account_id
    where accounts.state != 'removed'
    group by all
),

profile_checks as (
    select
        profiles.account_id,
        'facts_phone' as rule,
        profiles.url,
        left(profiles.bio, 500) as text,
        array_to_string(profiles.phones, ', ') as said,
        company_facts.url as site_url,
        array_to_string(company_facts.shown_values, ', ') as site_said,
        -- the last seven digits: with or without the code of the country
        not list_has_any(
            list_transform(
                profiles.phones,
                lambda phone: right(
                    regexp_replace(phone, '\D', '', 'g'), 7
                )
            ),
            list_transform(
                company_facts.plain_values, lambda digits: right(digits, 7)
            )
        ) as is_contradicted,
    from profiles
    inner join company_facts
        on
            profiles.company = company_facts.company
            and company_facts.fact = 'telephone'
    where profiles.phones != []
    union all by name
    select
        profiles.account_id,
        'facts_address' as rule,
        profiles.url,
        left(profiles.bio, 500) as text,
        regexp_extract(
            profiles.bio,
            '(?i)\b(\d{4,5})\s+' || regexp_escape(cities.shown_values[1]), 1
        ) as said,
        codes.url as site_url,
        array_to_string(codes.shown_values, ', ') as site_said,
        not list_contains(codes.plain_values, said) as is_contradicted,
    from profiles
    inner join company_facts as cities
        on profiles.company = cities.company and cities.fact = 'city'
    inner join company_facts as codes
        on profiles.company = codes.company and codes.fact = 'postal_code'
    where
        len(cities.shown_values) = 1
        and regexp_extract(
            profiles.bio,
            '(?i)\b(\d{4,5})\s+' || regexp_escape(cities.shown_values[1]), 1
        ) != ''
    union all by name
    select
        profiles.account_id,
        'facts_name' as rule,
        profiles.url,
        profiles.name as text,
        profiles.name as said,
        company_facts.url as site_url,
        array_to_string(company_facts.shown_values, ', ') as site_said,
        not list_has_any(
            regexp_extract_all(lower(profiles.name), '[\pL\d]{2,}'),
            flatten(
                list_transform(
                    company_facts.plain_values,
                    lambda name: string_split(name, ' ')
                )
            )
        ) as is_contradicted,
    from profiles
    inner join company_facts
        on
            profiles.company = company_facts.company
            and company_facts.fact = 'name'
    where regexp_matches(profiles.name, '[\pL\d]{2,}')
),

profile_sums as (
    select
        account_id,
        rule,
        count(*) as seen_count,
        count(*) filter (is_contradicted) as finding_count,
        flatten(
            list(
                [evidence_of(url, text, said), evidence_of(site_url, null, site_said)]
                order by said asc
            ) filter (is_contradicted)
        ) as evidence,
    from profile_checks
    group by all
),

sums as (
    select * from site_sums
    union all by name
    select * from profile_sums
),

final as (
    select
        account_id,
        rule,
        if(finding_count > 0, 'contradictory', 'ok') as state,
        finding_count::double as value,
        null::text as limit_value,
        seen_count,
        finding_count,
        coalesce(evidence[:20], []) as evidence,
    from sums
)

select * from final
