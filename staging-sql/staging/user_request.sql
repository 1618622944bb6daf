create view staging.user_request as
with zone as (
  select value as name from ops.setting where name = 'itop.timezone'
), source as (
  select o.source_key, o.version_id, o.final_class, o.source_id, o.observed_at, f.*
  from raw.latest_object o
  cross join lateral jsonb_to_record(o.payload) as f (
    ref text, title text, status text, org_id text, caller_id text, caller_id_friendlyname text, agent_id text,
    agent_id_friendlyname text, team_id text, team_name text, service_name text, start_date text, last_update text,
    close_date text, resolution_date text, last_pending_date text, description text, solution text, pending_reason text,
    user_comment text, public_log jsonb, private_log jsonb)
  where o.root_class = 'Ticket' and o.final_class = 'UserRequest'
)
select
  -- keys
  source_key as ticket_key,
  version_id as raw_version,
  source_id as itop_id,
  'Organization::' || nullif(nullif(org_id, '0'), '') as organization_key,
  'Contact::' || nullif(nullif(caller_id, '0'), '') as caller_key,
  'Contact::' || nullif(nullif(agent_id, '0'), '') as agent_key,
  'Contact::' || nullif(nullif(team_id, '0'), '') as team_key,
  -- strings
  final_class,
  ref,
  title,
  status,
  btrim(regexp_replace(caller_id_friendlyname, '\s+', ' ', 'g')) as caller_name,
  nullif(btrim(agent_id_friendlyname), '') as agent_name,
  nullif(team_name, '') as team_name,
  nullif(service_name, '') as service_name,
  description,
  nullif(btrim(solution), '') as solution,
  nullif(btrim(pending_reason), '') as pending_reason,
  nullif(btrim(user_comment), '') as user_comment,
  -- logs
  public_log,
  private_log,
  -- times
  staging.local_time(start_date, zone.name) as started_at,
  staging.local_time(last_update, zone.name) as updated_at,
  staging.local_time(close_date, zone.name) as closed_at,
  staging.local_time(resolution_date, zone.name) as resolved_at,
  staging.local_time(last_pending_date, zone.name) as last_pending_at,
  nullif(resolution_date, '') as resolution_date_local,
  nullif(last_pending_date, '') as last_pending_date_local,
  nullif(close_date, '') as close_date_local,
  observed_at
from source cross join zone;

comment on view staging.user_request is 'One row per user request, as last seen in iTop; times converted from iTop''s zone (setting itop.timezone).';
comment on column staging.user_request.ticket_key is 'Source key of the ticket: Ticket::id.';
comment on column staging.user_request.itop_id is 'iTop''s id, shared by all ticket classes; not the number in ref.';
comment on column staging.user_request.caller_key is 'Person who asked; null where iTop names none.';
comment on column staging.user_request.agent_key is 'Person who works on it.';
comment on column staging.user_request.ref is 'Number shown to people, e.g. R-000123.';
comment on column staging.user_request.title is 'Subject line.';
comment on column staging.user_request.caller_name is 'Friendly name of the caller.';
comment on column staging.user_request.agent_name is 'Friendly name of the agent.';
comment on column staging.user_request.team_name is 'Name of the team it is dispatched to.';
comment on column staging.user_request.service_name is 'Name of the service.';
comment on column staging.user_request.description is 'HTML of the request; opens the conversation (rule T1).';
comment on column staging.user_request.solution is 'HTML of the solution; overwritten by iTop at each resolution.';
comment on column staging.user_request.pending_reason is 'Plain text; overwritten each time the ticket is put on hold.';
comment on column staging.user_request.user_comment is 'Closing remark of the caller, plain text.';
comment on column staging.user_request.public_log is 'Case log that the caller sees, as iTop gave it.';
comment on column staging.user_request.private_log is 'Case log of the agents. Never reaches a customer.';
comment on column staging.user_request.started_at is 'start_date.';
comment on column staging.user_request.updated_at is 'last_update.';
comment on column staging.user_request.closed_at is 'close_date.';
comment on column staging.user_request.resolved_at is 'resolution_date.';
comment on column staging.user_request.last_pending_at is 'last_pending_date.';
comment on column staging.user_request.resolution_date_local is 'resolution_date as iTop shows it: part of the key of the solution.';
comment on column staging.user_request.last_pending_date_local is 'last_pending_date as iTop shows it: part of the key of the pending reason.';
comment on column staging.user_request.close_date_local is 'close_date as iTop shows it: part of the key of the closing remark.';
