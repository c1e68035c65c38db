-- One row per platform, weekday and block of four hours, in the zone of the build: how
-- many posts went out then, and what they got against the same accounts' other posts of
-- the same month and format.
-- Only posts whose time and zone are known; platforms that have such. A ratio needs
-- three posts of one account in the cell. is_enough: three accounts and ten posts, as
-- much as a verdict takes at least.
with

used as (
    select
        accounts.platform,
        traits.level,
        sum(cells.used_count)::bigint as used_post_count,
        sum(cells.post_count)::bigint as post_count,
    from intermediate.trait_cells as cells
    inner join intermediate.traits as traits
        on cells.trait_number = traits.trait_number
    inner join intermediate.strata as strata
        on cells.stratum_number = strata.stratum_number
    inner join intermediate.compared_accounts as accounts
        on strata.account_number = accounts.account_number
    where strata.is_current and traits.dimension = 'day_and_hour'
    group by all
),

platforms as (
    select distinct platform,
    from used
),

cells as (
    select
        platforms.platform,
        weekdays.weekday,
        weekdays.number as weekday_number,
        hours.hour_block,
        concat(weekdays.weekday, ' ', hours.hour_block) as level,
    from platforms
    cross join (
        values
        ('monday', 1),
        ('tuesday', 2),
        ('wednesday', 3),
        ('thursday', 4),
        ('friday', 5),
        ('saturday', 6),
        ('sunday', 7)
    ) as weekdays (weekday, number)
    cross join (
        values
        ('00-04'),
        ('04-08'),
        ('08-12'),
        ('12-16'),
        ('16-20'),
        ('20-24')
    ) as hours (hour_block)
),

timing as (
    select
        cells.platform,
        cells.weekday,
        cells.weekday_number,
        cells.hour_block,
        run.audience_timezone as timezone,
        coalesce(comparisons.shown_verdict, 'not_enough') as shown_verdict,
        comparisons.lift,
        comparisons.lift_low,
        comparisons.lift_high,
        coalesce(used.used_post_count, 0) as used_post_count,
        coalesce(used.post_count, 0) as measured_post_count,
        coalesce(comparisons.account_count, 0) as account_count,
        comparisons.accounts_up,
        coalesce(
            comparisons.lift is not null
            and comparisons.account_count >= 3
            and comparisons.post_count >= 10,
            false
        ) as is_enough,
    from cells
    cross join config.run as run
    left join used using (platform, level)
    left join marts.comparisons as comparisons
        on
            comparisons.dimension = 'day_and_hour'
            and cells.platform = comparisons.platform
            and cells.level = comparisons.level
)

select * from timing
