-- One row per post and observation of its thread: which comments the account answered.
-- Numbers only; nothing of who commented.
create table raw.replies (
    post_id uuid not null,
    account_id uuid not null,
    comment_count integer not null,
    answered_count integer not null,
    median_seconds double,
    is_complete boolean not null,
    source text not null,
    observed_at timestamptz not null,
    loaded_at timestamptz not null
);
