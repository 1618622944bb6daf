create view intercom.conversation_relation as
select
  t.ticket_key || '#' || a.target_name as target_key,
  t.ticket_key as source_key,
  t.raw_version,
  t.ticket_key as conversation_key,
  a.target_name as attribute,
  array_agg(distinct l.functional_ci_key order by l.functional_ci_key) as instance_keys,
  sha256(convert_to(string_agg(distinct l.functional_ci_key, ',' order by l.functional_ci_key), 'UTF8')) as payload_hash
from staging.functional_ci_to_ticket l
join intermediate.ticket t on t.ticket_key = l.ticket_key
join staging.mapped_object o on o.source_key = l.functional_ci_key
join ops.mapping_attribute a on a.class = o.final_class and a.attribute = 'tickets_list' and a.home = 'attribute' and a.target_model = 'custom_object'
where l.impact_code is distinct from 'not_impacted'
group by t.ticket_key, t.raw_version, a.target_name;

comment on view intercom.conversation_relation is 'One row per relationship attribute of a conversation: the CIs of a ticket, where the mapping names a relationship attribute for tickets_list of their class.';
comment on column intercom.conversation_relation.target_key is 'Conversation and attribute.';
comment on column intercom.conversation_relation.conversation_key is 'The ticket''s source key.';
comment on column intercom.conversation_relation.attribute is 'Relationship attribute of the conversation in Intercom, made by hand from the set-up sheet.';
comment on column intercom.conversation_relation.instance_keys is 'Custom object instances it relates to.';
comment on column intercom.conversation_relation.payload_hash is 'SHA-256 over what is sent.';
