create view intermediate.conversation_attribute_definition as
select
  source_key as ticket_key,
  jsonb_object_agg(target_name, target_value) as attributes
from intermediate.custom_attribute
where target_model = 'conversation' and target_value is not null
group by source_key;

comment on view intermediate.conversation_attribute_definition is 'One row per ticket that fills custom attributes of its conversation. Materialised as intermediate.conversation_attribute.';
comment on column intermediate.conversation_attribute_definition.ticket_key is 'Ticket that holds the values.';
comment on column intermediate.conversation_attribute_definition.attributes is 'Values by the attribute''s name, as Intercom takes them.';
