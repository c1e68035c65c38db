-- One row per own post, measure and currency: all visits and sales that are known to
-- belong to it, and by what.
with

final as (
    select
        sales_values.post_id,
        posts.platform,
        posts.account_id,
        accounts.company,
        true as is_own,
        sales_values.measure,
        sales_values.currency,
        sum(sales_values.value) as value,
        list_sort(list(distinct sales_values.matched_by)) as matched_by,
        max(sales_values.candidate_count) as candidate_count,
        min(sales_values.date) as first_date,
        max(sales_values.date) as last_date,
    from intermediate.sales_values as sales_values
    inner join staging.stg_posts as posts on sales_values.post_id = posts.post_id
    inner join staging.stg_accounts as accounts
        on posts.account_id = accounts.account_id and accounts.state != 'removed'
    group by all
)

select * from final
