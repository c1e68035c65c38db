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

-- A word as it may stand in a text: with what opens or closes a phrase.
written as (
    select
        terms.platform,
        terms.topic,
        terms.term,
        contains(terms.term, ' ') as is_pair,
        openings.opening || regexp_extract(terms.term, '[^ ]+$') || closings.closing
            as last_word,
    from intermediate.topic_terms as terms
    cross join openings
    cross join closings
    -- the second word of a pair opens nothing
    where openings.opening = '' or not contains(terms.term, ' ')
),

posts as (
    select
        posts.post_id,
        posts.platform,
        posts.account_id,
        lower(left(concat_ws(' . ', content.title, content.text), 300)) as content,
    from intermediate.counted_posts as posts
    inner join raw.posts as content on posts.content_row = content.rowid
    left join intermediate.post_languages as languages
        on posts.post_id = languages.post_id
    where
        posts.platform in (select platform, from intermediate.topic_terms)
        and (
            languages.language is null
            or languages.language in (select language, from seeds.stop_words)
        )
),

contents as (
    select * replace (exchanged(content, chr(10), ' ') as content),
    from posts
),

words as (
    select
        post_id,
        platform,
        account_id,
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

found as (
    select distinct
        words.post_id,
        words.platform,
        words.account_id,
        written.topic,
    from words
    inner join written
        on words.platform = written.platform and words.word = written.last_word
    left join own_names
        on
            words.account_id = own_names.account_id and written.term = own_names.word
    where
        own_names.word is null
        and (not written.is_pair or contains(' ' || words.content, ' ' || written.term))
),

topics as (
    select
        platform,
        topic,
        count(*) as post_count,
    from found
    group by all
    having count(*) >= 10 and count(distinct account_id) >= 3
),

post_topics as (
    select
        found.post_id,
        found.topic,
    from found
    inner join topics on found.platform = topics.platform and found.topic = topics.topic
    qualify row_number() over (
        partition by found.post_id order by topics.post_count asc, found.topic asc
    ) <= 4
)

select * from post_topics
