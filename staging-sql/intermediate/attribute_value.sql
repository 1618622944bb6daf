create view intermediate.attribute_value as
with decided as (
  -- All decisions of a class stand beside its objects, so that a payload is opened once, not once an attribute; those that a reader
  -- leaves out by home or model, not at all.
  select a.class, a.home, a.target_model, array_agg(a) as attributes
  from ops.mapping_attribute a
  join ops.mapping_class c on c.class = a.class and c.destination in ('conversation', 'contact', 'company')
  where a.home in ('attribute', 'record_note') and a.attribute not in ('public_log', 'private_log', 'description', 'solution')
  group by a.class, a.home, a.target_model
), tag as materialized (
  select class, attribute, code, label from staging.tag
)
select
  o.source_key,
  a.attribute,
  d.home,
  d.target_model,
  a.target_name,
  a.data_type,
  a.label,
  a.position,
  case
    when a.data_type = 'datetime' then intermediate.unix_time(v.text, setting.timezone)::text
    when v.text like '[%' and jsonb_typeof(o.field -> a.attribute) = 'array' then (
      select string_agg(coalesce(own.target_value, tag.label, c.code), ', ' order by c.position)
      from jsonb_array_elements_text(o.field -> a.attribute) with ordinality as c (code, position)
      left join ops.mapping_enum_value own on own.class = d.class and own.attribute = a.attribute and own.value = c.code
      -- A parent class may define the set.
      left join lateral (
        select t.label from tag t where t.attribute = a.attribute and t.code = c.code order by t.class = d.class desc, t.class limit 1) as tag on true)
    -- Answers of a form, or a log that the mapping sends here.
    when v.text like '{%' and jsonb_typeof(o.field -> a.attribute) = 'object'
      then intermediate.without_picture_secret(intermediate.readable_object(o.field -> a.attribute))
    -- The record note is read by people.
    when d.home = 'record_note' and (d.class, a.attribute) in (select class, attribute from staging.duration_attribute)
      then intermediate.spoken_duration(v.text)
    when d.home = 'record_note' and v.text like '____-__-__ __:__%' then v.text || ' (' || setting.timezone || ')'
    -- HTML as text, by the renderer; whatever else looks like markup is text as it stands.
    when (d.class, a.attribute) in (select class, attribute from staging.html_attribute)
      then (select r.text from ops.rendered_body r
            where r.source_hash = staging.body_hash('html', o.field ->> a.attribute) and r.renderer_version = setting.renderer_version)
    else coalesce(e.target_value, v.text)
  end as value,
  -- A copy of the name of another object changes with that object, which is stored once: it is no change of this one.
  case
    when a.attribute like '%\_friendlyname' then coalesce(nullif(o.field ->> left(a.attribute, -13), '0'), v.text)
    when a.attribute like '%\_name' then coalesce(nullif(o.field ->> (left(a.attribute, -5) || '_id'), '0'), v.text)
    else coalesce(e.target_value, v.text)
  end as own_value
from staging.object_payload o
cross join ops.setting
join decided d on d.class = o.final_class
cross join lateral unnest(d.attributes) as a
cross join lateral (select intermediate.without_picture_secret(o.field ->> a.attribute) as text offset 0) as v
left join ops.mapping_enum_value e on e.class = d.class and e.attribute = a.attribute and e.value = v.text
where v.text <> '' and v.text <> '[]' and (a.only_when_status is null or o.field ->> 'status' = any (a.only_when_status))
union all
-- A date that Intercom cannot hold is told as it stands.
select o.source_key, a.attribute, 'record_note', d.target_model, a.target_name, 'string', coalesce(a.label, a.target_name), a.position, o.field ->> a.attribute, o.field ->> a.attribute
from staging.object_payload o
cross join ops.setting
join decided d on d.class = o.final_class and d.home = 'attribute' and d.target_model = 'conversation'
cross join lateral unnest(d.attributes) as a
where a.data_type = 'datetime' and o.field ->> a.attribute <> '' and intermediate.unix_time(o.field ->> a.attribute, setting.timezone) is null
  and (a.only_when_status is null or o.field ->> 'status' = any (a.only_when_status))
union all
-- The link set is not read with the ticket: its rows are.
select c.ticket_key, a.attribute, a.home, a.target_model, a.target_name, a.data_type, a.label, a.position, c.impacted_ci_name, c.impacted_ci_name
from intermediate.impacted_ci c
join intermediate.ticket t on t.ticket_key = c.ticket_key
join ops.mapping_attribute a on a.class = t.final_class and a.attribute = 'functionalcis_list' and a.home in ('attribute', 'record_note')
where c.impacted_ci_name is not null;

comment on view intermediate.attribute_value is 'One row per object and mapped field that holds a value: what the mapping makes of it.';
comment on column intermediate.attribute_value.value is 'Text; enum values by their mapped name, tags by their labels, answers of a form as lines, dates as seconds since 1970. In the record note times carry iTop''s zone and durations are in words.';
comment on column intermediate.attribute_value.own_value is 'The value as the object itself holds it: where it repeats the name of another object, that object''s id.';
comment on column intermediate.attribute_value.home is 'attribute: a custom attribute in Intercom; record_note: a line of the record note.';
comment on column intermediate.attribute_value.source_key is 'Object that holds the field.';
comment on column intermediate.attribute_value.attribute is 'iTop attribute code.';
comment on column intermediate.attribute_value.target_model is 'Intercom model that carries the custom attribute; null for a line of the record note.';
comment on column intermediate.attribute_value.target_name is 'Custom attribute in Intercom; null for a line of the record note.';
comment on column intermediate.attribute_value.data_type is 'Intercom data type of the custom attribute; null for a line of the record note.';
comment on column intermediate.attribute_value.label is 'Name of the line in the record note.';
comment on column intermediate.attribute_value.position is 'Order in the record note, or among values that share an attribute.';
