create view reconcile.field_now as
select
  w.workspace_id_code, w.target_type, w.target_key, w.field, w.written, w.former, w.has_former, p.present,
  not reconcile.is_same_value(w.field, w.written, p.present) as is_different
from reconcile.written_field w
join load.identity i
  on i.workspace_id_code = w.workspace_id_code and i.target_type = w.target_type and i.target_key = w.target_key
join reconcile.observation o
  on o.workspace_id_code = w.workspace_id_code and o.object_type = w.target_type and o.target_id = i.target_id
cross join lateral (
  select case
    when w.field like 'custom\_attributes.%' then o.facts -> 'customAttributes' -> substr(w.field, 19)
    when w.field = 'external_id' then o.facts -> 'externalId'
    when w.field = 'external_created_at' then o.facts -> 'externalCreatedAt'
    when w.field = 'external_updated_at' then o.facts -> 'externalUpdatedAt'
    when w.field = 'parent_id' then o.facts -> 'parentId'
    -- Bodies are compared as a reader sees them, where they are read.
    when w.field = 'body' and (o.facts ->> 'isBodyAsWritten')::boolean then w.written
    else o.facts -> w.field
  end as present
) p;

comment on view reconcile.field_now is 'One row per field that the tool wrote to a live object other than a conversation: what it wrote last beside what the workspace held when somebody last looked.';
comment on column reconcile.field_now.present is 'Value of the field when reconcile.observation was made.';
comment on column reconcile.field_now.is_different is 'Apart from upper and lower case and from the form of Intercom''s answers (reconcile.is_same_value).';
