alter table run add column resumption text;
