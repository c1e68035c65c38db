-- One row per rule of our lists: a phrase, what it speaks for, and in which languages.
-- Its number, in the order of lists, names and phrases, is all that is kept with a post
-- (see found_phrases).
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
        case
            when bool_and(language is not null) then list_sort(list(language))
        end as languages,
    from phrases
    group by all
),

phrase_rules as (
    select
        row_number() over (
            order by findings.list, findings.name, findings.phrase, findings.weight
        )::integer as number,
        findings.*,
        ' ' || findings.phrase || ' ' as spaced_phrase,
        not contains(findings.phrase, ' ') as is_word,
        contains(findings.phrase, '0') as has_number,
        telling_words.word as telling_word,
    from findings
    inner join telling_words on findings.phrase = telling_words.phrase
)

select * from phrase_rules
