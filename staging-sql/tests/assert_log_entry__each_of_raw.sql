-- Every entry of every log in raw stands in staging, with its text, whatever the views in between do. Objects that are set aside are pending as a whole.
select
  r.source_key || '#' || r.log || '/' || r.position - 1 as record_key,
  r.text as expected,
  case when e.item_key is null then 'not in staging.log_entry' else coalesce(nullif(e.message, ''), e.message_html, '') end as actual
from (
  select o.source_key, l.log, e.position, coalesce(nullif(e.entry ->> 'message', ''), e.entry ->> 'message_html', '') as text
  from raw.latest_object o
  cross join lateral jsonb_to_record(o.payload) as p (public_log jsonb, private_log jsonb, log jsonb)
  cross join lateral (values ('public_log', p.public_log), ('private_log', p.private_log), ('log', p.log)) as l (log, content)
  cross join lateral jsonb_array_elements(case when jsonb_typeof(l.content -> 'entries') = 'array' then l.content -> 'entries' end)
    with ordinality as e (entry, position)
  where not o.is_set_aside
) r
left join staging.log_entry e on e.item_key = r.source_key || '#' || r.log || '/' || r.position - 1
where coalesce(nullif(e.message, ''), e.message_html, '') is distinct from r.text or e.item_key is null
