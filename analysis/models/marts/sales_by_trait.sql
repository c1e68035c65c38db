-- One row per platform, measure, currency, and format, post type or topic of own posts:
-- what such posts brought, each, as a ratio to the other own posts, and what may be
-- said of it. Formats and post types are one family of claims, topics are exploratory.
with

contrasts as (
    select
        *,
        post_count >= 10
        and rest_post_count >= 10
        and sale_count >= 20
        and selling_post_count + rest_selling_post_count >= 10 as is_enough,
        dimension = 'topic' as is_exploratory,
    from intermediate.sales_contrasts
),

tested as (
    select
        *,
        exp(log_ratio - t_quantile(df) * log_se) as ratio_low,
        exp(log_ratio + t_quantile(df) * log_se) as ratio_high,
        case
            when is_enough then t_two_sided_p(log_ratio / log_se, round(df))
        end as p_value,
        concat_ws(' ', platform, measure, currency, is_exploratory) as family,
    from contrasts
),

ranked as (
    select
        *,
        row_number() over (
            partition by family
            order by p_value asc nulls last, dimension asc, level asc
        ) as p_rank,
        count(p_value) over (partition by family) as p_count,
    from tested
),

adjusted as (
    select
        *,
        case
            when p_value is not null then bh_q_value(family, p_value, p_rank, p_count)
        end as q_value,
    from ranked
),

-- each kind's own mean, by the same quasi-Poisson variance
intervals as (
    select
        *,
        t_quantile(greatest(df_kind + 8, 1))
        * sqrt(phi_kind * (total + 0.5 * unit)) / post_count as per_post_half,
    from adjusted
),

rhythm as (
    select
        platform,
        measure,
        currency,
        count(*) / greatest(
            date_diff('day', min(published_at), max(published_at)) / 7.0, 1.0
        ) as posts_per_week,
    from intermediate.compared_sales
    group by all
),

shares as (
    select
        intervals.*,
        case
            when total + rest_total > 0 then total / (total + rest_total)
        end as share_of_sales,
        post_count / (post_count + rest_post_count) as share_of_posts,
        posts_per_arm(post_variance, 2.0) as posts_needed,
        rhythm.posts_per_week,
    from intervals
    inner join rhythm
        on
            intervals.platform = rhythm.platform
            and intervals.measure = rhythm.measure
            and intervals.currency = rhythm.currency
),

final as (
    select
        platform,
        measure,
        currency,
        dimension,
        level,
        case
            when not is_enough or ratio is null then 'not_enough'
            when q_value < 0.05 and ratio >= 1.1 then 'sells_more'
            when q_value < 0.05 and ratio <= 1 / 1.1 then 'sells_less'
            when ratio_low >= 0.8 and ratio_high <= 1.25 then 'no_difference'
            else 'not_enough'
        end as verdict,
        post_count,
        rest_post_count,
        selling_post_count,
        total,
        per_post,
        greatest(per_post - per_post_half, 0) as per_post_low,
        per_post + per_post_half as per_post_high,
        rest_per_post,
        share_of_posts,
        share_of_sales,
        ratio,
        ratio_low,
        ratio_high,
        p_value,
        q_value,
        -- so that a doubling is seen with 80 % power
        posts_needed,
        ceil(2 * posts_needed / posts_per_week)::bigint as weeks_needed,
        is_enough,
        is_exploratory,
    from shares
)

select * from final
