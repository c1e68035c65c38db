-- One row per post of which anybody or anything says what it is for: who says so and by
-- which words. Of any other post it is not known ('other').
-- What a person said stands before what the source states, and that before the rules,
-- the user's own first. These add up the weights of the phrases found in the text (see
-- phrase_hits); the heaviest type with at least 1 wins, the earlier in seeds.post_types
-- at a tie. A type that others come before (is_last: a question is asked in offers and
-- giveaways too) wins only alone.
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

heavy as (
    select
        hits.post_id,
        hits.list,
        hits.name as post_type,
        sum(hits.weight) as weight,
    from intermediate.phrase_hits as hits
    anti join known on hits.post_id = known.post_id
    where hits.list in ('post_type', 'own_post_type')
    group by all
    having sum(hits.weight) >= 1
),

heaviest as (
    select
        heavy.post_id,
        heavy.list,
        heavy.post_type,
    from heavy
    left join seeds.post_types as post_types on heavy.post_type = post_types.post_type
    anti join labelled on heavy.post_id = labelled.post_id
    anti join stated on heavy.post_id = stated.post_id
    qualify row_number() over (
        partition by heavy.post_id
        order by
            heavy.list = 'own_post_type' desc,
            coalesce(post_types.is_last, false) asc,
            heavy.weight desc,
            post_types.precedence asc nulls first,
            heavy.post_type asc
    ) = 1
),

reasons as (
    select
        heaviest.post_id,
        heaviest.list,
        heaviest.post_type,
        list(hits.phrase) as phrases,
    from heaviest
    inner join intermediate.phrase_hits as hits
        on
            heaviest.post_id = hits.post_id
            and heaviest.list = hits.list
            and heaviest.post_type = hits.name
    group by all
),

ruled as (
    select
        post_id,
        post_type,
        if(list = 'own_post_type', 'own_rules', 'rules') as post_type_source,
        replace(
            array_to_string(list_sort(phrases), ', '), '? <end>', '? at the end'
        ) as post_type_reason,
    from reasons
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
