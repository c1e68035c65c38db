-- One row per web article that two sites of one company show, and that counts at the
-- other one (see stg_post_keys).
-- An article is known by its address, with or without www., https and a slash at the
-- end. It counts at the site that its address names, else at the one listed first.
with

-- Of other companies than those with several sites, nothing is read.
sites as (

    select
        account_ids.loaded_account_id,
        accounts.account_id,
        accounts.company,
        account_ids.host,
        accounts.first_observed_at as listed_at,
        run.as_of,
        if(run.is_strict, run.as_of, 'infinity') as loaded_until,
    from staging.stg_account_ids as account_ids
    inner join staging.stg_accounts as accounts
        on account_ids.account_id = accounts.account_id
    cross join config.run
    where
        accounts.platform = 'web'
        and accounts.state != 'removed'
    window same_company as (partition by accounts.company)
    qualify
        min(account_ids.host) over same_company
        != max(account_ids.host) over same_company

),

-- Addresses are long, and hardly any stands at two sites: numbers find these.
numbered as (

    select
        posts.rowid as content_row,
        sites.host,
        hash(
            sites.company,
            rtrim(regexp_replace(posts.native_id, '^https?://(www\.)?', ''), '/')
        ) as number,
    from raw.posts
    inner join sites on posts.account_id = sites.loaded_account_id

),

doubled_numbers as (

    select number,
    from numbered
    group by all
    having min(host) != max(host)

),

doubled_rows as (

    select numbered.content_row,
    from numbered
    inner join doubled_numbers on numbered.number = doubled_numbers.number

),

seen as (

    select
        posts.post_id,
        posts.native_id,
        rtrim(regexp_replace(posts.native_id, '^https?://(www\.)?', ''), '/')
            as address,
        sites.company,
        sites.host,
        sites.account_id,
        sites.listed_at,
        posts.observed_at,
    from raw.posts
    inner join doubled_rows on posts.rowid = doubled_rows.content_row
    inner join sites
        on
            posts.account_id = sites.loaded_account_id
            and posts.observed_at <= sites.as_of
            and posts.loaded_at <= sites.loaded_until

),

-- Sites of one host have each post once.
copies as (

    select * exclude (observed_at),
    from seen
    qualify row_number() over (
        partition by post_id
        order by observed_at desc, account_id asc
    ) = 1

),

placed as (

    select
        post_id,
        account_id,
        host,
        native_id,
        first_value(post_id) over same_article as counted_post_id,
        first_value(account_id) over same_article as counted_account_id,
        first_value(host) over same_article as counted_host,
    from copies
    window same_article as (
        partition by company, address
        order by
            host = split_part(address, '/', 1) desc,
            listed_at asc,
            account_id asc,
            host asc,
            post_id asc
    )

),

final as (

    select
        post_id,
        account_id,
        host,
        native_id,
        counted_post_id,
        counted_account_id,
    from placed
    where host != counted_host

)

select * from final
