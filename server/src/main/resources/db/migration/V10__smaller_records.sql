-- compressed; the column request has those of older versions. code_hash was that of the column code
alter table run add column packed_request bytea;
alter table run drop column code_hash;

-- times are almost always different, so that ids, which are long, need not be in these indexes
drop index run_by_time;
create index run_by_time on run (accepted_at);
drop index lineage_run_event_by_time;
create index lineage_run_event_by_time on lineage_run_event (event_time);
drop index lineage_run_event_by_key;
create index lineage_run_event_by_key on lineage_run_event (key_id, event_time);
