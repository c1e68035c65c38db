-- One row per post whose language is known: stated by the source, else told by its
-- words.
-- A view, for whoever asks of a few posts: of many, what is stated is at hand where
-- their contents are.
with

post_languages as (
    select
        keys.post_id,
        coalesce(stated_language(posts.language), told_languages.language) as language,
        stated_language(posts.language) is not null as is_stated,
    from staging.stg_post_keys as keys
    inner join raw.posts on keys.content_row = posts.rowid
    left join intermediate.told_languages as told_languages
        on keys.post_id = told_languages.post_id
    where
        stated_language(posts.language) is not null
        or told_languages.language is not null
)

select * from post_languages
