create view intercom.conversation_definition as
with opening as (
  select p.ticket_key, p.opened_at, r.text
  from intermediate.thread_part p
  cross join ops.setting s
  join ops.rendered_body r on r.renderer_version = s.renderer_version and r.source_hash = p.source_hash
  where p.kind = 'opening'
), shaped as (
  select
    t.ticket_key as target_key,
    t.ticket_key as source_key,
    t.raw_version,
    p.caller_contact_key as contact_key,
    o.opened_at as created_at,
    coalesce(nullif(btrim(left(o.text, s.body_limit)), ''), '(no description)') || e'\n\n'
      || replace(replace(s.marker_wording, '{ref}', t.ref), '{token}', 'itop' || t.final_class || t.itop_id) as body,
    'itop' || t.final_class || t.itop_id as marker,
    '[' || t.ref || '] ' || btrim(regexp_replace(intermediate.without_itop_addresses(t.title), '[[:cntrl:]]+', ' ', 'g')) as title,
    company.target_key as company_key,
    coalesce(a.attributes, '{}') as custom_attributes,
    m.conversation_state as state,
    case when m.conversation_state = 'snoozed' then s.snoozed_until + make_interval(days => (t.itop_id % s.snooze_spread_days)::integer) end as snoozed_until,
    t.agent_key as assignee_key,
    intermediate.without_itop_addresses(t.team_name) as team_name,
    coalesce(parts.part_count, 0) as part_count
  from intermediate.ticket t
  cross join ops.setting s
  join intermediate.ticket_participant p on p.ticket_key = t.ticket_key
  join ops.mapping_status m on m.class = t.final_class and m.status = t.status
  join opening o on o.ticket_key = t.ticket_key
  left join intercom.company company on company.target_key = t.organization_key
  left join intermediate.conversation_attribute a on a.ticket_key = t.ticket_key
  left join (select conversation_key, count(*)::integer as part_count from intercom.conversation_part group by conversation_key) as parts
    on parts.conversation_key = t.ticket_key
)
select
  shaped.*,
  sha256(convert_to(jsonb_build_array(contact_key, created_at, body, title, company_key, custom_attributes, state, snoozed_until, assignee_key, team_name)::text, 'UTF8'))
    as payload_hash
from shaped;

comment on view intercom.conversation_definition is 'One row per conversation to be loaded, with its opening; the parts that follow are in intercom.conversation_part.';
comment on column intercom.conversation_definition.team_name is 'Name of the team it is dispatched to.';
comment on column intercom.conversation_definition.target_key is 'The ticket''s source key.';
comment on column intercom.conversation_definition.contact_key is 'Contact that opens it (rules T1, K8).';
comment on column intercom.conversation_definition.body is 'Plain text of the opening; its last line is the marker (rule T9).';
comment on column intercom.conversation_definition.marker is 'Single token in the body by which a search finds the conversation.';
comment on column intercom.conversation_definition.title is 'Ref and title (rule K2).';
comment on column intercom.conversation_definition.company_key is 'Organization of the ticket (rule K9).';
comment on column intercom.conversation_definition.state is 'open, closed or snoozed (rule K3).';
comment on column intercom.conversation_definition.assignee_key is 'Person of the agent; a teammate where one has the address.';
comment on column intercom.conversation_definition.part_count is 'Parts that follow the opening.';
comment on column intercom.conversation_definition.custom_attributes is 'Custom attributes by name.';
comment on column intercom.conversation_definition.snoozed_until is 'Until when it sleeps; null for states other than snoozed.';
comment on column intercom.conversation_definition.payload_hash is 'SHA-256 over what is sent, with source keys in place of Intercom''s ids; parts have hashes of their own.';
