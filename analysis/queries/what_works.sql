-- What works, what does not, and how sure is that?
select
    platform,
    dimension,
    level,
    shown_verdict,
    lift,
    lift_low,
    lift_high,
    accounts_up,
    account_count,
    post_count,
    robustness,
    sentence,
from marts.comparisons
where shown_verdict != 'not_enough'
order by platform asc, dimension asc, lift desc nulls last, level asc
