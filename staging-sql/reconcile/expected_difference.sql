create view reconcile.expected_difference as
with shifted as (
  select i.workspace_id_code, i.target_key, t.item_key, t.written_at, i.sent_created_at, c.sent_created_at as opening_at
  from load.identity i
  join intermediate.thread_part t on t.item_key = i.target_key
  left join load.identity c on c.workspace_id_code = i.workspace_id_code and c.target_type = 'conversation' and c.target_key = t.ticket_key
  where i.target_type = 'part' and i.sent_created_at is distinct from t.written_at and i.sent_created_at is not null
), truncated as (
  select i.workspace_id_code, p.phase, i.target_type, i.target_key, a.target_name, a.value, a.target_value #>> '{}' as target_value
  from intermediate.custom_attribute a
  join load.identity i on i.target_type = a.target_model and i.target_key = a.source_key
  join reconcile.phase p on p.target_type = i.target_type
  where a.is_truncated
  union all
  select i.workspace_id_code, p.phase, i.target_type, i.target_key, a.target_name, a.value, a.target_value #>> '{}'
  from intermediate.mapped_object_attribute a
  join load.identity i on i.target_type = 'custom_object_instance' and i.target_key = a.source_key
  join reconcile.phase p on p.target_type = i.target_type
  where a.is_truncated
)
select
  workspace_id_code, 'conversations' as phase, 'part' as object_type, target_key, 'time is that in iTop' as check_name, '' as field,
  'shifted' as verdict,
  case
    when written_at is null then 'undated'
    when written_at < timestamptz '1970-01-01 00:00:00+00' then 'before_1970'
    when written_at > sent_created_at then 'in_the_future'
    when written_at < opening_at and sent_created_at = opening_at then 'before_the_opening'
    else 'equal_second'
  end as reason_code,
  to_char(written_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as expected,
  to_char(sent_created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as actual
from shifted
union all
select distinct workspace_id_code, phase, target_type, target_key, 'value is whole', '', 'truncated', 'longer_than_255', null, null
from truncated
union all
select workspace_id_code, phase, target_type, target_key, 'value is whole', target_name, 'truncated', 'longer_than_255', value, target_value
from truncated
union all
select i.workspace_id_code, 'contacts', 'person', d.person_key, 'person has a contact of its own', '', 'merged', 'same_address', d.person_key, d.survivor_key
from intermediate.contact_decision d
join load.identity i on i.target_type = 'contact' and i.target_key = d.survivor_key
where d.is_loaded and d.survivor_key <> d.person_key
union all
select i.workspace_id_code, 'conversations', 'message', f.item_key, 'message has a part of its own', '', 'folded', 'long_thread', f.item_key, f.transcript_key
from intermediate.folded_message f
join load.identity i on i.target_type = 'part' and i.target_key = f.transcript_key
union all
select i.workspace_id_code, p.phase, i.target_type, i.target_key, 'value is usable', f.field,
  case f.reason_code when 'either_hour' then 'shifted' else 'truncated' end, f.reason_code, f.value, null
from reconcile.record_finding f
join load.identity i on i.target_key = f.source_key and i.target_type in ('conversation', 'contact', 'company', 'custom_object_instance')
join reconcile.phase p on p.target_type = i.target_type
where f.reason_code <> 'in_the_future';

comment on view reconcile.expected_difference is 'One row per thing that is in Intercom in another form than in iTop, as the rules say (T3, T7, P1, K1): not equal, and no failure. Reconcile writes them as verdicts.';
comment on column reconcile.expected_difference.phase is 'Loader phase that the thing belongs to.';
comment on column reconcile.expected_difference.verdict is 'shifted, truncated, merged or folded.';
comment on column reconcile.expected_difference.reason_code is 'undated, equal_second, before_1970, in_the_future, before_the_opening, longer_than_255, same_address, long_thread, or a reason of reconcile.record_finding.';
comment on column reconcile.expected_difference.expected is 'As iTop has it.';
comment on column reconcile.expected_difference.actual is 'As Intercom has it.';
comment on column reconcile.expected_difference.workspace_id_code is 'Workspace that holds the thing.';
comment on column reconcile.expected_difference.object_type is 'Kind of thing.';
comment on column reconcile.expected_difference.target_key is 'The thing, by our grammar.';
comment on column reconcile.expected_difference.check_name is 'Name of the check.';
comment on column reconcile.expected_difference.field is 'Field that differs; empty for the whole thing.';
