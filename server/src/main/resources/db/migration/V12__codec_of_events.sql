-- how the events of a dictionary are compressed; versions before this column used DEFLATE
alter table lineage_dictionary add column codec text not null default 'deflate';
