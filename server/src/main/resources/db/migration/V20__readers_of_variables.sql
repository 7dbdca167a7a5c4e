-- keys and groups whose scripts may use the variable, as JSON; null for admins only
alter table environment_variable add column readers text;
