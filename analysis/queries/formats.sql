-- Which formats does each company use, and how do these do?
with

used as (

    select
        company,
        platform,
        format,
        count(*) as post_count,
        median(lift) as lift_median,
        count(lift) as measured_post_count,
    from marts.posts
    where is_counted and format is not null
    group by all

),

final as (

    select
        company,
        platform,
        format,
        post_count,
        round(
            post_count / sum(post_count) over (partition by company, platform), 3
        ) as share_of_posts,
        lift_median,
        measured_post_count,
    from used

)

select * from final
order by company asc, platform asc, post_count desc, format asc
