-- One row per account whose followers jumped in the seven days before the brief.
select
    changes.company,
    changes.is_own,
    changes.platform,
    changes.account,
    changes.url,
    changes.follower_count,
    changes.follower_change,
    changes.days,
    changes.earlier_week_count,
    changes.observed_at,
    changes.usual_growth * changes.days * changes.follower_count as usual_change,
from marts.follower_changes as changes
cross join marts.build as build
where changes.is_jump and changes.observed_at > build.as_of - interval 7 days
order by abs(changes.follower_change) desc, changes.company asc, changes.url asc
