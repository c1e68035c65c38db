-- Which posts the imports of this load hold; one row per post.
insert into imported_posts
select distinct md5(concat_ws(chr(31), platform, host, native_id))::uuid as post_id,
from
    read_json(
        getvariable('landing_file'),
        format = 'newline_delimited',
        maximum_object_size = 67108864,
        columns = { platform: 'text', host: 'text', native_id: 'text' }
    )
where
    md5(concat_ws(chr(31), platform, host, native_id))::uuid not in (
        select known.post_id from imported_posts as known
    );
