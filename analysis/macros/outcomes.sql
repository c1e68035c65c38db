-- What links and labels say about the way in of visits.

-- The value of a tag that a link carries (utm_content, mtm_content, pk_content), lower
-- case; null where it has none.
create or replace macro link_tag(link, name) as
    nullif(
        lower(
            url_decode(
                replace(
                    regexp_extract(
                        link, '[?&;](?:utm|mtm|pk)_' || name || '=([^&#\s]*)', 1
                    ),
                    '+',
                    ' '
                )
            )
        ),
        ''
    );

-- A campaign with where it ran: a campaign alone runs everywhere.
create or replace macro campaign_mark(campaign, source) as
    case
        when campaign is not null
            then lower(campaign) || chr(31) || coalesce(lower(source), '')
    end;

-- Days after publishing in which visits and sales are compared: a post is clicked for
-- some days, and all posts must have had them.
create or replace macro sales_days() as 7;
