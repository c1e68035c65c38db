-- One row per post inside a window and trait it has: a (dimension, level) pair that
-- might matter.
-- A new trait is one more select here and one more row in seeds.dimensions; a post
-- whose level is unknown has no row. Of a dimension of which a post may have several
-- levels (is_multiple), every post that is compared has the level '*' besides.
with

posts as (
    select
        *,
        length(concat_ws(' ', title, text)) as text_length,
        -- an address may hold a question mark, or a number that looks like a price
        regexp_replace(
            concat_ws(' . ', title, text), 'https?://\S+', ' ', 'g'
        ) as own_words,
        len(hashtags) as hashtag_count,
        -- whoever states the medium states its parts
        len(media) as media_count,
        list_filter(media, lambda medium: medium.kind = 'image') as images,
        list_max(
            list_transform(media, lambda medium: medium.duration_seconds)
        ) as duration_seconds,
    from intermediate.counted_posts
),

-- Where no picture was ever described, a missing description says nothing about the
-- post: the source may not tell.
describing_platforms as (
    select distinct platform,
    from posts
    where
        len(list_filter(media, lambda medium: medium.alt_text is not null)) > 0
),

company_hosts as (
    select
        company,
        host,
    from staging.stg_accounts
    where platform = 'web' and host != ''
    union
    select
        accounts.company,
        site_host_of(unnest(profiles.links)) as host,
    from staging.stg_profiles as profiles
    inner join staging.stg_accounts as accounts
        on profiles.account_id = accounts.account_id
),

formats as (
    select
        post_id,
        'format' as dimension,
        format as level,
    from posts
    where format is not null
),

post_types as (
    select
        posts.post_id,
        'post_type' as dimension,
        post_types.post_type as level,
    from posts
    inner join intermediate.post_types as post_types
        on posts.post_id = post_types.post_id
),

weekdays as (
    select
        post_id,
        'weekday' as dimension,
        lower(dayname(audience_at)) as level,
    from posts
    where has_day
),

hour_blocks as (
    select
        post_id,
        'hour_block' as dimension,
        format(
            '{:02d}-{:02d}',
            hour(audience_at) // 4 * 4,
            hour(audience_at) // 4 * 4 + 4
        ) as level,
    from posts
    where has_hour
),

lengths as (
    select
        post_id,
        'length' as dimension,
        case
            when text_length = 0 then 'none'
            when text_length <= 80 then 'up_to_80'
            when text_length <= 200 then '81_to_200'
            when text_length <= 500 then '201_to_500'
            when text_length <= 2000 then '501_to_2000'
            else 'over_2000'
        end as level,
    from posts
    where text is not null
),

hashtag_counts as (
    select
        post_id,
        'hashtag_count' as dimension,
        case
            when hashtag_count = 0 then '0'
            when hashtag_count <= 2 then '1_to_2'
            when hashtag_count <= 5 then '3_to_5'
            when hashtag_count <= 10 then '6_to_10'
            else 'over_10'
        end as level,
    from posts
    where text is not null or hashtag_count > 0
),

links as (
    select
        post_id,
        'has_link' as dimension,
        case when len(links) > 0 then 'yes' else 'no' end as level,
    from posts
    where text is not null or len(links) > 0
),

questions as (
    select
        post_id,
        'question' as dimension,
        case when regexp_matches(own_words, '[?？؟]') then 'yes' else 'no' end as level,
    from posts
    where text is not null
),

calling_posts as (
    select distinct post_id,
    from intermediate.phrase_hits
    where list = 'call_to_action'
),

calls_to_action as (
    select
        posts.post_id,
        'call_to_action' as dimension,
        case when hits.post_id is not null then 'yes' else 'no' end as level,
    from posts
    left join calling_posts as hits on posts.post_id = hits.post_id
    where posts.text is not null
),

prices as (
    select
        post_id,
        'price' as dimension,
        case when names_price(own_words) then 'yes' else 'no' end as level,
    from posts
    where text is not null
),

emojis as (
    select
        post_id,
        'emoji' as dimension,
        case when has_emoji(own_words) then 'yes' else 'no' end as level,
    from posts
    where text is not null
),

mentions as (
    select
        post_id,
        'mention' as dimension,
        case when len(mentions) > 0 then 'yes' else 'no' end as level,
    from posts
    where text is not null or len(mentions) > 0
),

linked as (
    select
        post_id,
        company,
        unnest(links) as link,
    from posts
    where len(links) > 0
),

link_roles as (
    select
        linked.post_id,
        bool_or(company_hosts.host is not null) as leads_home,
        bool_or(company_hosts.host is not null and leads_to_shop(linked.link))
            as leads_to_own_shop,
        bool_or(leads_to_shop(linked.link)) as leads_to_any_shop,
    from linked
    left join company_hosts
        on
            linked.company = company_hosts.company
            and site_host_of(linked.link) = company_hosts.host
    group by all
),

link_targets as (
    select
        post_id,
        'link_target' as dimension,
        case
            when leads_to_own_shop then 'own_shop'
            when leads_home then 'own_site'
            when leads_to_any_shop then 'other_shop'
            else 'elsewhere'
        end as level,
    from link_roles
    union all
    select
        post_id,
        'link_target' as dimension,
        'profile' as level,
    from posts
    where len(links) = 0 and points_to_profile(own_words)
),

-- Where a thread was not seen to its end, an answer may stand in the rest.
answers as (
    select
        posts.post_id,
        'answered' as dimension,
        case when replies.answered_count > 0 then 'yes' else 'no' end as level,
    from posts
    inner join staging.stg_replies as replies on posts.post_id = replies.post_id
    where
        replies.comment_count > 0
        and (replies.answered_count > 0 or replies.is_complete)
),

media_counts as (
    select
        post_id,
        'media_count' as dimension,
        case when media_count <= 4 then '2_to_4' else 'over_4' end as level,
    from posts
    -- none or one is the format itself, and would only say again what that says
    where format = 'carousel' and media_count >= 2
),

image_sizes as (
    select
        post_id,
        'image_size' as dimension,
        case
            when greatest(images[1].width, images[1].height) >= 1080 then 'large'
            else 'small'
        end as level,
    from posts
    where images[1].width > 0 and images[1].height > 0
),

image_shapes as (
    select
        post_id,
        'image_shape' as dimension,
        case
            when images[1].height > images[1].width * 1.05 then 'upright'
            when images[1].width > images[1].height * 1.05 then 'wide'
            else 'square'
        end as level,
    from posts
    where images[1].width > 0 and images[1].height > 0
),

video_lengths as (
    select
        post_id,
        'video_length' as dimension,
        case
            when duration_seconds <= 15 then 'up_to_15'
            when duration_seconds <= 60 then '16_to_60'
            when duration_seconds <= 180 then '61_to_180'
            when duration_seconds <= 600 then '181_to_600'
            else 'over_600'
        end as level,
    from posts
    where duration_seconds > 0
),

alt_texts as (
    select
        posts.post_id,
        'alt_text' as dimension,
        case
            when
                len(
                    list_filter(
                        posts.images,
                        lambda image: trim(coalesce(image.alt_text, '')) != ''
                    )
                ) > 0
                then 'yes'
            else 'no'
        end as level,
    from posts
    inner join describing_platforms on posts.platform = describing_platforms.platform
    where len(posts.images) > 0
),

languages as (
    select
        posts.post_id,
        'language' as dimension,
        post_languages.language as level,
    from posts
    inner join intermediate.post_languages as post_languages
        on posts.post_id = post_languages.post_id
    where post_languages.language != 'zxx'
),

tagged as (
    select distinct
        post_id,
        platform,
        account_id,
        lower(unnest(hashtags)) as tag,
    from posts
    where hashtag_count > 0
),

known_tags as (
    select
        platform,
        tag,
    from tagged
    where tag != '*'
    group by all
    having count(*) >= 10 and count(distinct account_id) >= 3
),

hashtags as (
    select
        tagged.post_id,
        'hashtag' as dimension,
        tagged.tag as level,
    from tagged
    inner join known_tags
        on tagged.platform = known_tags.platform and tagged.tag = known_tags.tag
    union all
    select
        posts.post_id,
        'hashtag' as dimension,
        '*' as level,
    from posts
    where
        (posts.text is not null or posts.hashtag_count > 0)
        and posts.platform in (select known_tags.platform, from known_tags)
),

topics as (
    select
        post_id,
        'topic' as dimension,
        topic as level,
    from intermediate.post_topics
    union all
    select
        posts.post_id,
        'topic' as dimension,
        '*' as level,
    from posts
    left join intermediate.post_languages as post_languages
        on posts.post_id = post_languages.post_id
    where
        (posts.text is not null or posts.title is not null)
        -- in other languages nobody looked for topics
        and (
            post_languages.language is null
            or post_languages.language in (
                select stop_words.language, from seeds.stop_words as stop_words
            )
        )
        and posts.platform in (
            select terms.platform, from intermediate.topic_terms as terms
        )
),

own_tags as (
    select
        post_id,
        unnest(tags) as tag,
    from staging.stg_labels
),

tags as (
    select
        posts.post_id,
        'tag' as dimension,
        own_tags.tag as level,
    from posts
    inner join own_tags on posts.post_id = own_tags.post_id
    union all
    select
        post_id,
        'tag' as dimension,
        '*' as level,
    from posts
    where
        platform in (
            select tagged_posts.platform,
            from posts as tagged_posts
            inner join own_tags on tagged_posts.post_id = own_tags.post_id
        )
),

post_traits as (
    select * from formats
    union all
    select * from post_types
    union all
    select * from weekdays
    union all
    select * from hour_blocks
    union all
    select * from lengths
    union all
    select * from hashtag_counts
    union all
    select * from links
    union all
    select * from link_targets
    union all
    select * from questions
    union all
    select * from calls_to_action
    union all
    select * from prices
    union all
    select * from emojis
    union all
    select * from mentions
    union all
    select * from media_counts
    union all
    select * from image_sizes
    union all
    select * from image_shapes
    union all
    select * from video_lengths
    union all
    select * from alt_texts
    union all
    select * from languages
    union all
    select * from hashtags
    union all
    select * from tags
    union all
    select * from topics
    union all
    select * from answers
)

select * from post_traits
