alter table lineage_event add column key_id text;
update lineage_event set key_id = (select key_id from run where run.id = lineage_event.run_id) where server is not null;
create index lineage_event_by_key on lineage_event (key_id, event_time, id);

-- a job may be one of several keys, and of Nerium's runs as well as of events that others reported
alter table lineage_edge rename to lineage_edge_v4;
drop index lineage_edge_by_age;
create table lineage_edge (
    job_namespace text not null,
    job_name text not null,
    role text not null,
    namespace text not null,
    name text not null,
    key_id text not null,
    reported integer not null,
    run_id text,
    seen_at bigint not null,
    columns text,
    primary key (job_namespace, job_name, role, namespace, name, key_id, reported)
);
insert into lineage_edge (job_namespace, job_name, role, namespace, name, key_id, reported, run_id, seen_at, columns)
select job_namespace, job_name, role, namespace, name, '',
    case when run_id in (select id from run) then 0 else 1 end, run_id, seen_at, columns
from lineage_edge_v4;
drop table lineage_edge_v4;
create index lineage_edge_by_age on lineage_edge (seen_at);
