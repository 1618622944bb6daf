create view intermediate.record_note_definition as
with field as (
  select source_key as ticket_key, position, label, value, case when attribute <> 'last_update' then own_value end as own_value
  from intermediate.attribute_value
  where home = 'record_note'
  union all
  select ticket_key, position, label, intermediate.without_itop_addresses(value), own_value from intermediate.record_note_fact
)
select
  t.ticket_key,
  '<p><b>Record of ' || intermediate.html_text(t.ref) || ' in iTop</b></p><ul>'
    || '<li>Caller: ' || intermediate.html_text(coalesce(nullif(intermediate.without_itop_addresses(t.caller_name), ''), '(none)')) || '</li>'
    || coalesce(string_agg('<li>' || intermediate.html_text(f.label || ': ' || f.value) || '</li>', '' order by f.position, f.label), '')
    || '</ul><p>As of ' || to_char(t.observed_at at time zone zone.timezone, 'YYYY-MM-DD HH24:MI') || ' (' || zone.timezone || ')</p>' as body,
  t.observed_at,
  concat_ws(e'\n', t.ref, coalesce(t.caller_key, t.caller_name), string_agg(f.label || ': ' || f.own_value, e'\n' order by f.position, f.label)) as own_content
from intermediate.ticket t
-- A note says every time in the zone of iTop.
cross join (select timezone from ops.setting) as zone
left join field f on f.ticket_key = t.ticket_key
group by t.ticket_key, t.ref, t.caller_key, t.caller_name, t.observed_at, zone.timezone;

comment on view intermediate.record_note_definition is 'One row per ticket: the internal note that holds every mapped field without a better home (rule T6). Materialised as intermediate.record_note.';
comment on column intermediate.record_note_definition.body is 'HTML of the note.';
comment on column intermediate.record_note_definition.own_content is 'What the ticket itself holds of it: ids in place of the names of other objects, and without the times of the last update and look. A change of it is a change of the ticket.';
