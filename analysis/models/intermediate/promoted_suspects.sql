-- One row per own post that is suspected of paid promotion: by which rules, and the
-- evidence in words.
with

promoted_suspects as (
    select
        post_id,
        list(rule order by rule) as rules,
        string_agg(evidence, ' ' order by rule) as evidence,
        bool_or(rule in ('label', 'hashtag')) as is_stated,
    from intermediate.promoted_evidence
    group by all
)

select * from promoted_suspects
