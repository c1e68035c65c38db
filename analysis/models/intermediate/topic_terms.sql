-- One row per platform, topic and spelling of it: words, and pairs of words side by
-- side, that several accounts write about.
-- They come out of the first 300 characters of about 100 posts an account,
-- chosen by their ids. A topic stands in at least 10 of these posts by 3 accounts, and
-- in no more than half of the posts of those accounts. No topic are stop words (of the
-- post's language; where that is unknown, of any), hashtags, mentions, addresses,
-- numbers, and for an account the words of its own name. Singular and plural are one
-- topic, named as it is written most; a pair takes the place of a word that hardly ever
-- stands without it. A platform has its 40 most widely used ones.
with

-- Sums are by numbers, which cost less than ids and names.
account_sizes as (
    select
        account_id,
        row_number() over () as account_number,
        count(*) as post_count,
    from intermediate.counted_posts
    group by all
),

platforms as (
    select
        platform,
        row_number() over () as platform_number,
    from intermediate.counted_posts
    group by all
),

sampled as (
    select
        -- its words, fewer than 1,000, take the places after this one
        1000 * row_number() over () as post_place,
        platforms.platform_number,
        account_sizes.account_number,
        coalesce(stated_language(content.language), told_languages.language)
            as spoken_language,
        left(concat_ws(' . ', content.title, content.text), 300) as beginning,
    from intermediate.counted_posts as posts
    inner join account_sizes on posts.account_id = account_sizes.account_id
    inner join platforms on posts.platform = platforms.platform
    inner join raw.posts as content on posts.content_row = content.rowid
    left join intermediate.told_languages as told_languages
        on posts.post_id = told_languages.post_id
    where
        -- ids are digests, so that their first eight digits are chance
        ('0x' || left(posts.post_id::text, 8))::bigint * account_sizes.post_count
        < 100 * 4294967296
        and (
            spoken_language is null
            or spoken_language in (
                select stop_words.language, from seeds.stop_words as stop_words
            )
        )
),

written as (
    select
        post_place,
        platform_number,
        account_number,
        spoken_language as language,
        regexp_extract_all(
            case
                when
                    contains(beginning, '://')
                    or contains(beginning, 'www.')
                    or contains(beginning, '#')
                    or contains(beginning, '@')
                    then
                        regexp_replace(
                            beginning,
                            '(?:https?://|www\.)\S+|[#@]\S+|\S+@\S+',
                            ' . ',
                            'g'
                        )
                else beginning
            end,
            '[\p{L}\p{M}]+(?:[''’-][\p{L}\p{M}]+)*|[^\p{L}\p{M}\s]+'
        ) as words,
    from sampled
),

tokens as (
    select
        post_place,
        post_place + generate_subscripts(words, 1) as place,
        platform_number,
        account_number,
        language,
        unnest(words) as token,
    from written
),

-- Each way to write a word once: what it is cut down to hangs on nothing else.
different_tokens as (
    select distinct token,
    from tokens
),

cut as (
    select
        token,
        -- l'atelier, the roaster's
        case
            when contains(token, '''') or contains(token, '’')
                then
                    regexp_replace(
                        replace(token, '’', ''''),
                        '^(?:l|d|un|(?:d|n|s)?ell|all|dall|sull)''|''s$',
                        '',
                        'i'
                    )
            else token
        end as spelling,
        lower(spelling) as word,
    from different_tokens
    -- signs are no words
    where regexp_matches(token, '^[\p{L}\p{M}]')
),

spellings as (
    select
        token,
        spelling,
        word,
        row_number() over () as spelling_number,
        dense_rank() over (order by word) as word_number,
    from cut
),

vocabulary as (
    select distinct
        word_number,
        word,
    from spellings
    where length(word) >= 3
),

-- '': in a text of which nobody knows the language, those of any are.
stop_words as (
    select distinct
        vocabulary.word_number,
        unnest([stop_words.language, '']) as language,
    from seeds.stop_words as stop_words
    inner join vocabulary on stop_words.word = vocabulary.word
),

own_names as (
    select distinct
        account_sizes.account_number,
        unnest(
            regexp_extract_all(
                lower(concat_ws(' ', accounts.company, accounts.handle)),
                '[\p{L}\p{M}]+'
            )
        ) as word,
    from staging.stg_accounts as accounts
    inner join account_sizes on accounts.account_id = account_sizes.account_id
),

own_words as (
    select
        own_names.account_number,
        vocabulary.word_number,
    from own_names
    inner join vocabulary on own_names.word = vocabulary.word
),

content_words as (
    select
        tokens.post_place,
        tokens.place,
        tokens.platform_number,
        tokens.account_number,
        spellings.word_number,
        spellings.spelling_number,
    from tokens
    inner join spellings on tokens.token = spellings.token
    anti join own_words
        on
            tokens.account_number = own_words.account_number
            and spellings.word_number = own_words.word_number
    anti join stop_words
        on
            coalesce(tokens.language, '') = stop_words.language
            and spellings.word_number = stop_words.word_number
    where length(spellings.word) >= 3
),

-- A pair that is said often is made of words that are.
frequent_words as (
    select
        platform_number,
        word_number,
        row_number() over () as number,
    from content_words
    group by all
    having count(*) >= 5 and min(account_number) != max(account_number)
),

told_words as (
    select
        content_words.post_place,
        content_words.place,
        content_words.account_number,
        content_words.spelling_number,
        frequent_words.number,
    from content_words
    inner join frequent_words
        on
            content_words.platform_number = frequent_words.platform_number
            and content_words.word_number = frequent_words.word_number
),

neighbours as (
    select
        first_words.account_number,
        first_words.post_place,
        first_words.number as first_number,
        second_words.number as second_number,
        first_words.spelling_number as first_spelling,
        second_words.spelling_number as second_spelling,
    from told_words as first_words
    inner join told_words as second_words on first_words.place + 1 = second_words.place
),

-- Most are chance: they are counted by their words' numbers, and never spelt.
frequent_pairs as (
    select
        first_number,
        second_number,
    from neighbours
    group by all
    having count(*) >= 5 and min(account_number) != max(account_number)
),

-- second_number 0: a word alone.
said as (
    select
        account_number,
        post_place,
        number as first_number,
        0 as second_number,
        spelling_number as first_spelling,
        null as second_spelling,
    from told_words
    union all
    select neighbours.*
    from neighbours
    semi join frequent_pairs
        on
            neighbours.first_number = frequent_pairs.first_number
            and neighbours.second_number = frequent_pairs.second_number
),

account_numbers as (
    select
        account_number,
        first_number,
        second_number,
        count(distinct post_place) as post_count,
    from said
    group by all
),

frequent_numbers as (
    select
        first_number,
        second_number,
    from account_numbers
    group by all
    having sum(post_count) >= 5 and count(*) >= 2
),

numbered_words as (
    select
        frequent_words.number,
        platforms.platform,
        vocabulary.word,
    from frequent_words
    inner join platforms
        on frequent_words.platform_number = platforms.platform_number
    inner join vocabulary on frequent_words.word_number = vocabulary.word_number
),

terms as (
    select
        numbers.first_number,
        numbers.second_number,
        first_words.platform,
        concat_ws(' ', first_words.word, second_words.word) as term,
    from frequent_numbers as numbers
    inner join numbered_words as first_words
        on numbers.first_number = first_words.number
    left join numbered_words as second_words
        on numbers.second_number = second_words.number
),

-- The singular of each plural: the same word without its ending, when that is used too.
shorter_forms as (
    select
        platform,
        term,
        unnest([
            regexp_replace(term, 's$', ''),
            regexp_replace(term, 'es$', ''),
            regexp_replace(term, 'ies$', 'y'),
            regexp_replace(term, 'n$', ''),
            regexp_replace(term, 'en$', ''),
            strip_accents(term)
        ]) as form,
    from terms
),

singulars as (
    select
        shorter_forms.platform,
        shorter_forms.term,
        min(shorter_forms.form) as singular,
    from shorter_forms
    inner join terms
        on
            shorter_forms.platform = terms.platform
            and shorter_forms.form = terms.term
    where shorter_forms.form != shorter_forms.term
    group by all
),

named as (
    select
        terms.first_number,
        terms.second_number,
        terms.platform,
        terms.term,
        coalesce(singulars.singular, terms.term) as topic_key,
    from terms
    left join singulars
        on terms.platform = singulars.platform and terms.term = singulars.term
),

sample_sizes as (
    select
        account_number,
        count(*) as post_count,
    from sampled
    group by all
),

topics as (
    select
        named.platform,
        named.topic_key,
        sum(account_numbers.post_count) as post_count,
        count(distinct account_numbers.account_number) as account_count,
        sum(sample_sizes.post_count) as sample_count,
    from named
    inner join account_numbers using (first_number, second_number)
    inner join sample_sizes
        on account_numbers.account_number = sample_sizes.account_number
    group by all
    having
        sum(account_numbers.post_count) >= 10
        and count(distinct account_numbers.account_number) >= 3
        and sum(account_numbers.post_count) <= 0.5 * sum(sample_sizes.post_count)
),

pair_words as (
    select distinct
        platform,
        topic_key as pair,
        post_count,
        unnest(string_split(topic_key, ' ')) as word,
    from topics
    where contains(topic_key, ' ')
),

-- A word that mostly stands in one pair, and a pair that is chance.
pairs as (
    select
        pair_words.platform,
        pair_words.pair,
        pair_words.word,
        pair_words.post_count / topics.post_count as share,
    from pair_words
    inner join topics
        on
            pair_words.platform = topics.platform
            and pair_words.word = topics.topic_key
),

chance_pairs as (
    select
        platform,
        pair,
    from pairs
    group by all
    having max(share) < 0.2
),

chosen as (
    select
        topics.platform,
        topics.topic_key,
    from topics
    where
        not exists (
            from chance_pairs
            where
                chance_pairs.platform = topics.platform
                and chance_pairs.pair = topics.topic_key
        )
        and not exists (
            from pairs
            where
                pairs.platform = topics.platform
                and pairs.word = topics.topic_key
                and pairs.share >= 0.8
        )
    qualify row_number() over (
        partition by topics.platform
        order by
            topics.account_count desc, topics.post_count desc, topics.topic_key asc
    ) <= 40
),

chosen_terms as (
    select named.*
    from named
    inner join chosen
        on
            named.platform = chosen.platform
            and named.topic_key = chosen.topic_key
),

uses as (
    select
        terms.platform,
        terms.topic_key,
        said.first_spelling,
        said.second_spelling,
        count(*) as use_count,
    from chosen_terms as terms
    inner join said using (first_number, second_number)
    group by all
),

spelt_uses as (
    select
        uses.platform,
        uses.topic_key,
        concat_ws(' ', first_words.spelling, second_words.spelling) as spelling,
        sum(uses.use_count) as use_count,
    from uses
    inner join spellings as first_words
        on uses.first_spelling = first_words.spelling_number
    left join spellings as second_words
        on uses.second_spelling = second_words.spelling_number
    group by all
),

names as (
    select
        platform,
        topic_key,
        spelling as topic,
    from spelt_uses
    qualify row_number() over (
        partition by platform, topic_key order by use_count desc, spelling desc
    ) = 1
),

topic_terms as (
    select
        names.platform,
        names.topic,
        chosen_terms.term,
    from chosen_terms
    inner join names
        on
            chosen_terms.platform = names.platform
            and chosen_terms.topic_key = names.topic_key
)

select * from topic_terms
