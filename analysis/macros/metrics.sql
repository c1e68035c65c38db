-- Definitions of metrics, by name.

-- Engagement of one observation: the sum of the counts that are shown; null when one of
-- these is unknown, or when none is shown.
create or replace macro engagement_of(
    like_count, comment_count, share_count, counts_likes, counts_comments, counts_shares
) as
    case
        when counts_likes or counts_comments or counts_shares then
            case when counts_likes then like_count else 0 end
            + case when counts_comments then comment_count else 0 end
            + case when counts_shares then share_count else 0 end
    end;

-- The same with a weight for each count.
create or replace macro weighted_engagement_of(
    like_count,
    comment_count,
    share_count,
    counts_likes,
    counts_comments,
    counts_shares,
    like_weight,
    comment_weight,
    share_weight
) as
    engagement_of(
        like_count * like_weight,
        comment_count * comment_weight,
        share_count * share_weight,
        counts_likes,
        counts_comments,
        counts_shares
    );

-- One count as an outcome of its own: unknown where the platform does not show it to
-- everybody.
create or replace macro likes_of(like_count, counts_likes) as
    case when counts_likes then like_count end;

create or replace macro comments_of(comment_count, counts_comments) as
    case when counts_comments then comment_count end;

create or replace macro shares_of(share_count, counts_shares) as
    case when counts_shares then share_count end;

-- Engagement per follower when the post was published, and per view at the same age;
-- both from logarithms, as one. Without followers or views there is nothing to divide
-- by.
create or replace macro log_per_follower(log_engagement, log_follower_count) as
    case when log_follower_count > 0 then log_engagement - log_follower_count end;

create or replace macro log_per_view(log_engagement, log_views) as
    case when log_views > 0 then log_engagement - log_views end;

-- ln(1 + count); a count below zero (a score) stands as zero, an unknown one stays
-- unknown.
create or replace macro log_count(n) as
    case when n >= 0 then ln(1::double + n) when n < 0 then 0.0 end;

-- The square of a decimal(18, 12), as one; through doubles, which is fifty times faster
-- than through decimals.
create or replace macro squared(x) as ((x)::double * (x)::double)::decimal(18, 12);

-- Count, sum and sum of squares of a decimal(18, 12), without rounding that depends on
-- the order; with its squares, where somebody has them.
create or replace macro exact_sums_of(x, x_squared) as {
    'post_count': count(x),
    'log_sum': sum(x),
    'log_squares': sum(case when x is not null then x_squared end),
    'top_count': null::bigint
};

create or replace macro exact_sums(x) as exact_sums_of(x, squared(x));

-- The same, and how many lie above the border of the account's top decile.
create or replace macro exact_sums_and_top(x, border) as {
    'post_count': count(x),
    'log_sum': sum(x),
    'log_squares': sum(squared(x)),
    'top_count': count(*) filter (x > border)
};

-- The same, and the median.
create or replace macro exact_sums_and_median(x) as {
    'post_count': count(x),
    'log_sum': sum(x),
    'log_squares': sum(squared(x)),
    'middle': median(x::double)
};

-- The hashtags of a post that say that it is paid for.
create or replace macro promoting_hashtags(hashtags) as
    list_filter(
        coalesce(hashtags, []),
        lambda tag: lower(tag) in (
            'ad', 'ads', 'advert', 'advertisement', 'paidad', 'paidpartnership',
            'sponsored', 'sponsoredpost'
        )
    );

-- ln(1 + count) a share of the way from an earlier count to a later one; that of the
-- later one itself at share 1.
create or replace macro log_between(early_count, late_count, share) as
    case
        when share = 1 then log_count(late_count)
        else
            log_count(early_count)
            + share * (log_count(late_count) - log_count(early_count))
    end;

-- Hours from one moment to another. Through microseconds: date_diff on times with zones
-- asks a calendar each time.
create or replace macro hours_between(early_at, late_at) as
    (epoch_us(late_at) - epoch_us(early_at)) / 3.6e9;

-- Whole weeks since 1970, to join moments by: what lies between two moments lies
-- between their weeks.
create or replace macro weeks_since_1970(moment) as
    epoch_us(moment) // 604800000000;

-- A double as an exact number, so that sums do not depend on the order of rows or
-- threads.
create or replace macro exact(x) as (x)::decimal(38, 12);

-- The double nearest to a decimal with up to twelve places. Where it has more digits
-- than a double (2 to the 53rd is 9,007 with twelve places), DuckDB 1.5 casts one in
-- some 100,000 to a neighbour, and 2.0 none. It repeats what it is given: sums take one
-- select after another, or exact_sum() where there are few.
create or replace macro nearest_double(x) as
    case when x between -9007 and 9007 then x::double else x::text::double end;

create or replace macro exact_sum(x) as sum(exact(x))::text::double;

-- The same of numbers that may be far below one.
create or replace macro exact_sum_of_small(x) as
    sum((x)::decimal(38, 24))::text::double;

-- A whole number as it is read: 12,408.
create or replace macro grouped(n) as format('{:,}', round_even(n, 0)::bigint);

-- A ratio with as many digits as it deserves: 12, 2.3, 0.52.
create or replace macro ratio_number(ratio) as
    case
        when ratio >= 1000 then 'over 1,000'
        when ratio > 0 and ratio < 0.01 then 'under 0.01'
        when ratio >= 9.95 then format('{:.0f}', ratio)
        when ratio >= 0.995 then format('{:.1f}', ratio)
        else format('{:.2f}', ratio)
    end;

create or replace macro ratio_in_words(ratio) as ratio_number(ratio) || ' times';

-- A number with its noun: 1 post, 2 posts.
create or replace macro counted(n, one, many) as
    n || ' ' || case when n = 1 then one else many end;

-- A difference of shares in points, with its sign: +6.7.
create or replace macro signed_points(points) as
    case
        when abs(points) < 0.05 then '0.0'
        else replace(format('{:+.1f}', points), '-', '−')
    end;

-- A frequency: 4.5, and 120 where a decimal says nothing.
create or replace macro rate_in_words(rate) as
    case when abs(rate) < 100 then format('{:.1f}', rate) else grouped(rate) end;

-- A part of one as a person says it: 12%, and never 0% for something that is there.
create or replace macro share_in_words(share) as
    case
        when share > 0 and share < 0.01 then 'under 1%'
        when share < 1 and share > 0.99 then 'over 99%'
        -- a half that is one only in decimals is still a half
        else format('{:.0f}', round(100 * share, 6)) || '%'
    end;
