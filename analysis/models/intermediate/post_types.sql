-- One row per post: what it is for, who says so and by which words.
-- What a person said stands before what the source states, and that before the rules,
-- the user's own first. These add up the weights of the phrases found in the text (see
-- phrase_hits); the heaviest type with at least 1 wins, the earlier in seeds.post_types
-- at a tie. A type that others come before (is_last: a question is asked in offers and
-- giveaways too) wins only alone.
with

posts as (
    select
        post_id,
        stated_post_type,
    from staging.stg_posts
),

found as (
    select
        post_id,
        name as post_type,
        list = 'own_post_type' as is_own,
        sum(weight) as weight,
        list(phrase) as phrases,
    from intermediate.phrase_hits
    where list in ('post_type', 'own_post_type')
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
)

select * from post_types
