-- One row per post that was removed or edited in the seven days before the brief.
select
    posts.company,
    posts.is_own,
    posts.platform,
    posts.account,
    posts.url,
    posts.title,
    posts.text,
    posts.language,
    posts.engagement,
    posts.lift,
    posts.published_at,
    posts.removed_at,
    posts.edited_at,
    posts.removed_at is not null
    and posts.removed_at > build.as_of - interval 7 days as is_removed,
from marts.posts as posts
cross join marts.build as build
where
    posts.role in ('original', 'quote')
    and (
        posts.removed_at > build.as_of - interval 7 days
        or (
            posts.removed_at is null
            and posts.edited_at > build.as_of - interval 7 days
        )
    )
order by
    is_removed desc,
    posts.company asc,
    coalesce(posts.removed_at, posts.edited_at) desc,
    posts.post_id asc
