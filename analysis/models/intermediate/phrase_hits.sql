-- One row per post, list of phrases and phrase found in its text, or words that a
-- pattern found there.
with

phrase_hits as (
    select
        found.post_id,
        rules.list,
        rules.name,
        rules.phrase,
        rules.weight,
    from intermediate.found_phrases as found
    inner join intermediate.phrase_rules as rules on found.number = rules.number
    union all
    from intermediate.found_patterns
)

select * from phrase_hits
