-- one row per hour for what a job reads and writes with the same columns, so that repeated runs share rows
create table lineage_columns (
    id text primary key,
    columns text not null,
    seen_at bigint not null
);
insert into lineage_columns (id, columns, seen_at)
select job_namespace || '/' || job_name || '/' || namespace || '/' || name || '/' || key_id || '/' || reported, columns, seen_at
from lineage_edge where columns is not null;

alter table lineage_edge rename to lineage_edge_v6;
drop index lineage_edge_by_age;
create table lineage_edge (
    job_namespace text not null,
    job_name text not null,
    role text not null,
    namespace text not null,
    name text not null,
    key_id text not null,
    reported integer not null,
    columns_id text not null,
    effect text not null,
    hour bigint not null,
    run_id text,
    first_at bigint not null,
    seen_at bigint not null,
    last_event text not null,
    primary key (job_namespace, job_name, role, namespace, name, key_id, reported, columns_id, effect, hour)
);
insert into lineage_edge (job_namespace, job_name, role, namespace, name, key_id, reported, columns_id, effect, hour,
    run_id, first_at, seen_at, last_event)
select job_namespace, job_name, role, namespace, name, key_id, reported,
    case when columns is null then '' else
        job_namespace || '/' || job_name || '/' || namespace || '/' || name || '/' || key_id || '/' || reported end,
    case when role = 'OUTPUT' then 'REPLACES_OWN' else 'ADDS' end, seen_at / 3600000,
    run_id, seen_at, seen_at, ''
from lineage_edge_v6;
drop table lineage_edge_v6;
create index lineage_columns_by_age on lineage_columns (seen_at);
create index lineage_edge_by_age on lineage_edge (seen_at);
create index lineage_edge_by_dataset on lineage_edge (namespace, name, role);
