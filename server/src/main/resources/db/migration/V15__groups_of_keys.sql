-- names of the groups of a key, with commas between them
alter table api_key add column group_names text not null default '';
