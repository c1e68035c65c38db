-- Raw tables: append-only, one row per observation. Keys are unique by construction
-- in load and proven by checks; there are no primary or foreign keys, so that a
-- lakehouse catalog can hold the same tables.

create schema if not exists raw;

-- One row per landing file that was loaded.
create table raw.loaded_files (
    file_name text not null,
    sha256 text not null,
    line_count bigint not null,
    rejected_count bigint not null,
    loaded_at timestamptz not null
);

-- One row per crawl or import, and moment at which it was noted (start, end).
create table raw.crawls (
    crawl_id text not null,
    kind text not null,
    version text,
    machine text,
    request_count bigint,
    byte_count bigint,
    outcome_counts map (text, bigint),
    started_at timestamptz,
    finished_at timestamptz,
    observed_at timestamptz not null,
    loaded_at timestamptz not null
);

-- One row per account and changed entry of the list.
create table raw.accounts (
    account_id uuid not null,
    account_key text not null,
    native_account_id text,
    platform text not null,
    host text not null,
    software text,
    handle text not null,
    url text,
    company text not null,
    lists text[] not null,
    state text not null,
    source text not null,
    is_own boolean not null,
    observed_at timestamptz not null,
    loaded_at timestamptz not null
);

-- One row per account and crawl.
create table raw.visits (
    crawl_id text not null,
    account_id uuid not null,
    outcome text not null,
    reason text,
    message text,
    page_count bigint not null,
    post_count bigint not null,
    elapsed_seconds double,
    is_cut boolean not null,
    oldest_at timestamptz,
    started_at timestamptz,
    observed_at timestamptz not null,
    loaded_at timestamptz not null
);

-- One row per host and observation.
create table raw.hosts (
    host text not null,
    robots_state text,
    robots_sha256 text,
    crawl_delay_seconds double,
    error_streak bigint,
    retry_after_at timestamptz,
    observed_at timestamptz not null,
    loaded_at timestamptz not null
);

-- One row per account and changed profile content.
create table raw.profiles (
    account_id uuid not null,
    native_account_id text,
    handle text not null,
    url text,
    name text,
    bio text,
    links text[] not null,
    avatar_url text,
    banner_url text,
    pinned_native_id text,
    category text,
    software text,
    content_hash text not null,
    is_verified boolean,
    created_at timestamptz,
    observed_at timestamptz not null,
    loaded_at timestamptz not null
);

-- One row per account and observation.
create table raw.account_metrics (
    account_id uuid not null,
    follower_count bigint,
    following_count bigint,
    post_count bigint,
    missing map (text, text),
    rounded map (text, integer),
    observed_at timestamptz not null,
    loaded_at timestamptz not null
);

-- One row per post and changed content.
create table raw.posts (
    post_id uuid not null,
    account_id uuid not null,
    platform text not null,
    host text not null,
    native_id text not null,
    account text not null,
    author text,
    url text,
    role text not null,
    format text,
    stated_post_type text,
    title text,
    text text,
    language text,
    published_precision text,
    published_text text,
    original_native_id text,
    original_url text,
    media struct(
        kind text,
        url text,
        width integer,
        height integer,
        duration_seconds double,
        alt_text text
    )[] not null,
    hashtags text[] not null,
    mentions text[] not null,
    links text[] not null,
    source text not null,
    content_hash text not null,
    is_edited boolean,
    is_pinned boolean,
    is_promoted_label boolean,
    published_at timestamptz,
    original_published_at timestamptz,
    edited_at timestamptz,
    observed_at timestamptz not null,
    loaded_at timestamptz not null
);

-- One row per post and observation.
create table raw.post_metrics (
    post_id uuid not null,
    like_count bigint,
    comment_count bigint,
    share_count bigint,
    view_count bigint,
    save_count bigint,
    quote_count bigint,
    reactions map (text, bigint),
    missing map (text, text),
    rounded map (text, integer),
    source text not null,
    observed_at timestamptz not null,
    loaded_at timestamptz not null
);

-- One row per post and observation of its absence.
create table raw.absences (
    post_id uuid not null,
    account_id uuid not null,
    kind text not null,
    status integer,
    observed_at timestamptz not null,
    loaded_at timestamptz not null
);

-- One row per response kept.
create table raw.pages (
    crawl_id text not null,
    account_id uuid,
    url text not null,
    status integer not null,
    sha256 text,
    warc_file text,
    warc_offset bigint,
    etag text,
    last_modified text,
    parser_version text,
    outcome text,
    fetched_at timestamptz not null,
    loaded_at timestamptz not null
);

-- One row per thing a person asked to forget, or retention removed.
create table raw.deletions (
    table_name text not null,
    account_id uuid,
    row_count bigint not null,
    why text not null,
    deleted_at timestamptz not null
);
