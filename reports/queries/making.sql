-- One row per platform and way a post is made, exploratory: engagement as a ratio to
-- the same accounts' other posts.
select *
from marts.comparisons
where
    dimension not in (
        'format',
        'post_type',
        'weekday',
        'hour_block',
        'day_and_hour',
        'hashtag',
        'topic',
        'tag',
        'language',
        'answered'
    )
order by platform asc, dimension asc, lift desc nulls last, level asc
