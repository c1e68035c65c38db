-- Which posts of the last 30 days did best for their account?
select
    posts.company,
    posts.platform,
    posts.published_at,
    posts.format,
    posts.post_type,
    coalesce(posts.title, posts.text) as text,
    posts.engagement,
    posts.lift,
    posts.url,
from marts.posts
cross join marts.build
where
    posts.is_counted
    and posts.engagement is not null
    and posts.published_at > build.as_of - interval 30 days
order by posts.lift desc nulls last, posts.engagement desc, posts.post_id asc
limit 20
