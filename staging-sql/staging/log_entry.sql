create view staging.log_entry as
select
  o.source_key || '#' || l.log || '/' || e.position - 1 as item_key,
  o.source_key,
  o.version_id as raw_version,
  o.root_class,
  o.final_class,
  l.log,
  (e.position - 1)::integer as log_index,
  staging.reference('User', f.user_id) as user_key,
  f.user_login as author_name,
  f.message,
  f.message_html,
  f.date as written_local,
  case when pass.autumn_pass in ('first', 'either') then r.read_at - interval '1 hour' else r.read_at end as written_at,
  pass.autumn_pass,
  -- iTop writes a preamble as the HTML of an entry without text. Its plain text says less: that of a picture is empty.
  -- Few entries have one: looking for its first letters takes a fraction of the time of trying the pattern on each.
  coalesce(nullif(case when strpos(f.message_html, '<!') = 0 then f.message_html
      else regexp_replace(f.message_html, '^\s*<!DOCTYPE[^>]*>\s*(<\?xml[^>]*>)?\s*$', '', 'i') end, ''),
    case when coalesce(f.message_html, '') = '' then f.message end, '') = '' as is_empty
from staging.usable_object o
cross join ops.setting
cross join lateral jsonb_to_record(o.payload) as p (public_log jsonb, private_log jsonb, log jsonb)
cross join lateral (values
  ('public_log', p.public_log, p.private_log), ('private_log', p.private_log, p.public_log), ('log', p.log, null)) as l (log, content, other)
cross join lateral jsonb_array_elements(case when jsonb_typeof(l.content -> 'entries') = 'array' then l.content -> 'entries' end)
  with ordinality as e (entry, position)
cross join lateral jsonb_to_record(e.entry) as f (date text, user_login text, user_id text, message text, message_html text)
-- "offset 0" keeps a time and its pass one value: each mention of them would read the date, or the log, again.
cross join lateral (select staging.local_timestamp(f.date) as local_time offset 0) as t
cross join lateral (select t.local_time at time zone setting.timezone as read_at offset 0) as r
-- The hour that autumn repeats has two readings, shown as the same local time: only then is the log read once more.
cross join lateral (select case when (r.read_at - interval '1 hour') at time zone setting.timezone = t.local_time
  then staging.autumn_pass(e.position, l.content -> 'entries', l.other -> 'entries', t.local_time::date, setting.timezone) end as autumn_pass offset 0) as pass;

comment on view staging.log_entry is 'One row per case log entry of any object, in the order iTop keeps them.';
comment on column staging.log_entry.item_key is 'Identity of the entry: source key, log, index.';
comment on column staging.log_entry.source_key is 'Object that holds the log.';
comment on column staging.log_entry.log is 'public_log, private_log or log.';
comment on column staging.log_entry.log_index is 'Place in the log, from 0, in write order. Entries cannot be edited in iTop.';
comment on column staging.log_entry.user_key is 'Account that wrote it; null for mail replies and imports.';
comment on column staging.log_entry.author_name is 'Name iTop shows (its field user_login holds the friendly name, not the login).';
comment on column staging.log_entry.message is 'iTop''s plain-text form of the entry.';
comment on column staging.log_entry.message_html is 'HTML of the entry.';
comment on column staging.log_entry.written_local is 'Date as iTop shows it; empty for text older than the log''s index.';
comment on column staging.log_entry.written_at is 'Time of writing. In the hour that autumn repeats, by autumn_pass: where nothing tells, the first.';
comment on column staging.log_entry.autumn_pass is 'In the hour that autumn repeats: first or second where the logs tell which pass, either where nothing does (reconcile.record_finding lists it). Null at any other time.';
comment on column staging.log_entry.is_empty is 'Saved without text: excluded (rule T2). Decided by the HTML where there is any.';
comment on column staging.log_entry.final_class is 'Final class of the object that holds the log.';
