-- value is encrypted, in base64; key_print identifies the key
create table environment_variable (
    id text primary key,
    name text not null unique,
    value text not null,
    key_print text not null,
    created_by text not null,
    created_at bigint not null,
    updated_at bigint not null
);
