alter table run add column scheduled_at bigint;
