-- rights of keys and groups, see the package dev.nerium.grant. A revoked grant stays: since the first one, a key has only what is granted.
create table access_grant (
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
