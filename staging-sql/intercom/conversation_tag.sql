create view intercom.conversation_tag as
-- Few, and found among all objects: once, not again for each ticket.
with service as materialized (
  select name, intermediate.without_itop_addresses(name) as tag_name from staging.tagged_service
)
select distinct
  t.ticket_key || '#tag:' || s.tag_name as target_key,
  t.ticket_key as source_key,
  t.raw_version,
  t.ticket_key as conversation_key,
  'tag:' || s.tag_name as tag_key,
  sha256(convert_to(t.ticket_key || '#' || s.tag_name, 'UTF8')) as payload_hash
from intermediate.ticket t
join staging.ticket d on d.ticket_key = t.ticket_key
join service s on s.name = left(btrim(d.service_name), 255);

comment on view intercom.conversation_tag is 'One row per tag of a conversation.';
comment on column intercom.conversation_tag.target_key is 'Conversation and tag.';
comment on column intercom.conversation_tag.conversation_key is 'The ticket''s source key.';
comment on column intercom.conversation_tag.tag_key is 'Key in intercom.tag.';
comment on column intercom.conversation_tag.payload_hash is 'SHA-256 over what is sent.';
