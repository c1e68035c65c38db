-- One row per post of which anybody or anything says what it is for: who says so and by
-- which words. Of any other post it is not known ('other').
-- What a person said stands before what the source states, and that before the rules,
-- the user's own first. These add up the weights of what was found in the text (see
-- found_phrases and found_patterns); the heaviest type with at least 1 wins, at a tie
-- the earlier in seeds.post_types. A type that others come before (is_last: a question
-- is asked in offers and giveaways too) wins only alone.
with

-- What was found before holds where the words are the same and no person says, or said
-- then, anything else.
known as (
    select known.*
    from earlier.post_types as known
    semi join intermediate.read_posts as read_posts
        on known.post_id = read_posts.post_id
    anti join staging.stg_labels as labels on known.post_id = labels.post_id
    where known.post_type_source != 'label'
),

labelled as (
    select
        post_id,
        post_type,
        'label' as post_type_source,
        'set by you' as post_type_reason,
    from staging.stg_labels
    semi join staging.stg_post_keys as keys on stg_labels.post_id = keys.post_id
    where post_type is not null
),

stated as (
    select
        keys.post_id,
        coalesce(stated_names.post_type, post_types.post_type) as post_type,
        'stated' as post_type_source,
        posts.stated_post_type as post_type_reason,
    from staging.stg_post_keys as keys
    inner join raw.posts on keys.content_row = posts.rowid
    left join seeds.stated_post_types as stated_names
        on vocabulary_word(posts.stated_post_type) = stated_names.stated
    left join seeds.post_types as post_types
        on vocabulary_word(posts.stated_post_type) = post_types.post_type
    anti join labelled on keys.post_id = labelled.post_id
    where
        posts.stated_post_type is not null
        and coalesce(stated_names.post_type, post_types.post_type) is not null
),

-- What rules speak for, by number: adding up and ranking by names takes longer. Of two
-- that weigh the same the lower number comes first.
names as (
    select
        spoken_for.list,
        spoken_for.name as post_type,
        row_number() over (
            order by post_types.precedence asc nulls first, spoken_for.name asc
        ) as number,
        case
            when spoken_for.list = 'own_post_type' then 0 else 2
        end + coalesce(post_types.is_last, false)::integer as turn,
    from (
        select
            list,
            name,
        from intermediate.phrase_rules
        union
        select
            list,
            name,
        from intermediate.found_patterns
    ) as spoken_for
    left join seeds.post_types as post_types on spoken_for.name = post_types.post_type
    where spoken_for.list in ('post_type', 'own_post_type')
),

rules as (
    select
        rules.number,
        rules.weight,
        replace(rules.phrase, '? <end>', '? at the end') as phrase,
        names.number as name_number,
    from intermediate.phrase_rules as rules
    inner join names on rules.list = names.list and rules.name = names.post_type
),

patterns as (
    select
        found.post_id,
        found.weight,
        found.phrase,
        names.number as name_number,
    from intermediate.found_patterns as found
    inner join names on found.list = names.list and found.name = names.post_type
),

weights as (
    select
        found.post_id,
        rules.name_number,
        rules.weight,
    from intermediate.found_phrases as found
    inner join rules on found.number = rules.number
    union all
    select
        post_id,
        name_number,
        weight,
    from patterns
),

heavy as (
    select
        weights.post_id,
        weights.name_number,
        sum(weights.weight) as weight,
    from weights
    anti join known on weights.post_id = known.post_id
    group by all
    having sum(weights.weight) >= 1
),

heaviest as (
    select
        heavy.post_id,
        heavy.name_number,
    from heavy
    inner join names on heavy.name_number = names.number
    anti join labelled on heavy.post_id = labelled.post_id
    anti join stated on heavy.post_id = stated.post_id
    qualify row_number() over (
        partition by heavy.post_id
        order by names.turn asc, heavy.weight desc, names.number asc
    ) = 1
),

phrases as (
    select
        heaviest.post_id,
        heaviest.name_number,
        rules.phrase,
    from heaviest
    inner join intermediate.found_phrases as found on heaviest.post_id = found.post_id
    inner join rules
        on found.number = rules.number and heaviest.name_number = rules.name_number
    union all
    select
        heaviest.post_id,
        heaviest.name_number,
        patterns.phrase,
    from heaviest
    inner join patterns
        on
            heaviest.post_id = patterns.post_id
            and heaviest.name_number = patterns.name_number
),

reasons as (
    select
        post_id,
        name_number,
        array_to_string(list_sort(list(phrase)), ', ') as reason,
    from phrases
    group by all
),

ruled as (
    select
        reasons.post_id,
        names.post_type,
        if(names.list = 'own_post_type', 'own_rules', 'rules') as post_type_source,
        reasons.reason as post_type_reason,
    from reasons
    inner join names on reasons.name_number = names.number
),

said as (
    select * from labelled
    union all
    select * from stated
    union all
    select * from ruled
),

post_types as (
    select said.*
    from said
    anti join known on said.post_id = known.post_id
    union all
    select
        post_id,
        post_type,
        post_type_source,
        post_type_reason,
    from known
)

select * from post_types
