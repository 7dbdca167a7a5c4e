-- events on their way to the table telemetry.audit; outcome is null until the change has ended, batch until the event is moved
create table audit_event (
    id text primary key,
    server text not null,
    process text not null,
    at bigint not null,
    actor_id text not null,
    actor text not null,
    actor_groups text not null,
    address text not null,
    action text not null,
    object_kind text not null,
    object_name text not null,
    outcome text,
    error_code text not null,
    run_id text not null,
    request_id text not null,
    times bigint not null,
    batch text
);
create index audit_event_of_server on audit_event (server, at);
