-- One row: what this brief was built from.
select
    as_of,
    window_start,
    window_end,
    timezone,
    version,
    built_at,
    first_crawl_at,
    last_crawl_at,
    crawl_count,
    company_count,
    account_count,
    post_count,
    is_first_crawl,
from marts.build
