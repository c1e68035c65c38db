-- One row per post, list of phrases and phrase found in its text.
-- Read are the title, the first 600 characters and the last 200, of patterns (see
-- analysis/patterns.py) the first 5,000; what is of another language than the post's
-- stands for nothing.
with

texts as (
    select
        unread.post_id,
        case
            when length(posts.text) > 600
                then
                    concat_ws(
                        ' . ',
                        posts.title,
                        left(posts.text, 600),
                        right(posts.text, least(200, length(posts.text) - 600)::bigint)
                    )
            else concat_ws(' . ', posts.title, posts.text)
        end as content,
    from intermediate.unread_posts as unread
    inner join raw.posts on unread.content_row = posts.rowid
),

-- What plain_words does, in steps that are quick.
lower_texts as (
    select * replace (lower(content) as content),
    from texts
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

contents as (
    select
        counting.post_id,
        marked_words(counting.content) as words,
        languages.language,
    from counting
    left join intermediate.post_languages as languages
        on counting.post_id = languages.post_id
),

phrases as (
    select
        'post_type' as list,
        post_type as name,
        nullif(language, '*') as language,
        phrase,
        weight,
    from seeds.post_type_rules
    where not starts_with(phrase, '/')
    union all
    select
        'own_post_type' as list,
        post_type as name,
        language,
        trim(replace(replace(plain_words(phrase), '<start>', ''), '<end>', ''))
            as phrase,
        weight,
    from config.own_post_types
    where not is_pattern
    union all
    select
        'call_to_action' as list,
        'yes' as name,
        language,
        phrase,
        1.0 as weight,
    from seeds.call_to_action_phrases
),

phrase_words as (
    select
        phrase,
        unnest(string_split(phrase, ' ')) as word,
    from phrases
),

common_words as (
    select word,
    from seeds.stop_words
    union
    select unnest(['0', '?']) as word,
),

-- The word of a phrase that fewest other texts hold: its longest, where one that stands
-- in most texts counts as if it were shorter.
telling_words as (
    select
        phrase_words.phrase,
        arg_min(
            phrase_words.word,
            {
                'n': if(common_words.word is null, 0, 3) - length(phrase_words.word),
                'word': phrase_words.word
            }
        ) as word,
    from phrase_words
    left join common_words on phrase_words.word = common_words.word
    -- every post has a start and an end
    where phrase_words.word not in ('', '<start>', '<end>')
    group by all
),

rules as (
    select
        phrases.*,
        ' ' || phrases.phrase || ' ' as spaced_phrase,
        not contains(phrases.phrase, ' ') as is_word,
        telling_words.word as telling_word,
    from phrases
    inner join telling_words on phrases.phrase = telling_words.phrase
),

-- Joining on one word of each phrase keeps this linear in the length of the texts, and
-- the candidates few.
words as (
    select
        post_id,
        words,
        language,
        unnest(string_split(words, ' ')) as word,
    from contents
),

found_phrases as (
    select distinct
        words.post_id,
        rules.list,
        rules.name,
        rules.phrase,
        rules.weight,
    from words
    inner join rules on words.word = rules.telling_word
    where
        (
            rules.language is null
            or coalesce(words.language, rules.language) = rules.language
        )
        and (rules.is_word or contains(words.words, rules.spaced_phrase))
),

-- Fetched again: two readers of the same texts would have all of them held in memory.
beginnings as (
    select
        unread.post_id,
        concat_ws(
            ' . ',
            posts.title,
            if(length(posts.text) > 5000, left(posts.text, 5000), posts.text)
        ) as content,
    from intermediate.unread_posts as unread
    inner join raw.posts on unread.content_row = posts.rowid
),

fitting as (
    select
        post_id,
        content,
    from beginnings
    where fits_a_pattern(content)
),

pattern_hits as (
    select
        fitting.post_id,
        unnest(patterns_in(fitting.content, languages.language)) as hit,
    from fitting
    left join intermediate.post_languages as languages
        on fitting.post_id = languages.post_id
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
),

phrase_hits as (
    select * from found_phrases
    union all
    select * from found_patterns
    union all
    select
        known.post_id,
        known.list,
        known.name,
        known.phrase,
        known.weight,
    from earlier.phrase_hits as known
    semi join intermediate.read_posts as read_posts
        on known.post_id = read_posts.post_id
)

select * from phrase_hits
