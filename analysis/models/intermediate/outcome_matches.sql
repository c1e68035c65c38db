-- One row per row of the imported visits and sales that counts: the network it came
-- from, and the own post it belongs to, as far as anything says so. The surest way
-- goes first; where several posts carry the same mark, the last one published before.
with

outcomes as (
    select
        *,
        row_number() over (order by file_hash, row_number) as outcome_id,
        coalesce(date, period_start_date) as first_date,
        coalesce(date, period_end_date) as last_date,
    from intermediate.counted_outcomes
),

own_hosts as (
    select distinct
        host,
        platform,
    from staging.stg_accounts
    where is_own and host != '' and platform != 'web'
),

networks as (
    select
        source,
        platform,
    from seeds.traffic_sources
    union
    select
        host as source,
        platform,
    from own_hosts
),

platforms as (
    select
        outcomes.outcome_id,
        networks.platform,
    from outcomes
    inner join networks
        on
            lower(outcomes.source) = networks.source
            or (
                contains(networks.source, '.')
                and ends_with(lower(outcomes.source), '.' || networks.source)
            )
    qualify row_number() over (
        partition by outcomes.outcome_id order by length(networks.source) desc
    ) = 1
),

sourced as (
    select
        outcomes.*,
        platforms.platform as source_platform,
    from outcomes
    left join platforms on outcomes.outcome_id = platforms.outcome_id
),

marks as (
    select
        outcome_id,
        first_date,
        last_date,
        source_platform,
        case
            when source_platform is not null or lower(medium) = 'social' then 4 else 1
        end as page_weeks,
        unnest([
            { 'rank': 1, 'way': 'slot', 'mark': lower(content) },
            { 'rank': 1, 'way': 'slot', 'mark': lower(campaign) },
            { 'rank': 1, 'way': 'slot', 'mark': code },
            { 'rank': 2, 'way': 'content', 'mark': lower(content) },
            { 'rank': 3, 'way': 'code', 'mark': code },
            {
                'rank': 4,
                'way': 'campaign',
                'mark': campaign_mark(campaign, source)
            },
            -- of visits that came from elsewhere a post did not bring any
            {
                'rank': 5,
                'way': 'landing_page',
                'mark': case
                    when
                        source is null
                        or source_platform is not null
                        or lower(medium) = 'social'
                        then landing_page
                end
            }
        ]) as said,
    from sourced
),

marked as (
    select
        marks.outcome_id,
        ways.post_id,
        ways.platform,
        ways.way as matched_by,
        count(*) over (
            partition by marks.outcome_id, marks.said.rank
        ) as candidate_count,
        marks.said.rank,
        ways.published_at,
    from marks
    inner join intermediate.post_ways as ways
        on marks.said.way = ways.way and marks.said.mark = ways.mark
    where
        ways.published_date <= marks.last_date
        and (
            marks.said.way != 'landing_page'
            or marks.source_platform is null
            or marks.source_platform = ways.platform
        )
        -- a page is visited without a post, too, and the more so the older the post is
        and (
            marks.said.way != 'landing_page'
            or ways.published_date + sales_days() * marks.page_weeks > marks.first_date
        )
    qualify row_number() over (
        partition by marks.outcome_id
        order by
            marks.said.rank asc,
            ways.published_at desc,
            ways.post_id asc
    ) = 1
),

-- A visit from a network on the day of the only post there, or the day after.
own_days as (
    select
        posts.post_id,
        posts.platform,
        timezone(run.timezone, posts.published_at)::date as published_date,
    from staging.stg_post_keys as posts
    inner join staging.stg_accounts as accounts
        on posts.account_id = accounts.account_id
    cross join config.run
    where
        accounts.is_own
        and accounts.state != 'removed'
        and posts.role in ('original', 'quote')
        and posts.published_at is not null
),

by_day as (
    select
        sourced.outcome_id,
        min(own_days.post_id::text)::uuid as post_id,
        'day' as matched_by,
        1::bigint as candidate_count,
    from sourced
    inner join own_days
        on
            sourced.source_platform = own_days.platform
            and sourced.date between own_days.published_date
            and own_days.published_date + 1
    group by sourced.outcome_id
    having count(*) = 1
),

final as (
    select
        sourced.file_hash,
        sourced.row_number,
        sourced.kind,
        sourced.tool,
        sourced.property_name,
        sourced.date,
        sourced.period_start_date,
        sourced.period_end_date,
        sourced.source,
        coalesce(marked.platform, sourced.source_platform) as platform,
        coalesce(marked.post_id, by_day.post_id) as post_id,
        coalesce(marked.matched_by, by_day.matched_by) as matched_by,
        coalesce(marked.candidate_count, by_day.candidate_count, 0)
            as candidate_count,
        sourced.currency,
        sourced.session_count,
        sourced.key_event_count,
        sourced.order_count,
        sourced.revenue,
        sourced.is_additional,
    from sourced
    left join marked on sourced.outcome_id = marked.outcome_id
    left join by_day on sourced.outcome_id = by_day.outcome_id
)

select * from final
