-- One row per own account: how many of its posts had their comments looked at.
select
    coverage.platform,
    coverage.account,
    coverage.url,
    count(threads.post_id) as post_count,
from marts.coverage as coverage
left join marts.threads as threads on coverage.account_id = threads.account_id
where coverage.is_own
group by all
order by coverage.platform asc, coverage.url asc
