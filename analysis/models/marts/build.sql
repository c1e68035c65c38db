-- One row per build: what it was made of and what it covers.
with

run as (
    select * from config.run
),

current_window as (
    select * from intermediate.evaluations
    where is_current
),

crawls as (
    select
        count(*) as crawl_count,
        min(coalesce(started_at, observed_at)) as first_crawl_at,
        max(coalesce(finished_at, observed_at)) as last_crawl_at,
    from staging.stg_crawls
    where kind = 'crawl'
),

accounts as (
    select
        count(*) as account_count,
        count(distinct company) as company_count,
    from staging.stg_accounts
    where state != 'removed'
),

posts as (
    select count(*) as post_count,
    from intermediate.post_results
),

final as (
    select
        run.as_of,
        current_window.window_start,
        current_window.window_end,
        run.timezone,
        run.version,
        run.outcomes,
        run.built_at,
        crawls.first_crawl_at,
        crawls.last_crawl_at,
        crawls.crawl_count,
        accounts.company_count,
        accounts.account_count,
        posts.post_count,
        crawls.crawl_count <= 1 as is_first_crawl,
    from run
    cross join current_window
    cross join crawls
    cross join accounts
    cross join posts
)

select * from final
