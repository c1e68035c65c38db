-- One row per planned slot and version: what is to be posted, where and when.
create table raw.slots (
    slot_id text not null,
    version integer not null,
    plan text not null,
    status text not null,
    platform text not null,
    account_id uuid,
    format text,
    post_type text,
    topic text,
    hook text,
    caption text,
    hashtags text[] not null,
    link text,
    campaign text,
    basis text not null,
    why text,
    evidence text[] not null,
    experiment_id text,
    arm text,
    block integer,
    post_url text,
    timezone text not null,
    planned_at timestamptz not null,
    source text not null,
    observed_at timestamptz not null,
    loaded_at timestamptz not null
);

-- One row per test of two kinds of own posts and change of its design.
create table raw.experiments (
    experiment_id text not null,
    plan text not null,
    status text not null,
    platform text not null,
    dimension text not null,
    level_a text not null,
    level_b text not null,
    seed text not null,
    variance double not null,
    target_ratio double not null,
    pairs_planned integer not null,
    source text not null,
    observed_at timestamptz not null,
    loaded_at timestamptz not null
);
