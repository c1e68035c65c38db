-- One row per page of a site, thing, fact and value that the page's structured data
-- state now, with the value as it is compared.
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

final as (
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
            when 'price' then split_part(value, ' ', 1)
            when 'street' then plain_street(value)
            when 'postal_code' then regexp_replace(lower(value), '^[a-z]{1,2}-', '')
            else trim(regexp_replace(lower(value), '[^\pL\d]+', ' ', 'g'))
        end as plain_value,
        if(fact = 'price', split_part(value, ' ', 2), '') as currency,
        case
            when starts_with(fact, 'hours') then 'facts_hours'
            when fact in ('street', 'postal_code', 'city') then 'facts_address'
            when fact = 'telephone' then 'facts_phone'
            when fact = 'price' then 'facts_price'
            when fact = 'name' then 'facts_name'
        end as rule,
    from pages
    where fact != 'event_end'
)

select * from final
