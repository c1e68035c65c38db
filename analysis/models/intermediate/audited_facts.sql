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
