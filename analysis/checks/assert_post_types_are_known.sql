-- Sources and rules name known types; only a person may invent one.
select
    post_types.post_id,
    post_types.post_type,
from intermediate.post_types
where
    post_types.post_type_source != 'label'
    and post_types.post_type not in (
        select known.post_type,
        from seeds.post_types as known
    )
