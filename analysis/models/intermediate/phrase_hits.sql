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

phrase_hits as (
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
        and coalesce(words.language, rules.language) = rules.language
)

select * from phrase_hits
