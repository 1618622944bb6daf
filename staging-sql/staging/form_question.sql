create view staging.form_question as
select
  o.source_key as question_key,
  o.version_id as raw_version,
  nullif(f.template_id, '0') as template_id,
  f.code,
  nullif(btrim(f.label), '') as label,
  staging.number(f."order") as position
from raw.latest_object o
cross join lateral jsonb_to_record(o.payload) as f (template_id text, code text, label text, "order" text)
where o.root_class = 'TemplateField';

comment on view staging.form_question is 'One row per question of a customized request form, as the form is now.';
comment on column staging.form_question.question_key is 'Source key: TemplateField::id.';
comment on column staging.form_question.template_id is 'iTop''s id of the form; answers carry it.';
comment on column staging.form_question.code is 'Code under which answers hold it.';
comment on column staging.form_question.label is 'The question as people see it; null where it has none.';
comment on column staging.form_question.position is 'Order in the form.';
