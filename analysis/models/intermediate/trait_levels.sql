-- One row per post inside a window: its level of every dimension, a column each.
-- A new trait is one more column here, named as its dimension, and one more row in
-- seeds.dimensions. A post whose level is unknown has null. Of a dimension of which a
-- post may have several levels (is_multiple; see post_tags), every post that is
-- compared has '*'.
with

pictured as (
    select
        rowid as content_row,
        len(list_filter(media, lambda medium: medium.alt_text is not null)) > 0
            as is_described,
    from raw.posts
    where len(media) > 0
),

-- Dimensions of which posts of a platform may have a level: where no picture was ever
-- described, a missing description says nothing about the post, as the source may not
-- tell; a tag or topic that none has was not looked for.
known_dimensions as (
    select
        counted.platform,
        'alt_text' as dimension,
    from intermediate.counted_posts as counted
    inner join pictured on counted.content_row = pictured.content_row
    where pictured.is_described
    union
    select
        platform,
        dimension,
    from intermediate.post_tags
    where dimension in ('hashtag', 'tag')
    union
    select
        platform,
        'topic' as dimension,
    from intermediate.topic_terms
),

platforms as (
    select
        platform,
        bool_or(dimension = 'alt_text') as describes_pictures,
        bool_or(dimension = 'hashtag') as has_hashtags,
        bool_or(dimension = 'tag') as has_tags,
        bool_or(dimension = 'topic') as has_topics,
    from known_dimensions
    group by all
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

companies as (
    select
        company,
        list(host) as hosts,
    from company_hosts
    where host is not null
    group by all
),

calling_rules as (
    select number,
    from intermediate.phrase_rules
    where list = 'call_to_action'
),

calling_posts as (
    select distinct found.post_id,
    from intermediate.found_phrases as found
    semi join calling_rules on found.number = calling_rules.number
),

posts as (
    select
        counted.post_id,
        counted.format,
        counted.has_day,
        counted.has_hour,
        counted.audience_at,
        content.text is not null as has_text,
        content.title is not null as has_title,
        length(concat_ws(' ', content.title, content.text)) as text_length,
        -- an address may hold a question mark, or a number that looks like a price
        case
            when contains(content.text, '://') or contains(content.title, '://')
                then
                    regexp_replace(
                        concat_ws(' . ', content.title, content.text),
                        'https?://\S+',
                        ' ',
                        'g'
                    )
            else concat_ws(' . ', content.title, content.text)
        end as own_words,
        coalesce(stated_language(content.language), told_languages.language)
            as spoken_language,
        len(content.hashtags) as hashtag_count,
        len(content.mentions) as mention_count,
        content.links,
        -- whoever states the medium states its parts
        len(content.media) as media_count,
        list_filter(content.media, lambda medium: medium.kind = 'image') as images,
        list_max(
            list_transform(content.media, lambda medium: medium.duration_seconds)
        ) as duration_seconds,
        coalesce(post_types.post_type, 'other') as post_type,
        replies.comment_count,
        replies.answered_count,
        replies.is_complete,
        calling_posts.post_id is not null as is_calling,
        list_filter(
            content.links,
            lambda link: list_contains(companies.hosts, site_host_of(link))
        ) as home_links,
        list_filter(content.links, lambda link: leads_to_shop(link)) as shop_links,
        coalesce(platforms.describes_pictures, false) as describes_pictures,
        platforms.has_hashtags as has_peers_with_hashtags,
        platforms.has_tags as has_peers_with_tags,
        platforms.has_topics
        -- in other languages nobody looked for topics
        and (
            spoken_language is null
            or spoken_language in (
                select stop_words.language, from seeds.stop_words as stop_words
            )
        ) as is_searched_for_topics,
    from intermediate.counted_posts as counted
    -- before the contents: of these DuckDB expects as many rows as posts, and would
    -- hold all languages in memory rather than those of the few that are compared
    left join intermediate.told_languages as told_languages
        on counted.post_id = told_languages.post_id
    left join intermediate.post_types as post_types
        on counted.post_id = post_types.post_id
    left join staging.stg_replies as replies on counted.post_id = replies.post_id
    left join calling_posts on counted.post_id = calling_posts.post_id
    left join companies on counted.company = companies.company
    left join platforms on counted.platform = platforms.platform
    inner join raw.posts as content on counted.content_row = content.rowid
),

worded_posts as (
    select
        *,
        lower(own_words) as lower_words,
        images[1].width as image_width,
        images[1].height as image_height,
    from posts
),

trait_levels as (
    select
        post_id,
        format,
        post_type,
        case when has_day then lower(dayname(audience_at)) end as weekday,
        case
            when has_hour
                then
                    [
                        '00-04', '04-08', '08-12', '12-16', '16-20', '20-24'
                    ][hour(audience_at) // 4 + 1]
        end as hour_block,
        case
            when has_day and has_hour
                then concat(lower(dayname(audience_at)), ' ', hour_block)
        end as day_and_hour,
        case
            when not has_text then null
            when text_length = 0 then 'none'
            when text_length <= 80 then 'up_to_80'
            when text_length <= 200 then '81_to_200'
            when text_length <= 500 then '201_to_500'
            when text_length <= 2000 then '501_to_2000'
            else 'over_2000'
        end as length,
        case
            when hashtag_count > 10 then 'over_10'
            when hashtag_count > 5 then '6_to_10'
            when hashtag_count > 2 then '3_to_5'
            when hashtag_count > 0 then '1_to_2'
            when has_text then '0'
        end as hashtag_count,
        case when len(links) > 0 then 'yes' when has_text then 'no' end as has_link,
        case
            when len(links) > 0
                then
                    case
                        when list_has_any(home_links, shop_links) then 'own_shop'
                        when len(home_links) > 0 then 'own_site'
                        when len(shop_links) > 0 then 'other_shop'
                        else 'elsewhere'
                    end
            when points_to_profile(lower_words) then 'profile'
        end as link_target,
        case
            when not has_text then null
            when
                contains(own_words, '?')
                or contains(own_words, '？')
                or contains(own_words, '؟')
                then 'yes'
            else 'no'
        end as question,
        case when has_text then if(is_calling, 'yes', 'no') end as call_to_action,
        case when has_text then if(names_price(lower_words), 'yes', 'no') end as price,
        case when has_text then if(has_emoji(own_words), 'yes', 'no') end as emoji,
        case when mention_count > 0 then 'yes' when has_text then 'no' end as mention,
        -- where a thread was not seen to its end, an answer may stand in the rest
        case
            when answered_count > 0 then 'yes'
            when comment_count > 0 and is_complete then 'no'
        end as answered,
        -- none or one is the format itself, and would only say again what that says
        case
            when format = 'carousel' and media_count >= 2
                then if(media_count <= 4, '2_to_4', 'over_4')
        end as media_count,
        case
            when image_width > 0 and image_height > 0
                then
                    if(
                        greatest(image_width, image_height) >= 1080,
                        'large',
                        'small'
                    )
        end as image_size,
        case
            when image_width > 0 and image_height > 0
                then
                    case
                        when image_height > image_width * 1.05
                            then 'upright'
                        when image_width > image_height * 1.05 then 'wide'
                        else 'square'
                    end
        end as image_shape,
        case
            when duration_seconds <= 0 then null
            when duration_seconds <= 15 then 'up_to_15'
            when duration_seconds <= 60 then '16_to_60'
            when duration_seconds <= 180 then '61_to_180'
            when duration_seconds <= 600 then '181_to_600'
            when duration_seconds > 600 then 'over_600'
        end as video_length,
        case
            when not describes_pictures or len(images) = 0 then null
            when
                len(
                    list_filter(
                        images,
                        lambda image: trim(coalesce(image.alt_text, '')) != ''
                    )
                ) > 0
                then 'yes'
            when len(images) > 0 then 'no'
        end as alt_text,
        nullif(spoken_language, 'zxx') as language,
        case
            when has_peers_with_hashtags and (has_text or hashtag_count > 0) then '*'
        end as hashtag,
        case when has_peers_with_tags then '*' end as tag,
        case
            when
                is_searched_for_topics and (has_text or has_title)
                then '*'
        end as topic,
    from worded_posts
)

select * from trait_levels
