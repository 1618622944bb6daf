create view handoff.attribute as
with moved as (
  -- All that is decided of a class stands beside its objects: a payload is opened once.
  select m.class, coalesce(jsonb_object_agg(a.attribute, a.home) filter (where a.attribute is not null), '{}') as home
  from ops.mapping_class m
  left join ops.mapping_attribute a on a.class = m.class
  where m.destination in ('conversation', 'contact', 'company', 'article', 'collection')
  group by m.class
)
select
  o.source_key,
  o.raw_version,
  o.final_class,
  o.label,
  f.attribute,
  moved.home -> f.attribute is not null as is_decided,
  case when jsonb_typeof(f.value) = 'object' then to_jsonb(intermediate.readable_object(f.value, form.question)) else f.value end as value
from staging.object o
join moved on moved.class = o.final_class
cross join lateral jsonb_each(o.field) as f (attribute, value)
left join intermediate.form on form.template_id = f.value ->> 'template_id'
where coalesce(moved.home ->> f.attribute, 'handoff') = 'handoff'
  and staging.is_filled(f.value)
  -- What the scope leaves out is kept whole in the archive.
  and o.source_key not in (select ticket_key from intermediate.ticket_scope where excluded_reason is not null);

comment on view handoff.attribute is 'One row per attribute with a value of an object that moves, where the attribute has no place in Intercom: its home is handoff, or nobody decided it. Files are in handoff.file.';
comment on column handoff.attribute.label is 'What people call the object: its ref, else its name.';
comment on column handoff.attribute.attribute is 'iTop attribute code.';
comment on column handoff.attribute.is_decided is 'False where the mapping holds no decision about the attribute.';
comment on column handoff.attribute.value is 'The value as iTop gave it; logs and answers of forms as text. HTML as it stands: the file shows it as text.';
comment on column handoff.attribute.source_key is 'Object that holds the attribute.';
comment on column handoff.attribute.final_class is 'Class of the object itself.';
