create view reconcile.surplus_object as
with sent as (
  -- What a creation named its object by: the calls themselves say it, also those that the load gave up as without effect.
  select j.workspace_id_code, j.phase, j.target_type, j.target_key,
    case j.target_type
      when 'article' then jsonb_build_array(reconcile.words_of(j.payload ->> 'title'), j.payload ->> 'parent_id')
      when 'collection' then jsonb_build_array(reconcile.words_of(j.payload ->> 'name'), j.payload ->> 'parent_id')
      when 'tag' then jsonb_build_array(lower(j.payload ->> 'name'))
      when 'custom_object_instance' then jsonb_build_array(split_part(j.path, '/', 3), j.payload ->> 'external_id')
      when 'contact' then jsonb_build_array(j.payload -> 'custom_attributes' ->> 'itop_source_key')
      when 'attribute' then jsonb_build_array(
        case when j.operation = 'createConversationAttribute' then 'conversation' else j.payload ->> 'model' end, j.payload ->> 'name')
    end as name
  from load.journal j
  where j.target_type in ('article', 'collection', 'tag', 'custom_object_instance', 'contact', 'attribute')
    and j.method = 'POST' and j.phase <> 'rollback' and j.payload is not null and (j.state = 'done' or j.sent_at is not null)
), held as (
  select o.workspace_id_code, o.object_type, o.target_id,
    case o.object_type
      when 'article' then jsonb_build_array(reconcile.words_of(o.facts ->> 'title'), o.facts ->> 'parentId')
      when 'collection' then jsonb_build_array(reconcile.words_of(o.facts ->> 'name'), o.facts ->> 'parentId')
      when 'tag' then jsonb_build_array(lower(o.facts ->> 'name'))
      when 'custom_object_instance' then jsonb_build_array(o.facts ->> 'type', o.facts ->> 'externalId')
      when 'contact' then jsonb_build_array(o.facts -> 'customAttributes' ->> 'itop_source_key')
      when 'attribute' then jsonb_build_array(o.facts ->> 'model', o.facts ->> 'name')
    end as name
  from reconcile.observation o
), known as (
  -- A name of our own objects as they are seen now: where the payload of the call was purged, it says the same.
  select i.workspace_id_code, p.phase, i.target_type, i.target_key, h.name
  from load.identity i
  join reconcile.phase p on p.target_type = i.target_type
  join held h on h.workspace_id_code = i.workspace_id_code and h.object_type = i.target_type and h.target_id = i.target_id
  where i.origin = 'created'
), ours as (
  select * from sent where jsonb_typeof(name -> 0) <> 'null'
  union
  select * from known where jsonb_typeof(name -> 0) <> 'null'
)
select o.workspace_id_code, o.phase, o.target_type, o.target_key, string_agg(distinct h.target_id, ' ' order by h.target_id) as target_ids
from ours o
join held h on h.workspace_id_code = o.workspace_id_code and h.object_type = o.target_type and h.name = o.name
where not exists (
  select from load.identity i
  where i.workspace_id_code = h.workspace_id_code and i.target_type = h.object_type and i.target_id = h.target_id)
-- What a rollback kept is known too.
and not exists (
  select from load.withdrawn_identity w
  where w.workspace_id_code = h.workspace_id_code and w.target_type = h.object_type and w.target_id = h.target_id)
group by o.workspace_id_code, o.phase, o.target_type, o.target_key;

comment on view reconcile.surplus_object is 'One row per thing that the tool made and that stands in the workspace (reconcile.observation) once more than the load knows: a call took effect later than any look. Conversations: reconcile.list_check.';
comment on column reconcile.surplus_object.target_ids is 'Intercom''s ids of what is there too much.';
comment on column reconcile.surplus_object.workspace_id_code is 'Workspace that holds them.';
comment on column reconcile.surplus_object.phase is 'Loader phase that made the thing.';
comment on column reconcile.surplus_object.target_type is 'Kind of thing.';
comment on column reconcile.surplus_object.target_key is 'The thing by our grammar.';
