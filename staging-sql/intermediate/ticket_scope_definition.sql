create view intermediate.ticket_scope_definition as
with recursive option as (
  select
    value ->> 'since' as since,
    value ->> 'until' as until,
    value -> 'classes' as classes,
    value -> 'organizations' as organizations,
    value -> 'statuses' as statuses
  from ops.mapping_option
  where name = 'scope'
), scope as materialized (
  select
    coalesce(s.scope_since, o.since) as since,
    coalesce(s.scope_until, o.until) as until,
    staging.local_time(coalesce(s.scope_since, o.since), s.timezone) as since_at,
    staging.local_time(coalesce(s.scope_until, o.until), s.timezone) as until_at,
    coalesce(s.scope_classes, nullif(o.classes, 'null')) as classes,
    coalesce(s.scope_organizations, nullif(o.organizations, 'null')) as organizations,
    coalesce(s.scope_statuses, nullif(o.statuses, 'null')) as statuses
  from ops.setting s
  left join option o on true
), named (class) as (
  select jsonb_array_elements_text(s.classes) from scope s
  union
  -- A class moves as the one above it.
  select c.class from named n join ops.itop_class c on c.parent_class = n.class
), existing as (
  select o.source_key as ticket_key, o.field ->> a.attribute as conversation_id
  from ops.mapping_attribute a
  join staging.object_payload o on o.final_class = a.class
  where a.home = 'field' and a.target_name = 'existing_conversation' and o.field ->> a.attribute ~ '^[0-9]+$'
)
select
  t.ticket_key,
  case
    when s.classes is not null and t.final_class not in (select class from named) then 'out of scope: its class'
    when not s.organizations ? coalesce(t.organization_key, '') then 'out of scope: its organization'
    when not s.statuses ? coalesce(t.status, '') then 'out of scope: its status'
    when t.started_at < s.since_at then 'out of scope: opened before ' || s.since
    when t.started_at >= s.until_at then 'out of scope: opened on or after ' || s.until
    when e.conversation_id is not null then 'is conversation ' || e.conversation_id || ' in Intercom already'
  end as excluded_reason,
  e.conversation_id as existing_conversation_id
from staging.ticket t
cross join scope s
left join existing e on e.ticket_key = t.ticket_key;

comment on view intermediate.ticket_scope_definition is 'One row per ticket: whether the scope leaves it out (rule K10). The scope is in the settings, else in the confirmed mapping. Materialised as intermediate.ticket_scope.';
comment on column intermediate.ticket_scope_definition.excluded_reason is 'Why it is left out; null where it is in scope.';
comment on column intermediate.ticket_scope_definition.existing_conversation_id is 'Intercom''s id of the conversation that iTop says the ticket is (rule K11), as Combodo''s extension writes it to intercom_ref; null where none.';
