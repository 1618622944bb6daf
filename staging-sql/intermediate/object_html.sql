create view intermediate.object_html as
with moving as (
  select distinct a.class, a.attribute, c.destination = 'custom_object' as is_instance
  from ops.mapping_attribute a
  join ops.mapping_class c on c.class = a.class and c.destination in ('conversation', 'contact', 'company', 'custom_object')
  join staging.html_attribute h on h.class = a.class and h.attribute = a.attribute
  where a.home in ('attribute', 'record_note')
), held as (
  select o.source_key, m.attribute, o.field ->> m.attribute as source
  from staging.mapped_object o
  join moving m on m.class = o.final_class and m.is_instance
  union all
  select o.source_key, m.attribute, o.field ->> m.attribute
  from staging.object_payload o
  join moving m on m.class = o.final_class and not m.is_instance
)
select source_key, attribute, 'html' as source_format, source, staging.body_hash('html', source) as source_hash
from held
where source <> '';

comment on view intermediate.object_html is 'One row per object and attribute of it that holds HTML and moves as a value: to be rendered, so that its text is known and its losses are listed. Messages and articles have views of their own.';
comment on column intermediate.object_html.source_key is 'Object that holds it.';
comment on column intermediate.object_html.attribute is 'Attribute code.';
comment on column intermediate.object_html.source_format is 'html.';
comment on column intermediate.object_html.source is 'The HTML as iTop gave it.';
comment on column intermediate.object_html.source_hash is 'SHA-256 over format and source: key of ops.rendered_body.';
