-- One row per platform and topic, tag, language or whether comments were answered,
-- exploratory: engagement as a ratio to the same accounts' other posts.
select *
from marts.comparisons
where dimension in ('topic', 'tag', 'language', 'answered')
order by platform asc, dimension asc, lift desc nulls last, level asc
