-- Student's t, the normal tail and Benjamini-Hochberg in closed form: DuckDB has none
-- of them.

-- Complementary error function of z >= 0, relative error below 1.2e-7; t is
-- 1 / (1 + z / 2).
-- Source: W. H. Press et al., Numerical Recipes, section 6.2 (Chebyshev fit "erfcc").
create or replace macro erfc_fitted(z, t) as
    t * exp(
        -z * z - 1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418
            + t * (-0.18628806 + t * (0.27886807 + t * (-1.13520398
                + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))))
    );

-- As a list of one it is named once: what a macro is given is else planned and
-- calculated wherever its sum names it.
create or replace macro erfc_positive(z) as
    list_transform(
        [z],
        lambda x: list_transform([1 / (1 + 0.5 * x)], lambda t: erfc_fitted(x, t))[1]
    )[1];

-- Probability that a standard normal variable is at least as far from 0 as z.
create or replace macro normal_two_sided_p(z) as
    list_transform(
        [erfc_positive(abs(z) / sqrt(2.0))], lambda p: case when p > 1 then 1 else p end
    )[1];

-- 0.975 quantile of the standard normal distribution.
create or replace macro normal_quantile() as 1.959963984540054;

-- 0.975 quantile of Student's t with df >= 1 degrees of freedom; null below 1.
-- Up to 10 from a table (df that is not whole is rounded down, which widens; one that
-- was divided may miss a whole number by a rounding, and is that number), beyond by the
-- Cornish-Fisher expansion, Abramowitz & Stegun 26.7.5 (error below 0.0005).
create or replace macro t_quantile(df) as
    case
        when df is null or df + 1e-6 < 1 then null
        when df <= 10 + 1e-6 then
            list_extract(
                [
                    12.706204736174694, 4.302652729749462, 3.1824463052837078,
                    2.7764451051977934, 2.5705818356363146, 2.4469118511449786,
                    2.364624251592784, 2.306004135204166, 2.262157162798205,
                    2.228138851986274
                ],
                floor(df + 1e-6)::integer
            )
        else
            1.959963984540054 + 2.3722712303 / df + 2.8224986157 / df ** 2
            + 2.5558496795 / df ** 3 + 1.5895340534 / df ** 4
    end;

-- Two-sided p-value of Student's t: probability of being at least as far from 0 as t.
-- Exact finite sums for whole df up to 200 (Abramowitz & Stegun 26.7.3 and 26.7.4; the
-- coefficients through ln gamma, as logarithms), otherwise Wallace's normal transform
-- (Biometrika 46, 1959).
create or replace macro t_odd_coefficients() as
    [j * ln(4.0) + 2 * lgamma(j + 1) - lgamma(2 * j + 2) for j in range(0, 100)];

create or replace macro t_even_coefficients() as
    [lgamma(2 * j + 1) - 2 * lgamma(j + 1) - j * ln(4.0) for j in range(0, 100)];

create or replace macro t_terms(coefficients, n, log_cosine) as
    coalesce(
        list_sum([
            exp(coefficient + 2 * (position - 1) * log_cosine)
            for coefficient, position in list_slice(coefficients, 1, n)
        ]),
        0
    );

create or replace macro t_p_odd(theta, log_cosine, df) as
    1 - 2 / pi() * (
        theta + sin(theta) * cos(theta)
        * t_terms(t_odd_coefficients(), ((df - 1) / 2)::integer, log_cosine)
    );

create or replace macro t_p_even(theta, log_cosine, df) as
    1 - sin(theta) * t_terms(t_even_coefficients(), (df / 2)::integer, log_cosine);

create or replace macro t_p_wallace(t, df) as
    normal_two_sided_p(
        sqrt(df * ln(1 + t * t / df)) * (8.0 * df + 1) / (8.0 * df + 3)
    );

create or replace macro t_angle(t, df) as atan(abs(t) / sqrt(df));

create or replace macro t_log_cosine(theta) as ln(greatest(cos(theta), 1e-300));

-- With t_angle(t, df) and t_log_cosine of that: a macro repeats what it is given for
-- every term of its sum, so for many rows they are better columns.
create or replace macro t_p_at_angle(t, df, theta, log_cosine) as
    case
        when t is null or df is null or df < 1 then null
        when isinf(t) then 0.0
        -- degrees of freedom that were divided may miss a whole number by a rounding
        when abs(df - round(df)) < 1e-6 and df < 200.5
            then greatest(0.0, least(1.0, case
                when round(df)::bigint % 2 = 1
                    then t_p_odd(theta, log_cosine, round(df))
                else t_p_even(theta, log_cosine, round(df))
            end))
        else t_p_wallace(t, df)
    end;

create or replace macro t_two_sided_p(t, df) as
    t_p_at_angle(t, df, t_angle(t, df), t_log_cosine(t_angle(t, df)));

-- Benjamini-Hochberg q-value of a p-value that has rank p_rank (1 = smallest) among
-- p_count in its family.
-- A window expression: use it in a select list, over rows whose p-value is known.
create or replace macro bh_q_value(family, p, p_rank, p_count) as
    min(least(1.0, p * p_count / p_rank)) over (
        partition by family order by p_rank desc rows unbounded preceding
    );

-- Posts that either side of a comparison needs so that a true ratio is seen with 80 %
-- power at the 5 % level: 7.85 = (1.96 + 0.84) ** 2, two sides of the same variance of
-- ln(1 + y).
create or replace macro posts_per_arm(variance, target_ratio) as
    ceil(2 * 7.85 * variance / ln(target_ratio) ** 2)::bigint;

-- Posts in a window of so many weeks in w weeks from now: those that come at the pace,
-- and what is left of those that are there, spread over their span of weeks.
create or replace macro posts_in_weeks(w, have, pace, span, window_weeks) as
    pace * least(w, window_weeks)
    + have * least(1.0, greatest(0.0, (window_weeks - w) / greatest(span, 1.0)));

-- Inside strata few posts may share a stratum, and a variance pooled from a handful of
-- differences can come out near nothing; so it is drawn to the plain one with the
-- weight of 8 posts, as an account's is drawn to the pooled.
create or replace macro steadied_variance(plain_variance, variance, df) as
    (8 * plain_variance + coalesce(variance, 0) * df) / (8 + df);

-- The variance of an account's posts: its own squared deviations, drawn to the pooled
-- variance with the weight of 8 posts.
create or replace macro moderated_variance(pooled_variance, deviations, df) as
    (8 * pooled_variance + deviations) / (8 + df);
