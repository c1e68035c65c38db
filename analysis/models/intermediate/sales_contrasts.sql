-- One row per platform, measure, currency, and format, post type or topic: what own
-- posts of that kind brought each, as a ratio to the own posts without it.
-- The ratio is Mantel and Haenszel's over strata (account, month, and the way in which
-- a post's sales can be known), which holds up where most posts bring nothing:
-- R = sum(n_rest * S_kind / N), Q = sum(n_kind * S_rest / N). The variance of what a
-- post brings is taken as phi times its mean (quasi-Poisson), phi from the differences
-- inside strata, moderated with that of all posts there (8 posts' worth, as for
-- engagement), and never below that of single sales. Half a sale is added on both
-- sides, so that a kind without any has a ratio too (N. Mantel, W. Haenszel, JNCI 22,
-- 1959; S. Greenland, J. Robins, Biometrics 41, 1985; P. McCullagh, J. Nelder,
-- Generalized Linear Models, 1989).
-- Floating sums are taken in the order of what they add, so that they do not depend on
-- the order of rows.
with

posts as (
    select
        post_id,
        platform,
        measure,
        currency,
        nearest_double(value) as value,
        concat_ws(' ', account_id, month_start_date, is_marked) as stratum,
    from intermediate.compared_sales
),

traits as (
    select distinct
        post_id,
        dimension,
        level,
    from intermediate.post_traits
    where dimension in ('format', 'post_type', 'topic')
),

-- every post that has a known level is compared
compared as (
    select distinct
        posts.*,
        traits.dimension,
    from posts
    inner join traits on posts.post_id = traits.post_id
),

levels as (
    select distinct
        compared.platform,
        compared.measure,
        compared.currency,
        compared.dimension,
        traits.level,
    from compared
    inner join traits
        on
            compared.post_id = traits.post_id
            and compared.dimension = traits.dimension
    where traits.level != '*'
),

armed as (
    select
        levels.level,
        compared.*,
        traits.post_id is not null as has_level,
    from levels
    inner join compared
        on
            levels.platform = compared.platform
            and levels.measure = compared.measure
            and levels.currency = compared.currency
            and levels.dimension = compared.dimension
    left join traits
        on
            compared.post_id = traits.post_id
            and compared.dimension = traits.dimension
            and levels.level = traits.level
),

strata as (
    select
        platform,
        measure,
        currency,
        dimension,
        level,
        stratum,
        count(*) filter (has_level) as n_kind,
        count(*) filter (not has_level) as n_rest,
        coalesce(sum(value order by value) filter (has_level), 0) as s_kind,
        coalesce(sum(value order by value) filter (not has_level), 0) as s_rest,
        coalesce(sum(value * value order by value) filter (has_level), 0) as q_kind,
        coalesce(sum(value * value order by value) filter (not has_level), 0)
            as q_rest,
        count(*) filter (has_level and value > 0) as sold_kind,
        count(*) filter (not has_level and value > 0) as sold_rest,
    from armed
    group by all
),

-- one sale: of counts one; of money what a post that sold brought on average
units as (
    select
        platform,
        measure,
        currency,
        coalesce(
            avg(value order by value) filter (value > 0 and measure = 'revenue'), 1
        ) as unit,
    from posts
    group by platform, measure, currency
),

spreads as (
    select
        platform,
        measure,
        currency,
        sum(residual order by residual) as residual,
        sum(post_count - 1) as df,
        sum(total order by total) / sum(post_count) as mean,
    from (
        select
            platform,
            measure,
            currency,
            stratum,
            count(*) as post_count,
            sum(value order by value) as total,
            sum(value * value order by value) - total * total / post_count as residual,
        from posts
        group by all
    ) as of_strata
    group by all
),

pooled as (
    select
        units.*,
        greatest(
            coalesce(
                spreads.residual / nullif(spreads.df, 0) / nullif(spreads.mean, 0), 0
            ),
            units.unit
        ) as phi,
    from units
    inner join spreads
        on
            units.platform = spreads.platform
            and units.measure = spreads.measure
            and units.currency = spreads.currency
),

terms as (
    select
        *,
        n_kind * n_rest / (n_kind + n_rest) as weight,
        n_rest * s_kind / (n_kind + n_rest) as r,
        n_kind * s_rest / (n_kind + n_rest) as q,
        n_rest * n_rest * s_kind / (n_kind + n_rest) ** 2 as r_squares,
        n_kind * n_kind * s_rest / (n_kind + n_rest) ** 2 as q_squares,
        case when n_kind > 0 then q_kind - s_kind * s_kind / n_kind else 0 end
            as residual_kind,
        case when n_rest > 0 then q_rest - s_rest * s_rest / n_rest else 0 end
            as residual_rest,
    from strata
),

sums as (
    select
        platform,
        measure,
        currency,
        dimension,
        level,
        sum(n_kind)::bigint as post_count,
        sum(n_rest)::bigint as rest_post_count,
        sum(s_kind order by s_kind) as total,
        sum(s_rest order by s_rest) as rest_total,
        sum(sold_kind)::bigint as selling_post_count,
        sum(sold_rest)::bigint as rest_selling_post_count,
        sum(weight order by weight) as weight,
        sum(r order by r) as r,
        sum(q order by q) as q,
        sum(r_squares order by r_squares) as r_squares,
        sum(q_squares order by q_squares) as q_squares,
        sum(residual_kind order by residual_kind) as residual_kind,
        sum(residual_rest order by residual_rest) as residual_rest,
        sum(greatest(n_kind - 1, 0)) as df_kind,
        sum(greatest(n_rest - 1, 0)) as df_rest,
        -- posts that have somebody to be compared with
        coalesce(sum(n_kind) filter (n_rest > 0), 0)::bigint as compared_post_count,
        coalesce(sum(n_rest) filter (n_kind > 0), 0)::bigint
            as compared_rest_post_count,
    from terms
    group by all
),

spread_sums as (
    select
        sums.*,
        pooled.unit,
        pooled.phi,
        greatest(
            (
                8 * pooled.phi
                + coalesce(residual_kind / nullif(total / post_count, 0), df_kind * phi)
            )
            / (8 + df_kind),
            pooled.unit
        ) as phi_kind,
        greatest(
            (
                8 * pooled.phi
                + coalesce(
                    residual_rest / nullif(rest_total / rest_post_count, 0),
                    df_rest * phi
                )
            )
            / (8 + df_rest),
            pooled.unit
        ) as phi_rest,
        weight / nullif(compared_post_count, 0) as w_kind,
        weight / nullif(compared_rest_post_count, 0) as w_rest,
    from sums
    inner join pooled
        on
            sums.platform = pooled.platform
            and sums.measure = pooled.measure
            and sums.currency = pooled.currency
),

variances as (
    select
        *,
        r + 0.5 * unit * w_kind as r_half,
        q + 0.5 * unit * w_rest as q_half,
        phi_kind * (r_squares + 0.5 * unit * w_kind ** 2) as r_variance,
        phi_rest * (q_squares + 0.5 * unit * w_rest ** 2) as q_variance,
    from spread_sums
),

ratios as (
    select
        *,
        ln(r_half / q_half) as log_ratio,
        r_variance / r_half ** 2 as v_kind,
        q_variance / q_half ** 2 as v_rest,
    from variances
    where weight > 0
),

final as (
    select
        variances.platform,
        variances.measure,
        variances.currency,
        variances.dimension,
        variances.level,
        variances.post_count,
        variances.rest_post_count,
        variances.total,
        variances.rest_total,
        variances.selling_post_count,
        variances.rest_selling_post_count,
        variances.total / variances.post_count as per_post,
        case
            when variances.rest_post_count > 0
                then variances.rest_total / variances.rest_post_count
        end as rest_per_post,
        (variances.total + variances.rest_total) / variances.unit as sale_count,
        exp(ratios.log_ratio) as ratio,
        sqrt(ratios.v_kind + ratios.v_rest) as log_se,
        ratios.log_ratio,
        -- Welch and Satterthwaite
        (ratios.v_kind + ratios.v_rest) ** 2 / (
            ratios.v_kind ** 2 / (8 + ratios.df_kind)
            + ratios.v_rest ** 2 / (8 + ratios.df_rest)
        ) as df,
        variances.phi / nullif(
            (variances.total + variances.rest_total)
            / (variances.post_count + variances.rest_post_count),
            0
        ) as post_variance,
        variances.df_kind,
        variances.unit,
        variances.phi_kind,
    from variances
    left join ratios
        on
            variances.platform = ratios.platform
            and variances.measure = ratios.measure
            and variances.currency = ratios.currency
            and variances.dimension = ratios.dimension
            and variances.level = ratios.level
)

select * from final
