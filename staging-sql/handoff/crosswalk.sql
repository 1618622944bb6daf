create view handoff.crosswalk as
select
  d.workspace_id_code,
  d.item_key as source_key,
  d.class as itop_class,
  split_part(d.item_key, '::', 2) as itop_id,
  o.label as itop_ref,
  coalesce(d.target_type, e.target_type) as target_type,
  coalesce(i.target_id, e.target_id) as intercom_id,
  w.region,
  d.disposition,
  c.state
from reconcile.disposition d
join staging.object o on o.source_key = d.item_key
left join load.identity i on i.workspace_id_code = d.workspace_id_code and i.target_type = d.target_type and i.target_key = d.target_key
left join load.workspace w on w.workspace_id_code = d.workspace_id_code
left join intercom.conversation c on c.target_key = d.target_key and d.target_type = 'conversation'
left join (
  select ticket_key, 'conversation' as target_type, existing_conversation_id as target_id
  from intermediate.ticket_scope where existing_conversation_id is not null
) as e on e.ticket_key = d.item_key
where d.item_kind = 'object' and coalesce(d.target_type, e.target_type) in ('conversation', 'contact', 'company', 'article', 'custom_object_instance');

comment on view handoff.crosswalk is 'One row per workspace and ticket, person, organization, article or custom object of iTop: where it is in Intercom (rule F4). Filled by the load.';
comment on column handoff.crosswalk.itop_ref is 'Ref, or name.';
comment on column handoff.crosswalk.intercom_id is 'Id in Intercom; null while it is not loaded. Of a ticket that iTop itself names a conversation for, that one''s (rule K11).';
comment on column handoff.crosswalk.state is 'State of the conversation.';
comment on column handoff.crosswalk.itop_id is 'iTop''s id.';
comment on column handoff.crosswalk.source_key is 'Source key of the object.';
comment on column handoff.crosswalk.target_type is 'Kind of thing in Intercom; conversation for a ticket that had one before the migration.';
