-- One row per platform and way a post is made, exploratory: engagement as a ratio to
-- the same accounts' other posts. Of what a post has or has not, the having.
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
qualify
    level != 'no'
    or not bool_or(level = 'yes') over (partition by platform, dimension)
order by platform asc, dimension asc, lift desc nulls last, level asc
