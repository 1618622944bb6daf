create view staging.ticket as
with source as (
  select o.source_key, o.version_id, o.final_class, o.source_id, o.observed_at, f.*
  from staging.usable_object o
  join staging.ticket_class c on c.class = o.final_class
  cross join lateral jsonb_to_record(o.payload) as f (
    ref text, title text, status text, org_id text, caller_id text, caller_id_friendlyname text, agent_id text,
    agent_id_friendlyname text, team_id text, team_name text, service_name text, start_date text, last_update text,
    close_date text, resolution_date text, last_pending_date text, description text, solution text, pending_reason text,
    user_comment text, parent_request_id text, parent_request_ref text, parent_incident_id text, parent_incident_ref text,
    parent_problem_id text, parent_problem_ref text, parent_change_id text, parent_change_ref text)
  where o.root_class = 'Ticket'
)
select
  -- keys
  source_key as ticket_key,
  version_id as raw_version,
  source_id as itop_id,
  staging.reference('Organization', org_id) as organization_key,
  staging.reference('Contact', caller_id) as caller_key,
  staging.reference('Contact', agent_id) as agent_key,
  staging.reference('Contact', team_id) as team_key,
  staging.reference('Ticket', parent_request_id) as parent_request_key,
  staging.reference('Ticket', parent_incident_id) as parent_incident_key,
  staging.reference('Ticket', parent_problem_id) as parent_problem_key,
  staging.reference('Ticket', parent_change_id) as parent_change_key,
  -- strings
  final_class,
  coalesce(nullif(btrim(ref), ''), source_key) as ref,
  coalesce(title, '') as title,
  status,
  btrim(regexp_replace(caller_id_friendlyname, '\s+', ' ', 'g')) as caller_name,
  nullif(btrim(agent_id_friendlyname), '') as agent_name,
  nullif(team_name, '') as team_name,
  nullif(service_name, '') as service_name,
  nullif(parent_request_ref, '') as parent_request_ref,
  nullif(parent_incident_ref, '') as parent_incident_ref,
  nullif(parent_problem_ref, '') as parent_problem_ref,
  nullif(parent_change_ref, '') as parent_change_ref,
  description,
  nullif(btrim(solution), '') as solution,
  nullif(btrim(pending_reason), '') as pending_reason,
  nullif(btrim(user_comment), '') as user_comment,
  -- times
  staging.local_time(start_date, setting.timezone) as started_at,
  staging.local_time(last_update, setting.timezone) as updated_at,
  staging.local_time(close_date, setting.timezone) as closed_at,
  staging.local_time(resolution_date, setting.timezone) as resolved_at,
  staging.local_time(last_pending_date, setting.timezone) as last_pending_at,
  nullif(resolution_date, '') as resolution_date_local,
  nullif(last_pending_date, '') as last_pending_date_local,
  nullif(close_date, '') as close_date_local,
  observed_at
from source cross join ops.setting;

comment on view staging.ticket is 'One row per ticket of a class that becomes a conversation (user requests and incidents, unless decided otherwise), as last seen in iTop; times converted from iTop''s zone (setting itop.timezone).';
comment on column staging.ticket.ticket_key is 'Source key of the ticket: Ticket::id.';
comment on column staging.ticket.itop_id is 'iTop''s id, shared by all ticket classes; not the number in ref.';
comment on column staging.ticket.caller_key is 'Person who asked; null where iTop names none.';
comment on column staging.ticket.agent_key is 'Person who works on it.';
comment on column staging.ticket.ref is 'Number shown to people, e.g. R-000123; the source key where iTop holds none.';
comment on column staging.ticket.title is 'Subject line.';
comment on column staging.ticket.caller_name is 'Friendly name of the caller.';
comment on column staging.ticket.agent_name is 'Friendly name of the agent.';
comment on column staging.ticket.team_name is 'Name of the team it is dispatched to.';
comment on column staging.ticket.service_name is 'Name of the service.';
comment on column staging.ticket.description is 'HTML of the ticket; opens the conversation (rule T1).';
comment on column staging.ticket.solution is 'HTML of the solution; overwritten by iTop at each resolution.';
comment on column staging.ticket.pending_reason is 'Plain text; overwritten each time the ticket is put on hold.';
comment on column staging.ticket.user_comment is 'Closing remark of the caller, plain text.';
comment on column staging.ticket.started_at is 'When it was opened: start_date.';
comment on column staging.ticket.updated_at is 'When it last changed: last_update.';
comment on column staging.ticket.closed_at is 'When it was closed: close_date; null where it was not.';
comment on column staging.ticket.resolved_at is 'When it was resolved: resolution_date; null where it was not.';
comment on column staging.ticket.last_pending_at is 'When it was last put on hold: last_pending_date; null where it never was.';
comment on column staging.ticket.resolution_date_local is 'resolution_date as iTop shows it: part of the key of the solution.';
comment on column staging.ticket.last_pending_date_local is 'last_pending_date as iTop shows it: part of the key of the pending reason.';
comment on column staging.ticket.close_date_local is 'close_date as iTop shows it: part of the key of the closing remark.';
comment on column staging.ticket.parent_request_key is 'Request that this ticket belongs to.';
comment on column staging.ticket.parent_incident_key is 'Incident that this ticket belongs to.';
comment on column staging.ticket.parent_problem_key is 'Problem behind it.';
comment on column staging.ticket.parent_change_key is 'Change behind it.';
comment on column staging.ticket.parent_request_ref is 'Ref of the parent request.';
comment on column staging.ticket.parent_incident_ref is 'Ref of the parent incident.';
comment on column staging.ticket.parent_problem_ref is 'Ref of the problem.';
comment on column staging.ticket.parent_change_ref is 'Ref of the change.';
comment on column staging.ticket.organization_key is 'Organization of the ticket; null where iTop names none.';
comment on column staging.ticket.team_key is 'Team that it is dispatched to; null where none.';
comment on column staging.ticket.status is 'iTop status, as its code.';
