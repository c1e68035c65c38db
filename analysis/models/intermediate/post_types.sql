-- One row per post: what it is for, who says so and by which words.
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

keys as (
    select
        keys.post_id,
        keys.content_row,
    from staging.stg_post_keys as keys
    anti join known on keys.post_id = known.post_id
),

posts as (
    select
        keys.post_id,
        posts.stated_post_type,
    from keys
    inner join raw.posts on keys.content_row = posts.rowid
),

found as (
    select
        hits.post_id,
        hits.name as post_type,
        hits.list = 'own_post_type' as is_own,
        sum(hits.weight) as weight,
        list(hits.phrase) as phrases,
    from intermediate.phrase_hits as hits
    anti join known on hits.post_id = known.post_id
    where hits.list in ('post_type', 'own_post_type')
    group by all
),

heaviest as (
    select
        found.post_id,
        found.post_type,
        found.is_own,
        found.phrases,
    from found
    left join seeds.post_types as post_types
        on found.post_type = post_types.post_type
    where found.weight >= 1
    qualify row_number() over (
        partition by found.post_id
        order by
            found.is_own desc,
            coalesce(post_types.is_last, false) asc,
            found.weight desc,
            post_types.precedence asc nulls first,
            found.post_type asc
    ) = 1
),

stated as (
    select
        posts.post_id,
        posts.stated_post_type,
        coalesce(stated_names.post_type, post_types.post_type) as post_type,
    from posts
    left join seeds.stated_post_types as stated_names
        on vocabulary_word(posts.stated_post_type) = stated_names.stated
    left join seeds.post_types as post_types
        on vocabulary_word(posts.stated_post_type) = post_types.post_type
    where posts.stated_post_type is not null
),

post_types as (
    select
        posts.post_id,
        case
            when labels.post_type is not null then labels.post_type
            when stated.post_type is not null then stated.post_type
            when heaviest.post_type is not null then heaviest.post_type
            else 'other'
        end as post_type,
        case
            when labels.post_type is not null then 'label'
            when stated.post_type is not null then 'stated'
            when heaviest.is_own then 'own_rules'
            when heaviest.post_type is not null then 'rules'
            else 'none'
        end as post_type_source,
        case
            when labels.post_type is not null then 'set by you'
            when stated.post_type is not null then stated.stated_post_type
            when heaviest.post_type is not null
                then
                    replace(
                        array_to_string(list_sort(heaviest.phrases), ', '),
                        '? <end>',
                        '? at the end'
                    )
        end as post_type_reason,
    from posts
    left join staging.stg_labels as labels on posts.post_id = labels.post_id
    left join stated on posts.post_id = stated.post_id
    left join heaviest on posts.post_id = heaviest.post_id
    union all
    select
        post_id,
        post_type,
        post_type_source,
        post_type_reason,
    from known
)

select * from post_types
