-- Files of the blob store and records of topics are purged too.
alter table ops.purge drop constraint purge_kind_check;
alter table ops.purge add constraint purge_kind_check check (kind in ('versions', 'dead_letters', 'journal', 'files', 'topics'));
comment on column ops.purge.kind is 'versions: superseded versions of objects. dead_letters: records that could not be stored. journal: bodies of calls; the calls themselves stay. files: bytes in the blob store. topics: records that were landed.';
comment on column ops.purged.what is 'Class of the versions, reason of the dead letters, operation of the calls, class of the files (unnamed: no object names them), name of the topic.';
alter table raw.blob_source add column purged_at timestamptz;
comment on column raw.blob_source.purged_at is 'When the bytes were taken out of the blob store for good; null while they are there.';
