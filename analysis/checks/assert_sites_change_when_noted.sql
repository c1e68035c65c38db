-- What a page of a site states differs from what it stated before. Where an older
-- observation came later (an import, a clock that was set back), the newer one was
-- noted when it was news: what came later stands further down, whatever the clock.
with

versions as (
    select
        *,
        rowid as row_id,
    from raw.sites
)

select
    account_id,
    url,
    observed_at,
from versions
window
    moments as (
        partition by account_id, url
        order by observed_at asc, content_hash asc
    )
qualify
    content_hash = lag(content_hash) over moments
    and row_id > lag(row_id) over moments
