-- Posts with several rows in staging.stg_post_keys. Those of which raw.posts has one
-- row could only be there twice with that row. As rows are numbered without gaps, 64 of
-- them are looked at together: where fewer places are taken than there are keys, one is
-- there twice.
with

doubled_rows as (
    select
        content_row // 64 as block,
        count(*) as key_count,
        bit_count(bit_or(1::ubigint << (content_row % 64)::ubigint)) as row_count,
    from staging.stg_post_keys
    group by block
    having key_count > row_count
),

doubled_posts as (
    select
        keys.post_id,
        count(*) as key_count,
    from staging.stg_post_keys as keys
    semi join staging.stg_reloaded_posts as reloaded on keys.post_id = reloaded.post_id
    group by all
    having key_count > 1
)

select keys.post_id
from staging.stg_post_keys as keys
semi join doubled_rows on keys.content_row // 64 = doubled_rows.block
union all
select post_id
from doubled_posts
