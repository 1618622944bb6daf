create view reconcile.written_field as
with field as (
  select j.workspace_id_code, j.target_type, j.target_key, j.journal_id, j.run_id, f.name, f.value, b.value as former, j.before_image is not null as has_former
  from load.journal j
  cross join lateral (
    select key as name, value from jsonb_each(j.payload - '{custom_attributes,role,company_id,author_id,parent_type,ai_chatbot_availability,ai_copilot_availability}'::text[])
    union all
    select 'custom_attributes.' || key, value from jsonb_each(coalesce(j.payload -> 'custom_attributes', '{}'))
  ) f
  left join lateral (
    select value from jsonb_each(coalesce(j.before_image, '{}') - 'custom_attributes' - 'id') b where b.key = f.name
    union all
    select value from jsonb_each(coalesce(j.before_image -> 'custom_attributes', '{}')) b where 'custom_attributes.' || b.key = f.name
  ) b on true
  where j.state = 'done' and j.phase <> 'rollback' and j.target_type in ('contact', 'company', 'tag', 'custom_object_instance', 'collection', 'article')
)
select
  workspace_id_code, target_type, target_key, name as field,
  (array_agg(value order by journal_id desc))[1] as written,
  (array_agg(former order by journal_id))[1] as former,
  (array_agg(has_former order by journal_id))[1] as has_former
from field
group by workspace_id_code, target_type, target_key, name;

comment on view reconcile.written_field is 'One row per field that the tool wrote to an object other than a conversation: the value it wrote last and the one that stood there before it first wrote.';
comment on column reconcile.written_field.has_former is 'The object was there before the first write; false where the tool created it.';
comment on column reconcile.written_field.field is 'Name of the field; a custom attribute as custom_attributes.name.';
comment on column reconcile.written_field.written is 'Value that the tool wrote last.';
comment on column reconcile.written_field.former is 'Value before the tool first wrote; null where the object or the field was not there.';
