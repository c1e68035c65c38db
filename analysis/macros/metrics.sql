-- Definitions of metrics, by name.

-- Engagement of one observation: the sum of the counts that are shown; null when one of these is unknown,
-- or when none is shown.
create or replace macro engagement_of(
    like_count, comment_count, share_count, counts_likes, counts_comments, counts_shares
) as
    case
        when counts_likes or counts_comments or counts_shares then
            case when counts_likes then like_count else 0 end
            + case when counts_comments then comment_count else 0 end
            + case when counts_shares then share_count else 0 end
    end;

-- The value a share of the way from one logarithm to a later one; the later one itself at share 1.
create or replace macro between_logs(early_log, late_log, share) as
    case
        when share = 1 then late_log
        else early_log + share * (late_log - early_log)
    end;

-- A double as an exact number, so that sums do not depend on the order of rows or threads.
create or replace macro exact(x) as (x)::decimal(38, 12);

-- A ratio with as many digits as it deserves: 12, 2.3, 0.52.
create or replace macro ratio_number(ratio) as
    case
        when ratio >= 9.95 then format('{:.0f}', ratio)
        when ratio >= 0.995 then format('{:.1f}', ratio)
        else format('{:.2f}', ratio)
    end;

create or replace macro ratio_in_words(ratio) as ratio_number(ratio) || ' times';

-- ln(1 + count); a count below zero (a score) stands as zero, an unknown one stays unknown.
create or replace macro log_count(n) as
    case when n >= 0 then ln(1.0 + n) when n < 0 then 0.0 end;

-- Count, sum and sum of squares of a decimal(18, 12), without rounding that depends on the order.
create or replace macro exact_sums(x) as {
    'post_count': count(x),
    'log_sum': sum(x),
    'log_squares': sum((x * x)::decimal(18, 12))
};

-- Whether a post says that it is paid for: its own label, or a hashtag that means it.
create or replace macro is_promoted(promoted_label, hashtags) as
    coalesce(promoted_label, false)
    or len(list_intersect(
        list_transform(coalesce(hashtags, []), lambda tag: lower(tag)),
        ['ad', 'ads', 'advert', 'advertisement', 'sponsored', 'sponsoredpost', 'paidpartnership', 'paidad']
    )) > 0;

-- A number with its noun: 1 post, 2 posts.
create or replace macro counted(n, one, many) as
    n || ' ' || case when n = 1 then one else many end;
