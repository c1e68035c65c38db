-- One row per post that a person labelled: what was said last.
-- Who labelled an article at another site of the company than the one where it counts
-- labelled that article.
with

final as (

    select
        coalesce(doubled_posts.counted_post_id, labels.post_id) as post_id,
        labels.post_type,
        labels.tags,
        labels.observed_at,
    from raw.labels
    left join staging.stg_doubled_posts as doubled_posts
        on labels.post_id = doubled_posts.post_id
    cross join config.run
    where
        labels.observed_at <= run.as_of
        and (not run.is_strict or labels.loaded_at <= run.as_of)
    qualify row_number() over (
        partition by coalesce(doubled_posts.counted_post_id, labels.post_id)
        order by labels.observed_at desc, labels.loaded_at desc
    ) = 1

)

select * from final
where post_type is not null or len(tags) > 0
