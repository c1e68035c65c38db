-- One row per post, list of phrases and phrase found in its text.
-- Read are the title, the first 600 characters and the last 200, of patterns (see
-- analysis/patterns.py) the first 5,000; what is of another language than the post's
-- stands for nothing.
with

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
    select '?' as word,
),

-- The word of a phrase that fewest other texts hold: its longest, where one that stands
-- in most texts counts as if it were shorter. A number tells only where nothing else
-- does.
telling_words as (
    select
        phrase_words.phrase,
        arg_min(
            phrase_words.word,
            {
                'is_number': contains(phrase_words.word, '0'),
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

-- What several languages have in common is found once. languages: null for any.
findings as (
    select
        list,
        name,
        phrase,
        weight,
        case when bool_and(language is not null) then list(language) end as languages,
    from phrases
    group by all
),

-- Number 0 finds the posts that a pattern fits.
rules as (
    select
        row_number() over (
            order by findings.list, findings.name, findings.phrase, findings.weight
        ) as number,
        findings.*,
        ' ' || findings.phrase || ' ' as spaced_phrase,
        not contains(findings.phrase, ' ') as is_word,
        contains(findings.phrase, '0') as has_number,
        telling_words.word as telling_word,
    from findings
    inner join telling_words on findings.phrase = telling_words.phrase
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
    select
        found.post_id,
        rules.list,
        rules.name,
        rules.phrase,
        rules.weight,
    from found
    inner join rules on found.number = rules.number
    where found.number > 0
),

-- Few, so that their texts are fetched again.
fitting as (
    select
        found.post_id,
        coalesce(stated_language(posts.language), told_languages.language) as language,
        concat_ws(' . ', posts.title, left(posts.text, 5000)) as content,
    from found
    inner join intermediate.unread_posts as unread on found.post_id = unread.post_id
    inner join raw.posts on unread.content_row = posts.rowid
    left join intermediate.told_languages as told_languages
        on found.post_id = told_languages.post_id
    where found.number = 0
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
