-- On which weekdays and at which hours does each company post (in your time zone)?
select
    posts.company,
    posts.platform,
    isodow(posts.published_at at time zone build.timezone) as weekday_number,
    dayname(posts.published_at at time zone build.timezone) as weekday,
    case
        when posts.published_precision in ('second', 'minute')
            then hour(posts.published_at at time zone build.timezone)
    end as hour,
    count(*) as post_count,
from marts.posts
cross join marts.build
where posts.is_counted
group by all
order by
    posts.company asc,
    posts.platform asc,
    weekday_number asc,
    hour asc nulls last
