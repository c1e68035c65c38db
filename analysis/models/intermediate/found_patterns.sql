-- One row per post, what a pattern speaks for, and the words that it found in the text.
with

-- Few, so that their texts are fetched again.
fitting as (
    select
        found_phrases.post_id,
        coalesce(stated_language(posts.language), told_languages.language) as language,
        concat_ws(' . ', posts.title, left(posts.text, 5000)) as content,
    from intermediate.found_phrases as found_phrases
    inner join intermediate.unread_posts as unread
        on found_phrases.post_id = unread.post_id
    inner join raw.posts on unread.content_row = posts.rowid
    left join intermediate.told_languages as told_languages
        on found_phrases.post_id = told_languages.post_id
    where found_phrases.number = 0
),

pattern_hits as (
    select
        post_id,
        unnest(patterns_in(content, language)) as hit,
    from fitting
),

found_patterns as (
    select
        post_id,
        hit.list,
        hit.name,
        hit.found as phrase,
        -- two patterns may find the same words
        sum(hit.weight)::decimal(9, 2) as weight,
    from pattern_hits
    group by all
    union all
    select
        known.post_id,
        known.list,
        known.name,
        known.phrase,
        known.weight,
    from earlier.found_patterns as known
    semi join intermediate.read_posts as read_posts
        on known.post_id = read_posts.post_id
)

select * from found_patterns
