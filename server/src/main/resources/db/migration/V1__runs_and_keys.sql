create table api_key (
    id text primary key,
    name text not null,
    scope text not null,
    secret_hash text not null,
    created_at bigint not null,
    expires_at bigint,
    revoked_at bigint
);

create unique index api_key_name on api_key (name) where revoked_at is null;

create table run (
    id text primary key,
    mode text not null,
    state text not null,
    principal text not null,
    code text not null,
    params text not null,
    provider text not null,
    vcpus integer not null,
    queued_at bigint not null,
    started_at bigint,
    ended_at bigint,
    row_count bigint,
    destination text,
    error text,
    details text,
    log text
);

create index run_queued_at on run (queued_at);
