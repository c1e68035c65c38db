-- One row per own post that is suspected of paid promotion: by which rules, and the
-- evidence in words.
with

final as (
    select
        suspects.post_id,
        posts.platform,
        posts.account_id,
        accounts.company,
        posts.url,
        suspects.rules,
        suspects.evidence,
        suspects.is_stated,
        posts.published_at,
    from intermediate.promoted_suspects as suspects
    inner join staging.stg_posts as posts on suspects.post_id = posts.post_id
    inner join staging.stg_accounts as accounts
        on posts.account_id = accounts.account_id
    where accounts.state != 'removed'
)

select * from final
