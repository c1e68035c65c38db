-- One row per post and moment at which a person said what it is; the newest holds.
create table raw.labels (
    post_id uuid not null,
    account_id uuid not null,
    post_type text,
    tags text[] not null,
    source text not null,
    observed_at timestamptz not null,
    loaded_at timestamptz not null
);
