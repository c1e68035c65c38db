-- One row per account behind a wall and way in, the cheapest first.
with

walled as (
    select * from marts.coverage
    where is_walled
),

ways as (
    select
        walled.account_id,
        walled.company,
        walled.platform,
        walled.account,
        walled.url,
        doors.way,
        doors.effort_minutes,
        doors.shows,
        doors.hides,
        doors.how,
        doors.rank,
    from walled
    inner join seeds.doors as doors
        on
            walled.platform = doors.platform
            or (
                walled.platform not in (
                    select known.platform from seeds.doors as known
                )
                and doors.platform = '*'
            )
    where walled.is_own or not doors.is_for_own
),

final as (
    select
        ways.account_id,
        ways.company,
        ways.platform,
        ways.url,
        ways.way,
        ways.effort_minutes,
        ways.shows,
        ways.hides,
        [
            phrase(
                '%(platform)s of %(company)s (about %(minutes)s): %(how)s. You will '
                || 'see %(shows)s; you will not see %(hides)s.',
                map {
                    'platform:words': platforms.label,
                    'company:name': ways.company,
                    'minutes:minute': ways.effort_minutes::text,
                    'how:words': ways.how,
                    'shows:words': ways.shows,
                    'hides:words': ways.hides
                }
            )
        ] as phrases,
        said_together(phrases) as sentence,
        row_number() over (
            partition by ways.account_id
            order by ways.effort_minutes, ways.rank, ways.way
        ) as rank,
    from ways
    inner join seeds.platforms as platforms on ways.platform = platforms.platform
)

select * from final
