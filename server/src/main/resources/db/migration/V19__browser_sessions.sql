-- hash of the cookie's value; secret_hash of the key's secret at the login, with which the session ends; name, scope and
-- group_names only of the owner of a token, who has no key
create table browser_session (
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
create index browser_session_key on browser_session (key_id);
