-- One row per company, over all its platforms: where it stands, and what changed
-- against last week and against the four weeks before. Followers are of accounts seen
-- in both weeks.
with

last_weeks as (
    select
        company,
        100 * engagement_share_change as points_last_week,
    from marts.share_of_voice
    where platform = 'all' and is_comparable
    qualify week_start_date = max(week_start_date) over ()
),

followers as (
    select
        changes.company,
        sum(changes.follower_change)::bigint as follower_change_last_week,
    from marts.follower_changes as changes
    cross join marts.build as build
    where
        changes.observed_at > build.as_of - interval 7 days
        and changes.days between 5 and 9
    group by all
)

select
    league.company,
    league.is_own,
    league.account_count,
    league.post_count,
    league.posts_per_week,
    league.post_count_last_week,
    league.post_count_previous_4w_per_week,
    league.follower_count,
    followers.follower_change_last_week,
    league.follower_change_4w,
    league.engagement_share,
    last_weeks.points_last_week,
    100 * league.engagement_share_change_4w as points,
from marts.league as league
left join last_weeks on league.company = last_weeks.company
left join followers on league.company = followers.company
where league.platform = 'all'
order by
    league.engagement_share desc nulls last,
    league.post_count desc,
    league.company asc
