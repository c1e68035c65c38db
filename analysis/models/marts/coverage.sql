-- One row per account: how the last visit ended, what is known of the account, and what
-- is not.
with

accounts as (
    select * from staging.stg_accounts
    where state != 'removed'
),

last_visits as (
    select *
    from staging.stg_visits
    qualify row_number() over (
        partition by account_id
        order by observed_at desc, crawl_id desc
    ) = 1
),

visits as (
    select
        account_id,
        count(*) as visit_count,
        max(observed_at) filter (outcome in ('complete', 'partial', 'unchanged'))
            as last_good_at,
    from staging.stg_visits
    group by all
),

posts as (
    select
        posts.account_id,
        count(*) as post_count,
        count(*) filter (
            posts.first_observed_at
            >= coalesce(last_visits.started_at, last_visits.observed_at)
        ) as new_post_count,
        min(posts.published_at) as oldest_seen_at,
    from staging.stg_post_keys as posts
    left join last_visits on posts.account_id = last_visits.account_id
    group by all
),

doubled_sites as (
    select
        doubled_posts.account_id,
        others.account as counted_at,
        count(*) as doubled_count,
    from staging.stg_doubled_posts as doubled_posts
    inner join staging.stg_accounts as others
        on doubled_posts.counted_account_id = others.account_id
    where doubled_posts.account_id != doubled_posts.counted_account_id
    group by all
),

doubled_posts as (
    select
        account_id,
        sum(doubled_count)::bigint as doubled_count,
        arg_max(counted_at, (doubled_count, counted_at)) as counted_at,
    from doubled_sites
    group by all
),

profiles as (
    select distinct account_id,
    from staging.stg_profiles
),

final as (
    select
        accounts.account_id,
        accounts.company,
        accounts.is_own,
        accounts.platform,
        accounts.account,
        accounts.url,
        accounts.state,
        last_visits.outcome,
        last_visits.reason,
        last_visits.message,
        last_visits.observed_at as visited_at,
        visits.last_good_at,
        coalesce(visits.visit_count, 0) as visit_count,
        last_visits.page_count,
        coalesce(posts.post_count, 0) as post_count,
        coalesce(posts.new_post_count, 0) as new_post_count,
        coalesce(doubled_posts.doubled_count, 0) as doubled_count,
        doubled_posts.counted_at,
        posts.oldest_seen_at,
        coalesce(last_visits.is_cut, false) as is_cut,
        coalesce(
            last_visits.outcome in ('login_wall', 'robots_denied')
            or (
                last_visits.outcome = 'blocked'
                and last_visits.reason is distinct from 'rate_limited'
            )
            or last_visits.reason in (
                'token_missing',
                'token_expired',
                'permission_missing',
                'no_public_preview',
                'not_supported'
            )
            or (platforms.is_walled and last_visits.outcome is null),
            false
        ) as is_walled,
        posts.account_id is not null
        or doubled_posts.account_id is not null
        or profiles.account_id is not null
            as has_any_data,
        accounts.first_observed_at,
    from accounts
    inner join seeds.platforms as platforms
        on accounts.platform = platforms.platform
    left join last_visits on accounts.account_id = last_visits.account_id
    left join visits on accounts.account_id = visits.account_id
    left join posts on accounts.account_id = posts.account_id
    left join doubled_posts on accounts.account_id = doubled_posts.account_id
    left join profiles on accounts.account_id = profiles.account_id
)

select * from final
