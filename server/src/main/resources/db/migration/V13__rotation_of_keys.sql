-- a rotated key has two secrets until former_until: that of secret_hash, and the one before it
alter table api_key add column rotated_at bigint;
alter table api_key add column former_hash text;
alter table api_key add column former_until bigint;
