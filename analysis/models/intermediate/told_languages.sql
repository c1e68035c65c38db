-- One row per post whose language no source states and its words tell.
-- It is told where at least two different stop words of a language stand among the
-- first 240 characters, and more than of any other language.
with

-- Texts are fetched of these alone.
unstated as (
    select
        unread.post_id,
        concat_ws(' ', posts.title, posts.text) as content,
    from intermediate.unread_posts as unread
    inner join raw.posts on unread.content_row = posts.rowid
    -- what stated_language() says, as a filter
    where posts.language is null or posts.language in ('', 'und')
),

lower_texts as (
    select
        post_id,
        lower(beginning(content, 240)) as content,
    from unstated
),

beginnings as (
    select
        post_id,
        regexp_replace(
            exchanged(content, '’', ''''), '[.,!?;:]', ' ', 'g'
        ) as content,
    from lower_texts
),

unstated_words as (
    select
        post_id,
        unnest(string_split(content, ' ')) as word,
    from beginnings
),

told as (
    select
        unstated_words.post_id,
        stop_words.language,
        count(distinct unstated_words.word) as word_count,
    from unstated_words
    inner join seeds.stop_words as stop_words on unstated_words.word = stop_words.word
    group by all
),

told_languages as (
    select
        post_id,
        arg_max(language, word_count) as language,
    from told
    group by all
    having
        max(word_count) >= 2
        -- of two languages that are as likely none is told
        and max(word_count) > coalesce(max(word_count, 2)[2], 0)
    union all
    select
        known.post_id,
        known.language,
    from earlier.told_languages as known
    semi join intermediate.read_posts as read_posts
        on known.post_id = read_posts.post_id
)

select * from told_languages
