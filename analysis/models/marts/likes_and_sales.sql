-- One row per platform, measure and currency: whether the most liked own posts are
-- those that sell, and what the most liked format brought.
with

ranks as (
    select * from marts.outcome_ranks
),

agreement as (
    select
        platform,
        measure,
        currency,
        count(*) as post_count,
        count(*) filter (value > 0) as selling_post_count,
        sum(value) as total,
        case when count(*) >= 10 then corr(likes_rank, sales_rank) end as correlation,
    from ranks
    group by all
),

formats as (
    select
        platform,
        measure,
        currency,
        format,
        count(*) as post_count,
        avg(ln(1.0 + like_count)) as log_likes,
        sum(value) as total,
    from ranks
    where format is not null
    group by all
    having count(*) >= 3
),

most_liked as (
    select
        *,
        count(*) over same as format_count,
    from formats
    window same as (partition by platform, measure, currency)
    qualify row_number() over (
        partition by platform, measure, currency order by log_likes desc, format asc
    ) = 1
),

best_selling as (
    select *
    from formats
    qualify row_number() over (
        partition by platform, measure, currency
        order by total / post_count desc, format asc
    ) = 1
),

-- Fisher's transform, with the variance for ranks (D. Bonett, T. Wright, Psychometrika
-- 65, 2000)
intervals as (
    select
        *,
        atanh(greatest(least(correlation, 0.999), -0.999)) as z,
        normal_quantile()
        * sqrt((1 + correlation ** 2 / 2) / greatest(post_count - 3, 1)) as half,
    from agreement
),

final as (
    select
        intervals.platform,
        intervals.measure,
        intervals.currency,
        intervals.post_count,
        intervals.selling_post_count,
        intervals.total,
        intervals.correlation,
        tanh(z - half) as correlation_low,
        tanh(z + half) as correlation_high,
        case
            when intervals.post_count < 20 or intervals.selling_post_count < 10
                then 'not_enough'
            when tanh(z - half) > 0 then 'together'
            when tanh(z + half) < 0 then 'apart'
            when tanh(z + half) < 0.3 and tanh(z - half) > -0.3 then 'unrelated'
            else 'not_enough'
        end as verdict,
        most_liked.format as most_liked_format,
        most_liked.post_count as most_liked_post_count,
        most_liked.post_count / intervals.post_count as most_liked_share_of_posts,
        case
            when intervals.total > 0
                then
                    nearest_double(most_liked.total)
                    / nearest_double(intervals.total)
        end as most_liked_share_of_sales,
        best_selling.format as best_selling_format,
        best_selling.post_count / intervals.post_count as best_selling_share_of_posts,
        case
            when intervals.total > 0
                then
                    nearest_double(best_selling.total)
                    / nearest_double(intervals.total)
        end as best_selling_share_of_sales,
        coalesce(most_liked.format_count, 0) as format_count,
    from intervals
    left join most_liked
        on
            intervals.platform = most_liked.platform
            and intervals.measure = most_liked.measure
            and intervals.currency = most_liked.currency
    left join best_selling
        on
            intervals.platform = best_selling.platform
            and intervals.measure = best_selling.measure
            and intervals.currency = best_selling.currency
)

select * from final
