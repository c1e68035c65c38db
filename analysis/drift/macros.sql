-- Days since 1970, in UTC.
create or replace temp macro day_number(moment) as epoch_us(moment) // 86400000000;

-- Median of a list; null of an empty one. To the last bit that of judging.py: a value
-- may lie on a bound.
create or replace temp macro middle_of(amounts) as (
    list_sort(amounts)[(len(amounts) + 1) // 2]
    + list_sort(amounts)[len(amounts) // 2 + 1]
) / 2;

-- Of a share of so many posts.
create or replace temp macro standard_error(share, post_count) as sqrt(
    share * (1 - share) / post_count
);
