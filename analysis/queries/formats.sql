-- Which formats does each company use, and how do these do?
select
    company,
    platform,
    format,
    count(*) as post_count,
    round(
        count(*) / sum(count(*)) over (partition by company, platform), 3
    ) as share_of_posts,
    median(lift) as lift_median,
    count(lift) as measured_post_count,
from marts.posts
where is_counted and format is not null
group by all
order by company asc, platform asc, post_count desc, format asc
