create view intermediate.form as
select template_id, jsonb_object_agg(code, jsonb_build_object('label', label, 'position', position)) as question
from staging.form_question
where template_id is not null and code is not null
group by template_id;

comment on view intermediate.form is 'One row per customized request form: its questions.';
comment on column intermediate.form.template_id is 'iTop''s id of the form; answers carry it.';
comment on column intermediate.form.question is 'By code: label, the question as people see it, and position, its order in the form.';
