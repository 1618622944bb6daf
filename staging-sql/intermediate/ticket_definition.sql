create view intermediate.ticket_definition as
select
  t.ticket_key,
  t.raw_version,
  t.itop_id,
  t.organization_key,
  t.caller_key,
  t.agent_key,
  t.team_key,
  t.parent_request_key,
  t.parent_incident_key,
  t.parent_problem_key,
  t.parent_change_key,
  t.final_class,
  t.ref,
  t.title,
  t.status,
  t.caller_name,
  t.agent_name,
  t.team_name,
  t.parent_request_ref,
  t.parent_incident_ref,
  t.parent_problem_ref,
  t.parent_change_ref,
  t.started_at,
  t.updated_at,
  t.observed_at
from staging.ticket t
join ops.mapping_class m on m.class = t.final_class and m.destination = 'conversation'
join intermediate.ticket_scope s on s.ticket_key = t.ticket_key and s.excluded_reason is null;

comment on view intermediate.ticket_definition is 'One row per ticket in scope that becomes a conversation (rule K10), without its texts. Materialised as intermediate.ticket, so that what asks for people and dates opens no payload.';
