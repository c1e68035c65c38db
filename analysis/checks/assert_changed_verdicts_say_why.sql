-- Verdicts that changed and have no cause, or have one although nothing changed.
select
    platform,
    dimension,
    level,
    mark,
    cause,
    sentence,
from marts.verdict_changes
where
    (cause is not null) != (mark in ('new', 'changed', 'no_longer'))
    or (mark in ('new', 'changed', 'no_longer') and earlier_verdict = verdict)
