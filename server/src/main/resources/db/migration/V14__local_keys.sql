-- commands of one account of the machine have keys of the same name, see Keys.createLocal
drop index api_key_name;
create unique index api_key_name on api_key (name) where revoked_at is null and name not like '%@localhost';
