-- Sources and our rules name known types; only a person may invent one.
select
    post_id,
    post_type,
from intermediate.post_types
where
    post_type_source not in ('label', 'own_rules')
    and post_type not in (
        select known.post_type,
        from seeds.post_types as known
    )
