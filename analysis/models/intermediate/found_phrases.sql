-- One row per post and rule (its number in phrase_rules) whose phrase stands in the
-- post's text; number 0 where a pattern of ours may fit it (see analysis/patterns.py).
-- Read are the title, the first 600 characters and the last 200, of patterns the first
-- 5,000; what is of another language than the post's stands for nothing.
with

rules as (
    select
        number,
        languages,
        phrase,
        spaced_phrase,
        is_word,
        has_number,
        telling_word,
    from intermediate.phrase_rules
    union all by name
    select
        0 as number,
        true as is_word,
        '<pattern>' as telling_word,
),

unread as (
    select
        unread.post_id,
        unread.content_row,
        told_languages.language as told_language,
    from intermediate.unread_posts as unread
    left join intermediate.told_languages as told_languages
        on unread.post_id = told_languages.post_id
),

texts as (
    select
        unread.post_id,
        coalesce(stated_language(posts.language), unread.told_language) as language,
        posts.title,
        posts.text,
        concat_ws(' . ', posts.title, posts.text) as whole,
    from unread
    inner join raw.posts on unread.content_row = posts.rowid
),

beginnings as (
    select
        post_id,
        language,
        if(
            length(text) > 5000, concat_ws(' . ', title, left(text, 5000)), whole
        ) as beginning,
        case
            when length(text) > 600
                then
                    concat_ws(
                        ' . ',
                        title,
                        left(text, 600),
                        right(text, least(200, length(text) - 600)::bigint)
                    )
            else whole
        end as content,
    from texts
),

-- What plain_words does, in steps that are quick.
lower_texts as (
    select
        post_id,
        language,
        -- "case" stops at the first sign that is missing, and "if" does not
        case when fits_a_pattern(beginning) then '<pattern> ' else '' end as mark,
        lower(content) as content,
    from beginnings
),

uncoloured as (
    select * replace (exchanged(content, chr(65039), '') as content),
    from lower_texts
),

plain as (
    select * replace (exchanged(content, '’', '''') as content),
    from uncoloured
),

asking as (
    select * replace (exchanged(content, '?', ' ? ') as content),
    from plain
),

counting as (
    select * replace (exchanged(content, '%', ' % ') as content),
    from asking
),

marked as (
    select
        post_id,
        language,
        mark,
        marked_words(content) as words,
    from counting
),

-- Numbers become 0 in the few texts alone that are told by a number, which then hold
-- their words twice, and for the few phrases that have one.
contents as (
    select
        post_id,
        language,
        case
            when holds_telling_numbers(words) then words || numbers_as_0(words) || mark
            else words || mark
        end as words,
    from marked
),

-- Joining on one word of each phrase keeps this linear in the length of the texts, and
-- the candidates few.
words as (
    select
        post_id,
        language,
        words,
        unnest(string_split(words, ' ')) as word,
    from contents
),

found as (
    select distinct
        words.post_id,
        rules.number,
    from words
    inner join rules on words.word = rules.telling_word
    where
        case
            when rules.is_word then true
            when rules.has_number
                then contains(numbers_as_0(words.words), rules.spaced_phrase)
            -- spaces stand everywhere, so that what begins with one takes longer
            when contains(words.words, rules.phrase)
                then contains(words.words, rules.spaced_phrase)
            else false
        end
        and (
            rules.languages is null
            or words.language is null
            or list_contains(rules.languages, words.language)
        )
),

found_phrases as (
    select * from found
    union all
    select
        known.post_id,
        known.number,
    from earlier.found_phrases as known
    semi join intermediate.read_posts as read_posts
        on known.post_id = read_posts.post_id
)

select * from found_phrases
