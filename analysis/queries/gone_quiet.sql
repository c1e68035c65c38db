-- Which accounts have not posted for two weeks?
select
    coverage.company,
    coverage.platform,
    coverage.account,
    max(posts.published_at) as last_published_at,
    count(posts.post_id) as post_count,
    coverage.outcome as last_visit,
from marts.coverage
left join marts.posts
    on
        coverage.account_id = posts.account_id
        and posts.role in ('original', 'quote')
cross join marts.build
group by
    coverage.company,
    coverage.platform,
    coverage.account,
    coverage.outcome,
    build.as_of
having
    max(posts.published_at) is null
    or max(posts.published_at) < build.as_of - interval 14 days
order by last_published_at desc nulls last, coverage.company asc, coverage.account asc
