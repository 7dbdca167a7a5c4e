alter table run add column key_id text;
alter table run add column code_hash text;
alter table run add column request text;
alter table run add column server text;
alter table run add column error_code text;
alter table run add column facts text;
alter table run add column plan text;

drop index run_queued_at;
create index run_by_time on run (queued_at, id);
create index run_by_state on run (state, queued_at, id);
create index run_by_destination on run (destination, queued_at, id);

create table idempotency_key (
    key_id text not null,
    idempotency_key text not null,
    body_hash text not null,
    run_id text not null,
    created_at bigint not null,
    primary key (key_id, idempotency_key)
);

create index idempotency_key_by_age on idempotency_key (created_at);

create table server (
    id text primary key,
    seen_at bigint not null
);
