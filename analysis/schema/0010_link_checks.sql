-- One row per account, link of its profile, posts or pages and moment at which it was
-- asked for: whether it answers.
create table raw.link_checks (
    account_id uuid not null,
    url text not null,
    outcome text not null,
    reason text,
    message text,
    status integer,
    hops text[] not null,
    final_url text,
    source text not null,
    observed_at timestamptz not null,
    loaded_at timestamptz not null
);
