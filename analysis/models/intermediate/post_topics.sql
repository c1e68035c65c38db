-- One row per post inside a window and topic that its first 300 characters name; at
-- most four a post, those that fewest posts are about.
with

openings as (
    select unnest(
        ['', '"', '“', '„', '«', '(', '''', 'l''', 'd''', 'l’', 'd’']
    ) as opening,
),

closings as (
    select unnest([
        '',
        '.',
        ',',
        '!',
        '?',
        ':',
        ';',
        '…',
        ')',
        '"',
        '”',
        '“',
        '»',
        '''s',
        '’s',
        '।',
        '!!', '...'
    ]) as closing,
),

-- Words are looked up by numbers, which cost less than names.
platforms as (
    select
        platform,
        row_number() over () as platform_number,
    from intermediate.topic_terms
    group by all
),

topics as (
    select
        platform,
        topic,
        row_number() over () as topic_number,
    from intermediate.topic_terms
    group by all
),

terms as (
    select
        platforms.platform_number,
        topics.topic_number,
        row_number() over () as term_number,
        terms.term,
    from intermediate.topic_terms as terms
    inner join platforms on terms.platform = platforms.platform
    inner join topics
        on terms.platform = topics.platform and terms.topic = topics.topic
),

-- A word as it may stand in a text: with what opens or closes a phrase.
written as (
    select
        terms.platform_number,
        terms.topic_number,
        terms.term_number,
        ' ' || terms.term as spaced_term,
        contains(terms.term, ' ') as is_pair,
        openings.opening || regexp_extract(terms.term, '[^ ]+$') || closings.closing
            as last_word,
    from terms
    cross join openings
    cross join closings
    -- the second word of a pair opens nothing
    where openings.opening = '' or not contains(terms.term, ' ')
),

posts as (
    select
        posts.post_id,
        posts.account_id,
        platforms.platform_number,
        coalesce(stated_language(content.language), told_languages.language)
            as spoken_language,
        concat_ws(' . ', content.title, content.text) as content,
    from intermediate.counted_posts as posts
    inner join platforms on posts.platform = platforms.platform
    inner join raw.posts as content on posts.content_row = content.rowid
    left join intermediate.told_languages as told_languages
        on posts.post_id = told_languages.post_id
    where
        spoken_language is null
        or spoken_language in (
            select stop_words.language, from seeds.stop_words as stop_words
        )
),

lower_posts as (
    select * replace (' ' || lower(beginning(content, 300)) as content),
    from posts
),

contents as (
    select * replace (exchanged(content, chr(10), ' ') as content),
    from lower_posts
),

words as (
    select
        post_id,
        account_id,
        platform_number,
        content,
        unnest(string_split(content, ' ')) as word,
    from contents
),

own_names as (
    select distinct
        account_id,
        unnest(
            regexp_extract_all(lower(concat_ws(' ', company, handle)), '[\p{L}\p{M}]+')
        ) as word,
    from staging.stg_accounts
),

own_terms as (
    select
        own_names.account_id,
        terms.term_number,
    from own_names
    inner join terms on own_names.word = terms.term
),

found as (
    select distinct
        words.post_id,
        words.account_id,
        written.topic_number,
    from words
    inner join written
        on
            words.platform_number = written.platform_number
            and words.word = written.last_word
    anti join own_terms
        on
            words.account_id = own_terms.account_id
            and written.term_number = own_terms.term_number
    where not written.is_pair or contains(words.content, written.spaced_term)
),

topic_sizes as (
    select
        topic_number,
        count(*) as post_count,
    from found
    group by all
    having count(*) >= 10 and count(distinct account_id) >= 3
),

-- The one that fewest posts are about is first.
ranked_topics as (
    select
        topics.topic_number,
        topics.topic,
        row_number() over (order by topic_sizes.post_count asc, topics.topic asc)
            as place,
    from topics
    inner join topic_sizes on topics.topic_number = topic_sizes.topic_number
),

post_topics as (
    select
        found.post_id,
        ranked_topics.topic,
    from found
    inner join ranked_topics on found.topic_number = ranked_topics.topic_number
    qualify row_number() over (
        partition by found.post_id order by ranked_topics.place asc
    ) <= 4
)

select * from post_topics
