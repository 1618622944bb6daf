create view intermediate.record_note_fact_definition as
with zone as (
  select ' (' || timezone || ')' as suffix from ops.setting
), opener as (
  select distinct on (c.ticket_key)
    c.ticket_key,
    coalesce(nullif(p.full_name, ''), r.login, c.user_info, 'unknown') as name,
    c.user_key,
    c.user_info,
    r.is_portal,
    p.person_key
  from intermediate.change_operation c
  left join intermediate.account_role r on r.user_key = c.user_key
  left join intermediate.person p on p.person_key = r.person_key
  where c.final_class = 'CMDBChangeOpCreate' and c.ticket_key is not null
  order by c.ticket_key, split_part(c.change_operation_key, '::', 2)::bigint
), linked as (
  select distinct ticket_key, contact_key, contact_class, contact_name, role_code from intermediate.contact_to_ticket
), parent as (
  select t.ticket_key, p.position, p.label, p.ref
  from intermediate.ticket t
  cross join lateral (values
    (80, 'Parent request', t.parent_request_ref), (81, 'Parent incident', t.parent_incident_ref),
    (82, 'Parent problem', t.parent_problem_ref), (83, 'Parent change', t.parent_change_ref)
  ) as p (position, label, ref)
  where p.ref is not null
), child as (
  select parent_request_key as ticket_key, ref, ticket_key as child_key from intermediate.ticket_parent where parent_request_key is not null
  union
  select parent_incident_key, ref, ticket_key from intermediate.ticket_parent where parent_incident_key is not null
), line as (
  select
    o.ticket_key, 15 as position, 'Opened by' as label, coalesce(o.person_key, o.user_key, o.user_info) as own_value,
    o.name || case when o.person_key = t.caller_key then ' (the caller)' when o.is_portal then ' (customer, for the caller)' when o.user_key is not null then ' (for the caller)' else '' end as value
  from opener o
  join intermediate.ticket t on t.ticket_key = o.ticket_key
  union all
  select
    ticket_key, 70, 'Linked contacts', string_agg(contact_key || ' ' || role_code, ', ' order by contact_key, role_code),
    string_agg(contact_name || case when contact_class = 'Team' then ' (team)' else '' end
      || case role_code when 'manual' then '' else ' (' || role_code || ')' end, ', ' order by contact_name, contact_key, role_code)
  from linked
  group by ticket_key
  union all
  select ticket_key, 75, 'Impacted CIs', null, manual_names from intermediate.impacted_ci where manual_names is not null
  union all
  select ticket_key, 76, 'CIs by impact analysis', null, computed_names from intermediate.impacted_ci where computed_names is not null
  union all
  select ticket_key, position, label, null, ref from parent
  union all
  select ticket_key, 84, 'Children', null, string_agg(ref, ', ' order by ref, child_key) from (select distinct ticket_key, ref, child_key from child) as named group by ticket_key
  union all
  select
    ticket_key, 85, 'Files not carried over', null,
    string_agg(file_name || ' (' || coalesce(finding, 'not extracted') || ')', ', ' order by itop_id)
  from intermediate.attachment_place
  where not is_sendable
  group by ticket_key
  union all
  select
    ticket_key, 86, 'Files that differ from the size iTop states', null, string_agg(file_name, ', ' order by itop_id)
  from intermediate.attachment_place
  where is_sendable and finding is not null
  group by ticket_key
  union all
  select
    w.ticket_key, 90, 'Work orders', null,
    string_agg(e'\n' || w.name || ' (' || w.status || ')' || coalesce(', team ' || w.team_name, '') || coalesce(', agent ' || w.agent_name, '')
      || coalesce(', from ' || w.start_local || zone.suffix, '') || coalesce(' to ' || w.end_local || zone.suffix, '') || coalesce(': ' || w.description, '')
      || coalesce(e.log, ''), '' order by split_part(w.work_order_key, '::', 2)::bigint)
  from intermediate.work_order w
  cross join zone
  cross join lateral (
    select
      string_agg(e'\n  ' || coalesce(nullif(l.written_local, '') || zone.suffix, 'undated') || ' ' || coalesce(nullif(l.author_name, ''), '(no name)') || ': ' || coalesce(nullif(btrim(l.message), ''), '[image]'), '' order by l.log_index) as log
    from staging.log_entry l
    where l.source_key = w.work_order_key and l.root_class = 'WorkOrder' and not l.is_empty
  ) as e
  group by w.ticket_key
)
select f.ticket_key || '#' || f.label as record_note_fact_key, f.ticket_key, f.position, f.label, f.value, coalesce(f.own_value, f.value) as own_value
from line f
join intermediate.ticket t on t.ticket_key = f.ticket_key;

comment on view intermediate.record_note_fact_definition is 'One row per ticket and line of its record note that comes from other objects: who opened it, contacts, CIs, relatives, files that stay behind, work orders (rules T6, K5, K6, K7, A3). Materialised as intermediate.record_note_fact.';
comment on column intermediate.record_note_fact_definition.record_note_fact_key is 'Ticket and label.';
comment on column intermediate.record_note_fact_definition.position is 'Order in the record note.';
comment on column intermediate.record_note_fact_definition.label is 'Name of the line.';
comment on column intermediate.record_note_fact_definition.value is 'What the line says, as plain text.';
comment on column intermediate.record_note_fact_definition.own_value is 'The same without names of people: where people are named, a renamed person changes nothing of the ticket.';
comment on column intermediate.record_note_fact_definition.ticket_key is 'Ticket whose record note shows it.';
