-- Counts of accounts; one row per account and moment at which any count was stated.
create or replace temporary view landed_account_metrics as
select
    account_ids.account_id,
    records.follower_count,
    records.following_count,
    records.post_count,
    records.missing,
    records.rounded,
    records.observed_at,
    getvariable('loaded_at') as loaded_at,
from
    read_json(
        getvariable('landing_file'),
        format = 'newline_delimited',
        maximum_object_size = 67108864,
        columns = {
            account_key: 'text',
            follower_count: 'bigint',
            following_count: 'bigint',
            post_count: 'bigint',
            missing: 'map(text, text)',
            rounded: 'map(text, integer)',
            observed_at: 'timestamptz'
        }
    ) as records
inner join account_ids on records.account_key = account_ids.account_key
where
    coalesce(records.follower_count, records.following_count, records.post_count)
    is not null;

insert into raw.account_metrics by name
select landed.*
from landed_account_metrics as landed
where
    not exists (
        select 1
        from raw.account_metrics as known
        where
            known.account_id = landed.account_id
            and known.observed_at = landed.observed_at
    )
qualify row_number() over (
    partition by account_id, observed_at
    order by
        follower_count desc nulls last,
        following_count desc nulls last,
        post_count desc nulls last
) = 1
