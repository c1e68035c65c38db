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

account_sizes as (
    select
        account_id,
        count(*) as post_count,
    from intermediate.counted_posts
    group by all
),

sampled as (
    select
        posts.post_id,
        posts.platform,
        posts.account_id,
        languages.language,
        regexp_extract_all(
            regexp_replace(
                left(concat_ws(' . ', content.title, content.text), 300),
                '(?:https?://|www\.)\S+|[#@]\S+|\S+@\S+',
                ' . ',
                'g'
            ),
            '[\p{L}\p{M}]+(?:[''’-][\p{L}\p{M}]+)*|[^\p{L}\p{M}\s]+'
        ) as words,
    from intermediate.counted_posts as posts
    inner join account_sizes on posts.account_id = account_sizes.account_id
    inner join raw.posts as content on posts.content_row = content.rowid
    left join intermediate.post_languages as languages
        on posts.post_id = languages.post_id
    where
        -- ids are digests, so that their first eight digits are chance
        ('0x' || left(posts.post_id::text, 8))::bigint * account_sizes.post_count
        < 100 * 4294967296
        and (
            languages.language is null
            or languages.language in (select language, from seeds.stop_words)
        )
),

positions as (
    select
        post_id,
        platform,
        account_id,
        language,
        unnest(words) as word,
        generate_subscripts(words, 1) as position,
    from sampled
),

stop_words as (
    select
        word,
        list(language) as languages,
    from seeds.stop_words
    group by all
),

own_names as (
    select distinct
        account_id,
        unnest(
            regexp_extract_all(lower(concat_ws(' ', company, handle)), '[\p{L}\p{M}]+')
        ) as word,
    from staging.stg_accounts
),

words as (
    select
        positions.post_id,
        positions.platform,
        positions.account_id,
        positions.language,
        positions.position,
        -- l'atelier, the roaster's
        case
            when contains(positions.word, '''') or contains(positions.word, '’')
                then
                    regexp_replace(
                        replace(positions.word, '’', ''''),
                        '^(?:l|d|un|(?:d|n|s)?ell|all|dall|sull)''|''s$',
                        '',
                        'i'
                    )
            else positions.word
        end as spelling,
        lower(spelling) as word,
    from positions
    -- signs are none; for most words their first letter tells that at once
    where
        ascii(positions.word) between 65 and 90
        or ascii(positions.word) between 97 and 122
        or (
            ascii(positions.word) > 127
            and regexp_matches(positions.word, '^[\p{L}\p{M}]')
        )
),

content_words as (
    select words.*
    from words
    left join stop_words on words.word = stop_words.word
    left join own_names
        on words.account_id = own_names.account_id and words.word = own_names.word
    where
        own_names.word is null
        and length(words.word) >= 3
        and (
            stop_words.word is null
            or not coalesce(
                list_contains(stop_words.languages, words.language), true
            )
        )
),

-- A pair that is said often is made of words that are.
frequent_words as (
    select
        platform,
        word,
        row_number() over () as word_number,
    from content_words
    group by all
    having count(*) >= 5 and min(account_id) != max(account_id)
),

told_words as (
    select
        content_words.post_id,
        content_words.account_id,
        content_words.language,
        content_words.position,
        content_words.spelling,
        frequent_words.word_number,
    from content_words
    inner join frequent_words
        on
            content_words.platform = frequent_words.platform
            and content_words.word = frequent_words.word
),

-- Most pairs are chance: they are counted by their words' numbers, and never spelt.
-- second_number 0: a word alone.
said as (
    select
        post_id,
        account_id,
        language,
        word_number as first_number,
        0 as second_number,
        spelling as first_spelling,
        null as second_spelling,
    from told_words
    union all
    select
        first_words.post_id,
        first_words.account_id,
        first_words.language,
        first_words.word_number as first_number,
        second_words.word_number as second_number,
        first_words.spelling as first_spelling,
        second_words.spelling as second_spelling,
    from told_words as first_words
    inner join told_words as second_words
        on
            first_words.post_id = second_words.post_id
            and first_words.position + 1 = second_words.position
),

account_numbers as (
    select
        account_id,
        first_number,
        second_number,
        count(distinct post_id) as post_count,
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

numbered_terms as (
    select
        numbers.first_number,
        numbers.second_number,
        first_words.platform,
        concat_ws(' ', first_words.word, second_words.word) as term,
    from frequent_numbers as numbers
    inner join frequent_words as first_words
        on numbers.first_number = first_words.word_number
    left join frequent_words as second_words
        on numbers.second_number = second_words.word_number
),

account_terms as (
    select
        terms.platform,
        account_numbers.account_id,
        terms.term,
        account_numbers.post_count,
    from account_numbers
    inner join numbered_terms as terms using (first_number, second_number)
),

sample_sizes as (
    select
        account_id,
        count(*) as post_count,
    from sampled
    group by all
),

terms as (
    select
        platform,
        term,
    from numbered_terms
),

spellings as (
    select
        terms.platform,
        terms.term,
        concat_ws(' ', said.first_spelling, said.second_spelling) as spelling,
        count(*) as use_count,
        -- what ends a plural depends on it
        mode(said.language order by said.language) as language,
    from said
    inner join numbered_terms as terms using (first_number, second_number)
    group by all
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
        terms.platform,
        terms.term,
        coalesce(singulars.singular, terms.term) as topic_key,
    from terms
    left join singulars
        on terms.platform = singulars.platform and terms.term = singulars.term
),

topics as (
    select
        account_terms.platform,
        named.topic_key,
        sum(account_terms.post_count) as post_count,
        count(distinct account_terms.account_id) as account_count,
        sum(sample_sizes.post_count) as sample_count,
    from named
    inner join account_terms
        on
            named.platform = account_terms.platform
            and named.term = account_terms.term
    inner join sample_sizes on account_terms.account_id = sample_sizes.account_id
    group by all
    having
        sum(account_terms.post_count) >= 10
        and count(distinct account_terms.account_id) >= 3
        and sum(account_terms.post_count) <= 0.5 * sum(sample_sizes.post_count)
),

-- A word that mostly stands in one pair, and a pair that is chance.
pairs as (
    select
        pairs.platform,
        pairs.topic_key as pair,
        words.topic_key as word,
        pairs.post_count / words.post_count as share,
    from topics as pairs
    inner join topics as words
        on
            pairs.platform = words.platform
            and list_contains(string_split(pairs.topic_key, ' '), words.topic_key)
    where contains(pairs.topic_key, ' ')
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

names as (
    select
        named.platform,
        named.topic_key,
        spellings.spelling as topic,
    from named
    inner join spellings
        on named.platform = spellings.platform and named.term = spellings.term
    qualify row_number() over (
        partition by named.platform, named.topic_key
        order by spellings.use_count desc, spellings.spelling desc
    ) = 1
),

topic_terms as (
    select
        chosen.platform,
        names.topic,
        named.term,
    from chosen
    inner join named
        on
            chosen.platform = named.platform
            and chosen.topic_key = named.topic_key
    inner join names
        on
            chosen.platform = names.platform
            and chosen.topic_key = names.topic_key
)

select * from topic_terms
