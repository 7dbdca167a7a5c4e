-- state.db of the version of 2026-11-30, before quotas and the audit trail
CREATE TABLE "flyway_schema_history" (
    "installed_rank" INT NOT NULL PRIMARY KEY,
    "version" VARCHAR(50),
    "description" VARCHAR(200) NOT NULL,
    "type" VARCHAR(20) NOT NULL,
    "script" VARCHAR(1000) NOT NULL,
    "checksum" INT,
    "installed_by" VARCHAR(100) NOT NULL,
    "installed_on" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f','now')),
    "execution_time" INT NOT NULL,
    "success" BOOLEAN NOT NULL
);
CREATE TABLE api_key (
    id text primary key,
    name text not null,
    scope text not null,
    secret_hash text not null,
    created_at bigint not null,
    expires_at bigint,
    revoked_at bigint
, rotated_at bigint, former_hash text, former_until bigint, group_names text not null default '');
CREATE TABLE run (
    id text primary key,
    mode text not null,
    state text not null,
    principal text not null,
    code text not null,
    params text not null,
    provider text not null,
    vcpus integer not null,
    queued_at bigint not null,
    started_at bigint,
    ended_at bigint,
    row_count bigint,
    destination text,
    error text,
    details text,
    log text
, scheduled_at bigint, key_id text, request text, server text, error_code text, facts text, plan text, accepted_at bigint, resumption text, packed_facts bytea, packed_request bytea);
CREATE TABLE idempotency_key (
    key_id text not null,
    idempotency_key text not null,
    body_hash text not null,
    run_id text not null,
    created_at bigint not null,
    primary key (key_id, idempotency_key)
);
CREATE TABLE server (
    id text primary key,
    seen_at bigint not null
);
CREATE TABLE lineage_event (
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
, key_id text);
CREATE TABLE lineage_alias (
    alias_namespace text not null,
    alias_name text not null,
    namespace text not null,
    name text not null,
    seen_at bigint not null,
    primary key (alias_namespace, alias_name, namespace, name)
);
CREATE TABLE lineage_transport (
    server text not null,
    name text not null,
    last_event text not null,
    primary key (server, name)
);
CREATE TABLE lineage_columns (
    id text primary key,
    columns text not null,
    seen_at bigint not null
);
CREATE TABLE lineage_edge (
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
CREATE TABLE recurring_task (
    name text primary key,
    begun_at bigint not null
);
CREATE TABLE lineage_run_event (
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
CREATE TABLE lineage_dictionary (
    id bigint primary key,
    server text not null,
    body bytea not null,
    replaced_at bigint
, codec text not null default 'deflate');
CREATE TABLE environment_variable (
    id text primary key,
    name text not null unique,
    value text not null,
    key_print text not null,
    created_by text not null,
    created_at bigint not null,
    updated_at bigint not null
, readers text);
CREATE TABLE access_grant (
    id varchar(36) primary key,
    grantee_kind varchar(8) not null,
    grantee text not null,
    access_right varchar(8) not null,
    catalog_name text,
    namespace_name text,
    table_name text,
    location text,
    granted_by text not null,
    granted_at bigint not null,
    revoked_by text,
    revoked_at bigint
);
CREATE TABLE browser_session (
    hash text primary key,
    key_id text not null,
    secret_hash text not null,
    name text not null,
    scope text not null,
    group_names text not null,
    created_at bigint not null,
    used_at bigint not null,
    ends_at bigint not null
);
CREATE INDEX "flyway_schema_history_s_idx" ON "flyway_schema_history" ("success");
CREATE INDEX idempotency_key_by_age on idempotency_key (created_at);
CREATE INDEX lineage_event_by_time on lineage_event (event_time, id);
CREATE INDEX lineage_event_by_run on lineage_event (run_id);
CREATE INDEX lineage_alias_by_age on lineage_alias (seen_at);
CREATE INDEX lineage_event_by_key on lineage_event (key_id, event_time, id);
CREATE INDEX lineage_columns_by_age on lineage_columns (seen_at);
CREATE INDEX lineage_edge_by_age on lineage_edge (seen_at);
CREATE INDEX lineage_edge_by_dataset on lineage_edge (namespace, name, role);
CREATE INDEX run_by_destination on run (destination, accepted_at, id) where destination is not null;
CREATE INDEX run_open on run (state, accepted_at, id) where state in ('QUEUED', 'RUNNING');
CREATE INDEX run_failed on run (state, accepted_at, id) where state in ('FAIL', 'ABORT');
CREATE INDEX lineage_run_event_by_run on lineage_run_event (run_id);
CREATE INDEX run_by_time on run (accepted_at);
CREATE INDEX lineage_run_event_by_time on lineage_run_event (event_time);
CREATE INDEX lineage_run_event_by_key on lineage_run_event (key_id, event_time);
CREATE UNIQUE INDEX api_key_name on api_key (name) where revoked_at is null and name not like '%@localhost';
CREATE INDEX browser_session_key on browser_session (key_id);
insert into flyway_schema_history values (1, '1', 'runs and keys', 'SQL', 'V1__runs_and_keys.sql', 1789298196, '', '2026-11-29 20:44:15.144', 0, 1);
insert into flyway_schema_history values (2, '2', 'scheduled runs', 'SQL', 'V2__scheduled_runs.sql', -1829932368, '', '2026-11-29 20:44:15.148', 0, 1);
insert into flyway_schema_history values (3, '3', 'durable runs', 'SQL', 'V3__durable_runs.sql', -1564300421, '', '2026-11-29 20:44:15.154', 1, 1);
insert into flyway_schema_history values (4, '4', 'lineage', 'SQL', 'V4__lineage.sql', -582416890, '', '2026-11-29 20:44:15.161', 1, 1);
insert into flyway_schema_history values (5, '5', 'acceptance', 'SQL', 'V5__acceptance.sql', -1244695014, '', '2026-11-29 20:44:15.165', 0, 1);
insert into flyway_schema_history values (6, '6', 'owners of lineage', 'SQL', 'V6__owners_of_lineage.sql', 1953399936, '', '2026-11-29 20:44:15.173', 1, 1);
insert into flyway_schema_history values (7, '7', 'accepted runs', 'SQL', 'V7__accepted_runs.sql', -1669913240, '', '2026-11-29 20:44:15.178', 0, 1);
insert into flyway_schema_history values (8, '8', 'lineage of writes', 'SQL', 'V8__lineage_of_writes.sql', -1709783243, '', '2026-11-30 01:18:46.149', 2, 1);
insert into flyway_schema_history values (9, '9', 'compact runs and events', 'SQL', 'V9__compact_runs_and_events.sql', -1095126652, '', '2026-11-30 01:18:46.175', 11, 1);
insert into flyway_schema_history values (10, '10', 'smaller records', 'SQL', 'V10__smaller_records.sql', -647737490, '', '2026-11-30 01:18:46.188', 2, 1);
insert into flyway_schema_history values (11, '11', 'environment variables', 'SQL', 'V11__environment_variables.sql', 1093386082, '', '2026-11-30 10:26:38.332', 0, 1);
insert into flyway_schema_history values (12, '12', 'codec of events', 'SQL', 'V12__codec_of_events.sql', -462143323, '', '2026-11-30 13:39:03.607', 1, 1);
insert into flyway_schema_history values (13, '13', 'rotation of keys', 'SQL', 'V13__rotation_of_keys.sql', 1256567587, '', '2026-11-30 13:39:03.623', 5, 1);
insert into flyway_schema_history values (14, '14', 'local keys', 'SQL', 'V14__local_keys.sql', -1665869164, '', '2026-11-30 13:39:03.633', 0, 1);
insert into flyway_schema_history values (15, '15', 'groups of keys', 'SQL', 'V15__groups_of_keys.sql', -834963900, '', '2026-11-30 17:33:34.802', 2, 1);
insert into flyway_schema_history values (16, '16', 'grants', 'SQL', 'V16__grants.sql', -1741235576, '', '2026-11-30 17:33:34.814', 0, 1);
insert into flyway_schema_history values (17, '19', 'browser sessions', 'SQL', 'V19__browser_sessions.sql', -1250537016, '', '2026-11-30 17:33:34.829', 0, 1);
insert into flyway_schema_history values (18, '20', 'readers of variables', 'SQL', 'V20__readers_of_variables.sql', 2043468986, '', '2026-11-30 17:33:34.843', 1, 1);
