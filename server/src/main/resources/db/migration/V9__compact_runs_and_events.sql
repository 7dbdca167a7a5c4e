create table recurring_task (
    name text primary key,
    begun_at bigint not null
);

-- the facts of a run, compressed; the column facts has those of older versions
alter table run add column packed_facts bytea;

drop index run_by_state;
drop index run_by_destination;
create index run_by_destination on run (destination, accepted_at, id) where destination is not null;
create index run_open on run (state, accepted_at, id) where state in ('QUEUED', 'RUNNING');
create index run_failed on run (state, accepted_at, id) where state in ('FAIL', 'ABORT');

-- the events of Nerium's own runs; lineage_event has reported ones, and until they expire those that older versions stored
create table lineage_run_event (
    id bytea primary key,
    server text not null,
    key_id text not null,
    run_id bytea not null,
    event_time bigint not null,
    run_state text not null,
    job_namespace text not null,
    job_name text not null,
    size_in_bytes bigint not null,
    dictionary bigint not null,
    body bytea not null
);

create index lineage_run_event_by_time on lineage_run_event (event_time, id);
create index lineage_run_event_by_run on lineage_run_event (run_id);
create index lineage_run_event_by_key on lineage_run_event (key_id, event_time, id);

-- texts that the compressed events of a server refer to
create table lineage_dictionary (
    id bigint primary key,
    server text not null,
    body bytea not null,
    replaced_at bigint
);
