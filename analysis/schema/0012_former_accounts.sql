-- Keys under which the account was listed before it moved to another server; null where
-- it never did.
alter table raw.accounts add column former_keys text[];
