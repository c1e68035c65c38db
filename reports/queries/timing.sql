-- One row per platform and weekday or block of hours, exploratory: engagement as a
-- ratio to the same accounts' other posts of the same month and format.
select *
from marts.comparisons
where dimension in ('weekday', 'hour_block')
order by platform asc, dimension asc, lift desc nulls last, level asc
