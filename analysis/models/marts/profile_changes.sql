-- One row per account, moment and field of its profile that changed: what it said
-- before, and what it says since.
-- Pictures are compared by the name of their file: their addresses carry tokens that
-- change every day. A pinned post is named by its words where it is known.
with

versions as (
    select
        profiles.*,
        last_value(profiles.observed_at ignore nulls) over before as before_at,
        last_value(profiles.handle ignore nulls) over before as handle_before,
        last_value(profiles.name ignore nulls) over before as name_before,
        last_value(profiles.bio ignore nulls) over before as bio_before,
        last_value(profiles.links ignore nulls) over before as links_before,
        last_value(profiles.category ignore nulls) over before as category_before,
        last_value(profiles.avatar_url ignore nulls) over before as avatar_before,
        last_value(profiles.banner_url ignore nulls) over before as banner_before,
        last_value(profiles.pinned_native_id) over before as pinned_before,
    from staging.stg_profiles as profiles
    window before as (
        partition by profiles.account_id
        order by profiles.observed_at
        rows between unbounded preceding and 1 preceding
    )
),

fields as (
    select
        versions.account_id,
        accounts.platform,
        versions.before_at,
        versions.observed_at,
        unnest([
            {
                'field': 'handle',
                'old_value': handle_before,
                'new_value': versions.handle
            },
            {
                'field': 'name',
                'old_value': name_before,
                'new_value': versions.name
            },
            {
                'field': 'bio',
                'old_value': bio_before,
                'new_value': versions.bio
            },
            {
                'field': 'links',
                'old_value': array_to_string(list_sort(links_before), ' '),
                'new_value': array_to_string(list_sort(versions.links), ' ')
            },
            {
                'field': 'category',
                'old_value': category_before,
                'new_value': versions.category
            },
            {
                'field': 'avatar',
                'old_value': file_name_of(avatar_before),
                'new_value': file_name_of(avatar_url)
            },
            {
                'field': 'banner',
                'old_value': file_name_of(banner_before),
                'new_value': file_name_of(banner_url)
            },
            {
                'field': 'pinned_post',
                'old_value': pinned_before,
                'new_value': pinned_native_id
            }
        ]) as change,
    from versions
    inner join staging.stg_accounts as accounts
        on versions.account_id = accounts.account_id
    where versions.before_at is not null and accounts.state != 'removed'
),

-- A field that a page did not show was not taken away: unknown is not empty. Only
-- where every answer states the pinned post does none mean that none is pinned.
changes as (
    select
        account_id,
        before_at,
        observed_at,
        change.field,
        change.old_value,
        change.new_value,
    from fields
    where
        change.old_value is distinct from change.new_value
        and (
            (change.old_value is not null and change.new_value is not null)
            or (change.field = 'pinned_post' and platform in ('bluesky', 'misskey'))
        )
),

final as (
    select
        changes.account_id,
        accounts.company,
        accounts.is_own,
        accounts.platform,
        accounts.account,
        accounts.url,
        changes.field,
        case
            when changes.field = 'pinned_post'
                then coalesce(old_posts.title, old_posts.text, changes.old_value)
            else changes.old_value
        end as old_value,
        case
            when changes.field = 'pinned_post'
                then coalesce(new_posts.title, new_posts.text, changes.new_value)
            else changes.new_value
        end as new_value,
        new_posts.url as post_url,
        changes.before_at,
        changes.observed_at,
    from changes
    inner join staging.stg_accounts as accounts
        on changes.account_id = accounts.account_id
    left join staging.stg_posts as old_posts
        on
            changes.field = 'pinned_post'
            and changes.account_id = old_posts.account_id
            and changes.old_value = old_posts.native_id
    left join staging.stg_posts as new_posts
        on
            changes.field = 'pinned_post'
            and changes.account_id = new_posts.account_id
            and changes.new_value = new_posts.native_id
)

select * from final
