create view intermediate.attribute_value as
with mapped as (
  select a.*, a.label as line_label, false as is_undated
  from ops.mapping_attribute a
  where a.home in ('attribute', 'record_note')
  union all
  -- A date that Intercom cannot hold is kept as it stands.
  select a.*, coalesce(a.label, a.target_name), true
  from ops.mapping_attribute a
  where a.home = 'attribute' and a.target_model = 'conversation' and a.data_type = 'datetime'
), decided as materialized (
  -- All decisions of a class stand beside its objects, so that a payload is opened once, not once an attribute; those that a reader
  -- leaves out by home or model, not at all. What hangs on the attribute alone is asked here, not of each value.
  select
    a.class,
    case when a.is_undated then 'record_note' else a.home end as home,
    a.target_model,
    a.only_when_status,
    a.is_undated,
    array_agg(a.attribute) as attributes,
    array_agg(a.target_name) as target_names,
    array_agg(case when a.is_undated then 'string' else a.data_type end) as data_types,
    array_agg(a.line_label) as labels,
    array_agg(a.position) as positions,
    array_agg((a.class, a.attribute) in (select class, attribute from staging.html_attribute)) as are_html,
    array_agg((a.class, a.attribute) in (select class, attribute from staging.duration_attribute)) as are_durations,
    array_agg(case
      when a.attribute like '%\_friendlyname' then left(a.attribute, -13)
      when a.attribute like '%\_name' then left(a.attribute, -5) || '_id'
    end) as named_by
  from mapped a
  join ops.mapping_class c on c.class = a.class and c.destination in ('conversation', 'contact', 'company')
  where a.attribute not in ('public_log', 'private_log', 'description', 'solution')
  group by 1, 2, 3, 4, 5
), tag as materialized (
  select class, attribute, code, label from staging.tag
), form as materialized (
  select template_id, question from intermediate.form
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
    when d.is_undated then v.text
    when a.data_type = 'datetime' then intermediate.unix_time(v.text, setting.timezone)::text
    when v.text like '[%' and jsonb_typeof(o.field -> a.attribute) = 'array' then (
      select string_agg(coalesce(own.target_value, intermediate.without_itop_addresses(tag.label), c.code), ', ' order by c.position)
      from jsonb_array_elements_text(o.field -> a.attribute) with ordinality as c (code, position)
      left join ops.mapping_enum_value own on own.class = d.class and own.attribute = a.attribute and own.value = c.code
      -- A parent class may define the set.
      left join lateral (
        select t.label from tag t where t.attribute = a.attribute and t.code = c.code order by t.class = d.class desc, t.class limit 1) as tag on true)
    -- Answers of a form, or a log that the mapping sends here.
    when v.text like '{%' and jsonb_typeof(o.field -> a.attribute) = 'object'
      then intermediate.without_itop_addresses(intermediate.readable_object(
        o.field -> a.attribute, (select f.question from form f where f.template_id = o.field -> a.attribute ->> 'template_id')))
    -- The record note is read by people.
    when d.home = 'record_note' and a.is_duration then intermediate.spoken_duration(v.text)
    when d.home = 'record_note' and v.text like '____-__-__ __:__%' then v.text || ' (' || setting.timezone || ')'
    -- HTML as text, by the renderer; whatever else looks like markup is text as it stands.
    when a.is_html
      then (select r.text from ops.rendered_body r
            where r.source_hash = staging.body_hash('html', o.field ->> a.attribute) and r.renderer_version = setting.renderer_version)
    else coalesce(e.target_value, v.text)
  end as value,
  -- A copy of the name of another object changes with that object, which is stored once: it is no change of this one.
  case
    when d.is_undated then v.text
    when a.named_by is not null then coalesce(nullif(o.field ->> a.named_by, '0'), v.text)
    else coalesce(e.target_value, v.text)
  end as own_value
from staging.object_payload o
cross join ops.setting
-- "offset 0" keeps the decisions behind the join that finds the objects, which would otherwise carry each payload once for each of them.
cross join lateral (select * from decided where class = o.final_class offset 0) as d
cross join lateral unnest(d.attributes, d.target_names, d.data_types, d.labels, d.positions, d.are_html, d.are_durations, d.named_by)
  as a (attribute, target_name, data_type, label, position, is_html, is_duration, named_by)
cross join lateral (select intermediate.without_itop_addresses(o.field ->> a.attribute) as text offset 0) as v
left join ops.mapping_enum_value e on e.class = d.class and e.attribute = a.attribute and e.value = v.text
where v.text <> '' and v.text <> '[]' and (d.only_when_status is null or o.field ->> 'status' = any (d.only_when_status))
  and (not d.is_undated or intermediate.unix_time(v.text, setting.timezone) is null)
union all
-- The link set is not read with the ticket: its rows are.
select c.ticket_key, a.attribute, a.home, a.target_model, a.target_name, a.data_type, a.label, a.position,
  intermediate.without_itop_addresses(c.impacted_ci_name), c.impacted_ci_name
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
