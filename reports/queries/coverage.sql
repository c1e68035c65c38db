-- One row per account: what the last visit came to and what is known in all.
select
    company,
    is_own,
    platform,
    account,
    url,
    state,
    outcome,
    reason,
    message,
    visit_count,
    post_count,
    new_post_count,
    doubled_count,
    counted_at,
    is_cut,
    is_walled,
    has_any_data,
    visited_at,
    last_good_at,
    oldest_seen_at,
from marts.coverage
order by
    outcome in ('complete', 'unchanged'),
    company,
    platform,
    account
