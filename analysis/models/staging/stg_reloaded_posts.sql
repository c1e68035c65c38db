-- One row per post of which raw.posts has several rows. They are few, so that whatever
-- concerns these alone looks at no other.
with

final as (

    select post_id
    from raw.posts
    group by all
    having count(*) > 1

)

select * from final
