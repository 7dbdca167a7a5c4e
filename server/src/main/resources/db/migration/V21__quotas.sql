-- kind: key, group or default; name: the id of the key, the name of the group, or empty; limits: a JSON object
create table quota (
    kind text not null,
    name text not null,
    limits text not null,
    updated_by text not null,
    updated_at bigint not null,
    primary key (kind, name)
);

-- what a run used, to be summed by SQL: packed_facts has the same compressed. key_groups: a JSON array, or null for none
alter table run add column key_groups text;
alter table run add column cpu_micros bigint;
alter table run add column rows_read bigint;
alter table run add column bytes_read bigint;
alter table run add column bytes_returned bigint;
alter table run add column rows_written bigint;
alter table run add column bytes_written bigint;
alter table run add column stored_bytes bigint;

create index run_stored on run (ended_at) where stored_bytes is not null;
