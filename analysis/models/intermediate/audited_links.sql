-- One row per own account and rule about its links: how many of those that were asked
-- for answer as they should.
-- What may not be asked (robots.txt, a login) is no finding: a visitor's browser may.
with

checked as (
    select
        links.account_id,
        links.url,
        links.place,
        links.place_url,
        links.shown,
        checks.outcome,
        checks.reason,
        checks.status,
        checks.message,
        checks.hops,
        checks.final_url,
        coalesce(
            checks.outcome in ('login_wall', 'blocked', 'robots_denied')
            or checks.reason in (
                'private_address', 'forbidden_scheme', 'rate_limited', 'off_host',
                'budget_spent', 'crawl_delay_too_long', 'too_many_errors',
                'quarantined', 'robots_unreachable', 'interrupted'
            ), false
        ) as is_untold,
        coalesce(checks.reason = 'tls_error', false) as has_bad_certificate,
        checks.outcome is null as is_unasked,
    from marts.own_links as links
    left join staging.stg_link_checks as checks
        on
            links.account_id = checks.account_id
            and links.url = checks.url
),

judged as (
    select
        *,
        'links_answer' as rule,
        'unreachable' as broken_state,
        outcome != 'complete' and not has_bad_certificate as is_broken,
        coalesce(status::text, message) as said,
    from checked
    union all by name
    select
        *,
        'links_certificate' as rule,
        'unreachable' as broken_state,
        has_bad_certificate as is_broken,
        message as said,
    from checked
    where starts_with(lower(url), 'https://') or has_bad_certificate
    union all by name
    select
        *,
        'links_redirect' as rule,
        'outdated' as broken_state,
        outcome = 'complete' and len(hops) > 1 as is_broken,
        array_to_string(list_append(hops, final_url), ' → ') as said,
    from checked
),

sums as (
    select
        account_id,
        rule,
        broken_state,
        count(*) filter (not is_unasked and not is_untold) as seen_count,
        count(*) filter (is_broken and not is_untold) as finding_count,
        list(
            evidence_of(url, shown, said)
            order by
                list_position(['profile', 'pinned', 'site', 'post'], place) asc,
                url asc
        ) filter (is_broken and not is_untold) as evidence,
    from judged
    group by all
),

final as (
    select
        account_id,
        rule,
        case
            when seen_count = 0 then 'not_visible'
            when finding_count > 0 then broken_state
            else 'ok'
        end as state,
        if(seen_count > 0, finding_count::double, null) as value,
        null::text as limit_value,
        seen_count,
        finding_count,
        coalesce(evidence[:20], []) as evidence,
    from sums
)

select * from final
