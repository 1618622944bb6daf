create view staging.log_entry as
with zone as (
  select value as name from ops.setting where name = 'itop.timezone'
), entry as (
  select
    o.source_key,
    o.version_id,
    o.final_class,
    l.log,
    (e.position - 1)::integer as log_index,
    f.date as written_local,
    f.user_login as author_name,
    nullif(nullif(f.user_id, '0'), '') as itop_user_id,
    f.message,
    f.message_html,
    case when pg_input_is_valid(f.date, 'timestamp') then f.date::timestamp end as local_time
  from raw.latest_object o
  cross join lateral jsonb_to_record(o.payload) as p (public_log jsonb, private_log jsonb, log jsonb)
  cross join lateral (values ('public_log', p.public_log), ('private_log', p.private_log), ('log', p.log)) as l (log, content)
  cross join lateral jsonb_array_elements(case when jsonb_typeof(l.content -> 'entries') = 'array' then l.content -> 'entries' end)
    with ordinality as e (entry, position)
  cross join lateral jsonb_to_record(e.entry) as f (date text, user_login text, user_id text, message text, message_html text)
), placed as (
  select
    entry.*,
    local_time at time zone zone.name as late_time,
    -- The hour that autumn repeats has two readings; both are shown as the same local time.
    ((local_time at time zone zone.name) - interval '1 hour') at time zone zone.name = local_time as is_repeated_hour,
    local_time < lag(local_time) over (partition by source_key, log, local_time::date order by log_index) as is_back_step
  from entry cross join zone
)
select
  source_key || '#' || log || '/' || log_index as item_key,
  source_key,
  version_id as raw_version,
  final_class,
  log,
  log_index,
  'User::' || itop_user_id as user_key,
  author_name,
  message,
  message_html,
  written_local,
  case
    when is_repeated_hour
      and not coalesce(bool_or(is_back_step and is_repeated_hour)
        over (partition by source_key, log, local_time::date order by log_index), false)
    then late_time - interval '1 hour'
    else late_time
  end as written_at,
  message = '' as is_empty
from placed;

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
comment on column staging.log_entry.written_at is 'Time of writing. In the hour that autumn repeats, entries after a step back belong to the second pass.';
comment on column staging.log_entry.is_empty is 'Saved without text: excluded (rule T2).';
