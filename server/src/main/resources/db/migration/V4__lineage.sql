create table lineage_event (
    id text primary key,
    server text,
    received_at bigint not null,
    event_time bigint not null,
    run_id text,
    run_state text,
    job_namespace text,
    job_name text,
    parent_run_id text,
    parent_job_namespace text,
    parent_job_name text,
    producer text not null,
    integration text,
    integration_version text,
    size_in_bytes bigint not null,
    body text not null
);

create index lineage_event_by_time on lineage_event (event_time, id);
create index lineage_event_by_run on lineage_event (run_id);

create table lineage_edge (
    job_namespace text not null,
    job_name text not null,
    role text not null,
    namespace text not null,
    name text not null,
    run_id text,
    seen_at bigint not null,
    columns text,
    primary key (job_namespace, job_name, role, namespace, name)
);

create index lineage_edge_by_age on lineage_edge (seen_at);

create table lineage_alias (
    alias_namespace text not null,
    alias_name text not null,
    namespace text not null,
    name text not null,
    seen_at bigint not null,
    primary key (alias_namespace, alias_name, namespace, name)
);

create index lineage_alias_by_age on lineage_alias (seen_at);

create table lineage_transport (
    server text not null,
    name text not null,
    last_event text not null,
    primary key (server, name)
);
