create view staging.blob_source as
select
  source_key, attribute, blob_hash, byte_size, stated_size, nullif(btrim(file_name), '') as file_name, nullif(media_type, '') as media_type,
  finding, fetched_at
from raw.blob_source;

comment on view staging.blob_source is 'One row per file that iTop holds: its name, its hash and what is wrong with it.';
comment on column staging.blob_source.source_key is 'Attachment::1, InlineImage::2, Document::3, or Ticket::83#private_log/0!1 for the first picture inside the text of a log entry.';
comment on column staging.blob_source.attribute is 'iTop attribute that holds the file.';
comment on column staging.blob_source.blob_hash is 'SHA-256 of the bytes; null where there are none.';
comment on column staging.blob_source.byte_size is 'Bytes in the blob store.';
comment on column staging.blob_source.stated_size is 'Size that the source stated.';
comment on column staging.blob_source.file_name is 'Name of the file; null where it has none.';
comment on column staging.blob_source.media_type is 'Media type as iTop holds it.';
comment on column staging.blob_source.finding is 'What is wrong with it (rule A3); null where nothing is.';
