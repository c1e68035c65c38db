-- One row per profile and rule about facts: how much of what its bio and name state was
-- compared, and what contradicts.
-- Compared is with what the structured data of the company's site say, and where they
-- say nothing of it with the company's other profiles.
with

profiles as (
    select
        accounts.account_id,
        accounts.company,
        coalesce(profiles.url, accounts.url) as url,
        profiles.name,
        coalesce(profiles.bio, '') as bio,
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

site_facts as (
    select
        accounts.company,
        facts.about,
        facts.fact,
        facts.value,
        facts.plain_value,
        facts.url,
    from intermediate.stated_facts as facts
    inner join staging.stg_accounts as accounts
        on facts.account_id = accounts.account_id
    where accounts.state != 'removed'
),

site_values as (
    select
        company,
        fact,
        url,
        value as said,
        case
            when fact = 'telephone' then [right(plain_value, 7)]
            when fact = 'name' then name_words(value)
            when starts_with(fact, 'hours') then [value]
            else [plain_value]
        end as plain_values,
    from site_facts
    where fact != 'price' and (fact != 'name' or name_words(value) != [])
    union all by name
    -- whose doors close at noon may say when they open and when they close for the day
    select
        company,
        fact,
        url,
        string_agg(value, ', ' order by value) as said,
        [
            min(split_part(value, '-', 1)) || '-' || max(split_part(value, '-', 2))
        ] as plain_values,
    from site_facts
    where starts_with(fact, 'hours')
    group by all
    union all by name
    select
        company,
        'price:' || about as fact,
        url,
        value as said,
        [plain_value] as plain_values,
    from site_facts
    where fact = 'price'
    union all by name
    select
        company,
        'street:' || street_name(value) as fact,
        url,
        value as said,
        [street_number(value)] as plain_values,
    from site_facts
    where fact = 'street' and street_number(value) != ''
),

cities as (
    select
        company,
        min(value) as city,
    from site_facts
    where fact = 'city'
    group by all
    having count(distinct plain_value) = 1
),

streets as (
    select distinct
        company,
        street_name(value) as street,
    from site_facts
    where fact = 'street' and length(street_name(value)) >= 5
),

products as (
    select distinct
        company,
        about,
        split_part(value, ' ', 2) as currency,
    from site_facts
    where fact = 'price' and length(about) >= 4
),

offers as (
    select
        profiles.*,
        products.about,
        products.currency,
        price_of(profiles.bio, products.about) as found,
    from profiles
    inner join products
        on
            profiles.company = products.company
            and contains(lower(profiles.bio), products.about)
),

telephones as (
    select
        *,
        phones_in(bio) as phones,
    from profiles
),

bio_values as (
    select
        account_id,
        company,
        url,
        bio as text,
        'telephone' as fact,
        array_to_string(phones, ', ') as said,
        list_transform(
            phones,
            lambda phone: right(regexp_replace(phone, '\D', '', 'g'), 7)
        ) as plain_values,
    from telephones
    where phones != []
    union all by name
    select
        profiles.account_id,
        profiles.company,
        profiles.url,
        profiles.bio as text,
        'hours:' || stated.hours.day as fact,
        stated.hours.wording as said,
        [stated.hours.span] as plain_values,
    from profiles
    cross join unnest(hours_in(profiles.bio)) as stated (hours)
    union all by name
    select
        account_id,
        company,
        url,
        bio as text,
        'price:' || about as fact,
        found.wording as said,
        [printf('%.2f', replace(found.amount, ',', '.')::double)] as plain_values,
    from offers
    where found.wording != '' and is_currency(found.sign, currency)
    union all by name
    select
        profiles.account_id,
        profiles.company,
        profiles.url,
        profiles.bio as text,
        'postal_code' as fact,
        regexp_extract(
            profiles.bio, '(?i)\b(\d{4,5})\s+' || regexp_escape(cities.city), 1
        ) as said,
        [said] as plain_values,
    from profiles
    inner join cities on profiles.company = cities.company
    where said != ''
    union all by name
    select
        profiles.account_id,
        profiles.company,
        profiles.url,
        profiles.bio as text,
        'street:' || streets.street as fact,
        number_in_street(profiles.bio, streets.street) as said,
        [said] as plain_values,
    from profiles
    inner join streets on profiles.company = streets.company
    where said != ''
    union all by name
    select
        account_id,
        company,
        url,
        name as text,
        'name' as fact,
        name as said,
        name_words(name) as plain_values,
    from profiles
    where name_words(name) != []
),

others as (
    select
        null as account_id,
        company,
        fact,
        url,
        said,
        plain_values,
    from site_values
    union all by name
    select
        account_id,
        company,
        fact,
        url,
        said,
        plain_values,
    from bio_values
    anti join site_values using (company, fact)
),

compared as (
    select
        bios.account_id,
        bios.fact,
        bios.url,
        bios.text,
        string_agg(distinct bios.said, ', ' order by bios.said) as said,
        min(others.url) as other_url,
        string_agg(distinct others.said, ', ' order by others.said) as other_said,
        not bool_or(list_has_any(bios.plain_values, others.plain_values))
            as is_contradicted,
    from bio_values as bios
    inner join others
        on
            bios.company = others.company
            and bios.fact = others.fact
            and bios.account_id is distinct from others.account_id
    group by all
),

conflicts as (
    select
        account_id,
        url,
        text,
        said,
        other_url,
        split_part(fact, ':', 1) as kind,
        string_agg(
            if(starts_with(fact, 'hours'), split_part(fact, ':', 2) || ' ', '')
            || other_said,
            ', ' order by other_said asc, fact asc
        ) filter (is_contradicted) as other_said,
        count(*) as seen_count,
        count(*) filter (is_contradicted) as finding_count,
    from compared
    group by all
),

final as (
    select
        account_id,
        case
            when kind in ('street', 'postal_code') then 'facts_address'
            when kind = 'telephone' then 'facts_phone'
            else 'facts_' || kind
        end as rule,
        sum(seen_count)::bigint as seen_count,
        sum(finding_count)::bigint as finding_count,
        flatten(
            list(
                [
                    evidence_of(url, left(text, 500), said),
                    evidence_of(other_url, null, other_said)
                ]
                order by said asc
            ) filter (finding_count > 0)
        ) as evidence,
    from conflicts
    group by all
)

select * from final
