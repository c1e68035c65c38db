-- One row per attempt to deliver one brief or alert to one addressee.
create table raw.deliveries (
    parcel text not null,
    receiver text not null,
    way text not null,
    addressee text,
    is_delivered boolean not null,
    message text,
    observed_at timestamptz not null,
    loaded_at timestamptz not null
);
