-- One row per account, page of its site and changed content: how ready the page is to
-- be found and shared.
create table raw.sites (
    account_id uuid not null,
    host text not null,
    url text not null,
    kind text not null,
    title text,
    description text,
    og map (text, text) not null,
    card map (text, text) not null,
    canonical_url text,
    language text,
    image_url text,
    share_networks text[] not null,
    feed_urls text[] not null,
    profile_links text[] not null,
    source text not null,
    content_hash text not null,
    image_width integer,
    image_height integer,
    observed_at timestamptz not null,
    loaded_at timestamptz not null
);
