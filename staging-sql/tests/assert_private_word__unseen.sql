-- Words planted in private entries (privq...z) surface nowhere a customer sees: openings, titles, attributes, comments, names of files on comments, articles, collections, tags, objects.
with seen as (
  select target_key, body || ' ' || title || ' ' || custom_attributes::text as text from intercom.conversation
  union all
  select target_key, body || ' ' || attributed_body from intercom.conversation_part where part_type = 'comment'
  union all
  select target_key, name || ' ' || custom_attributes::text from intercom.contact
  union all
  select target_key, name || ' ' || custom_attributes::text from intercom.company
  union all
  select f.target_key, f.file_name
  from intercom.conversation_part_file f
  left join intercom.conversation_part p on p.target_key = f.part_key
  where p.part_type is distinct from 'note'
  union all
  select target_key, title || ' ' || body || ' ' || coalesce(description, '') from intercom.article
  union all
  select target_key, name from intercom.collection
  union all
  select target_key, name from intercom.tag
  union all
  select target_key, custom_attributes::text from intercom.custom_object_instance
)
select target_key as record_key, 'no planted word' as expected, (regexp_match(text, 'privq[0-9a-z]+x[0-9a-z]+z', 'i'))[1] as actual
from seen
where text ~* 'privq[0-9a-z]+x[0-9a-z]+z'
