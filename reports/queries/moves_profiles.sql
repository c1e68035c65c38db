-- One row per field of a profile that changed in the seven days before the brief.
select
    changes.company,
    changes.is_own,
    changes.platform,
    changes.account,
    changes.url,
    changes.field,
    changes.old_value,
    changes.new_value,
    changes.post_url,
    changes.observed_at,
from marts.profile_changes as changes
cross join marts.build as build
where changes.observed_at > build.as_of - interval 7 days
order by
    changes.is_own desc,
    changes.company asc,
    changes.platform asc,
    changes.account asc,
    changes.field asc
