-- One row per row of an imported table of one's own visits and sales, and changed
-- reading of it. Nothing of a customer is in it; an order is a hash of its number.
create table raw.outcomes (
    file_hash text not null,
    row_number integer not null,
    file_name text not null,
    kind text not null,
    property_name text not null,
    date date,
    period_start_date date,
    period_end_date date,
    source text,
    medium text,
    campaign text,
    content text,
    code text,
    landing_page text,
    order_key text,
    currency text,
    content_hash text not null,
    session_count bigint,
    key_event_count double,
    order_count integer,
    revenue decimal(18, 4),
    is_additional boolean not null,
    observed_at timestamptz not null,
    loaded_at timestamptz not null
);
