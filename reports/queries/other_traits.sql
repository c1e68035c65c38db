-- At most twelve rows per platform and dimension: the topics, tags, languages, and
-- whether comments were answered, whose range lies on one side and that most posts
-- have, exploratory: engagement as a ratio to the same accounts' other posts.
select *
from marts.comparisons
where dimension in ('topic', 'tag', 'language', 'answered')
qualify
    row_number() over (
        partition by platform, dimension
        order by
            coalesce(lift_low > 1 or lift_high < 1, false) desc,
            post_count desc,
            level asc
    ) <= 12
order by platform asc, dimension asc, lift desc nulls last, level asc
