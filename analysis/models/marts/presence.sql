-- One row per account in the list: from when on its posts are known, and until when it
-- was looked at. Only what was seen in both of two periods may be compared.
-- data_from is the first moment in the window of which anything is known on the
-- platform. present_from is the same where nothing is missing of the account: it is
-- known from then, a complete visit reached back that far (a crawl reads twelve weeks),
-- or its first silence is no longer than chance allows (less than three posts expected
-- at its own pace: exp(-3) = 5 %).
with

current_window as (
    select * from intermediate.evaluations
    where is_current
),

accounts as (
    select * from staging.stg_accounts
    where state != 'removed'
),

posts as (
    select
        account_id,
        min(published_at) filter (role in ('original', 'quote'))
            as first_published_at,
        max(published_at) filter (role in ('original', 'quote'))
            as last_published_at,
        count(*) filter (role in ('original', 'quote')) as own_post_count,
        max(observed_at) as observed_at,
    from staging.stg_post_keys
    group by all
),

looks as (
    select
        account_id,
        max(observed_at) as observed_at,
    from intermediate.post_equal_age
    group by all
),

visits as (
    select
        account_id,
        min(observed_at - interval 84 days) filter (
            outcome in ('complete', 'unchanged') and not is_cut
        ) as reached_at,
        max(observed_at) filter (
            outcome in ('complete', 'unchanged', 'partial')
            and reason is distinct from 'moved'
        ) as visited_at,
        max(observed_at) filter (reason = 'moved') as moved_at,
    from staging.stg_visits
    group by all
),

spans as (
    select
        accounts.account_id,
        accounts.platform,
        accounts.company,
        accounts.is_own,
        accounts.first_observed_at as listed_at,
        least(posts.first_published_at, visits.reached_at) as known_from,
        -- what it publishes elsewhere is not seen until it is followed
        if(
            coalesce(visits.moved_at > visits.visited_at, visits.moved_at is not null),
            visits.visited_at,
            greatest(posts.observed_at, looks.observed_at, visits.visited_at)
        ) as present_until,
        posts.own_post_count * 168
        / greatest(
            168,
            hours_between(posts.first_published_at, posts.last_published_at)
        ) as posts_per_week,
        greatest(
            current_window.window_start,
            min(least(posts.first_published_at, visits.reached_at)) over (
                partition by accounts.platform
            )
        ) as data_from,
    from accounts
    cross join current_window
    left join posts on accounts.account_id = posts.account_id
    left join looks on accounts.account_id = looks.account_id
    left join visits on accounts.account_id = visits.account_id
),

final as (
    select
        account_id,
        platform,
        company,
        is_own,
        listed_at,
        data_from,
        case
            when
                hours_between(data_from, known_from) / 168 * posts_per_week > 3
                then known_from
            else data_from
        end as present_from,
        present_until,
    from spans
    where known_from is not null
)

select * from final
