-- One row per account and moment at which a person said that all that was seen of it is
-- right, however unlike its history.
create table raw.acceptances (
    account_id uuid not null,
    source text not null,
    observed_at timestamptz not null,
    loaded_at timestamptz not null
);
