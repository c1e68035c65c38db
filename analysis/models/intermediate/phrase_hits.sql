-- One row per post, list of phrases and phrase found in its text.
-- Read are the title, the first 600 characters and the last 200; a phrase of another
-- language than the post's stands for nothing.
with

posts as (
    select
        post_id,
        plain_words(
            concat_ws(
                ' . ',
                title,
                left(text, 600),
                right(text, least(200, greatest(0, length(text) - 600))::bigint)
            )
        ) as words,
        lower(split_part(nullif(nullif(language, ''), 'und'), '-', 1)) as language,
    from staging.stg_posts
),

phrases as (
    select
        'post_type' as list,
        post_type as name,
        language,
        phrase,
        weight,
    from seeds.post_type_rules
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
        list_sort(
            list_transform(
                string_split(phrase, ' '),
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
    from posts
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
        contains(words.words, rules.spaced_phrase)
        and (
            rules.language is null
            or coalesce(words.language, rules.language) = rules.language
        )
),

found_patterns as (
    select
        posts.post_id,
        'own_post_type' as list,
        patterns.post_type as name,
        '/' || patterns.phrase || '/' as phrase,
        patterns.weight,
    from staging.stg_posts as posts
    inner join config.own_post_types as patterns
        on
            patterns.is_pattern
            and regexp_matches(
                concat_ws(' . ', posts.title, left(posts.text, 5000)),
                patterns.phrase,
                'i'
            )
            and (
                patterns.language is null
                or coalesce(posts.language, '') in ('', 'und')
                or starts_with(lower(posts.language), patterns.language)
            )
),

phrase_hits as (
    select * from found_phrases
    union
    select * from found_patterns
)

select * from phrase_hits
