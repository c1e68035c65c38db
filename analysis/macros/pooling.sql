-- What the accounts of a series say together: one row per series of a table of effects
-- with the columns series_number, level_count, difference, variance,
-- pooled_level_variance and df.
-- DerSimonian & Laird (1986) random effects; the interval is the wider of Hartung &
-- Knapp's (2001) t and the normal one. "here" is the mean over exactly these accounts
-- with Satterthwaite's degrees of freedom.
create or replace macro pooled(effects_name) as table
    with

    effects as (
        select
            *,
            1 / variance as weight,
        from query_table(effects_name)
    ),

    fixed_sums as (
        select
            series_number,
            count(*) as account_count,
            sum(level_count)::bigint as post_count,
            count(*) filter (difference > 0) as accounts_up,
            exact_sum(weight) as weight_sum,
            exact_sum(weight * weight) as weight_squares,
            exact_sum(weight * difference) / exact_sum(weight) as fixed_mean,
            exact_sum(difference) / count(*) as here_mean,
            exact_sum(variance) as variance_sum,
            exact_sum_of_small(variance * variance / df) as variance_squares,
            max(pooled_level_variance) as level_variance,
        from effects
        group by all
    ),

    heterogeneity as (
        select
            effects.series_number,
            exact_sum(
                effects.weight
                * (effects.difference - fixed_sums.fixed_mean) ** 2
            ) as cochran_q,
        from effects
        inner join fixed_sums on effects.series_number = fixed_sums.series_number
        group by all
    ),

    spreads as (
        select
            fixed_sums.*,
            case
                when fixed_sums.account_count < 2 then 0.0
                else
                    greatest(
                        0.0,
                        (heterogeneity.cochran_q - (fixed_sums.account_count - 1))
                        / (
                            fixed_sums.weight_sum
                            - fixed_sums.weight_squares / fixed_sums.weight_sum
                        )
                    )
            end as tau_squared,
        from fixed_sums
        inner join heterogeneity
            on fixed_sums.series_number = heterogeneity.series_number
    ),

    random_sums as (
        select
            effects.series_number,
            exact_sum(1 / (effects.variance + spreads.tau_squared)) as weight_sum,
            exact_sum(effects.difference / (effects.variance + spreads.tau_squared))
            / exact_sum(1 / (effects.variance + spreads.tau_squared)) as mu,
        from effects
        inner join spreads on effects.series_number = spreads.series_number
        group by all
    ),

    residuals as (
        select
            effects.series_number,
            exact_sum(
                (effects.difference - random_sums.mu) ** 2
                / (effects.variance + spreads.tau_squared)
            ) as residual_sum,
        from effects
        inner join spreads on effects.series_number = spreads.series_number
        inner join random_sums on effects.series_number = random_sums.series_number
        group by all
    ),

    errors as (
        select
            spreads.*,
            random_sums.mu,
            sqrt(spreads.tau_squared) as tau,
            1 / sqrt(random_sums.weight_sum) as normal_error,
            case
                when spreads.account_count > 1
                    then
                        sqrt(
                            residuals.residual_sum / (spreads.account_count - 1)
                            / random_sums.weight_sum
                        )
            end as knapp_error,
            sqrt(spreads.variance_sum) / spreads.account_count as here_error,
            spreads.variance_sum ** 2 / spreads.variance_squares as here_df,
        from spreads
        inner join random_sums on spreads.series_number = random_sums.series_number
        inner join residuals on spreads.series_number = residuals.series_number
    ),

    -- In steps, as a macro repeats what it is given (see t_p_at_angle).
    tested as (
        select
            *,
            greatest(normal_error, knapp_error) as error,
            mu / nullif(knapp_error, 0) as t,
            account_count - 1 as df,
            t_angle(t, df) as theta,
            t_log_cosine(theta) as log_cosine,
            here_mean / here_error as here_t,
            t_angle(here_t, here_df) as here_theta,
            t_log_cosine(here_theta) as here_log_cosine,
        from errors
    ),

    halves as (
        select
            *,
            case
                when account_count >= 3
                    then
                        greatest(
                            t_quantile(df) * knapp_error,
                            normal_quantile() * normal_error
                        )
            end as half,
            case
                when account_count >= 3
                    then
                        greatest(
                            t_p_at_angle(t, df, theta, log_cosine),
                            normal_two_sided_p(mu / normal_error)
                        )
            end as p_value,
            t_quantile(here_df) * here_error as here_half,
            t_p_at_angle(here_t, here_df, here_theta, here_log_cosine)
                as here_p_value,
        from tested
    )

    select
        series_number,
        account_count,
        accounts_up,
        post_count,
        mu,
        mu - half as mu_low,
        mu + half as mu_high,
        case
            when account_count >= 3
                then
                    mu - t_quantile(account_count - 2)
                    * sqrt(tau_squared + error ** 2)
        end as next_low,
        case
            when account_count >= 3
                then
                    mu + t_quantile(account_count - 2)
                    * sqrt(tau_squared + error ** 2)
        end as next_high,
        tau,
        error,
        p_value,
        here_mean,
        here_mean - here_half as here_low,
        here_mean + here_half as here_high,
        here_p_value,
        variance_sum / account_count as mean_variance,
        level_variance,
    from halves;
