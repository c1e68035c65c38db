-- One row per account: its newest profile, with its newest counts.
with

accounts as (
    select * from staging.stg_accounts
    where state != 'removed'
),

newest_profiles as (
    select *
    from staging.stg_profiles
    qualify row_number() over (
        partition by account_id
        order by observed_at desc
    ) = 1
),

newest_counts as (
    select
        account_id,
        arg_max(follower_count, observed_at) as follower_count,
        arg_max(following_count, observed_at) as following_count,
        arg_max(post_count, observed_at) as post_count,
        max(observed_at) as counted_at,
    from staging.stg_account_metrics
    group by all
),

final as (
    select
        accounts.account_id,
        accounts.company,
        accounts.is_own,
        accounts.platform,
        accounts.account,
        coalesce(profiles.url, accounts.url) as url,
        profiles.name,
        profiles.bio,
        profiles.links,
        profiles.avatar_url,
        profiles.banner_url,
        profiles.pinned_native_id,
        profiles.category,
        accounts.software,
        counts.follower_count,
        counts.following_count,
        counts.post_count,
        profiles.is_verified,
        profiles.created_at,
        profiles.observed_at,
        counts.counted_at,
    from accounts
    left join newest_profiles as profiles
        on accounts.account_id = profiles.account_id
    left join newest_counts as counts on accounts.account_id = counts.account_id
    where profiles.account_id is not null or counts.account_id is not null
)

select * from final
