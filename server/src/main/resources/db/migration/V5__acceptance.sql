-- microseconds; queued_at is in milliseconds, in one of which many runs may come
alter table run add column accepted_at bigint;
update run set accepted_at = queued_at * 1000;

drop index run_by_time;
drop index run_by_state;
drop index run_by_destination;
create index run_by_time on run (accepted_at, id);
create index run_by_state on run (state, accepted_at, id);
create index run_by_destination on run (destination, accepted_at, id);
