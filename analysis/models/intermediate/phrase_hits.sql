-- One row per post, list of phrases and phrase found in its text.
-- Read are the title, the first 600 characters and the last 200, of patterns (see
-- analysis/patterns.py) the first 5,000; what is of another language than the post's
-- stands for nothing.
with

posts as (
    select
        posts.post_id,
        plain_apostrophes(lower(concat_ws(
            ' . ',
            posts.title,
            left(posts.text, 600),
            right(
                posts.text,
                least(200, greatest(0, length(posts.text) - 600))::bigint
            )
        ))) as content,
        languages.language,
    from intermediate.unread_posts as posts
    left join intermediate.post_languages as languages
        on posts.post_id = languages.post_id
),

asking as (
    select * replace (spaced_sign(content, '?') as content),
    from posts
),

counting as (
    select * replace (spaced_sign(content, '%') as content),
    from asking
),

contents as (
    select
        post_id,
        marked_words(spaced_words(content)) as words,
        language,
    from counting
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

rules as (
    select
        *,
        ' ' || phrase || ' ' as spaced_phrase,
        not contains(phrase, ' ') as is_word,
        list_sort(
            list_transform(
                -- every post has a start and an end
                list_filter(
                    string_split(phrase, ' '), lambda word: word[1] != '<'
                ),
                lambda word: { 'n': -length(word), 'word': word }
            )
        )[1].word as longest_word,
    from phrases
),

-- Joining on a phrase's longest word keeps this linear in the length of the texts, and
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
    inner join rules on words.word = rules.longest_word
    where
        (rules.is_word or contains(words.words, rules.spaced_phrase))
        and (
            rules.language is null
            or coalesce(words.language, rules.language) = rules.language
        )
),

pattern_hits as (
    select
        posts.post_id,
        unnest(patterns_in(
            concat_ws(' . ', posts.title, left(posts.text, 5000)), languages.language
        )) as hit,
    from intermediate.unread_posts as posts
    left join intermediate.post_languages as languages
        on posts.post_id = languages.post_id
),

found_patterns as (
    select
        post_id,
        hit.list,
        hit.name,
        hit.found as phrase,
        -- two patterns may find the same words
        sum(hit.weight) as weight,
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
