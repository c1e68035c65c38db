-- One row per visit that collected something, measure and field: what the visit gave,
-- from which its account's own history is judged (analysis/drift/__init__.py).
-- measure: posts_found, posts_per_day (of the time that the visit went back),
-- unparsed_pages, errors, identical_pages: of a visit; coverage, zeros: of a field, 0–1
-- of the posts looked at (of text, format and date: of posts first seen).
-- sample_count: what the value is a share of; part_count: of how many it holds.
with

visits as (

    select
        visits.crawl_id,
        visits.account_id,
        visits.post_count,
        visits.is_cut or visits.outcome = 'partial' as is_partial,
        coalesce(visits.started_at, visits.observed_at) as started_at,
        visits.observed_at,
        date_diff('hour', visits.oldest_at, visits.observed_at) / 24 as days_back,
        -- where two overlap, the later one looked
        coalesce(
            lead(coalesce(visits.started_at, visits.observed_at)) over (
                partition by visits.account_id
                order by
                    coalesce(visits.started_at, visits.observed_at), visits.crawl_id
            ),
            'infinity'
        ) as next_started_at,
    from raw.visits
    cross join config.run as run
    where
        visits.outcome in ('complete', 'partial')
        and visits.observed_at <= run.as_of
        and (not run.is_strict or visits.loaded_at <= run.as_of)

),

-- Looks meet visits by account and day: a join by time alone would sort all looks.
visit_days as (

    select
        *,
        unnest(range(day_number(started_at), day_number(observed_at) + 1)) as day,
    from visits

),

-- Texts are long: as a filter, whether there is one is told without reading it.
wordless as (

    select
        rowid as content_row,
        true as is_wordless,
    from raw.posts
    where title is null and text is null

),

own_posts as (

    select
        posts.post_id,
        any_value(posts.account_id) as account_id,
        min(posts.observed_at) as first_observed_at,
        bool_or(wordless.is_wordless is null) as has_text,
        bool_or(posts.format is not null) as has_format,
        bool_or(posts.published_at is not null) as has_date,
    from raw.posts as posts
    left join wordless on posts.rowid = wordless.content_row
    where posts.role in ('original', 'quote') and posts.source <> 'import'
    group by posts.post_id

),

visit_looks as (

    select
        visits.crawl_id,
        visits.account_id,
        count(*) as looked_count,
        unnest([
            {
                'field': 'like_count',
                'filled': count(metrics.like_count),
                'hidden': count(*) filter (
                    metrics.like_count is null
                    and metrics.missing['like_count'] = 'hidden'
                ),
                'zero': count(*) filter (metrics.like_count = 0)
            },
            {
                'field': 'comment_count',
                'filled': count(metrics.comment_count),
                'hidden': count(*) filter (
                    metrics.comment_count is null
                    and metrics.missing['comment_count'] = 'hidden'
                ),
                'zero': count(*) filter (metrics.comment_count = 0)
            },
            {
                'field': 'share_count',
                'filled': count(metrics.share_count),
                'hidden': count(*) filter (
                    metrics.share_count is null
                    and metrics.missing['share_count'] = 'hidden'
                ),
                'zero': count(*) filter (metrics.share_count = 0)
            },
            {
                'field': 'view_count',
                'filled': count(metrics.view_count),
                'hidden': count(*) filter (
                    metrics.view_count is null
                    and metrics.missing['view_count'] = 'hidden'
                ),
                'zero': count(*) filter (metrics.view_count = 0)
            }
        ]) as counts,
    from raw.post_metrics as metrics
    inner join own_posts on metrics.post_id = own_posts.post_id
    inner join visit_days as visits
        on
            own_posts.account_id = visits.account_id
            and day_number(metrics.observed_at) = visits.day
            and metrics.observed_at >= visits.started_at
            and metrics.observed_at <= visits.observed_at
            and metrics.observed_at < visits.next_started_at
    where metrics.source <> 'import'
    group by visits.crawl_id, visits.account_id

),

-- What a page says it hides is no field that it lost: authors hide counts of single
-- posts, and Reddit those of new ones. More than half are not taken for that, as a page
-- that hides all of a sudden may be read wrongly.
looked_for as (

    select
        crawl_id,
        account_id,
        looked_count,
        counts.field,
        counts.filled,
        counts.zero,
        counts.filled + least(counts.hidden, looked_count // 2) as known,
    from visit_looks

),

first_looks as (

    select
        visits.crawl_id,
        visits.account_id,
        count(*) as looked_count,
        unnest([
            { 'field': 'text', 'filled': count(*) filter (own_posts.has_text) },
            { 'field': 'format', 'filled': count(*) filter (own_posts.has_format) },
            { 'field': 'published_at', 'filled': count(*) filter (own_posts.has_date) }
        ]) as contents,
    from own_posts
    inner join visit_days as visits
        on
            own_posts.account_id = visits.account_id
            and day_number(own_posts.first_observed_at) = visits.day
            and own_posts.first_observed_at >= visits.started_at
            and own_posts.first_observed_at <= visits.observed_at
            and own_posts.first_observed_at < visits.next_started_at
    group by visits.crawl_id, visits.account_id

),

-- Of a page that was read again, how it was read last.
pages as (

    select
        crawl_id,
        account_id,
        url,
        status,
        sha256,
        outcome,
    from raw.pages
    cross join config.run as run
    where
        account_id is not null
        and fetched_at <= run.as_of
        and (not run.is_strict or loaded_at <= run.as_of)
        -- pages with other people's comments are never kept, and often alike
        and (warc_offset is not null or status >= 400)
    qualify row_number() over (
        partition by crawl_id, account_id, url, fetched_at
        order by loaded_at desc, outcome asc
    ) = 1

),

visit_pages as (

    select
        crawl_id,
        account_id,
        count(*) as page_count,
        count(*) filter (
            status < 400 and outcome in ('suspect', 'layout_changed')
        ) as unparsed_count,
        count(*) filter (status >= 400 and status not in (404, 410)) as error_count,
        count(sha256) filter (status < 400)
        - count(distinct sha256) filter (status < 400) as repeated_count,
    from pages
    group by all

),

page_shares as (

    select
        crawl_id,
        account_id,
        page_count,
        unnest([
            { 'measure': 'unparsed_pages', 'value': unparsed_count / page_count },
            { 'measure': 'errors', 'value': error_count / page_count },
            { 'measure': 'identical_pages', 'value': repeated_count / page_count }
        ]) as shares,
    from visit_pages

),

measures as (

    select
        crawl_id,
        account_id,
        'posts_found' as measure,
        null as field,
        post_count::double as value,
        post_count as sample_count,
    from visits
    where not is_partial
    union all by name
    select
        crawl_id,
        account_id,
        'posts_per_day' as measure,
        null as field,
        post_count / greatest(days_back, 1) as value,
        post_count as sample_count,
    from visits
    where not is_partial and days_back is not null
    union all by name
    select
        crawl_id,
        account_id,
        shares.measure,
        shares.value,
        page_count as sample_count,
    from page_shares
    union all by name
    select
        crawl_id,
        account_id,
        'coverage' as measure,
        field,
        known / looked_count as value,
        known as part_count,
        looked_count as sample_count,
    from looked_for
    union all by name
    select
        crawl_id,
        account_id,
        'zeros' as measure,
        field,
        zero / filled as value,
        zero as part_count,
        filled as sample_count,
    from looked_for
    where filled > 0
    union all by name
    select
        crawl_id,
        account_id,
        'coverage' as measure,
        contents.field,
        contents.filled / looked_count as value,
        contents.filled as part_count,
        looked_count as sample_count,
    from first_looks

),

accounts as (

    select
        account_id,
        any_value(platform) as platform,
    from raw.accounts
    group by account_id

),

told as (

    select
        measures.*,
        accounts.platform,
        visits.started_at,
        visits.observed_at,
    from measures
    inner join visits
        on
            measures.crawl_id = visits.crawl_id
            and measures.account_id = visits.account_id
    inner join accounts on measures.account_id = accounts.account_id

),

visits_told as (

    select distinct
        account_id,
        crawl_id,
        started_at,
        observed_at,
    from told

),

gaps as (

    select
        account_id,
        crawl_id,
        observed_at,
        epoch_us(started_at) - lag(epoch_us(observed_at)) over (
            partition by account_id order by observed_at, crawl_id
        ) as gap,
    from visits_told

),

gap_histories as (

    select
        *,
        list(gap) filter (gap is not null) over (
            partition by account_id
            order by observed_at, crawl_id
            rows between 4 preceding and 1 preceding
        ) as gaps_before,
    from gaps

),

-- The first visit reads back to the horizon, and one soon after another has little to
-- find: neither says how much there usually is.
unlike_others as (

    select
        account_id,
        crawl_id,
        observed_at,
    from gap_histories
    where gap is null or gap < middle_of(gaps_before) / 2

),

final as (

    select
        told.crawl_id,
        told.account_id,
        told.platform,
        told.measure,
        told.field,
        told.value,
        told.part_count::bigint as part_count,
        told.sample_count::bigint as sample_count,
        told.started_at,
        told.observed_at,
    from told
    anti join unlike_others
        on
            if(told.measure = 'posts_found', told.account_id, null)
            = unlike_others.account_id
            and told.crawl_id = unlike_others.crawl_id
            and told.observed_at = unlike_others.observed_at

)

select * from final
