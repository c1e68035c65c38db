-- Which hashtags do at least two competitors share that we do not use?
with

used as (

    select distinct
        company,
        is_own,
        lower(unnest(hashtags)) as hashtag,
        post_id,
    from marts.posts
    where is_counted

),

final as (

    select
        '#' || hashtag as hashtag,
        count(distinct company) as company_count,
        count(distinct post_id) as post_count,
        list(distinct company order by company asc) as companies,
    from used
    group by hashtag
    having count(distinct company) >= 2 and not bool_or(is_own)

)

select * from final
order by company_count desc, post_count desc, hashtag asc
