-- One row per account and rule about its posts: what its newest fifty posts of the
-- window have, against what the network takes or advises.
with

posts as (
    select
        posts.post_id,
        posts.account_id,
        posts.platform,
        posts.url,
        left(coalesce(posts.title, posts.text, ''), 500) as shown,
        coalesce(posts.text, '') as text,
        len(posts.hashtags) as hashtag_count,
        list_filter(posts.media, lambda medium: medium.kind = 'image') as images,
        posts.published_at,
    from staging.stg_posts as posts
    inner join intermediate.counted_posts as counted
        on posts.post_id = counted.post_id
    where counted.is_current
    qualify
        row_number() over (
            partition by posts.account_id
            order by posts.published_at desc, posts.post_id asc
        ) <= 50
),

-- of a network whose pictures never have a description, nothing is known of any
describing as (
    select platform,
    from posts
    group by all
    having
        bool_or(
            len(list_filter(images, lambda image: image.alt_text is not null)) > 0
        )
),

pictures as (
    select
        posts.account_id,
        posts.platform,
        posts.url,
        posts.shown,
        posts.published_at,
        images.image.width,
        images.image.height,
        images.image.alt_text,
    from posts
    cross join unnest(posts.images) as images (image)
),

limits as (
    select
        *,
        try_cast(split_part(value, '-', 1) as bigint) as lowest,
        try_cast(split_part(value, 'x', 1) as bigint) as advised_width,
        try_cast(split_part(value, 'x', 2) as bigint) as advised_height,
    from marts.limits
),

measured as (
    select
        posts.account_id,
        case limits.kind when 'cap' then 'hashtags_cap' else 'hashtags_advice' end
            as rule,
        posts.url,
        posts.shown,
        posts.published_at,
        posts.hashtag_count::double as value,
        posts.hashtag_count::text as said,
        limits.value as limit_value,
        limits.is_confirmed,
        posts.hashtag_count > limits.highest as is_over,
        limits.kind = 'advice' and posts.hashtag_count < limits.lowest as is_below,
        limits.kind = 'advice' as is_advice,
    from posts
    inner join limits
        on
            posts.platform = limits.platform
            and limits.what in ('hashtags_max', 'hashtags_advised')
    union all by name
    select
        posts.account_id,
        'text_length' as rule,
        posts.url,
        posts.shown,
        posts.published_at,
        counted_length(posts.platform, posts.text)::double as value,
        counted_length(posts.platform, posts.text)::text as said,
        limits.value as limit_value,
        limits.is_confirmed,
        -- each server of the fediverse has a cap of its own, and took the post
        posts.platform != 'mastodon'
        and counted_length(posts.platform, posts.text) > limits.highest as is_over,
        false as is_below,
        false as is_advice,
    from posts
    inner join limits
        on
            posts.platform = limits.platform
            and limits.what = 'text_max'
            and limits.kind = 'cap'
    where posts.text != ''
    union all by name
    select
        pictures.account_id,
        'image_size' as rule,
        pictures.url,
        pictures.shown,
        pictures.published_at,
        pictures.width::double as value,
        pictures.width || ' × ' || pictures.height as said,
        replace(limits.value, 'x', ' × ') as limit_value,
        limits.is_confirmed,
        false as is_over,
        pictures.width < limits.advised_width as is_below,
        true as is_advice,
    from pictures
    inner join limits
        on
            pictures.platform = limits.platform
            and limits.what = 'image_advised'
    where pictures.width > 0 and pictures.height > 0
    union all by name
    select
        pictures.account_id,
        'image_shape' as rule,
        pictures.url,
        pictures.shown,
        pictures.published_at,
        pictures.width / pictures.height as value,
        pictures.width || ' × ' || pictures.height as said,
        replace(limits.value, 'x', ' × ') as limit_value,
        limits.is_confirmed,
        pictures.width / pictures.height
        > 1.05 * limits.advised_width / limits.advised_height as is_over,
        pictures.width / pictures.height
        < limits.advised_width / limits.advised_height / 1.05 as is_below,
        true as is_advice,
    from pictures
    inner join limits
        on
            pictures.platform = limits.platform
            and limits.what = 'image_advised'
    where pictures.width > 0 and pictures.height > 0
),

sums as (
    select
        account_id,
        rule,
        limit_value,
        is_advice,
        is_confirmed,
        median(value) as value,
        count(*) as seen_count,
        count(*) filter (is_over) as over_count,
        count(*) filter (is_below) as below_count,
        list(
            evidence_of(url, shown, said)
            order by value desc, published_at desc, url asc
        ) filter (is_over) as over_posts,
        list(
            evidence_of(url, shown, said)
            order by value asc, published_at desc, url asc
        ) filter (is_below) as below_posts,
    from measured
    group by all
),

judged as (
    select
        account_id,
        rule,
        case
            when not is_confirmed then 'unconfirmed'
            when not is_advice and over_count > 0 then 'over'
            -- advice is for the usual post: one exception is none of its business
            when is_advice and 2 * over_count > seen_count then 'over'
            when is_advice and 2 * below_count > seen_count then 'below'
            when is_advice and 2 * (over_count + below_count) > seen_count
                then if(over_count >= below_count, 'over', 'below')
            else 'ok'
        end as state,
        value,
        limit_value,
        seen_count,
        case state when 'over' then over_count when 'below' then below_count else 0 end
            as finding_count,
        case state when 'over' then over_posts when 'below' then below_posts end
            as evidence,
    from sums
    union all by name
    select
        pictures.account_id,
        'alt_text' as rule,
        case
            when not bool_or(describing.platform is not null) then 'not_visible'
            when bool_and(trim(coalesce(pictures.alt_text, '')) != '') then 'ok'
            else 'missing'
        end as state,
        case
            when state != 'not_visible'
                then avg((trim(coalesce(pictures.alt_text, '')) != '')::integer)
        end as value,
        count(*) as seen_count,
        case
            when state = 'missing'
                then
                    count(*) filter (trim(coalesce(pictures.alt_text, '')) = '')
            else 0
        end as finding_count,
        list(
            evidence_of(pictures.url, pictures.shown, null)
            order by pictures.published_at desc, pictures.url asc
        ) filter (trim(coalesce(pictures.alt_text, '')) = '') as evidence,
    from pictures
    left join describing on pictures.platform = describing.platform
    where pictures.platform != 'web'
    group by pictures.account_id
),

final as (
    -- a post with several pictures is named once
    select
        * replace (
            list_transform(
                list_filter(
                    range(1, len(coalesce(evidence, [])) + 1),
                    lambda place: list_position(evidence, evidence[place]) = place
                ),
                lambda place: evidence[place]
            )[:5] as evidence
        ),
    from judged
)

select * from final
