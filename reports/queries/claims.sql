-- One row per platform and format or post type: engagement as a ratio to the same
-- accounts' other posts, how robust that is, and what is missing where nothing can be
-- told.
select *
from marts.comparisons
where dimension in ('format', 'post_type')
order by platform asc, dimension asc, lift desc nulls last, level asc
