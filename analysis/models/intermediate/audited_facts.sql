-- One row per site, or profile of the same company, and fact that several places state:
-- whether any of them contradict.
-- Two pages contradict where neither states any value that the other does: a page may
-- name two shops. Whose profile says what its company's site does not is told of the
-- profile.
with

facts as (
    select * from intermediate.stated_facts
),

page_values as (
    select
        account_id,
        rule,
        about,
        fact,
        currency,
        url,
        list(distinct plain_value order by plain_value) as plain_values,
        string_agg(distinct value, ', ' order by value) as shown,
    from facts
    group by all
),

shops as (
    select
        account_id,
        about,
        url,
        list(distinct plain_value order by plain_value)
        filter (fact = 'street') as streets,
        list(distinct right(plain_value, 7) order by right(plain_value, 7))
        filter (fact = 'telephone') as phones,
    from facts
    group by all
),

-- a site says the same on hundreds of pages: what is said is compared, not the pages
variants as (
    select
        page_values.account_id,
        page_values.rule,
        page_values.about,
        page_values.fact,
        page_values.currency,
        page_values.plain_values,
        shops.streets,
        shops.phones,
        count(*) as page_count,
        list(
            { 'url': page_values.url, 'shown': page_values.shown }
            order by page_values.url asc
        )[:3] as pages,
    from page_values
    inner join shops
        on
            page_values.account_id = shops.account_id
            and page_values.about = shops.about
            and page_values.url = shops.url
    group by all
),

conflicts as (
    select
        variants.*,
        exists(
            select 1
            from variants as other
            where
                variants.account_id = other.account_id
                and variants.about = other.about
                and variants.fact = other.fact
                and variants.currency = other.currency
                and not list_has_any(variants.plain_values, other.plain_values)
                -- two shops of one name have two streets and two telephones
                and not coalesce(
                    not list_has_any(variants.streets, other.streets)
                    and not list_has_any(variants.phones, other.phones),
                    false
                )
                and not (
                    variants.fact = 'telephone'
                    and list_has_any(variants.phones, other.phones)
                )
        ) as is_contradicted,
    from variants
),

site_sums as (
    select
        account_id,
        rule,
        sum(page_count)::bigint as seen_count,
        coalesce(sum(page_count) filter (is_contradicted), 0)::bigint as finding_count,
        flatten(
            list(
                list_transform(
                    pages,
                    lambda page:
                    evidence_of(page.url, about, fact || ': ' || page.shown)
                )
                order by fact asc, pages[1].shown asc, pages[1].url asc
            ) filter (is_contradicted)
        ) as evidence,
    from conflicts
    group by all
),

sums as (
    select * from site_sums
    union all by name
    select * from intermediate.contradicted_bios
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
